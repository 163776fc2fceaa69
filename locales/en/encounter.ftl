# The page of one consultation: waiting, the room, the outcome, and the doctor's workspace.

encounter-title = Consultation
encounter-with = Consultation with { $name }
encounter-all = All consultations
encounter-leave = Leave the room; it stays open

encounter-opens-in = The room opens in
encounter-opens-by-itself = This page opens the room by itself when the time has come.
encounter-reload = Reload this page to see whether the room is open
encounter-left = Time left
encounter-closed = Closes
encounter-and-erased = and the chat is erased
encounter-closed-at = at
encounter-five-minutes = 5 minutes left.
encounter-one-minute = 1 minute left. Then the room closes and the chat is erased.
encounter-one-minute-kept = 1 minute left. Then the room closes; the chat can still be read.

encounter-complaint = Complaint
encounter-your-complaint = Your complaint
encounter-no-complaint = No complaint was written.
encounter-complaint-called-off = This consultation was called off, so the patient’s complaint is not shown.

encounter-health = Health data
encounter-health-of = Health data of { $name }
encounter-health-unknown = Not filled in yet
encounter-health-correct = Correct
encounter-health-saved = The health data is saved.
encounter-health-back = Back to the consultation
encounter-health-changed = Last changed by { $name }, { $at }
encounter-health-changed-by-you = Last changed by you, { $at }
encounter-health-changed-meanwhile = Not saved yet: somebody else has changed this since you opened it. Compare with what is kept now, then save again.
encounter-health-stored = Kept now: { $text }
encounter-health-stored-none = Kept now: empty

encounter-cancel = Cancel the consultation
encounter-cancel-title = Cancel this consultation?
encounter-cancel-body = Its time goes to another patient. You can book again on the same day.
encounter-cancel-yes = Yes, cancel it
encounter-cancel-no = Keep it

encounter-outcome-completed = Consultation finished
encounter-outcome-no-show = The consultation did not take place
encounter-outcome-cancelled = Consultation cancelled
encounter-cancelled-body = This consultation was cancelled before it began.
encounter-no-show-body = Nobody came to the room during its time. If something went wrong, call the clinic, or book another consultation.
encounter-lasted = The room was open for { $time }
encounter-chat-erased = The chat has been erased. The prescription is kept.
encounter-chat-kept = The chat is kept with the medical record. It can only be read now: by the patient, whoever looks after them, and the doctor of this consultation.
encounter-prescription = Prescription
encounter-prescription-issued = The doctor has issued a prescription.
encounter-prescription-open = See the prescription
encounter-prescription-not-yet = No prescription yet. You will be told if the doctor issues one.
encounter-book-again = Book another consultation
encounter-still-prescribe = You can still write the prescription for this consultation.

encounter-today = Today
encounter-today-list = Today's consultations
encounter-today-empty = No consultations today.
encounter-patients = { $count ->
    [one] { $count } patient
   *[other] { $count } patients
}
encounter-line-upcoming = Upcoming
encounter-line-open = Going on now
encounter-line-completed = Finished
encounter-line-no-show = Did not take place
encounter-line-cancelled = Cancelled

encounter-female = Female
encounter-male = Male
encounter-bpjs = BPJS
encounter-general = Self-paying
encounter-identity-ask = Make sure of the patient's name and date of birth.
encounter-identity-confirm = Identity matches
encounter-identity-confirmed = Identity confirmed

encounter-parts = Parts of the workspace
encounter-tab-room = Room
encounter-tab-prescription = Prescription
encounter-tab-complaint = Complaint

encounter-days = { $days ->
    [one] 1 day
   *[other] { $days } days
}{ $hours ->
    [0] { "" }
    [one] { " " }1 hour
   *[other] { " " }{ $hours } hours
}
encounter-hours = { $hours ->
    [one] 1 hour
   *[other] { $hours } hours
}{ $minutes ->
    [0] { "" }
    [one] { " " }1 minute
   *[other] { " " }{ $minutes } minutes
}
encounter-minutes = { $minutes ->
    [0] { $seconds } s
    [one] { $seconds ->
        [0] 1 minute
       *[other] 1 minute { $seconds } s
    }
   *[other] { $seconds ->
        [0] { $minutes } minutes
       *[other] { $minutes } minutes { $seconds } s
    }
}
