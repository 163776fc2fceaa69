# Booking a consultation: doctors, schedule, lists of consultations.

appointments-doctors-title = Choose a doctor
appointments-search = Search for a doctor
appointments-search-hint = Name or specialty
appointments-search-go = Search
appointments-filter = Filter doctors
appointments-everybody = All
appointments-available-now = Available now
appointments-nearest = Next free
appointments-none-soon = No free time in the next two weeks
appointments-choose-time = Choose a time
appointments-today-at = today, { $time }
appointments-tomorrow-at = tomorrow, { $time }
appointments-no-doctors = No doctors yet
appointments-no-doctors-body = The clinic has not entered any doctors. Call the clinic to make an appointment.
appointments-nobody-found = No doctor matches
appointments-nobody-found-body = Check the spelling, or search by specialty.
appointments-nobody-available = No doctor is available right now
appointments-nobody-available-body = You can still book a time for later.
appointments-show-everybody = Show all doctors

appointments-all-doctors = All doctors
appointments-sip = SIP
appointments-str = STR
appointments-choose-day = Choose a day and time
appointments-days = Days
appointments-week-before = Previous week
appointments-week-after = Next week
appointments-day-off = off
appointments-day-full = full
appointments-day-free =
    { $count ->
        [one] { $count } slot
       *[other] { $count } slots
    }
appointments-no-slots = No consultation hours on this day. Choose another day.
appointments-morning = Morning
appointments-midday = Midday
appointments-afternoon = Afternoon
appointments-evening = Evening
appointments-hours-over = Times that are over
appointments-free = free
appointments-slot-chosen = chosen
appointments-taken = taken
appointments-past = past

appointments-for-whom = For whom?
appointments-complaint = Complaint
appointments-complaint-hint = You may leave this empty. The doctor reads it before the consultation.
appointments-choose-slot-first = Choose a time
appointments-chosen-is-taken = The time you chose has just been taken by another patient. Choose another time.
appointments-can-be-cancelled = Can be cancelled before it starts
appointments-messages-erased = The chat of the consultation is erased when its room closes. Its prescription is kept.
appointments-messages-kept = The chat of the consultation is kept with the medical record. After its room has closed, patient and doctor can still read it.
appointments-messages-changed = The clinic has just changed whether the chat of a consultation is erased or kept. Read what holds now, then book again.
appointments-book = Book this time
appointments-booking = Booking
appointments-booked = Your consultation is booked.
appointments-booked-at-desk = The consultation is booked. The doctor and the patient's accounts are told.
appointments-booked-without-account = The consultation is booked and the doctor is told. This patient has no account yet, so nobody can enter its room. Create or link an account on this page, under “Link an account”, and tell the patient the time yourself.
appointments-to-patient = The patient's data
appointments-desk-no-doctors-body = Add doctors with their consultation hours first.
appointments-take = Take

appointments-choose-slot = Choose one of the free times.
appointments-slot-not-offered = This doctor's schedule has no such time. Choose one of the free times.
appointments-slot-past = That time has passed. Choose one that is still to come.
appointments-slot-too-far = Consultations can be booked at most { $days } days ahead.
appointments-slot-lost = { $time } has just been taken by another patient
appointments-nearest-free = The nearest times that are still free:
appointments-nothing-near = Nothing near it is free. Choose another day, or another doctor.
appointments-complaint-kept = The complaint you wrote is still on this page.
appointments-day-taken = You already have a consultation on that day
appointments-day-taken-of-patient = This patient has a consultation on that day already
appointments-day-taken-body = Each patient can have one consultation a day. Choose another day, or cancel the existing consultation first.
appointments-day-taken-open = See that day's consultation

appointments-consultations-title = Consultations
appointments-book-another = Book a consultation
appointments-none-yet = No consultations yet
appointments-none-yet-body = Choose a doctor and a time that suits you; your consultation then shows here.
appointments-to-doctors = Choose a doctor
appointments-upcoming = Upcoming
appointments-nothing-upcoming = No upcoming consultations.
appointments-over = Past
appointments-for = For { $name }
appointments-enter = Enter the room
appointments-look = View
appointments-state-upcoming = Upcoming
appointments-state-open = In progress
appointments-state-completed = Completed
appointments-state-no-show = Did not take place
appointments-state-cancelled = Cancelled

appointments-cancel = Cancel
appointments-cancel-title = Cancel this consultation?
appointments-cancel-body = Its time goes to other patients. You can book again on the same day.
appointments-cancel-body-doctor = The patient’s account, if there is one, is told, and can book another time on the same day.
appointments-cancel-yes = Yes, cancel it
appointments-cancel-no = Keep it
appointments-cancelled = The consultation is cancelled.
appointments-too-late-to-cancel = This consultation has begun or is over, so it can no longer be cancelled. If you cannot attend, call the clinic.

appointments-today = Today
appointments-to-today = To today
appointments-day-before = Day before
appointments-day-after = Day after
appointments-day-empty = No consultations on this day
appointments-day-empty-body = Consultations that patients book show here at once.
appointments-day-count =
    { $count ->
        [one] { $count } consultation, times in { $zone }
       *[other] { $count } consultations, times in { $zone }
    }
appointments-no-complaint = No complaint written

appointments-presence-title = Your presence
appointments-presence-lead = This is what patients see beside your name.
appointments-you-are-there = Patients see that you are there while a page of the clinic is open on your device.
appointments-you-are-away = Patients see that you are away, until you come back or log out.
appointments-go-away = I am away for a while
appointments-come-back = I am back
