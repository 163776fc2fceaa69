//! Who read or changed one's data, in words, on one's own page; and that nothing is shown if it cannot be written down (S2).

use std::{collections::BTreeSet, time::Duration};

use praktik::{
    clinic::audit::{self, Act},
    infra::clock::Instant,
    router::routes,
    web::Lang,
};
use regex::Regex;
use reqwest::{Method, StatusCode};
use rstest::rstest;
use scraper::Selector;
use sea_orm::ConnectionTrait as _;
use uuid::Uuid;
use walkdir::WalkDir;

use crate::support::{Answer, Browser, Engine, TestClinic, new_id, routes::World};

const PATH: &str = "/settings/access-log";

/// The lines of the page, each as one text.
fn lines(page: &Answer) -> Vec<String> {
    let html = page.html();
    let found = Selector::parse("#access-log > li").unwrap();
    let text = |line: scraper::ElementRef<'_>| line.text().collect::<String>();
    html.select(&found).map(text).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

async fn read(browser: &Browser, path: &str) -> Vec<String> {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK);
    lines(&page)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_patient_reads_in_words_who_did_what_newest_first(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let stranger = clinic.patient("Budi").await;
    let room = clinic.open_room().await;
    room.doctors().look().await;
    clinic.pass(Duration::from_secs(1)).await;
    room.doctor.browser.post(&format!("/doctor/consultations/{}/identity", room.id), &[]).await;

    let all = read(&room.patient.browser, PATH).await;
    let wanted = [
        "dr. Andi Firmansyah · Dokter Memastikan identitas pada konsultasi Jumat, 20 November 2026, 09.15 WIB",
        "dr. Andi Firmansyah · Dokter Membaca konsultasi Jumat, 20 November 2026, 09.15 WIB",
        "Anda Memesan janji konsultasi Jumat, 20 November 2026, 09.00 WIB",
    ];
    assert_eq!(all, wanted);
    assert_eq!(read(&room.patient.browser, &format!("{PATH}?by=others")).await, wanted[..2]);
    let theirs = stranger.browser.get(PATH).await;
    assert!(lines(&theirs).is_empty());
    assert_eq!(theirs.text("main h1").unwrap(), "Siapa yang melihat data Anda");
    assert!(theirs.body.contains("Belum ada catatan"));
    room.patient.browser.post("/language", &[("lang", "en"), ("return_to", "/")]).await;
    let english = read(&room.patient.browser, PATH).await;
    assert!(english[1].contains("Read a consultation"), "{english:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_one_line_for_a_person_a_thing_and_a_quarter_of_an_hour(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.waiting_room().await;
    let others = format!("{PATH}?by=others");
    for minutes in [0, 5, 9] {
        clinic.pass(Duration::from_mins(minutes)).await;
        room.doctors().look().await;
    }
    assert_eq!(read(&room.patient.browser, &others).await.len(), 1, "09.00, 09.05 and 09.14 are one quarter");
    clinic.pass(Duration::from_mins(1)).await;
    room.doctors().look().await;
    assert_eq!(read(&room.patient.browser, &others).await.len(), 2);
    room.doctor.browser.get("/doctor/consultations").await;
    assert_eq!(read(&room.patient.browser, &others).await.len(), 3, "the list is another thing");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_long_log_is_read_page_by_page_and_each_line_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (patient, doctor) = (clinic.patient("Siti").await, clinic.doctor("Andi").await);
    let begin = clinic.app.now();
    let (about, actor) = (patient.patient_id, doctor.user);
    let write = clinic.app.db.write(move |tx| async move {
        for number in 0..120_i64 {
            let action = if number % 2 == 0 { "view" } else { "change" };
            let subject_id = new_id();
            let act = Act { actor, action, subject: "prescription", subject_id, patient: Some(about) };
            // Three rows a minute: the place in the list is told by more than the moment.
            audit::record(&tx, act, Instant::from_millis(begin.millis() + number / 3 * 60_000)).await?;
        }
        Ok::<_, sea_orm::DbErr>(())
    });
    write.await.unwrap();
    for filter in ["", "?by=others"] {
        let (mut path, mut pages, mut moments) = (format!("{PATH}{filter}"), Vec::new(), Vec::new());
        loop {
            let page = patient.browser.get(&path).await;
            pages.push(lines(&page).len());
            moments.extend(page.attributes("#access-log time", "datetime"));
            match page.attributes("a[rel=next]", "href").first() {
                Some(next) => path.clone_from(next),
                None => break,
            }
        }
        assert_eq!(pages, [50, 50, 20]);
        assert!(moments.is_sorted_by(|newer, older| newer >= older), "newest first");
        assert_eq!(moments.iter().collect::<BTreeSet<_>>().len(), 40, "no moment is left out");
    }
    for strange in ["x", "1_1", "%00", "-1_00000000-0000-0000-0000-000000000000", "99999999999999999999_a"] {
        assert_eq!(patient.browser.get(&format!("{PATH}?before={strange}")).await.status, StatusCode::OK, "{strange}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_is_no_patient_reads_about_their_own_account_alone(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    room.doctors().look().await;
    assert!(read(&room.doctor.browser, PATH).await.is_empty(), "what a doctor did is the patients' to read");
    let user = room.doctor.user;
    let now = clinic.app.now();
    let act = Act { actor: user, action: "set-password", subject: "account", subject_id: user, patient: None };
    clinic.app.db.write(move |tx| async move { audit::record(&tx, act, now).await }).await.unwrap();
    let own = read(&room.doctor.browser, PATH).await;
    assert_eq!(own.len(), 1);
    assert!(own[0].starts_with("Anda Mengganti kata sandi akun"), "{own:?}");
    assert!(read(&clinic.doctor("Ratna").await.browser, PATH).await.is_empty());
}

/// What the features write into the log, but for what admins do to what is no person's: those see words of their own.
#[test]
fn every_act_in_the_source_has_words_in_both_languages() {
    let literal =
        Regex::new(r#"(action|subject): "([a-z_-]+)"|record\(tx, writing, "([a-z-]+)"|act\(\w+, "([a-z-]+)""#);
    let literal = literal.unwrap();
    let mut keys = BTreeSet::new();
    for file in WalkDir::new("src/clinic").into_iter().map(Result::unwrap) {
        let path = file.path().to_str().unwrap();
        let about_no_patient = ["src/clinic/admin/", "src/clinic/pharmacy/", "src/clinic/audit/"];
        if file.path().extension().is_none_or(|kind| kind != "rs")
            || about_no_patient.iter().any(|folder| path.starts_with(folder))
        {
            continue;
        }
        for found in literal.captures_iter(&std::fs::read_to_string(path).unwrap()) {
            let word = |group: usize| found.get(group).map(|word| word.as_str().replace('_', "-"));
            keys.extend(match (word(1).as_deref(), word(2)) {
                (Some("subject"), Some(thing)) => Some(format!("own-data-thing-{thing}")),
                (_, action) => action.or(word(3)).or(word(4)).map(|action| format!("own-data-did-{action}")),
            });
        }
    }
    assert!(keys.len() >= 14, "few acts were found: {keys:?}");
    let missing: Vec<_> = keys.iter().filter(|key| !Lang::ALL.iter().all(|lang| lang.has(key))).collect();
    assert!(missing.is_empty(), "no words for {missing:?}");
}

/// Has the log refuse every row, and gives back what mends it.
fn breaking(engine: Engine) -> ([&'static str; 2], &'static str) {
    match engine {
        Engine::Sqlite => (
            ["SELECT 1", "CREATE TRIGGER planted BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'planted'); END"],
            "DROP TRIGGER planted",
        ),
        Engine::Postgres => (
            [
                "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted'; END $$",
                "CREATE TRIGGER planted BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION planted()",
            ],
            "DROP TRIGGER planted ON audit_log",
        ),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_down_is_not_shown(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::open(engine).await;
    let mut cases = Vec::new();
    for route in routes().into_iter().filter(|route| route.audited && route.method == Method::GET) {
        cases.push((route.path, world.case(&route.method, route.path).await.unwrap()));
    }
    assert!(cases.len() >= 6, "few routes are audited");
    let run = async |statement: &'static str| {
        let app = world.clinic.app.clone();
        app.db.write(move |tx| async move { tx.execute_unprepared(statement).await }).await.unwrap();
    };
    let (breaks, mends) = breaking(engine);
    for statement in breaks {
        run(statement).await;
    }
    let mut faults = Vec::new();
    for (path, case) in &cases {
        let answer = case.reader.as_ref().unwrap_or(&case.rightful).get(&case.path).await;
        if answer.status != StatusCode::SERVICE_UNAVAILABLE {
            faults.push(format!("{path} answers {}", answer.status));
        }
        faults.extend(case.words.iter().filter(|word| answer.body.contains(*word)).map(|_| format!("{path} says it")));
    }
    run(mends).await;
    for (path, case) in &cases {
        let answer = case.reader.as_ref().unwrap_or(&case.rightful).get(&case.path).await;
        if answer.status != StatusCode::OK || !case.words.iter().all(|word| answer.body.contains(word)) {
            faults.push(format!("{path} answers {} when all is well", answer.status));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Whose id it is does not matter: nobody's part of the log is at an address of its own.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn there_is_no_address_of_somebody_elses_log(#[values(Engine::Sqlite)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let (room, other) = (clinic.open_room().await, clinic.patient("Budi").await);
    room.doctors().look().await;
    for asked in ["patient", "account", "user", "by", "before"] {
        let path = format!("{PATH}?{asked}={}", room.patient.patient_id);
        assert!(read(&other.browser, &path).await.is_empty(), "{path}");
    }
    assert_ne!(room.patient.patient_id, Uuid::nil());
}
