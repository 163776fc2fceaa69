//! The clinic's settings and the texts that people agree to (P5, C1, S4).

use std::time::Duration;

use praktik::{
    clinic::{
        doctors::{self, Hours, HoursRange},
        legal::{self, Kind},
        profile::Profile,
    },
    infra::clock::Instant,
};
use reqwest::StatusCode;
use rstest::rstest;

use crate::support::{Answer, Engine, Gate, TestClinic};

const RIGHT: [(&str, &str); 8] = [
    ("name", "Klinik Sehat Sentosa"),
    ("address", "Jl. Pelita No. 1"),
    ("city", "Jakarta"),
    ("phone", "0411 123456"),
    ("time_zone", "Asia/Jakarta"),
    ("slot_minutes", "15"),
    ("retention_years", "30"),
    ("message_retention", "ephemeral"),
];

/// The right form, with `changes` in place of what it says.
pub(crate) fn form<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = RIGHT.into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.chain(changes.iter().copied()).collect()
}

fn value(answer: &Answer, field: &str) -> Vec<String> {
    let chosen = if ["time_zone", "message_retention"].contains(&field) { "[checked]" } else { "" };
    answer.attributes(&format!("input[name=\"{field}\"]{chosen}"), "value")
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_saved_stands_on_every_page_from_then_on(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    assert!(!clinic.browser().get("/").await.body.contains("Klinik Sehat Sentosa"));
    let saved = admin.post("/admin/settings", &form(&[])).await;
    assert_eq!(saved.location(), "/admin/settings", "{}", saved.body);
    assert!(clinic.browser().get("/").await.text("header").unwrap().contains("Klinik Sehat Sentosa"));
    let page = admin.get("/admin/settings").await;
    for (name, text) in form(&[("phone", "+62411123456")]) {
        assert_eq!(value(&page, name), [text], "{name}");
    }
    assert_eq!(clinic.count("SELECT COUNT(*) FROM audit_log WHERE subject = 'clinic'").await, 1);
    let kept = "SELECT COUNT(*) FROM clinics WHERE retention_years = 30 AND name = 'Klinik Sehat Sentosa'";
    assert_eq!(clinic.count(kept).await, 1);
    assert!(clinic.browser().get("/terms").await.text("#text").unwrap().contains("30 tahun"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_setting_is_said_at_its_field_and_the_rest_stays(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let (long, longer) = ("x".repeat(81), "x".repeat(241));
    let wrong = [
        ("name", ""),
        ("name", &long),
        ("name", "Klinik\nSehat"),
        ("address", " "),
        ("address", &longer),
        ("city", ""),
        ("phone", ""),
        ("phone", "12345"),
        ("time_zone", "Europe/Berlin"),
        ("slot_minutes", "7"),
        ("slot_minutes", "65"),
        ("slot_minutes", "lima"),
        ("retention_years", "24"),
        ("retention_years", "1000"),
        ("message_retention", ""),
        ("message_retention", "forever"),
    ];
    for (field, text) in wrong {
        let refused = admin.post("/admin/settings", &form(&[(field, text)])).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {text:?}");
        assert!(refused.text(&format!("#{field}-error")).unwrap().contains(' '), "{field} {text:?}");
        for (name, right) in RIGHT.into_iter().filter(|(name, _)| *name != field) {
            assert_eq!(value(&refused, name), [right], "{name} after {field} {text:?}");
        }
    }
    for extra in [("slot_length", "15"), ("role", "admin"), ("id", "1")] {
        let mut sent = form(&[]);
        sent.push(extra);
        assert_eq!(admin.post("/admin/settings", &sent).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{extra:?}");
    }
    assert_eq!(clinic.count("SELECT COUNT(*) FROM audit_log WHERE subject = 'clinic'").await, 0);
    assert_eq!(clinic.app.clinic().slot_minutes, 15);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn another_length_names_whose_hours_it_does_not_divide_and_then_cuts_the_slots(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let (whole, doctor, patient) =
        (clinic.doctor("Made").await, clinic.doctor("Andi").await, clinic.patient("Siti").await);
    let hours = (1..=7).map(|weekday| HoursRange { weekday, starts_minute: 600, ends_minute: 650 }).collect();
    let hours = Hours::of(hours).unwrap();
    let (id, now) = (doctor.id, clinic.app.now());
    let set = clinic.app.db.write(move |tx| async move { doctors::set_hours(&tx, id, &hours, now).await });
    set.await.unwrap();

    let asked = admin.post("/admin/settings", &form(&[("slot_minutes", "20")])).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    let sentence = asked.text("#slot_minutes-error").unwrap();
    assert!(sentence.contains("dr. Andi") && !sentence.contains("dr. Made"), "{sentence}");
    assert_eq!(asked.count("#slot_confirmed"), 1);
    assert_eq!(clinic.app.clinic().slot_minutes, 15, "nothing is saved before it is confirmed");

    let sent = form(&[("slot_minutes", "20"), ("slot_confirmed", "yes")]);
    assert_eq!(admin.post("/admin/settings", &sent).await.status, StatusCode::SEE_OTHER);
    let page = patient.browser.get(&format!("/doctors/{}", doctor.id)).await;
    let starts = page.attributes("input[name=starts_at]", "value");
    // 10.00 in Jakarta, and 10.20; ten minutes are left over.
    assert_eq!(starts, ["2026-11-20T03:00:00.000Z", "2026-11-20T03:20:00.000Z"]);
    let booked = [("doctor_id", whole.id.to_string()), ("starts_at", "2026-11-20T02:20:00Z".to_owned())];
    let booked: Vec<_> = booked.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(patient.browser.post("/consultations", &booked).await.status, StatusCode::SEE_OTHER);
    let lasts = "SELECT MAX(ends_at - starts_at) FROM appointments";
    assert_eq!(clinic.count(lasts).await, 20 * 60 * 1000);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn another_zone_is_explained_first_and_moves_no_consultation(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let (doctor, patient) = (clinic.doctor("Andi").await, clinic.patient("Siti").await);
    let later = (clinic.app.now() + Duration::from_hours(3)).rfc3339();
    let sent = [("doctor_id", doctor.id.to_string()), ("starts_at", later)];
    let sent: Vec<_> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(patient.browser.post("/consultations", &sent).await.status, StatusCode::SEE_OTHER);
    let moment = "SELECT starts_at FROM appointments";
    let before = clinic.count(moment).await;

    let moved = [("time_zone", "Asia/Jayapura")];
    let asked = admin.post("/admin/settings", &form(&moved)).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked.text("#time_zone-error").unwrap().contains("tetap pada saat yang sama"));
    assert_eq!(value(&asked, "time_zone"), ["Asia/Jayapura"]);
    let sent = form(&[moved[0], ("zone_confirmed", "yes")]);
    assert_eq!(admin.post("/admin/settings", &sent).await.status, StatusCode::SEE_OTHER);
    assert_eq!(clinic.count(moment).await, before);
    let list = patient.browser.get("/consultations").await.text("main").unwrap();
    assert!(
        list.contains("14.00\u{a0}WIT") || list.contains("14.00 WIT") || list.contains("14.00–14.15 WIT"),
        "{list}"
    );
}

/// Every consultation as its day and whether it takes it, the earliest first.
async fn days(clinic: &TestClinic, ids: &[uuid::Uuid]) -> Vec<(String, bool)> {
    let mut days = Vec::new();
    for id in ids {
        let row = clinic.appointment(*id).await;
        days.push((row.clinic_day, row.takes_day));
    }
    days
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn another_zone_gives_consultations_the_days_that_they_have_there(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let zone = jiff::tz::TimeZone::get("Asia/Makassar").unwrap();
    clinic.set_profile(Profile { zone, ..Profile::clone(&clinic.app.clinic()) }).await;
    let admin = clinic.admin().await.browser;
    let (doctor, siti, budi) =
        (clinic.doctor("Andi").await, clinic.patient("Siti").await, clinic.patient("Budi").await);
    let at = |text: &str| Instant::parse(text).unwrap();
    // A quarter past midnight of the 5th, 6th and 7th in Makassar; of Budi also noon of the 4th.
    let night = ["2026-12-04T16:15:00Z", "2026-12-05T16:15:00Z", "2026-12-06T16:15:00Z"];
    let mut nights = Vec::new();
    for night in night {
        nights.push(clinic.book(&siti, &doctor, at(night), None).await.unwrap());
    }
    let noon = clinic.book(&budi, &doctor, at("2026-12-04T04:00:00Z"), None).await.unwrap();
    let later = clinic.book(&budi, &doctor, at("2026-12-04T16:30:00Z"), None).await.unwrap();
    let day = |number: u8, takes| (format!("2026-12-{number:02}"), takes);
    assert_eq!(days(&clinic, &nights).await, [day(5, true), day(6, true), day(7, true)]);
    assert_eq!(days(&clinic, &[noon, later]).await, [day(4, true), day(5, true)]);

    // They lie before midnight in Jakarta, so each moves onto the day that the one before had.
    let jakarta = form(&[("time_zone", "Asia/Jakarta"), ("zone_confirmed", "yes")]);
    assert_eq!(admin.post("/admin/settings", &jakarta).await.status, StatusCode::SEE_OTHER);
    assert_eq!(days(&clinic, &nights).await, [day(4, true), day(5, true), day(6, true)]);
    assert_eq!(
        days(&clinic, &[noon, later]).await,
        [day(4, true), day(4, false)],
        "both stand, the later takes no day"
    );
    for (date, lines) in [("2026-12-04", 3), ("2026-12-05", 1), ("2026-12-07", 0)] {
        let list = doctor.browser.get(&format!("/doctor/consultations?day={date}")).await;
        assert_eq!(list.count("#day li"), lines, "{date}");
    }
    let wished = async |starts_at: &str| {
        let sent = [("doctor_id", doctor.id.to_string()), ("starts_at", starts_at.to_owned())];
        let sent: Vec<_> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
        siti.browser.post("/consultations", &sent).await.status
    };
    assert_eq!(wished("2026-12-04T03:00:00Z").await, StatusCode::CONFLICT, "one a day");
    assert_eq!(wished("2026-12-07T03:00:00Z").await, StatusCode::SEE_OTHER, "the 7th is free again");

    // And back, where each moves onto the day that the one after had.
    let makassar = form(&[("time_zone", "Asia/Makassar"), ("zone_confirmed", "yes")]);
    assert_eq!(admin.post("/admin/settings", &makassar).await.status, StatusCode::SEE_OTHER);
    assert_eq!(days(&clinic, &nights).await, [day(5, true), day(6, true), day(7, true)]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_booking_that_meets_a_change_of_zone_lies_on_its_new_day(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (admin, siti) = (clinic.admin().await.browser, clinic.patient("Siti").await);
    let zones = ["Asia/Jayapura", "Asia/Jakarta"];
    for (zone, point, answered) in [(zones[0], "book-amid", 303), (zones[1], "book-was-checked", 422)] {
        let doctor = clinic.doctor(zone.split('/').nth(1).unwrap()).await;
        let id = doctor.id.to_string();
        // 23.00 in Jakarta, 01.00 of the next day in Jayapura.
        let wish = [("doctor_id", id.as_str()), ("starts_at", "2026-11-24T16:00:00Z")];
        let moved = form(&[("time_zone", zone), ("zone_confirmed", "yes")]);
        let gate = Gate::at(&format!("{point} {id}"));
        let (booked, saved, _) =
            gate.between(siti.browser.post("/consultations", &wish), admin.post("/admin/settings", &moved)).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        assert_eq!(booked.status.as_u16(), answered, "{zone}: {}", booked.body);
        let right = "SELECT COUNT(*) FROM appointments WHERE clinic_day = ";
        let day = if zone == zones[0] { "'2026-11-25'" } else { "'2026-11-24'" };
        assert_eq!(clinic.count(&format!("{right}{day}")).await, 1, "{zone}");
    }
}

const TEXT: &str = "Klinik mengolah data kesehatan Anda agar dokter dapat merawat Anda.\n\nAnda boleh menarik persetujuan ini kapan saja lewat klinik.";
const ENGLISH: &str = "The clinic processes your health data so that doctors can treat you.\n\nYou may withdraw this consent through the clinic at any time.";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_corrected_within_its_version_and_changed_to_the_next(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let version = async || legal::version(clinic.app.db.read(), Kind::Terms).await.unwrap();
    let path = "/admin/settings/texts/terms";
    let built_in = admin.get(path).await.text("#body_id").unwrap();
    assert!(built_in.contains("25 tahun"), "the built-in text is where one begins: {built_in}");
    for (material, then) in [("no", 1), ("yes", 2), ("no", 2), ("yes", 3)] {
        clinic.pass(Duration::from_secs(1)).await;
        let text = format!("{TEXT} <script>alert({then})</script> {material}");
        let sent = [("body_id", text.as_str()), ("body_en", ENGLISH), ("material", material)];
        let saved = admin.post(path, &sent).await;
        assert_eq!(saved.location(), "/admin/settings", "{}", saved.body);
        assert_eq!(version().await, then, "{material}");
        let read = clinic.browser().get("/terms").await;
        assert!(read.text("#version").unwrap().contains(&format!("Versi {then}")));
        assert_eq!(read.count("#text p"), 2);
        assert_eq!(read.count("#text script"), 0);
        assert!(read.text("#text").unwrap().contains(&format!("<script>alert({then})</script> {material}")));
    }
    assert_eq!(legal::version(clinic.app.db.read(), Kind::Privacy).await.unwrap(), 1, "the other text is as it was");
    assert_eq!(clinic.count("SELECT COUNT(*) FROM legal_texts").await, 8, "older editions stay");
    let acts = "SELECT COUNT(*) FROM audit_log WHERE subject = 'legal_text'";
    assert_eq!(clinic.count(acts).await, 4);

    for (field, text) in [("body_id", ""), ("body_en", "Short."), ("material", ""), ("material", "perhaps")] {
        let sent = [("body_id", TEXT), ("body_en", ENGLISH), ("material", "no")];
        let sent = sent.map(|(name, right)| if name == field { (name, text) } else { (name, right) });
        let refused = admin.post(path, &sent).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(refused.text(&format!("#{field}-error")).unwrap().contains(' '), "{field}");
        if field != "body_id" {
            assert!(refused.text("#body_id").unwrap().contains("menarik persetujuan"), "{field}");
        }
    }
    assert_eq!(admin.get("/admin/settings/texts/nothing").await.status, StatusCode::NOT_FOUND);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_two_texts_at_the_same_moment_each_has_an_edition_of_its_own(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (one, other) = (clinic.admin().await.browser, clinic.member(praktik::web::Role::Admin, "Eka").await.browser);
    let sent = [("body_id", TEXT), ("body_en", ENGLISH), ("material", "yes")];
    let path = "/admin/settings/texts/privacy";
    let (first, second) = tokio::join!(one.post(path, &sent), other.post(path, &sent));
    for answer in [&first, &second] {
        let ends = answer.status == StatusCode::SEE_OTHER || answer.status == StatusCode::CONFLICT;
        assert!(ends, "{}: {}", answer.status, answer.body);
    }
    let saved = [&first, &second].iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
    let version = legal::version(clinic.app.db.read(), Kind::Privacy).await.unwrap();
    assert_eq!(i64::from(version), 1 + i64::try_from(saved).unwrap());
}
