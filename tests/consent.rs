//! Consent (S4): a patient who has not agreed to the text in force is asked first; nothing that they need is shut.

use std::time::Duration;

use praktik::clinic::{
    accounts::{self, entity::consent},
    legal::FIRST_VERSION,
};
use rstest::rstest;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::support::{Engine, Socket, TestClinic, front_desk};

/// Has `user` have agreed to the text before the one in force.
async fn with_older_consent(clinic: &TestClinic, user: Uuid) {
    let now = clinic.app.now();
    let older = clinic.app.db.write(move |tx| async move {
        consent::Entity::delete_many().filter(consent::Column::UserId.eq(user)).exec(&tx).await?;
        accounts::add_consent(&tx, user, FIRST_VERSION - 1, praktik::web::Lang::Id, now).await
    });
    older.await.unwrap();
}

/// What waits for consent.
const PAGES: [&str; 5] = ["/dashboard", "/doctors", "/consultations", "/messages", "/prescriptions"];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_new_text_is_asked_about_before_anything_else_and_noted_with_its_version_and_time(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    for path in PAGES {
        assert_eq!(patient.browser.get(path).await.status, 200, "{path}");
    }
    with_older_consent(&clinic, patient.user).await;
    clinic.pass(Duration::from_mins(5)).await;
    for path in PAGES {
        let answer = patient.browser.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, "/consent"), "{path}");
    }
    let doctor = clinic.doctor("Andi").await;
    let answer = patient.browser.post("/consultations", &[("doctor_id", &doctor.id.to_string())]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/consent"));

    let page = patient.browser.get("/consent").await;
    assert!(page.body.contains("Anda menyetujui versi 0"), "{}", page.body);
    assert!(page.text("#consent-text").unwrap().contains("25 tahun"));
    assert_eq!(patient.browser.post("/consent", &[("version", "9")]).await.status, 422);
    for _ in 0..2 {
        assert_eq!(patient.browser.post("/consent", &[]).await.location(), "/dashboard");
    }
    let given = accounts::consents_of(clinic.app.db.read(), patient.user).await.unwrap();
    let given: Vec<_> = given.iter().map(|row| (row.version, row.given_at)).collect();
    assert_eq!(given[0], (FIRST_VERSION, clinic.app.now()), "and the older one is kept");
    assert_eq!((given.len(), given[1].0), (2, FIRST_VERSION - 1));
    for path in PAGES {
        assert_eq!(patient.browser.get(path).await.status, 200, "{path}");
    }
    let own = patient.browser.get("/settings/data").await;
    assert_eq!(own.count("#consents li"), 2);
    assert!(own.text("main").unwrap().contains("Permenkes 24/2022"));
    let log = patient.browser.get("/settings/access-log").await.text("#access-log").unwrap();
    assert!(log.contains("Memberi persetujuan lewat akun"), "{log}");
    assert_eq!(clinic.count("SELECT COUNT(*) FROM audit_log WHERE action = 'agree'").await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_running_room_ones_data_and_the_way_out_stay_open(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let patient = &room.patient;
    with_older_consent(&clinic, patient.user).await;
    assert_eq!(patient.browser.get("/dashboard").await.location(), "/consent", "the control");
    let seat = room.patients();
    assert_eq!(patient.browser.get(&seat.page).await.attributes("[data-room]", "data-room"), ["open"]);
    let sent = patient.browser.post(&format!("{}/send", seat.messages), &[("message", "Saya di sini")]).await;
    assert_ne!(sent.location(), "/consent");
    assert_eq!(patient.browser.get(&seat.messages).await.status, 200);
    seat.ring("voice").await;
    let mut socket = Socket::open(&patient.browser).await;
    socket.subscribe(&room.conversation(), Some(0)).await;
    assert!(!socket.numbers().await.is_empty());
    for path in ["/settings/data", "/settings/access-log", "/settings/export", "/api/messages/unread-count"] {
        assert_eq!(patient.browser.get(path).await.status, 200, "{path}");
    }
    let language = patient.browser.post("/language", &[("lang", "en"), ("return_to", "/consent")]).await;
    assert_eq!(language.location(), "/consent");
    assert!(patient.browser.get("/consent").await.body.contains("You agreed to version 0"));
    assert_eq!(patient.browser.post("/logout", &[]).await.location(), "/login");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_registered_by_others_is_asked_at_the_first_login_and_staff_never(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let user = patient.user;
    let none = clinic.app.db.write(move |tx| async move {
        consent::Entity::delete_many().filter(consent::Column::UserId.eq(user)).exec(&tx).await
    });
    none.await.unwrap();
    assert_eq!(patient.browser.get("/doctors").await.location(), "/consent");
    assert!(patient.browser.get("/consent").await.body.contains("Sebelum klinik merawat Anda"));
    for browser in [clinic.doctor("Andi").await.browser, clinic.admin().await.browser] {
        assert_eq!(browser.get("/dashboard").await.status, 200);
        assert_eq!(browser.get("/consent").await.status, 403);
    }
}

const TEXT: &str = "Klinik ini mengolah data kesehatan Anda dengan cara yang baru, agar dokter dapat merawat Anda.";
const ENGLISH: &str =
    "This clinic processes your health data in a new way, so that doctors can treat you at a distance.";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_the_clinic_changes_materially_asks_every_patient_again_and_a_correction_nobody(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let (siti, admin) = (&room.patient, clinic.admin().await.browser);
    let stale = siti.browser.get("/consent").await;
    assert!(stale.text("#consent-text").unwrap().contains("terenkripsi"), "the built-in text");
    let publish = async |material: &str| {
        let sent = [("body_id", TEXT), ("body_en", ENGLISH), ("material", material)];
        let published = admin.post("/admin/settings/texts/terms", &sent).await;
        assert_eq!(published.location(), "/admin/settings", "{}", published.body);
    };
    publish("no").await;
    assert_eq!(siti.browser.get("/dashboard").await.status, 200, "a correction asks nobody");
    clinic.pass(Duration::from_secs(1)).await;
    publish("yes").await;
    assert_eq!(siti.browser.get("/dashboard").await.location(), "/consent");
    assert_eq!(siti.browser.get(&room.patients().page).await.attributes("[data-room]", "data-room"), ["open"]);

    let refused = siti.browser.post("/consent", &[("version", "1")]).await;
    assert_eq!(refused.status, 422, "what they read is no longer the text");
    assert!(refused.text("#consent-text").unwrap().contains("dengan cara yang baru"));
    assert_eq!(refused.attributes("input[name=version]", "value"), ["2"]);
    assert_eq!(siti.browser.get("/dashboard").await.location(), "/consent");
    assert_eq!(siti.browser.post("/consent", &[("version", "2")]).await.location(), "/dashboard");
    let given = accounts::consents_of(clinic.app.db.read(), siti.user).await.unwrap();
    assert_eq!((given[0].version, given[0].given_at), (2, clinic.app.now()));
    assert_eq!(siti.browser.get("/dashboard").await.status, 200);

    let sign_up = clinic.browser().get("/register").await;
    assert_eq!(sign_up.attributes("input[name=consent_version]", "value"), ["2"]);
    assert!(sign_up.body.contains("dengan cara yang baru"));
    let desk = admin.get("/admin/patients/new").await;
    assert!(desk.text("main").unwrap().contains("versi 2"), "{}", desk.body);
    let mut child = front_desk::child("Bima Sehat", &front_desk::girls_nik());
    child.push(("consent_version", "1".to_owned()));
    let sent: Vec<_> = child.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = siti.browser.post("/profile/patients/new", &sent).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text("#consent-error").unwrap().contains("baru saja berubah"), "{}", refused.body);
    child.pop();
    child.push(("consent_version", "2".to_owned()));
    let sent: Vec<_> = child.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(siti.browser.post("/profile/patients/new", &sent).await.location(), "/profile/patients");
    assert_eq!(clinic.count("SELECT COUNT(*) FROM guardianships WHERE consent_version = 2").await, 1);
}
