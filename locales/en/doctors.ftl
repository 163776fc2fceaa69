# Doctors: who they are, licences, consultation hours and days off.

doctors-name = Name with titles
doctors-specialty = Specialty
doctors-str = STR
doctors-sip = SIP
doctors-sip-until = SIP valid until
doctors-sip-year = Check the year: a SIP ends between 2000 and 2099.
doctors-biography = About the doctor
doctors-biography-hint = Patients read it when they choose a doctor; may be empty
doctors-hours = Consultation hours

doctors-weekday-1 = Monday
doctors-weekday-2 = Tuesday
doctors-weekday-3 = Wednesday
doctors-weekday-4 = Thursday
doctors-weekday-5 = Friday
doctors-weekday-6 = Saturday
doctors-weekday-7 = Sunday

doctors-hour-empty = Fill in the start and the end, or leave both empty.
doctors-hour-unreadable = “{ $text }” is no time. Write it like 08:00, from 00:00 to 24:00.
doctors-hour-not-five = { $text } cannot be used. The minutes are a multiple of five, such as 08:05.
doctors-hours-backwards = { $end } is not after { $start }. The end must come after the start; midnight is written 24:00.
doctors-hours-overlap = { $start }–{ $end } overlaps { $other_start }–{ $other_end }. Change one of them.
doctors-hours-too-many = At most { $largest } ranges a day.
doctors-hours-wrong = These consultation hours cannot be used. Check each range again.

doctors-days-off-backwards = The last day cannot come before the first.
doctors-days-off-too-long = At most { $largest } days. For longer, deactivate the doctor.
