# The clinic's settings and its legal texts.

settings-title = Clinic settings
settings-identity = The clinic
settings-identity-note = The name is shown on every page; all of it at the head of prescriptions.
settings-name = Name of the clinic
settings-address = Address
settings-city = City
settings-city-hint = The place beside a prescription's date
settings-phone = Phone
settings-phone-hint = Such as 0411 123456 or 0812 3456 7890
settings-time = Time and records
settings-zone = The clinic's time zone
settings-zone-hint = Decides the clinic's days and the doctors' consultation hours.
settings-zone-wib = WIB (Jakarta)
settings-zone-wita = WITA (Makassar)
settings-zone-wit = WIT (Jayapura)
settings-zone-wrong = Choose one of the time zones.
settings-zone-changes = The zone changes: the consultation hours of all doctors are read in the new zone, and the clinic's day begins at its midnight. Consultations that are booked stay at the same moment, shown with another time, and count for the day that they were booked for.
settings-zone-confirm = Yes, change the time zone
settings-slot = Length of a slot, in minutes
settings-slot-hint = A multiple of 5, from 5 to 60. Consultations that are booked do not change.
settings-slot-wrong = Write a multiple of 5, from 5 to 60.
settings-slot-leaves-rest =
    { $others ->
        [0] { $minutes } minutes do not divide the consultation hours of { $doctors }. What is left at the end of a range cannot be booked.
       *[other] { $minutes } minutes do not divide the consultation hours of { $doctors } and { $others } more. What is left at the end of a range cannot be booked.
    }
settings-slot-confirm = Yes, leave the rest empty
settings-retention = How long medical records are kept, in years
settings-retention-hint = At least 25 years from the last visit (Permenkes 24/2022).
settings-retention-short = Regulations ask for at least { $least } years.
settings-retention-long = At most { $largest } years.
settings-messages = Messages of consultations
settings-messages-hint = Holds for consultations that are booked after this is saved. Those that are booked stay as was said when they were booked.
settings-messages-choose = Choose one of the two: erased or kept.
settings-messages-ephemeral = Erased when the room closes
settings-messages-ephemeral-hint = The key of the room is destroyed, then its messages are deleted. Nobody can read them again: not the patient, not the doctor, not the clinic. Times and outcomes of calls are kept, and so are prescriptions.
settings-messages-kept = Kept with the medical record
settings-messages-kept-hint = Messages are kept encrypted as prescriptions are, are in backups and in the patient's copy of their data, and can still be read by the patient and the doctor. Whoever holds a backup and the recovery sheet can read them too. If the clinic has written its own legal texts, adapt them first.
settings-number-wrong = Write a whole number.
settings-saved = The settings were saved.
settings-logo = Logo
settings-logo-note = Shown beside the clinic's name, at the head of every page and of prescriptions.
settings-logo-now = The clinic's logo now
settings-logo-file = Choose a picture
settings-logo-hint = JPEG, PNG or WebP, 5 MB at most. A transparent background stays transparent.
settings-logo-save = Save the logo
settings-logo-saved = The logo was saved.
settings-logo-remove = Remove the logo
settings-logo-removed = The logo was removed.

settings-texts = Legal texts
settings-texts-note = Anybody can read them, also before signing up.
settings-text-read = Read it as patients do
settings-text-indonesian = Text in Indonesian
settings-text-english = Text in English
settings-text-hint = Plain text. An empty line begins a new paragraph.
settings-text-material = What has changed?
settings-text-material-needed = Choose whether its content has changed.
settings-text-correction = Wording
settings-text-correction-hint = It means the same. The version stays.
settings-text-new-version = Content
settings-text-new-version-hint = It becomes a new version. If it is the patients' consent, every patient is asked to read and agree again.
settings-text-publish = Publish
settings-text-saved = The text was published.
settings-text-conflict = Another admin published this text at the same moment. Reload the page, then check the text.
