# The front desk: finding patients, registering them, correcting their data.

desk-patients-title = Patients
desk-to-patients = All patients
desk-register = Register a patient
desk-search = Find a patient
desk-search-hint = NIK, e-mail, phone, or a word of the name
desk-search-go = Search
desk-newest-title = Newest
desk-found-title = Search results
desk-show-newest = Show the newest
desk-more = Next
desk-nobody-title = No patient matches
desk-nobody-body = Check the spelling. Names are searched by whole words; NIK, e-mail and phone must be complete.
desk-empty-title = No patients yet
desk-empty-body = Patients who sign up, or whom you register, are listed here.
desk-born = Born { $day }
desk-nik-ends = NIK ············{ $digits }
desk-nik-none = No NIK yet
desk-phone-ends = Tel. ···{ $digits }

desk-contested-count =
    { $count ->
        [one] One patient uses a NIK that another patient has.
       *[other] { $count } patients use a NIK that another patient has.
    }
desk-contested-look = Look
desk-contested-title = NIKs to look at
desk-contested-mark = Check the NIK
desk-contested-none-title = Nothing to look at
desk-contested-none-body = Every patient has a number of their own.
desk-contested-body = Another patient has this patient's NIK, or the mother's NIK with this date of birth. Look at both identity cards, then correct the NIK of one; or link the account that looks after them with the patient who is there already.
desk-holder-open = Open the patient who has that NIK

desk-account-none = No account
desk-account-of-others = Through another account
desk-account-active = Account active
desk-account-awaits = Waits for a password
desk-account-locked = Account locked
desk-account-deactivated = Account deactivated

desk-register-title = Register a patient
desk-register-intro = Look at the identity card or birth certificate first.
desk-registered = The patient is registered.
desk-email = E-mail for an account of their own (may be empty)
desk-email-hint = Without one, the clinic or an account that looks after the patient books for them.
desk-email-taken = Another account has this e-mail. Register without it, then link that account to look after the patient.
desk-nik-taken = Another patient has this number. Look at that patient first.
desk-newborn-known = Another newborn with this mother's NIK and date of birth is registered.
desk-consent = The patient or their guardian has read and signed the consent (version { $version }).

desk-link-title = Password link
desk-link-heading = Password link for { $name }
desk-link-body = Give this link to the patient, who chooses a password with it. It is good for 24 hours, and once; the same link is sent to their e-mail.
desk-link-label = Link
desk-link-once = This link is shown once. Copy it now.
desk-link-done = Copied

desk-patient-title = A patient's data
desk-book = Book a consultation
desk-birth = Place and date of birth
desk-birth-order = child no. { $order } of that birth
desk-edit-identity = Correct the identity
desk-identity-saved = The identity is saved.
desk-edit-nik = Correct or release the NIK
desk-nik-what = What is to be done?
desk-nik-choose = Choose one.
desk-nik-correct = Add or correct the NIK
desk-nik-correct-hint = After looking at the card
desk-nik-release = Release the NIK
desk-nik-release-hint = So that its rightful holder can sign up
desk-nik-new = The right NIK
desk-nik-new-hint = Leave it empty to release the NIK
desk-nik-confirm = It is right: the card says so
desk-nik-reason = Reason
desk-nik-reason-hint = Kept with the change
desk-nik-saved = The NIK is saved.
desk-nik-released = The NIK is released. Its holder can sign up now.
desk-nik-changes = Changes of the NIK
desk-nik-was-corrected = NIK corrected
desk-nik-was-released = NIK released

desk-expected = Consultations to come
desk-expected-none = No consultations to come.
desk-cancel-body = The time is free again. The doctor and the patient's accounts are told.
desk-cancel-body-without-account = The time is free again and the doctor is told. This patient has no account yet: tell them yourself.

desk-care = Accounts that look after this patient
desk-care-none = No account yet. The clinic books for them.
desk-care-one-self = The patient
desk-care-child = Child of the account's holder
desk-care-parent = Parent of the account's holder
desk-care-other = In the care of the account's holder
desk-care-add = Link an account
desk-care-add-body = Look at both people's cards first. A linked account can book for this patient and read their prescriptions and record.
desk-care-who = Who is this patient to the account's holder?
desk-care-of-child = their child
desk-care-of-parent = their parent
desk-care-of-other = somebody else in their care
desk-care-of-self = the holder
desk-care-of-self-hint = Makes a new account
desk-care-link = Link
desk-care-linked = The account is linked. Everybody who looks after this patient is told.
desk-care-there = This account looks after this patient already.
desk-care-no-account = No account has this e-mail. The person must sign up first.
desk-care-no-patient = This account belongs to the clinic's staff, not to a patient.
desk-care-has-own = This patient has an account already.
desk-care-ended = That account no longer looks after this patient.
desk-unlink = Unlink
desk-unlink-title = Unlink this account?
desk-unlink-body = This account can no longer book for the patient or read their data. The patient's data stays.
desk-unlink-yes = Yes, unlink
desk-lock = Lock the account
desk-lock-title = Lock this patient's account?
desk-lock-body = The patient is logged out everywhere at once and cannot log in until the account is unlocked. Consultations stay.
desk-lock-yes = Yes, lock
desk-unlock = Unlock
desk-account-was-locked = The account is locked.
desk-account-was-unlocked = The account is unlocked.
