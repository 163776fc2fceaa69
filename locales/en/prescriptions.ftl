# Prescriptions: the doctor's form, the lists, and the sheet.

prescriptions-form = Prescription
prescriptions-form-change = Change the prescription
prescriptions-form-change-body = A change issues a new version of { $number }. The old version becomes “Replaced”.
prescriptions-draft-kept = Draft { $time }
prescriptions-draft-unkept = The draft is not saved yet. It is tried again shortly.
prescriptions-another = Write another prescription
prescriptions-meanwhile-draft = This prescription was saved or issued in another tab since you opened it here. What you typed is still below and is not saved yet. Compare first; what is here holds if you save or issue it.
prescriptions-meanwhile-version = A new version of this prescription was issued in another tab since you opened it here. What you typed is still below. Compare first; if you issue it, what is here replaces that version.
prescriptions-meanwhile-look = View what is saved
prescriptions-meanwhile-keep = Save what is here
prescriptions-issued = Already issued
prescriptions-version = Version { $version }
prescriptions-open = View
prescriptions-change = Change
prescriptions-diagnosis = Diagnosis
prescriptions-medicine = Medicine
prescriptions-medicine-choose = Choose a medicine
prescriptions-dosage = Dosage
prescriptions-dosage-example = 3x a day
prescriptions-quantity = Quantity
prescriptions-duration = Days
prescriptions-instructions = Instructions
prescriptions-instructions-example = 1 tablet after meals
prescriptions-add = Add a medicine
prescriptions-remove = Remove medicine
prescriptions-refused-classes = Narcotics and psychotropics cannot be prescribed remotely.
prescriptions-notes = Notes for the patient
prescriptions-keep-draft = Save draft
prescriptions-issue = Issue prescription
prescriptions-issue-version = Issue new version

prescriptions-class-oot = OOT, not sent by online pharmacies
prescriptions-class-prekursor = Precursor, not sent by online pharmacies
prescriptions-class-psikotropika = Psychotropic, cannot be prescribed remotely
prescriptions-class-narkotika = Narcotic, cannot be prescribed remotely

prescriptions-no-medicine = Choose at least one medicine.
prescriptions-too-many = This prescription has { $count } medicines. One prescription has at most { $most }.
prescriptions-product-missing = Choose the medicine, or leave this row empty.
prescriptions-product-unknown = This medicine is not on the list. Choose one from the list.
prescriptions-product-no-medicine = { $name } is not a medicine. Choose one from the list.
prescriptions-product-retired = { $name } is no longer available. Choose another medicine.
prescriptions-product-narcotic = { $name } is a narcotic and cannot be prescribed remotely. Choose another medicine.
prescriptions-product-psychotropic = { $name } is a psychotropic and cannot be prescribed remotely. Choose another medicine.
prescriptions-number = Write a whole number from 1 to { $largest }.
prescriptions-licence-ended = Your SIP was valid until { $day }. You can issue prescriptions again once it is renewed; ask the clinic's admin to update it.

prescriptions-status-draft = Draft
prescriptions-status-active = Active
prescriptions-status-completed = Completed
prescriptions-status-cancelled = Cancelled
prescriptions-status-replaced = Replaced

prescriptions-notice-issued = The prescription is issued, and the patient’s account, if there is one, has been told.
prescriptions-notice-draft = The draft is saved. The patient does not see it yet.
prescriptions-notice-cancelled = The prescription is cancelled.
prescriptions-no-appointment = A prescription can only be written for a consultation or visit that is confirmed, ongoing or completed. Choose one from the list of consultations.
prescriptions-not-current = This prescription has been replaced, cancelled or completed. The list of prescriptions shows the one that holds.

prescriptions-mine = My prescriptions
prescriptions-newest-first = Newest first
prescriptions-none = No prescriptions yet
prescriptions-none-body = Prescriptions from your doctor appear here after a consultation, and you will be told.
prescriptions-for = For
prescriptions-do-not-collect = Do not collect
prescriptions-replaced-by = By version { $version }
prescriptions-written = Prescriptions I wrote
prescriptions-written-none = No prescriptions yet
prescriptions-written-none-body = Prescriptions that you write in a consultation appear here.
prescriptions-older = Older prescriptions

prescriptions-title = Prescription { $number }
prescriptions-for-patient = Prescription for { $name }
prescriptions-sheet = Prescription sheet
prescriptions-show-it = Show this page at the pharmacy.
prescriptions-cancelled-body = The doctor cancelled this prescription. Do not collect it.
prescriptions-replaced-body = The doctor issued a new version. Do not collect this one.
prescriptions-void-cancelled = CANCELLED
prescriptions-void-replaced = REPLACED
prescriptions-newer = Open the new version
prescriptions-cancel = Cancel the prescription
prescriptions-cancel-body = A cancelled prescription can no longer be collected, and cannot be made active again.
prescriptions-cancel-yes = Yes, cancel the prescription
prescriptions-phone = Tel.
prescriptions-licence = SIP
prescriptions-for-days = { $days ->
    [one] for { $days } day
   *[other] for { $days } days
}
prescriptions-not-sent = Not sent by online pharmacies; collect it at a pharmacy.
prescriptions-birth = Born
prescriptions-gender = Gender
prescriptions-female = Female
prescriptions-male = Male
prescriptions-address = Address
prescriptions-payer = Payment
prescriptions-payer-general = Self-paying
prescriptions-payer-bpjs = BPJS
prescriptions-signed-by = Prescribing doctor,
prescriptions-beside = From the doctor
prescriptions-notes-read = Notes
prescriptions-beside-own = Diagnosis and notes
prescriptions-diagnosis-missing = Write the diagnosis.
prescriptions-dosage-missing = Write the dosage, such as 3x a day.
prescriptions-quantity-missing = Write the quantity, from 1 to { $largest }.
prescriptions-duration-missing = Write for how many days, from 1 to { $largest }.
prescriptions-wrong-in-row = Medicine { $number }: { $sentence }
