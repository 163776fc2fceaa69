# The admin's pages: doctors, hours, days off.

admin-doctors-title = Doctors
admin-doctors-all = All doctors
admin-doctors-empty-title = No doctors yet
admin-doctors-empty-body = Add a doctor with consultation hours. After that patients can book consultations.
admin-doctor-new = Add a doctor
admin-doctor-new-title = New doctor
admin-doctor-inactive = Deactivated
admin-doctor-email = E-mail to log in with
admin-doctor-email-hint = The doctor logs in with this address and chooses the password.
admin-doctor-saved = The changes were saved.
admin-email-taken = Another account uses this e-mail already. Use another address.
admin-details = About the doctor

admin-sip-ended = SIP ended on { $day }
admin-sip-ending =
    { $days ->
        [0] SIP ends today
        [one] SIP ends tomorrow
       *[other] SIP ends in { $days } days
    }
admin-sip-ended-note = The SIP has ended. The doctor cannot prescribe.
admin-sip-ending-note =
    { $days ->
        [0] Ends today. After that the doctor cannot prescribe.
        [one] Ends tomorrow. After that the doctor cannot prescribe.
       *[other] Ends in { $days } days. After that the doctor cannot prescribe.
    }

admin-hours-note = { $zone } time, slots of { $minutes } minutes · { $slots } slots a week
admin-hours-hint = Write times like 08:00. Leave a day without consultations empty.
admin-hours-copy = Copy Monday to workdays
admin-hours-start = start
admin-hours-end = end
admin-hours-add = Add hours
admin-hours-more = Add a range to every day
admin-hours-remove = Remove a range of { $day }
admin-hours-off = Off
admin-hours-slots =
    { $count ->
        [one] 1 slot
       *[other] { $count } slots
    }
admin-hours-wrong = Needs attention

admin-outside-title =
    { $count ->
        [one] One consultation lies outside the consultation hours
       *[other] { $count } consultations lie outside the consultation hours
    }
admin-outside-body = They stay valid unless they are cancelled.
admin-outside-more = and { $count } more

admin-days-off = Days off
admin-days-off-none = No days off yet.
admin-days-off-first = First day
admin-days-off-last = Last day (may be empty)
admin-days-off-reason = Reason, for the clinic alone (may be empty)
admin-days-off-add = Add days off
admin-days-off-remove = Remove { $days }
admin-days-off-added = The days off were added. Booked consultations stay valid.
admin-days-off-removed = The days off were removed.

admin-deactivate = Deactivate
admin-deactivate-title = Deactivate { $name }?
admin-deactivate-note =
    { $count ->
        [0] Patients can no longer book this doctor. No consultations are booked.
        [one] Patients can no longer book this doctor. One consultation is booked; it stays valid unless it is cancelled.
       *[other] Patients can no longer book this doctor. { $count } consultations are booked; they stay valid unless they are cancelled.
    }
admin-reactivate = Activate again
admin-reactivate-note =
    { $count ->
        [0] This doctor is deactivated: patients cannot book. No consultations are booked.
        [one] This doctor is deactivated: patients cannot book. One booked consultation stays valid.
       *[other] This doctor is deactivated: patients cannot book. { $count } booked consultations stay valid.
    }
admin-doctor-was-deactivated = The doctor was deactivated. Booked consultations stay valid.
admin-doctor-was-reactivated = The doctor is active again and can be booked.

admin-link-title = Password link
admin-link-heading = Password link for { $name }
admin-link-body = Give this link to the doctor, who chooses a password with it. It works for 24 hours and only once.
admin-link-label = Link
admin-link-once = This link is shown only once. Copy it now.
admin-link-done = Copied
admin-link-edit = See the doctor
admin-link-again = Make a new link
admin-link-again-note = This doctor has not chosen a password yet. If the link was lost or is too old, make a new one.
admin-has-password = This doctor has chosen a password already. If it is forgotten, the doctor asks for a new one on the login page.
admin-photo-saved = The photo is saved.
