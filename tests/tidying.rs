//! Rows that would grow for ever are dropped once nobody needs them, and not before.

use std::time::Duration;

use praktik::{
    clinic::{accounts, notifications},
    server,
};
use reqwest::StatusCode;
use rstest::rstest;
use sea_orm::{ConnectionTrait as _, Statement};

use crate::support::{Engine, PASSWORD, TestClinic, new_id};

const DAY: Duration = Duration::from_hours(24);

/// Lets `passes` pass and has the clinic tidied up.
async fn tidied(clinic: &TestClinic, passes: Duration) {
    clinic.pass(passes).await;
    server::tidy(&clinic.app).await.unwrap();
}

async fn rows(clinic: &TestClinic, table: &str) -> i64 {
    clinic.count(&format!("SELECT COUNT(*) FROM {table}")).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn one_time_links_go_a_day_after_their_end(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let (user, now) = (patient.user, clinic.app.now());
    let link = move |tx| async move { accounts::create_password_link(&tx, user, now).await };
    let token = clinic.app.db.write(link).await.unwrap();
    let form = [("email", "baru@contoh.test"), ("current_password", PASSWORD)];
    assert_eq!(patient.browser.post("/settings/security/email", &form).await.status, StatusCode::SEE_OTHER);
    tidied(&clinic, DAY.saturating_sub(Duration::from_mins(1))).await;
    assert_eq!(clinic.browser().get(&format!("/password/reset/{token}")).await.status, StatusCode::OK, "still good");
    tidied(&clinic, DAY).await;
    assert_eq!((rows(&clinic, "password_links").await, rows(&clinic, "email_links").await), (1, 1));
    tidied(&clinic, Duration::from_mins(2)).await;
    assert_eq!((rows(&clinic, "password_links").await, rows(&clinic, "email_links").await), (0, 0));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_known_for_as_long_as_its_cookie_from_its_last_login(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let (used, left) = (clinic.browser(), clinic.browser());
    for browser in [&used, &left] {
        browser.log_in(&patient.email, PASSWORD).await;
    }
    assert_eq!(rows(&clinic, "known_devices").await, 2);
    tidied(&clinic, 300 * DAY).await;
    used.log_in(&patient.email, PASSWORD).await;
    assert_eq!(rows(&clinic, "known_devices").await, 2, "the control: neither is forgotten yet");
    tidied(&clinic, 101 * DAY).await;
    assert_eq!(rows(&clinic, "known_devices").await, 1, "the one that is used is known");
    tidied(&clinic, 300 * DAY).await;
    assert_eq!(rows(&clinic, "known_devices").await, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn forms_that_were_sent_and_jobs_that_are_done_go_and_what_waits_stays(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (patient, doctor) = (clinic.patient("Siti").await, clinic.doctor("Andi").await);
    let book = async |after: Duration, key: &str| {
        let starts_at = (clinic.app.now() + after).rfc3339();
        let form =
            [("doctor_id", doctor.id.to_string()), ("starts_at", starts_at), ("idempotency_key", key.to_owned())];
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let booked = clinic.signed_in(patient.user).await.post("/consultations", &form).await;
        assert_eq!(booked.status, StatusCode::SEE_OTHER, "{}", booked.body);
    };
    book(Duration::from_hours(1), "satu").await;
    clinic.pass(Duration::from_hours(2)).await;
    book(6 * DAY, "dua").await;
    clinic.settle().await;
    let waiting = "jobs WHERE done_at IS NULL";
    let (done, waits) = (rows(&clinic, "jobs WHERE done_at IS NOT NULL").await, rows(&clinic, waiting).await);
    assert!(done >= 2 && waits >= 2, "the control: a room has opened and closed, another waits: {done}, {waits}");
    tidied(&clinic, 5 * DAY).await;
    assert_eq!(rows(&clinic, "jobs WHERE done_at IS NOT NULL").await, done);
    assert_eq!(rows(&clinic, waiting).await, waits);
    tidied(&clinic, 3 * DAY).await;
    let old = format!("jobs WHERE done_at < {}", (clinic.app.now() - 7 * DAY).millis());
    assert_eq!(rows(&clinic, &old).await, 0);
    assert!(rows(&clinic, "jobs WHERE done_at IS NOT NULL").await >= 2, "what was done a little while ago stays");
    assert_eq!(rows(&clinic, "form_acts").await, 2);
    tidied(&clinic, 40 * DAY).await;
    assert_eq!(rows(&clinic, "form_acts").await, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn old_notifications_go_and_those_that_nobody_read_stay_longer(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let doctor = clinic.doctor("Andi").await;
    let news = async || {
        let (user, now) = (doctor.user, clinic.app.now());
        let add = move |tx| async move {
            let kind = notifications::Kind::CallMissed;
            notifications::add(&tx, user, kind, new_id(), "/dashboard".to_owned(), now).await
        };
        clinic.app.db.write(add).await.unwrap();
    };
    news().await;
    let (user, now) = (doctor.user, clinic.app.now());
    clinic.app.db.write(move |tx| async move { notifications::mark_read(&tx, user, now).await }).await.unwrap();
    news().await;
    tidied(&clinic, 89 * DAY).await;
    assert_eq!(rows(&clinic, "notifications").await, 2, "the control");
    tidied(&clinic, 2 * DAY).await;
    assert_eq!(rows(&clinic, "notifications WHERE read_at IS NOT NULL").await, 0);
    tidied(&clinic, 270 * DAY).await;
    assert_eq!(rows(&clinic, "notifications").await, 1, "the control");
    tidied(&clinic, 5 * DAY).await;
    assert_eq!(rows(&clinic, "notifications").await, 0);
}

/// What is asked often or reads much, and the index that answers it.
const FOUND_BY: [(&str, &str); 12] = [
    (
        "SELECT * FROM jobs WHERE done_at IS NULL AND run_at <= 5 AND kind <> 'a' ORDER BY run_at LIMIT 16",
        "jobs_waiting",
    ),
    (
        "SELECT * FROM jobs WHERE done_at IS NULL AND run_at <= 5 AND kind IN ('a', 'b') ORDER BY run_at LIMIT 4",
        "jobs_waiting",
    ),
    ("SELECT run_at FROM jobs WHERE done_at IS NULL AND claimed_until IS NULL ORDER BY run_at LIMIT 1", "jobs_waiting"),
    (
        "SELECT claimed_until FROM jobs WHERE done_at IS NULL AND claimed_until IS NOT NULL ORDER BY claimed_until LIMIT 1",
        "jobs_claimed",
    ),
    ("DELETE FROM jobs WHERE done_at < 5", "jobs_done"),
    ("DELETE FROM notifications WHERE created_at < 5 AND (read_at IS NOT NULL OR created_at < 4)", "notifications_age"),
    ("DELETE FROM form_acts WHERE created_at < 5", "form_acts_age"),
    ("DELETE FROM sessions WHERE expires_at <= 5", "sessions_end"),
    ("DELETE FROM password_links WHERE expires_at < 5", "password_links_end"),
    ("DELETE FROM email_links WHERE expires_at < 5", "email_links_end"),
    ("DELETE FROM known_devices WHERE created_at < 5", "known_devices_age"),
    ("DELETE FROM tries WHERE last_at < 5", "tries_last"),
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn jobs_and_tidying_read_no_table_from_end_to_end(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let explain = if engine == Engine::Sqlite { "EXPLAIN QUERY PLAN" } else { "EXPLAIN" };
    for (query, index) in FOUND_BY {
        let plan = clinic.app.db.write(move |tx| async move {
            if engine == Engine::Postgres {
                // Tables of tests are too small for it to care.
                tx.execute_unprepared("SET LOCAL enable_seqscan = off").await?;
            }
            let explained = Statement::from_string(tx.get_database_backend(), format!("{explain} {query}"));
            tx.query_all_raw(explained).await
        });
        // The last column of either engine is a line of the plan.
        let last = if engine == Engine::Sqlite { 3 } else { 0 };
        let lines =
            plan.await.unwrap().iter().map(|row| row.try_get_by_index::<String>(last).unwrap()).collect::<Vec<_>>();
        assert!(lines.iter().any(|line| line.contains(index)), "{query}: {lines:?}");
        assert!(!lines.iter().any(|line| line.contains("Seq Scan")), "{query}: {lines:?}");
    }
}
