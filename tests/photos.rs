//! Photos and the logo: what is taken, what is made of it, who sees it, and what lies in the file store (P4, S3).

use std::{path::PathBuf, time::Duration};

use praktik::{
    clinic::{audit::entity::audit_row, profiles},
    infra::{files, ids, vault::DataKey},
};
use reqwest::{Method, StatusCode};
use rstest::rstest;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::support::{Browser, Engine, Room, TestClinic, picture, routes::World};

/// The pixels that a browser gets.
async fn bytes_at(browser: &Browser, path: &str) -> Vec<u8> {
    let response = browser.request(Method::GET, path).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.bytes().await.unwrap().to_vec()
}

fn stored(clinic: &TestClinic) -> Vec<PathBuf> {
    let folder = clinic.app.config.data.join("files");
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

async fn doctors_page(world: &World, doctor: Uuid) -> String {
    world.other_patient.browser.get(&format!("/doctors/{doctor}")).await.body
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_doctors_photo_is_seen_by_everybody_who_is_signed_in(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::open(engine).await;
    let doctor = world.clinic.doctor("Andi").await;
    assert!(!doctors_page(&world, doctor.id).await.contains("/photos/"));
    let path = world.clinic.photo_of(&doctor.browser, &picture(900, 600)).await;
    for browser in [&world.other_patient.browser, &world.other_doctor.browser, &world.admin, &world.pharmacist] {
        let answer = browser.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK);
        let header = |name: &str| answer.headers.get(name).map_or("", |value| value.to_str().unwrap());
        assert_eq!(header("content-type"), "image/jpeg");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "private, max-age=31536000, immutable");
        assert!(header("content-disposition").starts_with("attachment;"));
        assert!(
            header("content-security-policy").ends_with("sandbox")
                && !header("content-security-policy").contains("'self'")
        );
    }
    let photo = image::load_from_memory(&bytes_at(&doctor.browser, &path).await).unwrap();
    assert_eq!((photo.width(), photo.height()), (512, 512));
    assert!(doctors_page(&world, doctor.id).await.contains(&format!("src=\"{path}\"")));
    let list = world.other_patient.browser.get("/doctors").await;
    assert!(list.attributes("main img.photo", "src").contains(&path));
    let kept = world.admin.get(&format!("/admin/doctors/{}", doctor.id)).await;
    assert_eq!(kept.attributes("main img.photo", "src"), [path.as_str()]);
    assert_eq!(doctor.browser.get("/dashboard").await.attributes("header img.photo", "src"), [path.as_str()]);
    assert_eq!(world.clinic.browser().get(&path).await.status, StatusCode::SEE_OTHER);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_patients_photo_is_seen_by_who_looks_after_them_and_by_their_doctors_alone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::open(engine).await;
    let room: Room = world.room().await;
    let path = world.clinic.photo_of(&room.patient.browser, &picture(300, 300)).await;
    for browser in [&world.other_patient.browser, &world.other_doctor.browser, &world.admin, &world.pharmacist] {
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
    }
    for browser in [&room.patient.browser, &room.doctor.browser] {
        let answer = browser.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
    let page = room.doctor.browser.get(&format!("/doctor/consultations/{}", room.id)).await;
    assert_eq!(page.attributes("main img.photo", "src"), [path]);
    let views = audit_row::Entity::find()
        .filter(audit_row::Column::Subject.eq("photo"))
        .filter(audit_row::Column::ActorId.eq(room.doctor.user))
        .all(world.clinic.app.db.read())
        .await
        .unwrap();
    assert_eq!(views.len(), 1);
    assert_eq!(views[0].patient_id, Some(room.patient.patient_id));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_admin_gives_a_doctor_a_photo(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::open(engine).await;
    let path = format!("/admin/doctors/{}", world.other_doctor.id);
    let refused = world.admin.send_file(&format!("{path}/photo"), b"<svg>", "foto.jpg").await;
    assert_eq!(refused.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(refused.count("#file-error"), 1);
    let given = world.admin.send_file(&format!("{path}/photo"), &picture(90, 60), "foto.png").await;
    assert_eq!((given.status, given.location()), (StatusCode::SEE_OTHER, path.as_str()), "{}", given.body);
    let photo = world.other_doctor.browser.get("/profile").await.attributes("main img.photo", "src");
    assert_eq!(photo.len(), 1);
    assert_eq!(world.other_patient.browser.get(&photo[0]).await.status, StatusCode::OK);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn staff_see_their_own_photo_alone(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::open(engine).await;
    let path = world.clinic.photo_of(&world.pharmacist, &picture(300, 300)).await;
    assert_eq!(world.pharmacist.get(&path).await.status, StatusCode::OK);
    for browser in [&world.admin, &world.other_doctor.browser, &world.other_patient.browser] {
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_photo_is_refused_at_the_field(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let people = [clinic.patient("Siti").await.browser, clinic.doctor("Andi").await.browser];
    let mut bomb = picture(1, 1);
    bomb[16..24].copy_from_slice(&[0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20]);
    let script = b"<html><script>alert('planted')</script></html>".to_vec();
    let cases = [
        (Vec::new(), StatusCode::UNPROCESSABLE_ENTITY, "Pilih dahulu"),
        (script.clone(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "Ini bukan foto"),
        (b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "Ini bukan foto"),
        (picture(40, 40)[..60].to_vec(), StatusCode::UNPROCESSABLE_ENTITY, "rusak"),
        (vec![0xff; 5 * 1024 * 1024 + 1], StatusCode::PAYLOAD_TOO_LARGE, "lebih besar dari 5\u{a0}MB"),
        (vec![0xff; 7 * 1024 * 1024], StatusCode::PAYLOAD_TOO_LARGE, "lebih besar dari 5\u{a0}MB"),
    ];
    for browser in &people {
        for (file, status, said) in &cases {
            let answer = browser.send_file("/profile/photo", file, "foto.jpg").await;
            assert_eq!(answer.status, *status, "{said}");
            assert!(answer.body.contains(said), "{said}: {}", answer.text("main").unwrap_or_default());
        }
        // The checksum of the planted size is wrong too: either is reason enough, and no pixel is allocated.
        let answer = browser.send_file("/profile/photo", &bomb, "foto.png").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.count("#file-error"), 1);
        let page = browser.get("/profile").await;
        assert_eq!(page.count("main img.photo"), 0);
    }
    assert_eq!(stored(&clinic), Vec::<PathBuf>::new());
    assert_eq!(clinic.count("SELECT count(*) FROM files").await, 0);
    // The control, of something more that the same file may hold.
    let polyglot = [picture(80, 80), script].concat();
    let path = clinic.photo_of(&people[1], &polyglot).await;
    let served = bytes_at(&people[1], &path).await;
    assert!(served.starts_with(&[0xff, 0xd8, 0xff]) && !served.windows(7).any(|bytes| bytes == b"planted"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_new_photo_takes_the_place_of_the_old_and_one_that_is_removed_is_gone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let first = clinic.photo_of(&patient.browser, &picture(100, 100)).await;
    let second = clinic.photo_of(&patient.browser, &picture(200, 200)).await;
    assert_ne!(first, second);
    clinic.settle().await;
    assert_eq!(patient.browser.get(&first).await.status, StatusCode::NOT_FOUND);
    assert_eq!(patient.browser.get(&second).await.status, StatusCode::OK);
    assert_eq!((stored(&clinic).len(), clinic.count("SELECT count(*) FROM files").await), (1, 1));
    for _ in 0..2 {
        let removed = patient.browser.post("/profile/photo/remove", &[]).await;
        assert_eq!(removed.status, StatusCode::SEE_OTHER);
        clinic.settle().await;
        assert_eq!(patient.browser.get(&second).await.status, StatusCode::NOT_FOUND);
        assert_eq!((stored(&clinic).len(), clinic.count("SELECT count(*) FROM files").await), (0, 0));
    }
    assert_eq!(patient.browser.get("/profile").await.count("main img.photo"), 0);
    let acts = "SELECT count(*) FROM audit_log WHERE action = 'remove-photo'";
    assert_eq!(clinic.count(acts).await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_lies_in_the_file_store_is_sealed_under_its_persons_key(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    let path = clinic.photo_of(&patient.browser, &picture(100, 100)).await;
    let id: Uuid = path.rsplit('/').next().unwrap().parse().unwrap();
    let served = bytes_at(&patient.browser, &path).await;
    let sealed = std::fs::read(&stored(&clinic)[0]).unwrap();
    for mark in [b"JFIF".as_slice(), &served[..12], &served[served.len() / 2..][..12]] {
        assert!(served.windows(mark.len()).any(|bytes| bytes == mark), "the control: it is what is served");
        assert!(!sealed.windows(mark.len()).any(|bytes| bytes == mark));
    }
    let app = &clinic.app;
    let key = app.vault.key(app.db.read(), patient.patient_id).await.unwrap();
    assert_eq!(key.open_file(id, &sealed).unwrap().as_slice(), served);
    assert!(DataKey::generate(patient.patient_id).open_file(id, &sealed).is_err());
    // A content that somebody lays under another's name does not open there.
    let other = clinic.photo_of(&clinic.doctor("Andi").await.browser, &picture(60, 60)).await;
    let others: Uuid = other.rsplit('/').next().unwrap().parse().unwrap();
    app.files.put_sealed(others, sealed).await.unwrap();
    assert_eq!(patient.browser.get(&other).await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_content_whose_act_failed_is_swept_and_one_that_is_under_way_is_not(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let app = clinic.app.clone();
    let patient = clinic.patient("Siti").await;
    let kept = clinic.photo_of(&patient.browser, &picture(60, 60)).await;
    let key = app.vault.key(app.db.read(), patient.patient_id).await.unwrap();
    let lost = ids::new(app.now());
    app.files.put(&key, lost, b"nobody's").await.unwrap();
    assert_eq!(app.files.sweep(&app.db, app.now()).await.unwrap(), 0);
    assert_eq!(app.files.list().await.unwrap().len(), 2);
    let later = app.now() + Duration::from_mins(61);
    assert_eq!(app.files.sweep(&app.db, later).await.unwrap(), 1);
    assert!(app.files.get(&key, lost).await.unwrap().is_none());
    assert_eq!(app.files.list().await.unwrap().len(), 1);
    assert_eq!(patient.browser.get(&kept).await.status, StatusCode::OK);
    // Deleting twice does no harm.
    app.files.delete(lost).await.unwrap();
    assert!(files::find(app.db.read(), lost).await.unwrap().is_none());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_clinics_logo_leads_every_page_of_everybody(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.doctor("Andi").await.user;
    let nobody = clinic.browser();
    assert_eq!(nobody.get("/logo").await.status, StatusCode::NOT_FOUND);
    assert_eq!(nobody.get("/login").await.count("header img"), 0);
    let refused = profiles::set_logo(&clinic.app, admin, b"<svg>".as_slice().into()).await.unwrap();
    assert_eq!(refused.err().map(|refusal| refusal.sentence().key()), Some("profiles-photo-wrong-kind"));
    let keys = clinic.count("SELECT COUNT(*) FROM data_keys").await;
    for (width, height) in [(800, 200), (100, 100)] {
        profiles::set_logo(&clinic.app, admin, picture(width, height).into()).await.unwrap().unwrap();
        clinic.settle().await;
        let logo = nobody.get("/logo").await;
        assert_eq!((logo.status, &logo.headers["content-type"]), (StatusCode::OK, &"image/png".parse().unwrap()));
        let pixels = image::load_from_memory(&bytes_at(&nobody, "/logo").await).unwrap();
        assert_eq!((pixels.width(), pixels.height()), (width.min(512), height.min(512 * height / width)));
        assert_eq!(stored(&clinic).len(), 1);
        assert_eq!(clinic.count("SELECT COUNT(*) FROM data_keys").await, keys + 1, "files have a key of their own");
        assert_eq!(nobody.get("/login").await.count("header img[src^='/logo?v=']"), 1);
    }
    profiles::remove_logo(&clinic.app, admin).await.unwrap();
    clinic.settle().await;
    assert_eq!(nobody.get("/logo").await.status, StatusCode::NOT_FOUND);
    assert_eq!(stored(&clinic), Vec::<PathBuf>::new());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_admin_sets_the_logo_in_the_settings_and_takes_it_away(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let refused = admin.send_file("/admin/settings/logo", b"<svg>", "logo.svg").await;
    assert_eq!(refused.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", refused.body);
    assert!(refused.text("#file-error").is_some(), "{}", refused.body);
    assert_eq!(admin.get("/admin/settings").await.count("#logo img"), 0);
    assert_eq!(
        admin.send_file("/admin/settings/logo", &picture(300, 100), "logo.png").await.location(),
        "/admin/settings"
    );
    let page = admin.get("/admin/settings").await;
    assert_eq!((page.count("#logo img"), page.count("header img")), (1, 1));
    assert_eq!(admin.post("/admin/settings/logo/remove", &[]).await.location(), "/admin/settings");
    assert_eq!(admin.get("/admin/settings").await.count("header img"), 0);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM audit_log WHERE action IN ('set-logo', 'remove-logo')").await, 2);
}
