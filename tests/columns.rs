//! What each column holds: sealed, a hash, or something that may lie in the open (S3).
//!
//! Words and bytes are decided on in [`COLUMNS`], ids and numbers in [`NUMBERS`]. A new column is found in neither and
//! fails a test by its name until somebody has decided.

mod numbers;

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use praktik::{
    clinic::{accounts, audit::link_new, notifications::mail::MailKind},
    infra::{
        tables::{self, Kind, Table},
        vault::Private,
    },
    web::limits::Limits,
};
use reqwest::Method;
use rstest::rstest;
use sea_orm::ConnectionTrait as _;
use serde_json::Value;
use uuid::Uuid;

use self::numbers::NUMBERS;
use crate::{
    profile::edit,
    support::{
        Engine, TestClinic,
        front_desk::{child, girls_nik, with},
        matrix::lines,
        routes::World,
    },
};

/// What a column holds.
#[derive(Clone, Copy, PartialEq)]
enum Holds {
    /// A value that only its owner's data key, or its room's, opens.
    Sealed,
    /// A hash under a key, or of a secret that was drawn by chance.
    Hash,
    /// A data key, wrapped by the master key.
    Key,
    /// What may lie in the open, for this reason.
    Open(&'static str),
}

use Holds::{Hash, Key, Open, Sealed};

const CHOICE: Holds = Open("one of the program's own words");
const LETTERHEAD: Holds = Open("what the clinic tells everybody of itself");
const SHOWN: Holds = Open("what is shown of a doctor to whoever looks for one");
const LIST: Holds = Open("the clinic's list of medicines, of nobody in particular");
const DAY: Holds = Open("a day, without what happened");
const FAULT: Holds = Open("what failed, in words that name nobody");

const COLUMNS: &[(&str, Holds)] = &[
    ("appointments.clinic_day", DAY),
    ("appointments.complaint", Sealed),
    ("appointments.kind", CHOICE),
    ("appointments.retention", CHOICE),
    ("appointments.status", CHOICE),
    ("audit_log.action", CHOICE),
    ("audit_log.link", Hash),
    ("audit_log.subject", CHOICE),
    ("call_sessions.caller_page", Open("chance that a tab drew for itself, gone with the end of the call")),
    ("call_sessions.receiver_page", Open("chance that a tab drew for itself, gone with the end of the call")),
    ("call_sessions.status", CHOICE),
    ("call_sessions.type", CHOICE),
    ("clinics.address", LETTERHEAD),
    ("clinics.city", LETTERHEAD),
    ("clinics.message_retention", CHOICE),
    ("clinics.name", LETTERHEAD),
    ("clinics.phone", LETTERHEAD),
    ("clinics.time_zone", LETTERHEAD),
    ("consents.language", CHOICE),
    ("conversations.retention", CHOICE),
    ("conversations.status", CHOICE),
    ("data_keys.wrapped", Key),
    ("days_off.first_day", DAY),
    ("days_off.last_day", DAY),
    ("days_off.reason", Open("what the clinic says of a day on which it does not see patients")),
    ("doctors.biography", SHOWN),
    ("doctors.name", SHOWN),
    ("doctors.sip_number", SHOWN),
    ("doctors.sip_valid_until", SHOWN),
    ("doctors.specialty", SHOWN),
    ("doctors.status", CHOICE),
    ("doctors.str_number", SHOWN),
    ("email_links.address", Sealed),
    ("email_links.token_hash", Hash),
    ("files.kind", CHOICE),
    ("files.media_type", CHOICE),
    ("form_acts.idempotency_key", Open("drawn by chance for a form")),
    ("form_acts.path", Open("the address of a form, which has ids and no words")),
    ("guardianships.relationship", CHOICE),
    ("jobs.kind", CHOICE),
    ("jobs.last_error", FAULT),
    ("known_devices.key", Hash),
    ("legal_texts.body", Open("what the clinic publishes")),
    ("legal_texts.kind", CHOICE),
    ("legal_texts.language", CHOICE),
    ("mails.address", Sealed),
    ("mails.kind", CHOICE),
    ("mails.language", CHOICE),
    ("mails.last_error", FAULT),
    ("mails.path", Sealed),
    ("messages.message", Sealed),
    ("messages.metadata", Open("how long a call was and how it ended")),
    ("messages.type", CHOICE),
    ("nik_changes.kind", CHOICE),
    ("nik_changes.old_nik", Sealed),
    ("nik_changes.reason", Sealed),
    ("notifications.kind", CHOICE),
    ("notifications.path", Open("an address within the program, which has ids and no words")),
    ("passkey_ceremonies.kind", CHOICE),
    ("passkey_ceremonies.state", Sealed),
    ("passkeys.credential", Sealed),
    ("passkeys.credential_index", Hash),
    ("passkeys.name", Sealed),
    ("password_links.token_hash", Hash),
    ("patient_words.word_index", Hash),
    ("patients.address", Sealed),
    ("patients.allergies", Sealed),
    ("patients.birth_date", Sealed),
    ("patients.birth_order", Sealed),
    ("patients.birth_place", Sealed),
    ("patients.bpjs_number", Sealed),
    ("patients.gender", Sealed),
    ("patients.medicines_in_use", Sealed),
    ("patients.mother_nik", Sealed),
    ("patients.name", Sealed),
    ("patients.nik", Sealed),
    ("patients.nik_claim", Hash),
    ("patients.nik_index", Hash),
    ("patients.payer", Sealed),
    ("patients.phone", Sealed),
    ("patients.phone_index", Hash),
    ("patients.weight", Sealed),
    ("prescription_items.dosage", Sealed),
    ("prescription_items.duration_days", Sealed),
    ("prescription_items.instructions", Sealed),
    ("prescription_items.product_id", Sealed),
    ("prescription_items.quantity", Sealed),
    ("prescription_numbers.clinic_day", DAY),
    ("prescriptions.diagnosis", Sealed),
    ("prescriptions.notes", Sealed),
    ("prescriptions.number", Open("counted by the day")),
    ("prescriptions.prescription_date", DAY),
    ("prescriptions.sheet", Sealed),
    ("prescriptions.status", CHOICE),
    ("products.category", CHOICE),
    ("products.form", LIST),
    ("products.identity", LIST),
    ("products.kfa_code", LIST),
    ("products.medicine_class", CHOICE),
    ("products.name", LIST),
    ("products.status", CHOICE),
    ("products.strength", LIST),
    ("recovery_codes.code_hash", Hash),
    ("reset_requests.email_index", Hash),
    ("sessions.address", Sealed),
    ("sessions.level", CHOICE),
    ("sessions.token_hash", Hash),
    ("sessions.user_agent", Sealed),
    ("totp_secrets.secret", Sealed),
    ("tries.key", Hash),
    ("users.address", Sealed),
    ("users.email", Sealed),
    ("users.email_index", Hash),
    ("users.language", CHOICE),
    ("users.name", Sealed),
    ("users.password_hash", Open("Argon2id with a salt of its own")),
    ("users.phone", Sealed),
    ("users.role", CHOICE),
    ("users.status", CHOICE),
    ("users.time_zone", CHOICE),
];

fn holds(column: &str) -> Option<Holds> {
    COLUMNS.iter().find(|(name, _)| *name == column).map(|(_, holds)| *holds)
}

/// Every column that is there with what speaks against it, and every decision on a column that is not there.
async fn undecided(clinic: &TestClinic) -> BTreeSet<String> {
    let words: BTreeSet<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let mut left: BTreeSet<&str> = NUMBERS.iter().flat_map(|(_, names)| names.iter().copied()).chain(words).collect();
    let mut undecided = BTreeSet::new();
    for table in tables::all(clinic.app.db.read()).await.unwrap() {
        for column in table.columns {
            let name = format!("{}.{}", table.name, column.name);
            let is_number = NUMBERS.iter().any(|(_, names)| names.contains(&name.as_str()));
            let fits = match (column.kind, holds(&name)) {
                (Kind::Text, Some(Open(_))) => true,
                // What is sealed or hashed is bytes.
                (Kind::Bytes, Some(holds)) => !matches!(holds, Open(_)),
                (Kind::Id, None) => column.name == "id" || is_number,
                (Kind::Small | Kind::Number | Kind::YesNo, None) => is_number,
                _ => false,
            };
            left.remove(name.as_str());
            if !fits {
                undecided.insert(name);
            }
        }
    }
    undecided.extend(left.into_iter().map(|name| format!("{name} is not there")));
    undecided
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn somebody_has_decided_on_every_column(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    assert_eq!(undecided(&clinic).await, BTreeSet::new(), "sealed, a hash, or open for a reason?");
    let named: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let numbers: Vec<&str> = NUMBERS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    for listed in [named, numbers] {
        assert_eq!(listed.iter().collect::<BTreeSet<_>>().len(), listed.len(), "each once");
    }
    assert!(COLUMNS.iter().all(|(_, holds)| !matches!(holds, Open(reason) if reason.len() < 10)));

    // The control: columns of every kind on which nobody has decided are named.
    let planted = ["words TEXT", "number INTEGER", "large BIGINT", "truth BOOLEAN"];
    for column in planted {
        let plant = format!("ALTER TABLE patients ADD COLUMN new_{column}");
        clinic.app.db.write(move |tx| async move { tx.execute_unprepared(&plant).await }).await.unwrap();
    }
    let named = ["large", "number", "truth", "words"].map(|kind| format!("patients.new_{kind}"));
    assert_eq!(undecided(&clinic).await, BTreeSet::from(named));
}

/// The beginning of a sealed value: its format and whose key opens it. A nonce and a tag come with it.
const FORMAT: u8 = 1;
const SHORTEST: usize = 1 + 16 + 24 + 16;

/// What is wrong with the bytes of a column, if anything is.
fn fault(holds: Holds, bytes: &[u8], owners: &BTreeSet<Uuid>) -> Option<String> {
    let owner = || bytes.get(1..17).map(|owner| Uuid::from_slice(owner).unwrap());
    match holds {
        Sealed if bytes.first() != Some(&FORMAT) || bytes.len() < SHORTEST => Some("is not sealed".to_owned()),
        Sealed if !owner().is_some_and(|owner| owners.contains(&owner)) => {
            Some("names an owner without a key".to_owned())
        }
        Hash if bytes.len() != 32 => Some(format!("is a hash of {} bytes", bytes.len())),
        Key if bytes.len() < SHORTEST + 32 => Some("is no wrapped key".to_owned()),
        _ => None,
    }
}

async fn rows(clinic: &TestClinic, table: &Table) -> Vec<Vec<Value>> {
    table.read(clinic.app.db.read(), None, 100_000).await.unwrap()
}

/// What is wrong with any value of any column, and how often each column is filled.
async fn look(clinic: &TestClinic) -> (BTreeSet<String>, BTreeMap<String, usize>) {
    let all = tables::all(clinic.app.db.read()).await.unwrap();
    let mut owners = BTreeSet::new();
    for table in all.iter().filter(|table| ["data_keys", "conversations"].contains(&table.name.as_str())) {
        let id = table.columns.iter().position(|column| column.name == "id").unwrap();
        owners.extend(rows(clinic, table).await.iter().map(|row| row[id].as_str().unwrap().parse::<Uuid>().unwrap()));
    }
    let (mut faults, mut filled) = (BTreeSet::new(), BTreeMap::new());
    for table in &all {
        for row in rows(clinic, table).await {
            for (column, value) in table.columns.iter().zip(&row) {
                let name = format!("{}.{}", table.name, column.name);
                let (Some(holds), Some(text)) = (holds(&name), value.as_str()) else { continue };
                *filled.entry(name.clone()).or_default() += 1;
                if column.kind == Kind::Bytes {
                    let wrong = fault(holds, &STANDARD.decode(text).unwrap(), &owners);
                    faults.extend(wrong.map(|wrong| format!("{name} {wrong}")));
                }
            }
        }
    }
    (faults, filled)
}

/// What no route's own case writes.
async fn fill_the_rest(world: &World) {
    let clinic = &world.clinic;
    let doctor = clinic.doctor("Andi").await.browser;
    edit(&doctor, &[("phone", "081298765432"), ("address", "Jl. Veteran No. 3")]).await;
    let parent = clinic.patient("Siti").await.browser;
    let mut newborn = child("Bayi Siti", "");
    newborn.retain(|(name, _)| !matches!(*name, "nik" | "birth_date"));
    let of_mother =
        [("newborn", "yes"), ("mother_nik", "7371095203910001"), ("birth_date", "18-11-2026"), ("birth_order", "2")];
    newborn.extend(of_mother.map(|(name, value)| (name, value.to_owned())));
    let insured = with(&with(&child("Ayu", &girls_nik()), "payer", "bpjs"), "bpjs_number", "0001234567890");
    for form in [&newborn, &insured] {
        let added = parent.send_form("/profile/patients/new", form).await;
        assert!(added.status.is_redirection(), "{}: {}", added.status, added.body);
    }
    // Somebody else says the same of a child: whose the NIK is, the front desk settles.
    let again = clinic.patient("Budi").await.browser.send_form("/profile/patients/new", &insured).await;
    assert!(again.status.is_redirection(), "{}: {}", again.status, again.body);
    let room = world.room().await;
    let mut fields = world.medicines("Faringitis akut").await;
    fields.retain(|(name, _)| *name != "notes");
    fields.push(("notes", "Banyak minum".to_owned()));
    let path = format!("/doctor/appointments/{}/prescription", room.id);
    assert!(room.doctor.browser.send_form(&path, &fields).await.status.is_redirection());
}

/// A letter that waits: those of routes are sent at once.
async fn write_letter(world: &World) {
    let (app, user) = (world.clinic.app.clone(), world.other_patient.user);
    let path = Some(Private::new("/password/reset/rahasia"));
    let letter = world.clinic.app.db.write(move |tx| async move {
        accounts::write_to(&tx, &app.vault, user, MailKind::PasswordReset, path, app.now()).await
    });
    letter.await.unwrap();
}

/// A wrong try at a password, in a clinic that counts them.
async fn after_a_wrong_try(engine: Engine) -> TestClinic {
    let clinic = TestClinic::open_with(engine, Limits::standard()).await;
    let wrong = [("email", "siti@contoh.test"), ("password", "bukan kata sandinya")];
    assert_eq!(clinic.browser().post("/login", &wrong).await.status, 422);
    clinic
}

/// Everybody uses every route, and whatever that leaves in a sealed column is sealed.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_to_be_sealed_is(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::open(engine).await;
    // The clock's own act would have answered by then what waits for its time, and taken it away.
    for line in lines().iter().filter(|line| line.method == Method::POST && line.path != "/admin/clock/accept") {
        let case = world.case(&line.method, line.path).await.unwrap();
        let sent = match &case.file {
            Some(file) => case.rightful.send_file(&case.path, file, "foto.png").await,
            None => case.rightful.send_form(&case.path, &case.fields).await,
        };
        assert!(sent.status.is_success() || sent.status.is_redirection(), "{}: {}", line.path, sent.status);
    }
    fill_the_rest(&world).await;
    let clinic = &world.clinic;
    link_new(&clinic.app).await.unwrap();
    write_letter(&world).await;
    let (mut faults, mut filled) = look(clinic).await;
    let (others, tried) = look(&after_a_wrong_try(engine).await).await;
    faults.extend(others);
    filled.extend(tried);
    assert!(faults.is_empty(), "{faults:#?}");
    let empty: Vec<&str> = COLUMNS
        .iter()
        .filter(|(name, holds)| !matches!(holds, Open(_)) && !filled.contains_key(*name))
        .map(|(name, _)| *name)
        .collect();
    assert!(empty.is_empty(), "nothing was written into {empty:?}, so that nothing is known of it");

    // The control: a value that somebody forgot to seal is named.
    let forget = match engine {
        Engine::Sqlite => "UPDATE patients SET allergies = CAST('Penisilin' AS BLOB)",
        Engine::Postgres => "UPDATE patients SET allergies = 'Penisilin'::bytea",
    };
    let forgotten = clinic.app.db.write(move |tx| async move { tx.execute_unprepared(forget).await });
    forgotten.await.unwrap();
    let named = BTreeSet::from(["patients.allergies is not sealed".to_owned()]);
    assert_eq!(look(clinic).await.0, named);
}
