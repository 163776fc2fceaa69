//! A copy of one's data holds what every column of the database holds of a person, or a reason stands here why it does
//! not (S4). A new column, or a new table, is found in neither list and fails a test by its name.

use std::collections::BTreeSet;

use praktik::infra::tables;
use rstest::rstest;
use sea_orm::ConnectionTrait as _;
use serde_json::Value;

use crate::{
    export::json,
    support::{Engine, TestClinic, filled::Filled},
};

/// What becomes of a column in a copy.
#[derive(Clone, Copy)]
enum Export {
    /// Where it stands in `data.json`; `*` is every item of a list.
    At(&'static str),
    /// Nowhere, for this reason.
    Not(&'static str),
}

use Export::{At, Not};

const WHOSE: Export = Not("whose row it is: the copy is theirs, or it stands within its patient");
const PART: Export = Not("which row it belongs to: it stands within that row");
const SECRET: Export = Not("a secret, or its hash: whoever found the copy could log in with it");
const INDEX: Export = Not("made of what is in the copy, so that it is found again");
const VERSION: Export = Not("counts changes, so that two at once do not overwrite each other");

/// Tables that hold nothing of a person but for what the copy has from elsewhere.
const TABLES: &[(&str, &str)] = &[
    ("audit_checks", "checks of the chain, of nobody in particular"),
    ("clinics", "the clinic itself, whose name, address and phone head the copy"),
    ("code_tries", "counts wrong codes while they count, so that nobody guesses"),
    ("consultation_hours", "of doctors, shown to whoever looks for one; S4 speaks of patients"),
    ("data_keys", "wrapped keys: they open what is in the copy, and are secrets"),
    ("days_off", "of doctors, shown to whoever looks for one; S4 speaks of patients"),
    ("doctor_time", "which appointment takes which five minutes: the appointments are in the copy"),
    ("doctors", "what is shown of a doctor to whoever looks for one; S4 speaks of patients"),
    ("ended_sessions", "that a session ended of late, by its id, so that a running program hears of it"),
    ("form_acts", "that a form was acted on, so that a resend does nothing; what it did is in the copy"),
    ("jobs", "what the program does later, by the ids of rows that are in the copy"),
    ("legal_texts", "what the clinic publishes"),
    ("mails", "letters on their way, gone once they are sent; what they tell of is in the copy"),
    ("passkey_ceremonies", "a passkey that is being asked for, until the browser answers; its state is a secret"),
    ("patient_words", "hashes of the words of a name that is in the copy"),
    ("prescription_numbers", "how many prescriptions a day had, of nobody in particular"),
    ("products", "the clinic's list of medicines; those that were prescribed are named in the copy"),
    ("recovery_sheets", "which admin keeps the clinic's key on paper"),
    ("reset_requests", "a hash of whatever address was typed, of nobody's account"),
    ("tries", "a hash of who tried and from where, while it counts"),
    ("wrapping_key", "which master key is in use, of nobody in particular"),
];

/// A table, and where each of its columns is in a copy.
type Table = (&'static str, &'static [(&'static str, Export)]);

/// Columns of all other tables but for their rows' own `id`.
const COLUMNS: &[Table] = &[
    (
        "appointments",
        &[
            ("booked_by", At("/patients/*/encounters/*/bookedBy/name")),
            ("cancelled_by", At("/patients/*/encounters/*/cancelledBy/name")),
            ("clinic_day", At("/patients/*/encounters/*/clinicDay")),
            ("closed_at", At("/patients/*/encounters/*/actualPeriod/end")),
            ("complaint", At("/patients/*/encounters/*/reason")),
            ("created_at", At("/patients/*/encounters/*/created")),
            ("doctor_came_at", At("/patients/*/encounters/*/doctorCame")),
            ("doctor_id", At("/patients/*/encounters/*/participant/name")),
            ("ends_at", At("/patients/*/encounters/*/plannedPeriod/end")),
            ("identity_confirmed_at", At("/patients/*/encounters/*/identityConfirmed")),
            ("kind", At("/patients/*/encounters/*/type")),
            ("opened_at", At("/patients/*/encounters/*/actualPeriod/start")),
            ("patient_came_at", At("/patients/*/encounters/*/patientCame")),
            ("patient_id", WHOSE),
            ("retention", At("/patients/*/encounters/*/messagesKept")),
            ("starts_at", At("/patients/*/encounters/*/plannedPeriod/start")),
            ("status", At("/patients/*/encounters/*/status")),
            ("takes_day", Not("follows from the status: whether another can be booked on that day")),
            ("updated_at", At("/patients/*/encounters/*/updated")),
        ],
    ),
    (
        "audit_log",
        &[
            ("action", At("/auditEvents/*/action")),
            ("actor_id", At("/auditEvents/*/agent/name")),
            ("at", At("/auditEvents/*/recorded")),
            ("link", Not("ties the row to the one before it, which may be somebody else's")),
            ("patient_id", At("/auditEvents/*/patient")),
            ("period", Not("made of the moment, so that one reading is written down once")),
            ("place", Not("counts the rows of everybody")),
            ("subject", At("/auditEvents/*/entity")),
            ("subject_id", At("/auditEvents/*/entityId")),
        ],
    ),
    (
        "call_sessions",
        &[
            ("caller_id", At("/patients/*/encounters/*/calls/*/caller/name")),
            ("caller_page", Not("the tab that a running call is in, forgotten at its end")),
            ("conversation_id", PART),
            ("created_at", At("/patients/*/encounters/*/calls/*/created")),
            ("duration_seconds", At("/patients/*/encounters/*/calls/*/durationSeconds")),
            ("ended_at", At("/patients/*/encounters/*/calls/*/end")),
            ("last_together_at", Not("by what the end of a call is known that nobody ended")),
            ("reached_at", At("/patients/*/encounters/*/calls/*/reached")),
            ("receiver_id", Not("the other of the two people")),
            ("receiver_page", Not("the tab that a running call is in, forgotten at its end")),
            ("started_at", At("/patients/*/encounters/*/calls/*/start")),
            ("status", At("/patients/*/encounters/*/calls/*/status")),
            ("type", At("/patients/*/encounters/*/calls/*/type")),
        ],
    ),
    (
        "consents",
        &[
            ("given_at", At("/consents/*/dateTime")),
            ("language", At("/consents/*/language")),
            ("user_id", WHOSE),
            ("version", At("/consents/*/version")),
        ],
    ),
    (
        "conversations",
        &[
            ("appointment_id", PART),
            ("created_at", At("/patients/*/encounters/*/conversation/created")),
            ("doctor_id", PART),
            ("erased_at", At("/patients/*/encounters/*/conversation/erased")),
            ("last_message_at", At("/patients/*/encounters/*/conversation/lastMessage")),
            ("last_seq", At("/patients/*/encounters/*/conversation/messages")),
            ("patient_id", WHOSE),
            ("retention", At("/patients/*/encounters/*/conversation/retention")),
            ("status", Not("whether it was erased, which the moment says")),
        ],
    ),
    (
        "email_links",
        &[
            ("address", At("/account/oneTimeLinks/*/email")),
            ("created_at", At("/account/oneTimeLinks/*/created")),
            ("expires_at", At("/account/oneTimeLinks/*/expires")),
            ("token_hash", SECRET),
            ("used_at", At("/account/oneTimeLinks/*/used")),
            ("user_id", WHOSE),
        ],
    ),
    (
        "files",
        &[
            ("bytes", At("/patients/*/patient/photo/*/size")),
            ("created_at", At("/patients/*/patient/photo/*/creation")),
            ("kind", Not("that it is a photo, and whose: it stands with the person")),
            ("media_type", At("/patients/*/patient/photo/*/contentType")),
            ("owner_id", WHOSE),
        ],
    ),
    (
        "guardianships",
        &[
            ("consent_version", At("/patients/*/consentVersion")),
            ("created_at", At("/patients/*/companions/*/since")),
            ("patient_id", WHOSE),
            ("relationship", At("/patients/*/companions/*/relationship")),
            ("user_id", At("/patients/*/companions/*/name")),
        ],
    ),
    ("known_devices", &[("created_at", At("/account/knownBrowsers/*/since")), ("key", SECRET), ("user_id", WHOSE)]),
    (
        "messages",
        &[
            ("client_id", Not("drawn by chance by the page, so that a message is sent once")),
            ("conversation_id", PART),
            ("message", At("/patients/*/encounters/*/messages/*/text")),
            ("metadata", At("/patients/*/encounters/*/messages/*/call")),
            ("read_at", At("/patients/*/encounters/*/messages/*/read")),
            ("sender_id", At("/patients/*/encounters/*/messages/*/sender")),
            ("sent_at", At("/patients/*/encounters/*/messages/*/sent")),
            ("seq", At("/patients/*/encounters/*/messages/*/number")),
            ("type", At("/patients/*/encounters/*/messages/*/type")),
        ],
    ),
    (
        "nik_changes",
        &[
            ("changed_by", At("/patients/*/nikChanges/*/agent/name")),
            ("created_at", At("/patients/*/nikChanges/*/dateTime")),
            ("kind", At("/patients/*/nikChanges/*/action")),
            ("old_nik", At("/patients/*/nikChanges/*/oldNik")),
            ("patient_id", WHOSE),
            ("reason", At("/patients/*/nikChanges/*/reason")),
        ],
    ),
    (
        "notifications",
        &[
            ("created_at", At("/notifications/*/sent")),
            ("kind", At("/notifications/*/text")),
            ("path", At("/notifications/*/path")),
            ("read_at", At("/notifications/*/read")),
            ("subject_id", Not("the path leads to it")),
            ("user_id", WHOSE),
        ],
    ),
    (
        "passkeys",
        &[
            ("counter", At("/account/secondFactors/passkeys/*/uses")),
            ("created_at", At("/account/secondFactors/passkeys/*/created")),
            ("credential", SECRET),
            ("credential_index", SECRET),
            ("last_used_at", At("/account/secondFactors/passkeys/*/lastUsed")),
            ("name", At("/account/secondFactors/passkeys/*/name")),
            ("user_id", WHOSE),
        ],
    ),
    (
        "password_links",
        &[
            ("created_at", At("/account/oneTimeLinks/*/created")),
            ("expires_at", At("/account/oneTimeLinks/*/expires")),
            ("token_hash", SECRET),
            ("used_at", At("/account/oneTimeLinks/*/used")),
            ("user_id", WHOSE),
        ],
    ),
    (
        "patients",
        &[
            ("address", At("/patients/*/patient/address/*/text")),
            ("allergies", At("/patients/*/health/allergies")),
            ("birth_date", At("/patients/*/patient/birthDate")),
            ("birth_order", At("/patients/*/newborn/birthOrder")),
            ("birth_place", At("/patients/*/patient/birthPlace")),
            ("bpjs_number", At("/patients/*/coverage/bpjsNumber")),
            ("created_at", At("/patients/*/patient/created")),
            ("gender", At("/patients/*/patient/gender")),
            ("health_changed_at", At("/patients/*/health/changed")),
            ("health_changed_by", At("/patients/*/health/changedBy/name")),
            ("medicines_in_use", At("/patients/*/health/medicinesInUse")),
            ("mother_nik", At("/patients/*/newborn/motherNik")),
            ("name", At("/patients/*/patient/name/*/text")),
            ("nik", At("/patients/*/patient/identifier/*/value")),
            ("nik_claim", At("/patients/*/nikContested")),
            ("nik_index", INDEX),
            ("payer", At("/patients/*/coverage/type")),
            ("phone", At("/patients/*/patient/telecom/*/value")),
            ("phone_index", INDEX),
            ("photo_id", At("/patients/*/patient/photo/*/url")),
            ("profile_version", VERSION),
            ("search_version", INDEX),
            ("updated_at", At("/patients/*/patient/updated")),
            ("weight", At("/patients/*/health/weightKg")),
        ],
    ),
    (
        "prescription_items",
        &[
            ("dosage", At("/patients/*/medicationRequests/*/items/*/dosage")),
            ("duration_days", At("/patients/*/medicationRequests/*/items/*/durationDays")),
            ("instructions", At("/patients/*/medicationRequests/*/items/*/patientInstruction")),
            ("position", Not("the order in which they stand")),
            ("prescription_id", PART),
            ("product_id", At("/patients/*/medicationRequests/*/items/*/medicationId")),
            ("quantity", At("/patients/*/medicationRequests/*/items/*/quantity")),
        ],
    ),
    (
        "prescriptions",
        &[
            ("appointment_id", At("/patients/*/medicationRequests/*/encounter")),
            ("created_at", At("/patients/*/medicationRequests/*/created")),
            ("diagnosis", At("/patients/*/medicationRequests/*/reason")),
            ("doctor_id", At("/patients/*/medicationRequests/*/requester/name")),
            ("draft_revision", Not("how often it was kept before it was issued")),
            ("issued_at", At("/patients/*/medicationRequests/*/authoredOn")),
            ("notes", At("/patients/*/medicationRequests/*/note")),
            ("number", At("/patients/*/medicationRequests/*/identifier")),
            ("patient_id", WHOSE),
            ("prescription_date", At("/patients/*/medicationRequests/*/date")),
            ("replaces_id", At("/patients/*/medicationRequests/*/replaces")),
            ("sheet", At("/patients/*/medicationRequests/*/subject/name")),
            ("status", At("/patients/*/medicationRequests/*/status")),
            ("updated_at", At("/patients/*/medicationRequests/*/updated")),
            ("version", At("/patients/*/medicationRequests/*/version")),
        ],
    ),
    (
        "recovery_codes",
        &[
            ("code_hash", SECRET),
            ("created_at", At("/account/secondFactors/recoveryCodes/*/created")),
            ("used_at", At("/account/secondFactors/recoveryCodes/*/used")),
            ("user_id", WHOSE),
        ],
    ),
    (
        "sessions",
        &[
            ("address", At("/account/sessions/*/address")),
            ("confirmed_at", At("/account/sessions/*/confirmed")),
            ("created_at", At("/account/sessions/*/created")),
            ("expires_at", At("/account/sessions/*/expires")),
            ("last_used_at", At("/account/sessions/*/lastUsed")),
            ("level", At("/account/sessions/*/level")),
            ("token_hash", SECRET),
            ("user_agent", At("/account/sessions/*/browser")),
            ("user_id", WHOSE),
        ],
    ),
    (
        "totp_secrets",
        &[
            ("created_at", At("/account/secondFactors/app/created")),
            ("last_step", Not("the moment of the newest code, so that it is not taken twice")),
            ("last_used_at", At("/account/secondFactors/app/lastUsed")),
            ("secret", SECRET),
            ("user_id", WHOSE),
        ],
    ),
    (
        "users",
        &[
            ("address", At("/account/address")),
            ("created_at", At("/account/created")),
            ("email", At("/account/email")),
            ("email_confirmed_at", At("/account/emailConfirmed")),
            ("email_index", INDEX),
            ("language", At("/account/language")),
            ("name", At("/account/name")),
            ("password_hash", At("/account/hasPassword")),
            ("phone", At("/account/phone")),
            ("photo_id", At("/account/photo/url")),
            ("profile_version", VERSION),
            ("role", At("/account/role")),
            ("status", At("/account/status")),
            ("time_zone", At("/account/timeZone")),
            ("updated_at", At("/account/updated")),
        ],
    ),
];

fn decided(table: &str, column: &str) -> bool {
    let listed = COLUMNS.iter().find(|(name, _)| *name == table).map(|(_, columns)| columns);
    let of_column = listed.is_some_and(|columns| column == "id" || columns.iter().any(|(name, _)| *name == column));
    of_column || TABLES.iter().any(|(name, _)| *name == table)
}

/// Columns on which nobody has decided, and decisions on columns that are not there.
async fn undecided(clinic: &TestClinic) -> BTreeSet<String> {
    let mut undecided = BTreeSet::new();
    let mut left: BTreeSet<String> = TABLES.iter().map(|(table, _)| (*table).to_owned()).collect();
    for (table, columns) in COLUMNS {
        left.extend(columns.iter().map(|(column, _)| format!("{table}.{column}")));
    }
    for table in tables::all(clinic.app.db.read()).await.unwrap() {
        left.remove(&table.name);
        for column in table.columns {
            let name = format!("{}.{}", table.name, column.name);
            left.remove(&name);
            if !decided(&table.name, &column.name) {
                undecided.insert(name);
            }
        }
    }
    undecided.extend(left.into_iter().map(|name| format!("{name} is not there")));
    undecided
}

/// Whether something stands at `path` in `value`.
fn stands(value: &Value, path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else { return !value.is_null() && value != "" };
    let (name, rest) = rest.find('/').map_or((rest, ""), |end| rest.split_at(end));
    match (name, value) {
        ("*", Value::Array(items)) => items.iter().any(|item| stands(item, rest)),
        (_, Value::Object(members)) => members.get(name).is_some_and(|member| stands(member, rest)),
        _ => false,
    }
}

/// Columns of which no copy holds anything where it is said to stand.
fn missing(columns: &[Table], copies: &[Value]) -> BTreeSet<String> {
    let mut missing = BTreeSet::new();
    for (table, columns) in columns {
        for (column, copy) in *columns {
            if let At(path) = copy
                && !copies.iter().any(|copied| stands(copied, path))
            {
                missing.insert(format!("{table}.{column}"));
            }
        }
    }
    missing
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_column_is_in_a_copy_or_a_reason_says_why_not(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let filled = Filled::open(engine).await;
    let clinic = &filled.clinic;
    assert_eq!(undecided(clinic).await, BTreeSet::new(), "where in a copy does it stand, or why not?");
    let reasons = COLUMNS.iter().flat_map(|(_, columns)| columns.iter()).filter_map(|(_, copy)| match copy {
        At(_) => None,
        Not(reason) => Some(*reason),
    });
    assert!(reasons.chain(TABLES.iter().map(|(_, reason)| *reason)).all(|reason| reason.len() >= 10));

    // The patient's copy, and the doctor's, who has what no patient's account has.
    let copies = [json(&filled.copy_of(filled.patient).await), json(&filled.copy_of(filled.doctor).await)];
    assert_eq!(missing(COLUMNS, &copies), BTreeSet::new(), "it is said to stand there, and does not");

    // The control: a column and a table that somebody added are named, and so is a place where nothing stands.
    let plant = |statement: &'static str| {
        clinic.app.db.write(move |tx| async move { tx.execute_unprepared(statement).await.map(drop) })
    };
    plant("ALTER TABLE patients ADD COLUMN blood_group TEXT").await.unwrap();
    plant("CREATE TABLE illnesses (id TEXT PRIMARY KEY, name TEXT)").await.unwrap();
    let planted = ["illnesses.id", "illnesses.name", "patients.blood_group"].map(str::to_owned);
    assert_eq!(undecided(clinic).await, BTreeSet::from(planted));
    let nowhere: &[Table] = &[("patients", &[("blood_group", At("/patients/*/health/bloodGroup"))])];
    assert_eq!(missing(nowhere, &copies), BTreeSet::from(["patients.blood_group".to_owned()]));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn everything_that_somebody_wrote_is_in_their_copy(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let filled = Filled::open(engine).await;
    for (user, own, others) in [
        (filled.patient, Filled::patients_words(), Filled::doctors_words()),
        (filled.doctor, Filled::doctors_words(), Filled::patients_words()),
    ] {
        let files = filled.copy_of(user).await;
        for name in ["index.html", "data.json"] {
            let unsaid: Vec<&str> = own.iter().map(String::as_str).filter(|word| !files[name].contains(word)).collect();
            assert!(unsaid.is_empty(), "{name} does not say {unsaid:?}");
            // The control: the same search finds nothing of what is somebody else's.
            let said: Vec<&str> = others.iter().map(String::as_str).filter(|word| files[name].contains(word)).collect();
            assert!(said.is_empty(), "{name} says {said:?}");
        }
    }
    // And what is gone from its column is gone from the copy: it came from there.
    let forget = "UPDATE patients SET allergies = NULL";
    let clinic = &filled.clinic;
    clinic.app.db.write(move |tx| async move { tx.execute_unprepared(forget).await }).await.unwrap();
    let files = filled.copy_of(filled.patient).await;
    assert!(!files["data.json"].contains("Penisilin") && files["data.json"].contains("Metformin"));
}
