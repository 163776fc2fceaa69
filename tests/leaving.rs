//! Who asks for something and goes away at once: what was done is told all the same, also while the program stops.

use std::time::Duration;

use praktik::server;
use reqwest::Method;
use rstest::rstest;
use sea_orm::{ConnectionTrait as _, DbErr};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::support::{Browser, Engine, Socket, TestClinic};

/// A browser that does not wait any longer than this goes away.
const IMPATIENT: Duration = Duration::from_millis(400);
/// The program has noticed by then that it is gone.
const NOTICED: Duration = Duration::from_millis(200);

/// Acts on `table` that wait.
struct Held {
    go_on: oneshot::Sender<()>,
    act: JoinHandle<Result<(), DbErr>>,
}

impl Held {
    /// Has every act on `table` wait.
    async fn back(clinic: &TestClinic, table: &str) -> Self {
        let (db, engine, lock) =
            (clinic.app.db.clone(), clinic.engine, format!("LOCK TABLE {table} IN EXCLUSIVE MODE"));
        let ((go_on, waits), (begun, has_begun)) = (oneshot::channel(), oneshot::channel());
        let act = tokio::spawn(async move {
            let act = db.write(move |tx| async move {
                // On SQLite one act at a time is carried out anyway.
                if engine == Engine::Postgres {
                    tx.execute_unprepared(&lock).await?;
                }
                begun.send(()).unwrap();
                waits.await.unwrap();
                Ok(())
            });
            act.await
        });
        has_begun.await.unwrap();
        Self { go_on, act }
    }

    async fn go_on(self) {
        self.go_on.send(()).unwrap();
        self.act.await.unwrap().unwrap();
    }
}

/// Sends a form, and goes away before it is answered.
async fn send_and_leave(browser: &Browser, token: &str, path: &str, fields: &[(&str, &str)]) {
    let request = browser.request(Method::POST, path).header("x-csrf-token", token).form(fields).timeout(IMPATIENT);
    assert!(browser.try_send(request).await.is_err_and(|error| error.is_timeout()));
    tokio::time::sleep(NOTICED).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_told_though_its_patient_went_away_at_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (doctor, patient) = (clinic.doctor("Andi").await, clinic.patient("Siti").await);
    let mut page = Socket::open(&doctor.browser).await;
    let (token, id) = (patient.browser.csrf().await, doctor.id.to_string());
    let held = Held::back(&clinic, "appointments").await;
    let form = [("doctor_id", id.as_str()), ("starts_at", "2026-11-20T07:15:00Z")];
    send_and_leave(&patient.browser, &token, "/consultations", &form).await;
    held.go_on().await;
    page.next("notification").await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_call_rings_though_the_callers_page_closed_at_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let (patient, mut page) = (room.patients().browser, room.doctors().socket().await);
    let token = patient.csrf().await;
    let held = Held::back(&clinic, "call_sessions").await;
    send_and_leave(&patient, &token, &format!("/calls/conversations/{}/initiate", room.id), &[("type", "voice")]).await;
    held.go_on().await;
    page.next("ring").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_waits_for_the_act_of_somebody_who_went_away() {
    let clinic = TestClinic::open(Engine::Sqlite).await;
    let (doctor, patient) = (clinic.doctor("Andi").await, clinic.patient("Siti").await);
    let mut page = Socket::open(&doctor.browser).await;
    let (token, id) = (patient.browser.csrf().await, doctor.id.to_string());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = patient.browser.at(&format!("http://{}", listener.local_addr().unwrap()));
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server::serve(clinic.app.clone(), listener, async { stopped.await.unwrap() }));
    assert_eq!(here.get("/healthz").await.status, 200, "it serves by now");
    let held = Held::back(&clinic, "appointments").await;
    let form = [("doctor_id", id.as_str()), ("starts_at", "2026-11-20T07:15:00Z")];
    send_and_leave(&here, &token, "/consultations", &form).await;
    stop.send(()).unwrap();
    tokio::time::sleep(NOTICED).await;
    assert!(!serving.is_finished());
    held.go_on().await;
    serving.await.unwrap().unwrap();
    assert_eq!(clinic.count("SELECT COUNT(*) FROM appointments").await, 1);
    page.next("notification").await;
}
