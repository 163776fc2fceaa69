//! The unique indexes that decide races, and how each engine names the one that refused.

use sea_orm::{DbErr, SqlErr};

/// A promise that the database keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unique {
    /// No two acts share a minute of a doctor's time (C2).
    DoctorTime,
    /// One consultation a day for a patient (C3).
    PatientDay,
    /// One account per e-mail (P2).
    Email,
    /// One patient per NIK (P2).
    Nik,
    /// An account looks after a patient once (P8).
    Care,
    /// A message sent once appears once (M1).
    MessageOnce,
    /// One call at a time in a conversation (K2).
    LiveCall,
    /// One draft per appointment (R1).
    Draft,
    /// One product of a name, form and strength, however they are written.
    Product,
    /// A form acts once.
    FormAct,
    /// One text for each edition of what people agree to (S4).
    LegalText,
    /// One authenticator app for an account (P3).
    Totp,
    /// A passkey belongs to one account (P3).
    Passkey,
    /// One passkey is asked for at a time in a session (P3).
    PasskeyCeremony,
}

/// Each promise with its index in PostgreSQL and its columns in SQLite's words.
pub const UNIQUES: [(Unique, &str, &str); 14] = [
    (Unique::DoctorTime, "doctor_time_unique", "doctor_time.doctor_id, doctor_time.starts_at"),
    (Unique::PatientDay, "appointments_patient_day_unique", "appointments.patient_id, appointments.clinic_day"),
    (Unique::Email, "users_email_unique", "users.email_index"),
    (Unique::Nik, "patients_nik_unique", "patients.nik_index"),
    (Unique::Care, "guardianships_pair_unique", "guardianships.user_id, guardianships.patient_id"),
    (Unique::MessageOnce, "messages_client_unique", "messages.conversation_id, messages.sender_id, messages.client_id"),
    (Unique::LiveCall, "call_sessions_live_unique", "call_sessions.conversation_id"),
    (Unique::Draft, "prescriptions_draft_unique", "prescriptions.appointment_id"),
    (Unique::Product, "products_identity_unique", "products.identity"),
    (Unique::FormAct, "form_acts_key_unique", "form_acts.user_id, form_acts.idempotency_key"),
    (
        Unique::LegalText,
        "legal_texts_edition_unique",
        "legal_texts.kind, legal_texts.language, legal_texts.version, legal_texts.edition",
    ),
    (Unique::Totp, "totp_secrets_user_unique", "totp_secrets.user_id"),
    (Unique::Passkey, "passkeys_credential_unique", "passkeys.credential_index"),
    (
        Unique::PasskeyCeremony,
        "passkey_ceremonies_session_unique",
        "passkey_ceremonies.session_id, passkey_ceremonies.kind",
    ),
];

/// The promise that `error` says would have been broken; nothing for every other error.
pub fn violated(error: &DbErr) -> Option<Unique> {
    let Some(SqlErr::UniqueConstraintViolation(message)) = error.sql_err() else { return None };
    UNIQUES.into_iter().find_map(|(unique, index, columns)| {
        let postgres = message.contains(&format!("\"{index}\""));
        let sqlite = message.ends_with(&format!("UNIQUE constraint failed: {columns}"));
        (postgres || sqlite).then_some(unique)
    })
}
