//! Races are decided by unique indexes, and each refusal is recognised on both engines: a row is there, and the same
//! once more is refused by the promise that it would break.

use std::time::Duration;

use praktik::{
    clinic::accounts::second_factor::PAGE,
    infra::unique::{UNIQUES, Unique, violated},
};
use rstest::rstest;
use sea_orm::{ConnectionTrait as _, DbBackend, DbErr, Statement};

use crate::support::{Engine, TestClinic, routes::World};

/// The table of a promise, and what differs in the second row beside its id.
const fn second_row(unique: Unique) -> (&'static str, &'static [(&'static str, &'static str)]) {
    match unique {
        Unique::DoctorTime => ("doctor_time", &[]),
        Unique::PatientDay => ("appointments", &[]),
        Unique::Email => ("users", &[]),
        Unique::Nik => ("patients", &[]),
        Unique::Care => ("guardianships", &[]),
        Unique::MessageOnce => ("messages", &[("seq", "seq + 1000")]),
        Unique::LiveCall => ("call_sessions", &[]),
        Unique::Draft => ("prescriptions", &[]),
        Unique::Product => ("products", &[]),
        Unique::FormAct => ("form_acts", &[]),
        Unique::LegalText => ("legal_texts", &[]),
        Unique::Totp => ("totp_secrets", &[]),
        Unique::Passkey => ("passkeys", &[]),
        Unique::PasskeyCeremony => ("passkey_ceremonies", &[]),
    }
}

/// What must differ, beside its id, for the same row to be taken.
const fn what_makes_room(unique: Unique) -> &'static [(&'static str, &'static str)] {
    match unique {
        Unique::DoctorTime => &[("starts_at", "starts_at + 86400000")],
        Unique::PatientDay => &[("takes_day", "FALSE")],
        Unique::Email => &[("email_index", "email")],
        Unique::Nik => &[("nik_index", "nik")],
        Unique::Care => &[("patient_id", "(SELECT patients.id FROM patients ORDER BY 1 DESC LIMIT 1)")],
        Unique::MessageOnce => &[("seq", "seq + 1000"), ("client_id", "NEW")],
        Unique::LiveCall => &[("ended_at", "created_at")],
        Unique::Draft => &[("status", "'cancelled'")],
        Unique::Product => &[("identity", "'planted'")],
        Unique::FormAct => &[("idempotency_key", "'planted'")],
        Unique::LegalText => &[("edition", "edition + 1")],
        Unique::Totp => {
            &[("user_id", "(SELECT id FROM users WHERE id NOT IN (SELECT user_id FROM totp_secrets) LIMIT 1)")]
        }
        Unique::Passkey => &[("credential_index", "credential")],
        Unique::PasskeyCeremony => &[("kind", "'use'")],
    }
}

/// Inserts a copy of a row of `table` with a new id and with `changes`.
async fn insert_again(clinic: &TestClinic, table: &str, changes: &[(&str, &str)]) -> Result<(), DbErr> {
    let (backend, columns, new_id) = match clinic.engine {
        Engine::Sqlite => {
            (DbBackend::Sqlite, format!("SELECT name FROM pragma_table_info('{table}')"), "randomblob(16)")
        }
        Engine::Postgres => (
            DbBackend::Postgres,
            format!("SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}'"),
            "gen_random_uuid()",
        ),
    };
    let rows = clinic.app.db.read().query_all_raw(Statement::from_string(backend, columns)).await?;
    let columns: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    assert!(!columns.is_empty(), "{table}");
    let values: Vec<&str> = columns
        .iter()
        .map(|column| match changes.iter().find(|(changed, _)| changed == column) {
            Some((_, "NEW")) => new_id,
            Some((_, value)) => value,
            None if column == "id" => new_id,
            None => column.as_str(),
        })
        .collect();
    let sql = format!(
        "INSERT INTO {table} ({}) SELECT {} FROM {table} ORDER BY 1 LIMIT 1",
        quoted(&columns),
        values.join(", ")
    );
    let done = move |tx| async move { sea_orm::ConnectionTrait::execute_unprepared(&tx, &sql).await };
    let result = clinic.app.db.write(done).await?;
    assert_eq!(result.rows_affected(), 1, "no row of {table} to copy");
    Ok(())
}

fn quoted(columns: &[String]) -> String {
    columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ")
}

/// A clinic with a row in each of the tables.
async fn filled(engine: Engine) -> World {
    let world = World::open(engine).await;
    let room = world.room().await;
    world.call(&room).await;
    world.prescription(&room, "/draft").await;
    let starts_at = (world.clinic.app.now() + Duration::from_hours(2)).rfc3339();
    let doctor = world.other_doctor.id.to_string();
    let form = [("doctor_id", doctor.as_str()), ("starts_at", &starts_at), ("idempotency_key", "once")];
    let booked = world.other_patient.browser.post("/consultations", &form).await;
    assert!(booked.status.is_redirection(), "{}: {}", booked.status, booked.body);
    let text = "Klinik mengolah data kesehatan Anda agar dokter dapat merawat Anda dari jauh dan resep Anda sah.";
    let form = [("body_id", text), ("body_en", text), ("material", "yes")];
    let published = world.admin.post("/admin/settings/texts/terms", &form).await;
    assert!(published.status.is_redirection(), "{}: {}", published.status, published.body);
    world.clinic.set_up_app(&world.other_patient.browser).await;
    let (_, kept) = world.clinic.add_passkey(&world.other_patient.browser, "Laptop").await;
    assert!(kept.status.is_redirection(), "{}: {}", kept.status, kept.body);
    let asked = world.other_patient.browser.post_json(&format!("{PAGE}/passkeys/options"), &[]).await;
    assert_eq!(asked.status, reqwest::StatusCode::OK, "{}", asked.body);
    world
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_promise_of_the_database_is_recognised(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = filled(engine).await;
    for (unique, ..) in UNIQUES {
        let (table, changes) = second_row(unique);
        let refused = insert_again(&world.clinic, table, changes).await.expect_err(table);
        assert_eq!(violated(&refused), Some(unique), "{refused}");
        // The control: what breaks no promise is taken.
        insert_again(&world.clinic, table, what_makes_room(unique)).await.unwrap();
    }
}

/// Refusals of another kind are none of the promises.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn another_refusal_is_no_promise(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = filled(engine).await;
    for changes in [[("sent_at", "NULL"), ("seq", "seq + 1")], [("client_id", "NEW"), ("sent_at", "sent_at")]] {
        let refused =
            insert_again(&world.clinic, "messages", &changes).await.expect_err("a message without a time, or a number");
        assert_eq!(violated(&refused), None, "{refused}");
    }
}
