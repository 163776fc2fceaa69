//! Whether a doctor is there (P7): what patients see beside the name, and that they are told when it changes.

use std::time::Duration;

use praktik::{
    clinic::doctors::{self, Presence, presence, presence_of},
    infra::leases::LEASE,
    web::Lang,
};
use rstest::rstest;
use uuid::Uuid;

use crate::support::{Browser, Engine, LASTS, Room, Socket, TestClinic, WAIT, program};

/// The mark beside the doctor that `browser` reads at `path`.
async fn mark(browser: &Browser, path: &str) -> String {
    let page = browser.get(path).await;
    page.attributes("main [data-presence]", "data-presence").into_iter().next().unwrap_or_else(|| panic!("{path}"))
}

/// A patient's page that shows `doctor`, and one that shows all.
async fn watching(browser: &Browser, doctor: Uuid) -> [(Socket, String); 2] {
    let topics = [presence::topic(doctor), presence::TOPIC.to_owned()];
    let mut pages = Vec::new();
    for topic in topics {
        let mut socket = Socket::open(browser).await;
        socket.subscribe(&topic, None).await;
        pages.push((socket, topic));
    }
    pages.try_into().unwrap_or_else(|_| unreachable!())
}

/// Waits until both pages are told, in real time.
async fn told(pages: &mut [(Socket, String); 2]) {
    for (socket, topic) in pages {
        socket.changed(topic).await;
    }
}

/// Nothing is told for a while.
async fn nothing_told(pages: &mut [(Socket, String); 2]) {
    for (socket, _) in pages {
        assert!(socket.all("changed").await.is_empty());
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_mark_says_what_the_doctor_does_while_a_page_is_open(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let doctor = clinic.doctor("Andi").await;
    let row = async || doctors::find(clinic.app.db.read(), doctor.id).await.unwrap().unwrap();
    let there = row().await;
    let mark = |row: &doctors::entity::doctor::Model, busy| presence_of(&clinic.app, row, busy);
    assert_eq!((mark(&there, true), mark(&there, false)), (Presence::Offline, Presence::Offline));
    clinic.app.presence.renew(doctor.id, Uuid::nil(), clinic.app.now());
    assert_eq!((mark(&there, true), mark(&there, false)), (Presence::Busy, Presence::Available));
    doctor.browser.post("/doctor/presence", &[("away", "yes")]).await;
    let away = row().await;
    assert_eq!((mark(&away, true), mark(&away, false)), (Presence::Busy, Presence::Away));
    clinic.pass(LEASE).await;
    assert_eq!((mark(&away, true), mark(&away, false)), (Presence::Offline, Presence::Offline));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_falls_silent_is_told_without_a_socket_closing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (patient, doctor) = (clinic.patient("Siti").await, clinic.doctor("Andi").await);
    let mut pages = watching(&patient.browser, doctor.id).await;
    let path = format!("/doctors/{}", doctor.id);
    // What a socket does that is heard once and then never again.
    clinic.app.presence.renew(doctor.id, Uuid::nil(), clinic.app.now());
    assert_eq!(mark(&patient.browser, &path).await, "available");
    clinic.pass(LEASE.saturating_sub(Duration::from_millis(1))).await;
    nothing_told(&mut pages).await;
    assert_eq!(mark(&patient.browser, &path).await, "available");
    clinic.pass(Duration::from_millis(1)).await;
    told(&mut pages).await;
    assert_eq!(mark(&patient.browser, &path).await, "offline");
    assert!(LEASE < Duration::from_secs(25), "the news needs time to arrive within thirty seconds");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_doctors_page_that_opens_and_closes_is_told(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let (patient, doctor) = (clinic.patient("Siti").await, clinic.doctor("Andi").await);
    let mut pages = watching(&patient.browser, doctor.id).await;
    assert_eq!(mark(&patient.browser, "/doctors").await, "offline");
    let first = Socket::open(&doctor.browser).await;
    told(&mut pages).await;
    assert_eq!(mark(&patient.browser, "/doctors").await, "available");
    let second = Socket::open(&doctor.browser).await;
    drop(first);
    nothing_told(&mut pages).await;
    assert_eq!(mark(&patient.browser, "/doctors").await, "available", "another page is still open");
    drop(second);
    told(&mut pages).await;
    assert_eq!(mark(&patient.browser, "/doctors").await, "offline");
}

/// The pages of the patient of `room` that show its doctor.
fn pages_of(room: &Room) -> [String; 4] {
    let consultation = format!("/consultations/{}", room.id);
    ["/doctors".to_owned(), format!("/doctors/{}", room.doctor.id), consultation, "/dashboard".to_owned()]
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_consultation_begins_and_ends_on_every_page_that_shows_the_doctor(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.waiting_room().await;
    let other = clinic.patient("Budi").await;
    let mut pages = watching(&other.browser, room.doctor.id).await;
    let _doctors = Socket::open(&room.doctor.browser).await;
    told(&mut pages).await;
    for path in pages_of(&room) {
        assert_eq!(mark(&room.patient.browser, &path).await, "available", "{path}");
        let page = room.patient.browser.get(&path).await;
        let topics = page.attributes("main [data-live-topic]", "data-live-topic").join(" ");
        assert!(topics.split(' ').any(|topic| topic.starts_with("presence")), "{path} hears nothing: {topics}");
    }
    clinic.pass(WAIT).await;
    // A leap of the clock ends the lease; the browser's next sign of life begins it anew, as after a sleep.
    clinic.app.presence.renew(room.doctor.id, Uuid::nil(), clinic.app.now());
    told(&mut pages).await;
    for path in pages_of(&room) {
        // With nobody else but the patient of this very room.
        let expected = if path.starts_with("/consultations/") { "here" } else { "busy" };
        assert_eq!(mark(&room.patient.browser, &path).await, expected, "{path}");
    }
    let page = room.patient.browser.get(&format!("/consultations/{}", room.id)).await;
    assert_eq!(page.text("main .presence-known").unwrap(), Lang::Id.t("common-presence-here"));
    assert_eq!(mark(&other.browser, "/doctors").await, "busy");
    for (socket, _) in &mut pages {
        socket.all("changed").await;
    }
    clinic.pass(LASTS).await;
    clinic.app.presence.renew(room.doctor.id, Uuid::nil(), clinic.app.now());
    told(&mut pages).await;
    assert_eq!(mark(&other.browser, "/doctors").await, "available");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_doctor_says_to_be_away_and_comes_back(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let (patient, doctor) = (clinic.patient("Siti").await, clinic.doctor("Andi").await);
    let mut pages = watching(&patient.browser, doctor.id).await;
    let _open = Socket::open(&doctor.browser).await;
    told(&mut pages).await;
    for own in ["/dashboard", "/doctor/consultations", "/doctor/presence"] {
        assert_eq!(mark(&doctor.browser, own).await, "available", "{own}");
        let answer = doctor.browser.post("/doctor/presence", &[("away", "yes"), ("return_to", own)]).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, own));
        told(&mut pages).await;
        assert_eq!(mark(&doctor.browser, own).await, "away", "{own}");
        assert_eq!(mark(&patient.browser, "/doctors").await, "away");
        let back = doctor.browser.post("/doctor/presence", &[("away", "no"), ("return_to", own)]).await;
        assert_eq!(back.status, 303);
        told(&mut pages).await;
        assert_eq!(mark(&patient.browser, "/doctors").await, "available");
    }
    for fields in [vec![], vec![("away", "")], vec![("away", "maybe")], vec![("away", "yes"), ("doctor_id", "x")]] {
        assert_eq!(doctor.browser.post("/doctor/presence", &fields).await.status, 422, "{fields:?}");
    }
    let elsewhere = [("away", "no"), ("return_to", "//evil.test")];
    assert_eq!(doctor.browser.post("/doctor/presence", &elsewhere).await.location(), "/doctor/presence");
    assert_eq!(mark(&patient.browser, "/doctors").await, "available", "a refused form changes nothing");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn being_away_ends_where_it_was_said_by_logging_out(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let doctor = clinic.doctor("Andi").await;
    let phone = clinic.signed_in(doctor.user).await;
    phone.post("/doctor/presence", &[("away", "yes")]).await;
    assert_eq!(mark(&doctor.browser, "/dashboard").await, "away", "said on the phone, shown on the desk");
    phone.post("/logout", &[]).await;
    assert_eq!(mark(&doctor.browser, "/dashboard").await, "available");
    doctor.browser.post("/doctor/presence", &[("away", "yes")]).await;
    let phone = clinic.signed_in(doctor.user).await;
    phone.post("/logout", &[]).await;
    assert_eq!(mark(&doctor.browser, "/dashboard").await, "away", "another session's end is not this one's");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_marks_are_true_again_and_being_away_is_remembered(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (remains, patient, doctor, second) = program(async move {
        let clinic = TestClinic::open(engine).await;
        let patient = clinic.patient("Siti").await.browser;
        let (doctor, second) = (clinic.doctor("Andi").await, clinic.doctor("Budi").await);
        doctor.browser.post("/doctor/presence", &[("away", "yes")]).await;
        let _open = (Socket::open(&doctor.browser).await, Socket::open(&second.browser).await);
        assert_eq!(mark(&patient, &format!("/doctors/{}", doctor.id)).await, "away");
        assert_eq!(mark(&patient, &format!("/doctors/{}", second.id)).await, "available");
        (clinic.leave(), patient, doctor, second)
    })
    .await;
    let at = remains.at;
    let clinic = remains.start(at).await;
    let patient = patient.at(&clinic.address);
    let paths = [doctor.id, second.id].map(|id| format!("/doctors/{id}"));
    for path in &paths {
        assert_eq!(mark(&patient, path).await, "offline", "nobody has come back yet");
    }
    let mut pages = watching(&patient, second.id).await;
    let _open = (
        Socket::open(&doctor.browser.at(&clinic.address)).await,
        Socket::open(&second.browser.at(&clinic.address)).await,
    );
    told(&mut pages).await;
    assert_eq!(mark(&patient, &paths[0]).await, "away");
    assert_eq!(mark(&patient, &paths[1]).await, "available");
}
