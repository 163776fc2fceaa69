//! The audit log as an admin reads it: who, when, what; no name of a patient and nothing of health (S2).

use std::{collections::BTreeSet, time::Duration};

use praktik::{commands::backup, web::Lang};
use regex::Regex;
use reqwest::StatusCode;
use rstest::rstest;
use sea_orm::ConnectionTrait as _;
use walkdir::WalkDir;

use crate::support::{Engine, TestClinic, routes::World, said};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn it_says_who_did_what_and_names_no_patient(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::open(engine).await;
    let room = world.room().await;
    let seen = room.doctor.browser.get(&format!("/doctor/consultations/{}", room.id)).await;
    assert_eq!(seen.status, StatusCode::OK);
    let page = world.admin.get("/admin/audit").await;
    let log = page.text("#log").unwrap();
    let doctor = praktik::clinic::doctors::find(world.clinic.app.db.read(), room.doctor.id).await.unwrap().unwrap();
    assert!(log.contains(&format!("{} · Dokter", doctor.name)), "{log}");
    assert!(log.contains("membaca · konsultasi") && log.contains("WIB"), "{log}");
    assert!(
        log.contains("Dewi Admin · Admin klinik") && log.contains("log audit"),
        "reading it is written down: {log}"
    );
    let patient = room.patient.patient_id.simple().to_string();
    assert!(log.contains(&format!("pasien #{}", &patient[24..])), "{log}");
    for secret in [&room.patient.name, &room.complaint, &room.patient.email] {
        assert!(!page.body.contains(secret.as_str()), "\"{secret}\" stands in the log");
        assert!(seen.body.contains(secret.as_str()) || *secret == room.patient.email, "the control: {secret}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn it_is_filtered_by_person_act_and_day(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let eka = clinic.member(praktik::web::Role::Admin, "Eka Putri").await;
    let doctor = clinic.doctor("Andi").await;
    let path = format!("/admin/people/{}/lock", doctor.user);
    assert_eq!(eka.browser.post(&path, &[]).await.status, StatusCode::SEE_OTHER);
    clinic.pass(Duration::from_hours(24)).await;
    let admin = clinic.admin().await;
    let path = format!("/admin/people/{}/unlock", doctor.user);
    assert_eq!(admin.browser.post(&path, &[]).await.status, StatusCode::SEE_OTHER);
    let log = async |query: &str| {
        let page = admin.browser.get(&format!("/admin/audit?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        page.text("#log").unwrap_or_default()
    };
    // The choices of the filter name everybody: only the log itself is looked at.
    let of_eka = log(&format!("person={}", eka.user)).await;
    assert!(of_eka.contains("mengunci") && !of_eka.contains("membuka kunci"), "{of_eka}");
    let unlocked = log("action=unlock").await;
    assert!(unlocked.contains("membuka kunci") && !unlocked.contains("Eka Putri"), "{unlocked}");
    let day = |day: &str| {
        let part = |name: &str| format!("{name}_day={day}&{name}_month=11&{name}_year=2026");
        format!("{}&{}", part("from"), part("to"))
    };
    let first = log(&day("20")).await;
    assert!(first.contains("Eka Putri") && !first.contains("membuka kunci"), "{first}");
    let second = log(&day("21")).await;
    assert!(!second.contains("Eka Putri") && second.contains("membuka kunci"), "{second}");
    assert_eq!(log(&day("23")).await, "", "no such day has rows");

    let wrong = admin.browser.get("/admin/audit?from_day=31&from_month=2&from_year=2026").await;
    assert!(wrong.text("#from-error").unwrap().contains("kalender"));
    assert_eq!(wrong.attributes("#from", "value"), ["31"], "what was typed stays");
    for odd in [
        "person=x&action=y&before=z",
        "before=9223372036854775807.00000000-0000-0000-0000-000000000000",
        "%FF",
        "from=9999-12-31&to=9999-12-31",
    ] {
        assert_eq!(admin.browser.get(&format!("/admin/audit?{odd}")).await.status, StatusCode::OK, "{odd}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn older_rows_are_a_page_further_and_none_is_shown_twice(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let doctor = clinic.doctor("Andi").await;
    for round in 0..60 {
        clinic.pass(Duration::from_secs(1)).await;
        let path = format!("/admin/people/{}/end-sessions", doctor.user);
        assert_eq!(admin.post(&path, &[]).await.status, StatusCode::SEE_OTHER, "{round}");
    }
    let first = admin.get("/admin/audit?action=end-sessions").await;
    assert_eq!(first.count("#log > li"), 50);
    let older = first.attributes("#older", "href").remove(0);
    clinic.pass(Duration::from_secs(1)).await;
    admin.post(&format!("/admin/people/{}/end-sessions", doctor.user), &[]).await;
    let second = admin.get(&older).await;
    assert_eq!(second.count("#log > li"), 10, "what was added since does not move the page");
    assert_eq!(second.count("#older"), 0);
    let mut times = first.attributes("#log time", "datetime");
    times.extend(second.attributes("#log time", "datetime"));
    let newest_first = times.iter().rev().is_sorted();
    times.sort();
    times.dedup();
    assert!(newest_first && times.len() == 60, "{} rows", times.len());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_chain_is_checked_when_asked_and_a_break_is_named(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    assert!(admin.get("/admin/audit").await.text("#chain-state").unwrap().contains("Belum pernah"));
    linked(&clinic).await;
    assert_eq!(admin.post("/admin/audit/check", &[]).await.location(), "/admin/audit");
    clinic.settle().await;
    assert!(admin.get("/admin/audit").await.text("#chain-state").unwrap().contains("Utuh"));

    linked(&clinic).await;
    let unguard = match engine {
        Engine::Sqlite => "DROP TRIGGER audit_log_fixed",
        Engine::Postgres => "DROP TRIGGER audit_log_fixed ON audit_log",
    };
    for act in [unguard, "UPDATE audit_log SET action = 'nothing' WHERE place = 1"] {
        clinic.app.db.write(move |tx| async move { tx.execute_unprepared(act).await }).await.unwrap();
    }
    clinic.pass(Duration::from_secs(1)).await;
    admin.post("/admin/audit/check", &[]).await;
    clinic.settle().await;
    let state = admin.get("/admin/audit").await.text("#chain-state").unwrap();
    assert!(state.contains("Rusak mulai catatan ke-1"), "{state}");
}

/// Waits, in real time, until every row has its link.
async fn linked(clinic: &TestClinic) {
    for _ in 0..500 {
        clinic.app.clock.advance(Duration::from_secs(1));
        if clinic.count("SELECT COUNT(*) FROM audit_log WHERE link IS NULL").await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("audit rows were not linked");
}

/// What any part of the program writes into the log: an act is never shown by its bare name.
#[test]
fn every_act_of_the_program_has_words_in_both_languages() {
    let literal =
        Regex::new(r#"(action|subject): "([a-z_-]+)"|record\(tx, writing, "([a-z-]+)"|\bact\([&\w.]+, "([a-z-]+)""#);
    let literal = literal.unwrap();
    let mut keys = BTreeSet::new();
    for file in WalkDir::new("src").into_iter().map(Result::unwrap).filter(|file| file.file_type().is_file()) {
        let Ok(text) = std::fs::read_to_string(file.path()) else { continue };
        for found in literal.captures_iter(&text) {
            let kind = found.get(1).map_or("action", |kind| kind.as_str());
            let word = (2..=4).find_map(|group| found.get(group)).unwrap().as_str();
            keys.insert(format!("audit-{kind}-{}", word.replace('_', "-")));
        }
    }
    for found in ["audit-action-rotate", "audit-action-backup", "audit-subject-recovery-sheet", "audit-action-lock"] {
        assert!(keys.contains(found), "{found} is not found in the source");
    }
    let missing: Vec<_> = keys.iter().filter(|key| !Lang::ALL.iter().all(|lang| lang.has(key))).collect();
    assert!(missing.is_empty(), "no words for {missing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_on_the_machine_stand_in_the_log_with_words() {
    let clinic = TestClinic::open(Engine::Sqlite).await;
    let admin = clinic.admin().await.browser;
    let folder = tempfile::tempdir().unwrap();
    backup::to_file(&clinic.app, &folder.path().join("backup")).await.unwrap();
    said(&clinic.command(&["keys", "rotate"], None).await);
    said(&clinic.command(&["keys", "sheet"], None).await);
    said(&clinic.command(&["admin", "create", "--email", "eka@klinik.test", "--name", "Eka"], None).await);
    let log = admin.get("/admin/audit").await.text("#log").unwrap();
    for words in [
        "mencadangkan · data seluruh klinik",
        "mengganti kunci · kunci utama",
        "membaca · lembar pemulihan",
        "membuat · akun",
    ] {
        assert!(log.contains(words), "{words}: {log}");
    }
    assert_eq!(log.matches("perintah di mesin klinik").count(), 4, "{log}");
    let chosen = admin.get("/admin/audit?action=backup").await.text("#log").unwrap();
    assert!(chosen.contains("mencadangkan") && !chosen.contains("lembar pemulihan"), "{chosen}");
}
