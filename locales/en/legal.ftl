# The privacy notice and the consent, with built-in texts for clinics that have written none.

legal-privacy-title = Privacy notice
legal-terms-title = Patient's consent
legal-version = Version { $version }
legal-version-of = Version { $version }, { $day }
legal-too-short = Only { $length } characters so far. Write the whole text, at least { $shortest } characters.

legal-privacy-built-in =
    { $clinic } processes your personal data in order to treat you as a patient. Health data are personal data of a specific kind, which the law protects.

    What we keep: your identity (name, NIK, BPJS number, place and date of birth, address, phone, e-mail, photo), the health data that you fill in, complaints, times and outcomes of consultations, conversations that are kept, and prescriptions. Identity, health data, complaints, conversations and prescriptions are kept encrypted: scrambled, so that nobody can read them without the clinic's key.

    Who reads it: you, whoever looks after you through an account of theirs, and the doctors who treat you. The clinic's admins see your identity and your schedule, to register you and book for you; they do not read your complaints, conversations and prescriptions. Whenever somebody else reads or changes it, that is written down; you can see this log under Access log.

    For how long: the conversation of a consultation's room is deleted when the room closes, unless it says before you book that it is kept with the medical record. Medical records and prescriptions are kept for at least { $years } years from the last visit, as regulations require.

    To whom it goes: your data are neither sold nor shared, except where regulations require it.

    Your rights: to take a copy of your data on the page Your data, to have them corrected, and to withdraw your consent. Contact the clinic; we answer within 3×24 hours.

legal-terms-built-in =
    By agreeing you allow { $clinic } to process your health data, so that doctors can treat you from afar and your prescriptions are valid.

    { $clinic } keeps your identity, the health data that you fill in, complaints, conversations that are kept, and prescriptions. All of it is kept encrypted: scrambled, so that nobody can read it without the clinic's key. Complaints, conversations and prescriptions are read only by you, by whoever looks after you through an account of theirs, and by the doctors who treat you; the clinic's admins see your identity and your schedule. Whenever somebody else reads it, that is written down.

    The conversation of a consultation's room is deleted when the room closes, unless it says before you book that it is kept with the medical record. Calls are not recorded. Medical records and prescriptions are kept for at least { $years } years from the last visit, as regulations require.

    A consultation from afar has its limits: the doctor cannot examine your body, and may ask you to come. In an emergency go to the nearest IGD or call 119.

    You may take a copy of your data on the page Your data. Through the clinic you may have them corrected and withdraw this consent at any time.
