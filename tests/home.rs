//! The first page, the dashboards and the list of what is new.

use praktik::{
    clinic::{
        doctors::entity::doctor,
        notifications::{self, Kind},
    },
    infra::clock::Instant,
    web::Lang,
};
use reqwest::StatusCode;
use rstest::rstest;
use sea_orm::{ActiveValue::Set, EntityTrait as _};
use uuid::Uuid;

use crate::support::{Engine, Socket, TestClinic};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_says_what_this_is(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let page = clinic.browser().get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.text("h1"), Some(clinic.app.clinic().name.clone()));
    assert!(page.body.contains(&Lang::Id.t("common-emergency")));
    assert_eq!(page.count("main a[href='/register']") + page.count("main a[href='/login']"), 2);
    let patient = clinic.patient("Siti").await;
    assert_eq!(patient.browser.get("/").await.location(), "/dashboard");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn each_role_has_a_dashboard_of_its_own(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let (patient, doctor, admin) =
        (clinic.patient("Siti Rahmawati").await, clinic.doctor("Andi").await, clinic.admin().await);
    let of_patient = patient.browser.get("/dashboard").await;
    assert_eq!(of_patient.text("h1").as_deref(), Some("Halo, Siti"));
    assert_eq!(of_patient.text("#next-title"), Some(Lang::Id.t("home-no-next")));
    let of_doctor = doctor.browser.get("/dashboard").await;
    assert_eq!(of_doctor.text("h1").as_deref(), Some("Halo, dr. Andi"));
    assert!(of_doctor.body.contains(&Lang::Id.t("home-day-none")));
    let of_admin = admin.browser.get("/dashboard").await;
    assert_eq!(of_admin.text("#count-doctors").as_deref(), Some("1"));
    assert_eq!(of_admin.text("#count-patients").as_deref(), Some("1"));
    assert_eq!(of_admin.text("#count-consultations").as_deref(), Some("0"));
    let nobody = clinic.browser().get("/dashboard").await;
    assert_eq!(nobody.location(), "/login?return_to=%2Fdashboard");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_admin_is_told_what_to_look_after_and_where(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open_for_real(engine).await;
    let admin = clinic.admin().await.browser;
    let warnings = async || admin.get("/dashboard").await.text("#warnings").unwrap_or_default();
    let first = warnings().await;
    assert!(first.contains("--mail") && first.contains("Isi pengaturan"), "{first}");
    assert!(!first.contains("SIP"), "{first}");

    let doctor = clinic.doctor("Andi").await.id;
    for (last, words) in [("2026-11-19", "sudah habis"), ("2027-01-19", "60 hari"), ("2027-01-20", "")] {
        clinic.app.db.write(move |tx| async move { set_licence(&tx, doctor, last).await }).await.unwrap();
        let told = warnings().await;
        assert_eq!(told.contains("SIP"), !words.is_empty(), "{last}: {told}");
        assert!(told.contains(words), "{last}: {told}");
    }
    let settings = [
        ("name", "Klinik Sehat"),
        ("address", "Jl. Pelita No. 1"),
        ("city", "Jakarta"),
        ("phone", "021 555010"),
        ("time_zone", "Asia/Jakarta"),
        ("slot_minutes", "15"),
        ("retention_years", "25"),
        ("message_retention", "ephemeral"),
    ];
    assert_eq!(admin.post("/admin/settings", &settings).await.status, StatusCode::SEE_OTHER);
    assert!(!warnings().await.contains("Isi pengaturan"));

    let with_mail = TestClinic::open(engine).await;
    let told = with_mail.admin().await.browser.get("/dashboard").await.text("#warnings").unwrap_or_default();
    assert!(!told.contains("--mail"), "{told}");
}

async fn set_licence(tx: &praktik::infra::db::Tx, id: Uuid, last: &str) -> Result<(), sea_orm::DbErr> {
    let row = doctor::ActiveModel { id: Set(id), sip_valid_until: Set(last.to_owned()), ..Default::default() };
    doctor::Entity::update(row).exec(tx).await.map(drop)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_section_of_an_admin_is_on_one_page(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let sections = admin.get("/admin/more").await.attributes("#sections a", "href");
    let listed = praktik::router::routes().into_iter().filter(|route| {
        let path = route.path.strip_prefix("/admin/");
        route.method == reqwest::Method::GET && path.is_some_and(|path| !path.contains('/') && path != "more")
    });
    for route in listed {
        assert!(sections.iter().any(|href| href == route.path), "{} is on no page of the menu", route.path);
    }
    for href in sections {
        assert_eq!(admin.get(&href).await.status, StatusCode::OK, "{href}");
    }
}

async fn notify(clinic: &TestClinic, user: Uuid, kind: Kind, at: Instant) {
    let path = "/dashboard".to_owned();
    let act = clinic.app.db.write(move |tx| async move { notifications::add(&tx, user, kind, user, path, at).await });
    act.await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_new_is_listed_newest_first_until_it_is_read(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (patient, other) = (clinic.patient("Siti").await, clinic.patient("Budi").await);
    let empty = patient.browser.get("/notifications").await;
    assert!(empty.body.contains(&Lang::Id.t("notifications-none")));
    let now = clinic.app.now();
    notify(&clinic, patient.user, Kind::PrescriptionIssued, now - std::time::Duration::from_hours(24)).await;
    notify(&clinic, patient.user, Kind::RoomOpen, now).await;
    notify(&clinic, other.user, Kind::CallMissed, now).await;

    let page = patient.browser.get("/notifications").await;
    assert_eq!(page.count("main li.notification-unread"), 2);
    assert_eq!(page.text("#unread-count").as_deref(), Some("2"));
    assert!(page.text("main li").unwrap().starts_with(&Lang::Id.t("notifications-room-open")), "newest first");
    assert_eq!(page.text("main li time"), Some("Hari ini, 09.00 WIB".to_owned()));
    assert_eq!(page.text("main li + li time"), Some("Kemarin, 09.00 WIB".to_owned()));
    assert!(!page.body.contains(&Lang::Id.t("notifications-call-missed")), "another's are not shown");

    // Another page that is open hears how many there are when it comes, and that they are read.
    let mut open = Socket::open(&patient.browser).await;
    assert_eq!(open.next("unread").await["unread"], 2);
    patient.browser.post("/notifications/read", &[]).await;
    assert_eq!(open.next("unread").await["unread"], 0);
    let page = patient.browser.get("/notifications").await;
    assert_eq!((page.count("main li"), page.count("main li.notification-unread")), (2, 0));
    let others = other.browser.get("/notifications").await;
    assert_eq!(others.count("main li.notification-unread"), 1, "another's stay unread");
}
