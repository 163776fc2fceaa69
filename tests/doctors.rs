//! Admins keep doctors: details, hours, days off (P5, P6).

use std::time::Duration;

use jiff::civil::date;
use praktik::clinic::{
    appointments::entity::{Status, appointment},
    audit::entity::audit_row,
    doctors::{self, HoursRange},
    profile::Profile,
};
use praktik::infra::clock::Instant;
use praktik::web::Lang;
use reqwest::StatusCode;
use rstest::rstest;
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::support::{Answer, Engine, TestClinic};

const RIGHT: [(&str, &str); 10] = [
    ("name", "dr. Ratna Dewi, Sp.A"),
    ("email", "ratna@klinik.test"),
    ("specialty", "Anak"),
    ("str_number", "WN00001234567890"),
    ("sip_number", "503/0456/SIP-DS/DPMPTSP/2024"),
    ("sip_valid_until", "2030-01-08"),
    ("biography", "Dokter anak."),
    ("hours[1][0][start]", "08.00"),
    ("hours[1][0][end]", "11:00"),
    ("hours[1][1][start]", "13.00"),
];
const REST: [(&str, &str); 3] = [("hours[1][1][end]", "15.00"), ("hours[2][0][start]", ""), ("hours[2][0][end]", "")];

/// The right form, with `changes` in place of what it says.
fn form<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = RIGHT.into_iter().chain(REST).filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.chain(changes.iter().copied()).collect()
}

/// Whether `field` carries a sentence of its own, which is one of the clinic's words and no key.
fn says_at(answer: &Answer, field: &str) -> bool {
    let sentence = answer.text(&format!("[id=\"{field}-error\"]")).unwrap_or_default();
    let described = answer.attributes(&format!("[id=\"{field}\"]"), "aria-invalid") == ["true"];
    described && sentence.contains(' ')
}

fn value(answer: &Answer, field: &str) -> String {
    if field == "biography" {
        return answer.text("#biography").unwrap_or_default();
    }
    if field == "sip_valid_until" {
        let part = |id: &str| answer.attributes(&format!("#{field}{id}"), "value").concat();
        return ["-year", "-month [selected]", ""].map(|id| format!("{:0>2}", part(id))).join("-");
    }
    answer.attributes(&format!("input[name=\"{field}\"]"), "value").into_iter().next().unwrap_or_default()
}

async fn audited(clinic: &TestClinic, action: &str, subject: Uuid) -> usize {
    let rows = audit_row::Entity::find()
        .filter(audit_row::Column::Action.eq(action))
        .filter(audit_row::Column::SubjectId.eq(subject));
    rows.all(clinic.app.db.read()).await.unwrap().len()
}

/// Somebody books `doctor` at `starts`, as patients do.
async fn book(clinic: &TestClinic, doctor: Uuid, starts: Instant) {
    let patient = clinic.patient("Siti").await;
    let sent = [("doctor_id", doctor.to_string()), ("starts_at", starts.rfc3339())];
    let sent: Vec<_> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = patient.browser.post("/consultations", &sent).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_admin_creates_a_doctor_who_gets_a_link_for_the_password(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await;
    assert!(admin.browser.get("/admin/doctors").await.body.contains("Belum ada dokter"));

    let answer = admin.browser.post("/admin/doctors", &form(&[])).await;
    let doctor = doctors::all(clinic.app.db.read()).await.unwrap().remove(0);
    assert_eq!(answer.location(), format!("/admin/doctors/{}", doctor.id), "{}", answer.body);
    clinic.settle().await;
    let letter = clinic.app.mail.letters().remove(0);
    assert_eq!(letter.to.reveal(), "ratna@klinik.test");
    assert!(letter.body.reveal().contains("http://klinik.test/password/reset/"));

    assert_eq!((doctor.name.as_str(), doctor.specialty.as_str()), ("dr. Ratna Dewi, Sp.A", "Anak"));
    let hours = doctors::hours_of(clinic.app.db.read(), doctor.id).await.unwrap();
    let range = |starts_minute, ends_minute| HoursRange { weekday: 1, starts_minute, ends_minute };
    assert_eq!(hours, [range(480, 660), range(780, 900)]);
    assert_eq!(audited(&clinic, "create", doctor.id).await, 1);

    let page = admin.browser.get(&format!("/admin/doctors/{}", doctor.id)).await;
    assert_eq!(value(&page, "hours[1][0][end]"), "11.00");
    assert!(!page.body.contains("/password/reset/"), "an admin does not see the link");
    assert_eq!(page.count("input[name=\"hours[2][1][end]\"]"), 1, "two ranges a weekday are drawn");
    assert!(admin.browser.get("/admin/doctors").await.text("#doctors").unwrap().contains("dr. Ratna Dewi, Sp.A"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_field_is_said_at_the_field_and_the_rest_stays(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await;
    let (long, longer, longest) = ("x".repeat(65), "x".repeat(121), "x".repeat(2_001));
    let wrong = [
        ("name", " "),
        ("name", &longer),
        ("name", "dr.\nRatna"),
        ("name", "dr. \u{7}Ratna"),
        ("email", ""),
        ("email", "ratna"),
        ("specialty", ""),
        ("specialty", &long),
        ("str_number", ""),
        ("str_number", &long),
        ("sip_number", ""),
        ("sip_number", &long),
        ("sip_valid_until", ""),
        ("sip_valid_until", "8 Januari 27"),
        ("sip_valid_until", "2027-02-30"),
        ("sip_valid_until", "0203-01-08"),
        ("biography", &longest),
        ("hours[1][0][start]", ""),
        ("hours[1][0][start]", "delapan"),
        ("hours[1][0][start]", "08.03"),
        ("hours[1][0][end]", "24.05"),
        ("hours[1][0][end]", "08.00"),
        ("hours[1][1][start]", "10.30"),
    ];
    for (field, text) in wrong {
        let answer = admin.browser.post("/admin/doctors/new", &form(&[(field, text)])).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {text:?}");
        assert!(says_at(&answer, field), "{field} {text:?}: {}", answer.body);
        assert_eq!(answer.count("[role=alert] a[href]"), 1, "{field} {text:?}");
        let kept = RIGHT.into_iter().chain(REST).filter(|(name, _)| *name != field);
        for (name, right) in kept {
            assert_eq!(value(&answer, name), right, "{name} after {field} {text:?}");
        }
    }
    assert!(doctors::all(clinic.app.db.read()).await.unwrap().is_empty(), "nothing was created");
    let control = admin.browser.post("/admin/doctors/new", &form(&[])).await;
    assert_eq!(control.status, StatusCode::SEE_OTHER);
    let again = admin.browser.post("/admin/doctors/new", &form(&[])).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(says_at(&again, "email"), "an e-mail has one account");
    assert_eq!(doctors::all(clinic.app.db.read()).await.unwrap().len(), 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn fields_that_the_form_does_not_have_are_refused(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await;
    for (name, value) in [
        ("role", "admin"),
        ("hours[8][0][start]", "08.00"),
        ("hours[0][0][start]", "08.00"),
        ("hours[senin][0][start]", "08.00"),
        ("hours[1][0][middle]", "08.00"),
        ("hours[1]", "08.00"),
    ] {
        let mut sent = form(&[]);
        sent.push((name, value));
        let answer = admin.browser.post("/admin/doctors/new", &sent).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }
    assert!(doctors::all(clinic.app.db.read()).await.unwrap().is_empty());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn without_a_script_rows_are_added_and_mondays_hours_copied(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await;
    let more = admin.browser.post("/admin/doctors/new", &form(&[("intent", "more")])).await;
    assert_eq!(value(&more, "hours[1][0][end]"), "11:00", "what was typed stays");
    assert_eq!(more.count("input[name=\"hours[1][2][start]\"]"), 1);
    assert_eq!(more.count("[role=alert]"), 0);
    let copied = admin.browser.post("/admin/doctors/new", &form(&[("intent", "copy_monday")])).await;
    assert_eq!(value(&copied, "hours[5][1][end]"), "15.00");
    assert_eq!(value(&copied, "hours[6][1][end]"), "");
    assert!(doctors::all(clinic.app.db.read()).await.unwrap().is_empty(), "neither saves");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn only_admins_keep_doctors(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let (admin, doctor) = (clinic.admin().await, clinic.doctor("Andi").await);
    let patient = clinic.patient("Siti").await.browser;
    let own = format!("/admin/doctors/{}", doctor.id);
    for path in ["/admin/doctors", "/admin/doctors/new", own.as_str()] {
        assert_eq!(admin.browser.get(path).await.status, StatusCode::OK, "{path}");
        for browser in [&doctor.browser, &patient] {
            assert_eq!(browser.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        let stranger = clinic.browser().get(path).await;
        assert_eq!(stranger.status, StatusCode::SEE_OTHER, "{path}");
        assert!(stranger.location().starts_with("/login"), "{path}");
    }
    let posts = ["deactivate", "reactivate", "days-off", "password-link"].map(|act| format!("{own}/{act}"));
    for path in posts.iter().map(String::as_str).chain(["/admin/doctors", own.as_str()]) {
        for browser in [&doctor.browser, &patient] {
            assert_eq!(browser.post(path, &form(&[])).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(clinic.browser().post(path, &form(&[])).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    let nobody = format!("/admin/doctors/{}", Uuid::nil());
    assert_eq!(admin.browser.get(&nobody).await.status, StatusCode::NOT_FOUND);
    assert_eq!(admin.browser.post(&format!("{nobody}/deactivate"), &[]).await.status, StatusCode::NOT_FOUND);
    let active = doctors::active(clinic.app.db.read()).await.unwrap();
    assert_eq!(active.len(), 1, "nobody else's try changed anything");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_edit_changes_details_and_hours_and_says_what_lies_outside(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (admin, doctor) = (clinic.admin().await, clinic.doctor("Andi").await);
    let zone = clinic.app.clinic().zone.clone();
    let tuesday = Instant::of_day(date(2026, 11, 24), 555, &zone).unwrap();
    book(&clinic, doctor.id, tuesday).await;
    let path = format!("/admin/doctors/{}", doctor.id);
    assert_eq!(admin.browser.get(&path).await.count("#outside-hours"), 0);

    let mut sent = form(&[("name", "dr. Andi Nur Aisyah, Sp.PD")]);
    sent.retain(|(name, _)| *name != "email");
    let answer = admin.browser.post(&path, &sent).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, path.as_str()));
    let page = admin.browser.get(&path).await;
    assert!(page.text("#outside-hours").unwrap().contains("Selasa, 24 November 2026, 09.15"), "{}", page.body);
    assert_eq!(page.text("h1").unwrap(), "dr. Andi Nur Aisyah, Sp.PD");
    let kept = doctors::hours_of(clinic.app.db.read(), doctor.id).await.unwrap();
    assert_eq!(kept.len(), 2);
    assert_eq!(audited(&clinic, "edit", doctor.id).await, 1);
    let own = doctor.browser.get("/no-such-page").await;
    assert!(own.body.contains("dr. Andi Nur Aisyah, Sp.PD"), "the account carries the new name");

    let refused = admin.browser.post(&path, &[("name", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(says_at(&refused, "name"));
    assert_eq!(doctors::hours_of(clinic.app.db.read(), doctor.id).await.unwrap(), kept);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn deactivating_says_first_what_is_booked_and_keeps_it_and_the_doctor_out(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (admin, doctor) = (clinic.admin().await, clinic.doctor("Andi").await);
    let path = format!("/admin/doctors/{}", doctor.id);
    assert!(admin.browser.get(&path).await.text("#booked").unwrap().contains("Tidak ada konsultasi"));
    let later = clinic.app.now() + Duration::from_hours(24);
    book(&clinic, doctor.id, later).await;
    book(&clinic, doctor.id, later + Duration::from_mins(15)).await;
    assert!(admin.browser.get(&path).await.text("#booked").unwrap().contains("2 konsultasi"));

    for _ in 0..2 {
        let answer = admin.browser.post(&format!("{path}/deactivate"), &[]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }
    assert!(doctors::active(clinic.app.db.read()).await.unwrap().is_empty());
    let booked = appointment::Entity::find().filter(appointment::Column::Status.eq(Status::Confirmed));
    assert_eq!(booked.all(clinic.app.db.read()).await.unwrap().len(), 2);
    assert_eq!(audited(&clinic, "deactivate", doctor.id).await, 1, "a repeated act is not an act");
    assert!(admin.browser.get("/admin/doctors").await.text("#doctors").unwrap().contains("Nonaktif"));
    let out = doctor.browser.get("/doctor/consultations").await;
    assert!(out.location().starts_with("/login"), "a deactivated doctor is still signed in: {}", out.status);
    let wrong = admin.browser.post(&format!("{path}/deactivate"), &[("booked", "burn")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);

    clinic.pass(Duration::from_secs(1)).await;
    admin.browser.post(&format!("{path}/reactivate"), &[]).await;
    assert_eq!(doctors::active(clinic.app.db.read()).await.unwrap().len(), 1);
    assert_eq!(audited(&clinic, "reactivate", doctor.id).await, 1);
    assert_eq!(clinic.signed_in(doctor.user).await.get("/doctor/consultations").await.status, StatusCode::OK);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn deactivating_may_call_off_what_is_booked_and_tells_the_patients(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (admin, doctor, other) = (clinic.admin().await, clinic.doctor("Andi").await, clinic.doctor("Made").await);
    let later = clinic.app.now() + Duration::from_hours(24);
    let patient = clinic.patient("Siti").await;
    let sent = [("doctor_id", doctor.id.to_string()), ("starts_at", later.rfc3339())];
    let sent: Vec<_> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(patient.browser.post("/consultations", &sent).await.status, StatusCode::SEE_OTHER);
    book(&clinic, other.id, later).await;

    let path = format!("/admin/doctors/{}/deactivate", doctor.id);
    let done = admin.browser.post(&path, &[("booked", "cancel")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let rows = appointment::Entity::find().all(clinic.app.db.read()).await.unwrap();
    let status = |of: Uuid| rows.iter().find(|row| row.doctor_id == of).map(|row| row.status);
    assert_eq!(status(doctor.id), Some(Status::Cancelled));
    assert_eq!(status(other.id), Some(Status::Confirmed), "another doctor's consultation was called off");
    assert!(patient.browser.get("/notifications").await.text("main").unwrap().contains("dibatalkan"));
    let again = [("doctor_id", other.id.to_string()), ("starts_at", (later + Duration::from_mins(15)).rfc3339())];
    let again: Vec<_> = again.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let booked = patient.browser.post("/consultations", &again).await;
    assert_eq!(booked.status, StatusCode::SEE_OTHER, "the day was not given back: {}", booked.body);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn days_off_are_added_and_given_back(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let (admin, doctor) = (clinic.admin().await, clinic.doctor("Andi").await);
    let path = format!("/admin/doctors/{}", doctor.id);
    let days_off = format!("{path}/days-off");
    for (first, last, field) in [
        ("", "", "first_day"),
        ("besok", "", "first_day"),
        ("2026-12-24", "24/12", "last_day"),
        ("2026-12-26", "2026-12-24", "last_day"),
        ("2026-12-26", "2028-12-26", "last_day"),
    ] {
        let sent = [("first_day", first), ("last_day", last), ("reason", "Cuti bersama")];
        let answer = admin.browser.post(&days_off, &sent).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{first} {last}");
        assert!(says_at(&answer, field), "{first} {last}");
        assert_eq!(value(&answer, "reason"), "Cuti bersama");
        assert_eq!(value(&answer, "hours[7][0][end]"), "24.00", "the doctor's own form is drawn beside it");
    }
    let sent = [("first_day", "2026-12-24"), ("last_day", "2026-12-26"), ("reason", "Cuti bersama")];
    assert_eq!(admin.browser.post(&days_off, &sent).await.status, StatusCode::SEE_OTHER);
    let kept = doctors::days_off_of(clinic.app.db.read(), doctor.id).await.unwrap();
    assert_eq!(kept, [(date(2026, 12, 24), date(2026, 12, 26))]);
    let page = admin.browser.get(&path).await;
    let remove = page.attributes("form[action^=\"/admin/days-off/\"]", "action").remove(0);
    let id: Uuid = remove.split('/').nth(3).unwrap().parse().unwrap();
    assert_eq!(doctor.browser.post(&remove, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(admin.browser.post(&remove, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(admin.browser.post(&remove, &[]).await.status, StatusCode::NOT_FOUND);
    assert!(doctors::days_off_of(clinic.app.db.read(), doctor.id).await.unwrap().is_empty());
    assert_eq!(audited(&clinic, "add-days-off", id).await, 1);
    assert_eq!(audited(&clinic, "remove-days-off", id).await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_sip_is_said_in_the_list(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await;
    for (day, words) in [
        ("2027-01-20", ""),
        ("2027-01-19", "SIP habis 60 hari lagi"),
        ("2026-11-20", "SIP habis hari ini"),
        ("2026-11-19", "SIP habis 19 November 2026"),
    ] {
        let email = format!("d{day}@klinik.test");
        let sent = form(&[("sip_valid_until", day), ("email", &email), ("name", day)]);
        assert_eq!(admin.browser.post("/admin/doctors", &sent).await.status, StatusCode::SEE_OTHER);
        let list = admin.browser.get("/admin/doctors").await;
        let html = list.html();
        let row = scraper::Selector::parse("#doctors li").unwrap();
        let mut rows = html.select(&row).map(|row| row.text().collect::<String>().replace('\u{a0}', " "));
        let row = rows.find(|text| text.contains(day)).unwrap();
        assert_eq!(row.contains("SIP"), !words.is_empty(), "{row}");
        assert!(row.contains(words), "{row}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_password_link_is_made_anew_until_a_password_is_chosen(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    use praktik::clinic::accounts::entity::user;
    use sea_orm::sea_query::Expr;
    let clinic = TestClinic::open(engine).await;
    let (admin, doctor) = (clinic.admin().await, clinic.doctor("Andi").await);
    let path = format!("/admin/doctors/{}/password-link", doctor.id);
    admin.browser.post(&path, &[]).await;
    clinic.settle().await;
    assert!(clinic.app.mail.letters().remove(0).body.reveal().contains("/password/reset/"));
    assert_eq!(audited(&clinic, "password-link", doctor.id).await, 1);

    let user = doctor.user;
    let set = clinic.app.db.write(move |tx| async move {
        let chosen = user::Entity::update_many().col_expr(user::Column::PasswordHash, Expr::value("chosen"));
        chosen.filter(user::Column::Id.eq(user)).exec(&tx).await
    });
    set.await.unwrap();
    let refused = admin.browser.post(&path, &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(refused.count("#password-link"), 0);
}

#[test]
fn every_sentence_of_these_pages_is_in_both_languages() {
    for file in ["admin", "doctors", "pharmacy"] {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/locales");
        let text = std::fs::read_to_string(format!("{folder}/id/{file}.ftl")).unwrap();
        let keys = text
            .lines()
            .filter_map(|line| line.split_once(" ="))
            .map(|(key, _)| key)
            .filter(|key| !key.starts_with([' ', '#']));
        for key in keys {
            assert!(Lang::ALL.iter().all(|lang| lang.has(key)), "{key}");
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_date_of_each_time_is_the_readers(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let zone = jiff::tz::TimeZone::get("Asia/Makassar").unwrap();
    clinic.set_profile(Profile { zone, ..Profile::clone(&clinic.app.clinic()) }).await;
    let (doctor, siti) = (clinic.doctor("Andi").await, clinic.patient("Siti").await);
    let eastern = "UPDATE users SET time_zone = 'Asia/Jayapura'";
    let moved = clinic.app.db.write(move |tx| async move { tx.execute_unprepared(eastern).await });
    moved.await.unwrap();
    let plain = |text: &str| text.replace('\u{a0}', " ");

    // 23.00 of a Tuesday in Makassar is midnight in Jayapura, where Wednesday has begun.
    let page = siti.browser.get(&format!("/doctors/{}?day=2026-11-24", doctor.id)).await;
    let words = |minute: u32| plain(&page.attributes(&format!("#slot-2026-11-24-{minute}-choice"), "data-words")[0]);
    let late = "Rabu, 25 November 2026, 00.00–00.15 WIT (Selasa, 24 November 2026, 23.00–23.15 WITA)";
    assert_eq!(words(1380), late);
    assert_eq!(words(540), "Selasa, 24 November 2026, 10.00–10.15 WIT (09.00–09.15 WITA)");
    let tile = |minute: u32| plain(&page.text(&format!("#slot-2026-11-24-{minute} time")).unwrap());
    assert_eq!((tile(1380).as_str(), tile(540).as_str()), ("Rab 00.00 (23.00)", "10.00 (09.00)"));

    let at = Instant::parse("2026-11-24T15:00:00Z").unwrap();
    let id = clinic.book(&siti, &doctor, at, None).await.unwrap();
    let list = doctor.browser.get("/doctor/consultations?day=2026-11-24").await.text("#day li time").unwrap();
    assert_eq!(plain(&list), "Rab 00.00", "on the list of the clinic's Tuesday");
    let own = plain(&siti.browser.get(&format!("/consultations/{id}")).await.text("main").unwrap());
    assert!(own.contains("Rabu, 25 November 2026, 00.00 WIT (Selasa, 24 November 2026, 23.00 WITA)"), "{own}");
}
