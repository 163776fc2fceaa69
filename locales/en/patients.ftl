# Patients: signing up and identity.

patients-register-title = Sign up as a patient
patients-register-intro = About 4 minutes. Have your KTP ready, and your BPJS card if you have one.
patients-register-send = Sign up
patients-register-confirm = One field needs a second look:

patients-identity = Identity
patients-name = Full name as on your KTP
patients-name-letters = Write the name in letters only, as on your KTP.
patients-nik = NIK
patients-nik-hint = The 16 digits at the top of your KTP
patients-nik-not-digits = A NIK has digits only, 16 of them.
patients-nik-short =
    { $count ->
        [one] Only 1 digit so far. A NIK always has 16.
       *[other] Only { $count } digits so far. A NIK always has 16.
    }
patients-nik-long = These are { $count } digits. A NIK always has 16.
patients-nik-no-date = A digit is wrong: digits 7 to 12 of a NIK are a date of birth. Copy it from your KTP again.
patients-nik-no-serial = A digit is wrong: the last four digits of a NIK are never 0000. Copy it from your KTP again.
patients-nik-other-date = The birth date in this NIK differs from the one you gave. Check both.
patients-nik-other-gender = The gender in this NIK differs from the one you chose. Check both.
patients-nik-other-date-and-gender = The birth date and gender in this NIK differ from what you gave. Check them all.
patients-nik-other-province = The first two digits of this NIK are not a province. Copy it from your KTP again.
patients-nik-confirm = It is right: my KTP says so
patients-birth-place = Place of birth
patients-birth-place-hint = City or regency
patients-place-letters = Write the city or regency in letters only.
patients-birth-date = Date of birth
patients-birth-date-future = This day has not come yet. Check the year.
patients-birth-date-early = The year is too early. Check it again.
patients-gender = Gender
patients-gender-female = Female
patients-gender-male = Male
patients-gender-choose = Choose one, as on your KTP.
patients-address = Home address
patients-phone = Phone number (may be left empty)
patients-phone-hint = A number on which the clinic can call

patients-payer = Payment
patients-payer-general = Self-paying
patients-payer-general-hint = You pay yourself
patients-payer-bpjs = BPJS
patients-payer-bpjs-hint = National health insurance
patients-payer-choose = Choose who pays.
patients-bpjs-number = BPJS card number
patients-bpjs-number-hint = The 13 digits on the card; only if you use BPJS
patients-bpjs-not-digits = A BPJS number has digits only, 13 of them.
patients-bpjs-short =
    { $count ->
        [one] Only 1 digit so far. A BPJS number always has 13.
       *[other] Only { $count } digits so far. A BPJS number always has 13.
    }
patients-bpjs-long = These are { $count } digits. A BPJS number always has 13.

patients-allergies = Allergies
patients-allergies-hint = Medicines, food or other. If there are none, write “none”.
patients-weight = Weight (kg)
patients-weight-short = Weight
patients-weight-hint = Example: 62.5
patients-weight-kg = { $weight } kg
patients-weight-wrong = Write the weight in kilograms, such as 62.5.
patients-medicines-in-use = Medicines in use
patients-medicines-in-use-hint = Names and doses, herbal ones and supplements too

patients-account = Account
patients-email-hint = For logging in
patients-password-again = Type your password again: for safety it is not shown back to you. At least 10 characters.
patients-consent-needed = Tick this to go on. Without your consent the clinic may not treat you through the application.
patients-consent-changed = This text has just changed. Read the new one, then decide.

patients-why = Why we ask
patients-why-nik = For a correct medical record. It is stored encrypted and does not stand on prescriptions.
patients-why-birth-label = Place and date of birth
patients-why-birth = Required on every prescription.
patients-why-bpjs = Only if BPJS covers the cost.

patients-newborn = A newborn without a NIK
patients-mother-nik = The mother's NIK
patients-mother-nik-hint = 16 digits on the mother's card
patients-birth-order = Which child of this birth (may be empty)
patients-birth-order-hint = Only for twins: 1, 2 and so on
patients-birth-order-wrong = Write a number from 1 to { $most }.
patients-newborn-old = From one year on, a child is registered with a NIK of their own. Fill it in, or call the clinic if there is none yet.
patients-relationship-choose = Choose who this is to you.
patients-desk-consent-needed = Tick this once the patient or their guardian has signed. Without it the clinic may not treat through this application.

patients-in-care-title = Patients in your care
patients-in-care-intro = You can book for yourself, a child, a parent, or somebody else in your care. Each has data of their own.
patients-relationship = Who this is to you
patients-relationship-one-self = Yourself
patients-relationship-child = Child
patients-relationship-parent = Parent
patients-relationship-other = Somebody else in your care
patients-born = born { $day }
patients-book = Book a consultation
patients-profile = See details
patients-further-new = Add a patient
patients-further-intro = Have their identity card, family card or birth certificate at hand.
patients-further-name = Full name
patients-further-consent = On behalf of this patient I agree to the above (version { $version }).
patients-further-send = Add
patients-further-added = The data is sent. You can book for this patient already; the clinic will look at the data.
patients-further-there = You look after a patient with this NIK already.
patients-further-too-many = One account can look after { $most } patients at most. Call the clinic if you need more.
patients-further-own = Your own data cannot be taken from this account.
patients-remove = End the care
patients-remove-title = No longer look after { $name }?
patients-remove-body = You can no longer book for this patient or read their data. Their data stays with the clinic.
patients-remove-yes = Yes, end it
patients-further-removed = You no longer look after that patient. Their data stays with the clinic.
