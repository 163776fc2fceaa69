# The privacy notice and the consent, with built-in texts for clinics that have written none.

legal-privacy-title = Privacy notice
legal-terms-title = Patient's consent
legal-version = Version { $version }
legal-version-of = Version { $version }, { $day }
legal-too-short = Only { $length } letters so far. Write the whole text, at least { $shortest } letters.

legal-privacy-built-in =
    { $clinic } processes your personal data in order to treat you as a patient. Health data are personal data of a specific kind, which the law protects.

    What we keep: your identity (name, NIK, place and date of birth, address, phone, e-mail), complaints, notes of consultations, visit summaries and prescriptions. All of it is kept encrypted.

    Who reads it: you, and the doctors who treat you. Whenever somebody else reads or changes it, that is written down, and you can ask for this log. The clinic's admins do not read your conversations.

    For how long: the conversation of a consultation's room is deleted when the room closes. Medical records and prescriptions are kept for at least { $years } years from the last visit, as regulations require.

    To whom it goes: your data are neither sold nor shared, except where regulations require it.

    Your rights: to ask for a copy of your data, to have them corrected, and to withdraw your consent. Contact the clinic; we answer within 3×24 hours.

legal-terms-built-in =
    By agreeing you allow { $clinic } to process your health data, so that doctors can treat you from afar and your prescriptions are valid.

    { $clinic } keeps your identity, complaints, notes of consultations and prescriptions. All of it is kept encrypted, and read only by the doctors who treat you and by yourself. Whenever somebody else reads it, that is written down.

    The conversation of a consultation's room is deleted when the room closes. Calls are not recorded. Medical records and prescriptions are kept for at least { $years } years from the last visit, as regulations require.

    A consultation from afar has its limits: the doctor cannot examine your body, and may ask you to come. In an emergency go to the nearest IGD or call 119.

    You may ask for a copy of your data, have them corrected, and withdraw this consent at any time through the clinic.
