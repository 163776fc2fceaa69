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
       *[other] SIP ends in { $days } days
    }
admin-sip-ended-note = The SIP has ended. The doctor cannot prescribe.
admin-sip-ending-note =
    { $days ->
        [0] Ends today. After that the doctor cannot prescribe.
        [one] Ends tomorrow. After that the doctor cannot prescribe.
       *[other] Ends in { $days } days. After that the doctor cannot prescribe.
    }

admin-hours-note = { $zone } time, slots of { $minutes } minutes · { $slots } slots a week
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
        [0] Patients can no longer book this doctor, and the doctor can no longer log in, prescribe or write. No consultation is booked.
        [one] Patients can no longer book this doctor, and the doctor can no longer log in, prescribe or write. One consultation is booked.
       *[other] Patients can no longer book this doctor, and the doctor can no longer log in, prescribe or write. { $count } consultations are booked.
    }
admin-reactivate = Activate again
admin-reactivate-note =
    { $count ->
        [0] This doctor is deactivated: patients cannot book, and the doctor cannot log in. No consultation is booked.
        [one] This doctor is deactivated: patients cannot book, and the doctor cannot log in. One consultation is still booked.
       *[other] This doctor is deactivated: patients cannot book, and the doctor cannot log in. { $count } consultations are still booked.
    }
admin-doctor-was-deactivated = The doctor was deactivated and can no longer log in.
admin-doctor-was-reactivated = The doctor is active again: can log in and can be booked.

admin-link-title = Password link
admin-link-heading = Password link for { $name }
admin-link-body = Hand this link to the person. With it they choose a password of their own. It is good for 24 hours and works once.
admin-link-label = Link
admin-link-once = This link is shown only once. Copy it now.
admin-link-done = Copied
admin-link-edit = See their details
admin-link-again = Make a new link
admin-link-again-note = This doctor has not chosen a password yet. If the invitation was lost or is older than 24 hours, make a new one.
admin-has-password = This invitation was used. Whoever forgets the password asks for a new one on the login page.

admin-doctor-was-deactivated-and-cancelled = The doctor was deactivated. Consultations that had not begun were cancelled, and the accounts of their patients told. Whoever has no account has to be told by the clinic.
admin-deactivate-heading = Deactivating the doctor
admin-deactivate-booked = Consultations that are booked
admin-deactivate-keep = Keep them
admin-deactivate-keep-hint = They stay booked. The doctor cannot open them unless reactivated before their time.
admin-deactivate-cancel = Cancel them all
admin-deactivate-cancel-hint = The accounts of the patients are told at once, and can book another doctor on that day; patients without one are told by the clinic. A consultation that is going on runs to its end.
admin-doctor-account = Account and access
admin-doctor-account-note = Lock the account, end all sessions

admin-invitation-sent = The invitation was sent by e-mail. Its link is good for 24 hours.
admin-invitation-withdrawn = The invitation was taken back.

admin-people-title = Pharmacists and admins
admin-people-all = All pharmacists and admins
admin-people-note = Doctors have a list of their own. Admins cannot read health data.
admin-person-new = Invite somebody
admin-person-invite = Send the invitation
admin-person-invite-again = Invite again
admin-person-invite-again-mail = This invitation was not used yet. Send it again if the e-mail was lost or is older than 24 hours.
admin-person-invite-again-link = This invitation was not used yet. Make a new link if the old one was lost or is older than 24 hours.
admin-person-withdraw = Take the invitation back
admin-person-withdraw-note = Its link no longer works and this account is deleted. The e-mail address can be used again.
admin-person-role = Role
admin-person-role-needed = Choose one of the roles.
admin-person-pharmacist-hint = Checks prescriptions and dispenses medicine
admin-person-admin-hint = Looks after doctors, people, medicines and settings; reads no health data
admin-person-name = Full name
admin-person-email-hint = The person logs in with this address and chooses the password.
admin-person-mail-note = The invitation is sent to this address. Its link is good for 24 hours and works once.
admin-person-link-note = There is no mail server yet. The link of the invitation is shown once after this, for you to hand over.
admin-person-saved = The name was saved.
admin-person-status = Status
admin-person-is-active = Active
admin-person-is-invited = Invited
admin-person-is-locked = Locked
admin-person-invited = Invited, no password chosen yet
admin-person-sessions = Sessions
admin-person-session-count =
    { $count ->
        [one] Logged in on one device.
       *[other] Logged in on { $count } devices.
    }
admin-person-last-seen = Last active { $at }
admin-person-not-signed-in = Not logged in at present
admin-person-to-doctor = The doctor's details
admin-person-access = Access
admin-person-end-sessions = End all sessions
admin-person-end-sessions-note = Logs out on every device. After that the person must log in again.
admin-person-sessions-ended = All sessions were ended.
admin-person-factor-on = On
admin-person-factor-off = Not on yet
admin-person-factor-reset = Remove the second step
admin-person-factor-reset-note = For somebody who has lost their phone and recovery codes. First make sure, in person or by phone, that it is really they who ask. All their sessions end, and they are told by e-mail.
admin-person-factor-was-reset = The second step was removed. They set up a new one when they log in again.
admin-person-factor-self = You manage your own second step on the Security page.
admin-person-self-note = This is your own account. Only another admin can lock or deactivate it.
admin-person-lock = Lock the account
admin-person-lock-note = For a while, as when a phone was lost. All sessions end, and the person cannot log in until it is unlocked.
admin-person-lock-doctor-note =
    { $count ->
        [0] For a while, as when a phone was lost. All sessions end, the doctor cannot log in, and patients cannot book, until it is unlocked. No consultation is booked.
        [one] For a while, as when a phone was lost. All sessions end, the doctor cannot log in, and patients cannot book, until it is unlocked. One consultation is booked and stays booked.
       *[other] For a while, as when a phone was lost. All sessions end, the doctor cannot log in, and patients cannot book, until it is unlocked. { $count } consultations are booked and stay booked.
    }
admin-person-was-locked = The account was locked and all its sessions were ended.
admin-person-unlock = Unlock
admin-person-unlock-note = This account is locked. Unlock it so that the person can log in again.
admin-person-unlock-doctor-note =
    { $count ->
        [0] This account is locked: the doctor cannot log in, and patients cannot book. No consultation is booked.
        [one] This account is locked: the doctor cannot log in, and patients cannot book. One consultation is still booked.
       *[other] This account is locked: the doctor cannot log in, and patients cannot book. { $count } consultations are still booked.
    }
admin-person-was-unlocked = The account was unlocked.
admin-person-deactivate-note = For somebody who no longer works at the clinic. All sessions end, and the person can no longer log in. What they did stays on record.
admin-person-was-deactivated = The account was deactivated and all its sessions were ended.
admin-person-reactivate-note = This account is deactivated. Reactivate it so that the person can log in.
admin-person-was-reactivated = The account is active again.
admin-person-self = You cannot lock or deactivate your own account. Ask another admin.
admin-person-last = This is the last admin who can log in. Invite another admin first.
admin-person-changed = The status of this account has changed. Reload the page, then try again.

admin-menu-title = Manage the clinic
admin-menu-doctors = Details, consultation hours, days off, SIP
admin-menu-patients = Register, find and book for them; no health data
admin-menu-people = Pharmacists and admins: invite, lock, deactivate
admin-menu-products = Medicines that can be prescribed
admin-menu-settings = Name, address, time zone, slots, legal texts
admin-menu-sheet = The key to the clinic's data on paper, for an emergency
admin-menu-audit = Who did what, and whether the log is whole
admin-photo-saved = The photo is saved.
