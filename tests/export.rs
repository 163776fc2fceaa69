//! A copy of all of one's data (S4): whole, one's own alone, readable without the clinic, logged, and not for whoever finds
//! an open browser.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _},
    time::Duration,
};

use praktik::{
    clinic::{
        accounts::SignedIn,
        appointments::{Kind, appointment},
        audit::{OPERATOR, entity::audit_row},
        conversations::{self, Party},
        own_data::FORMAT_VERSION,
        profile::{Profile, Retention},
    },
    infra::vault::Private,
    web::{Error, Role},
};
use reqwest::{Method, StatusCode};
use rstest::rstest;
use scraper::{Html, Selector};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::Value;
use uuid::Uuid;

use crate::support::{Browser, Engine, LASTS, PASSWORD, TestClinic, WAIT, new_id, picture, routes::World};

const PATH: &str = "/settings/export";

/// The files of the archive that `browser` is given, as text.
pub async fn files(browser: &Browser) -> BTreeMap<String, String> {
    let answer = browser.request(Method::GET, PATH).send().await.unwrap();
    unpacked(answer).await
}

async fn unpacked(answer: reqwest::Response) -> BTreeMap<String, String> {
    let header = |name: &str| answer.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(header("content-type"), "application/zip");
    assert!(header("content-disposition").starts_with("attachment; filename=\"praktik-2026-11-"));
    assert_eq!(header("cache-control"), "no-store");
    let bytes = answer.bytes().await.unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut files = BTreeMap::new();
    for name in names {
        let mut bytes = Vec::new();
        archive.by_name(&name).unwrap().read_to_end(&mut bytes).unwrap();
        files.insert(name, String::from_utf8_lossy(&bytes).into_owned());
    }
    files
}

pub fn json(files: &BTreeMap<String, String>) -> Value {
    serde_json::from_str(&files["data.json"]).unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_holds_all_of_ones_own_and_nothing_of_others(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::open(engine).await;
    let (room, other) = (world.room().await, world.room().await);
    world.prescription(&room, "").await;
    world.prescription(&other, "").await;
    world.clinic.pass(Duration::from_mins(16)).await;
    let files = files(&room.patient.browser).await;
    assert_eq!(files.keys().collect::<Vec<_>>(), ["data.json", "index.html", "style.css"]);
    let data = json(&files);
    assert_eq!(
        (data["format"].as_str(), data["formatVersion"].as_u64()),
        (Some("praktik-export"), Some(u64::from(FORMAT_VERSION)))
    );
    assert_eq!(data["account"]["email"], room.patient.email.as_str());
    assert_eq!(data["consents"].as_array().unwrap().len(), 1);
    let patient = &data["patients"][0];
    assert_eq!(patient["relationship"], "self");
    assert_eq!(patient["patient"]["name"][0]["text"], room.patient.name.as_str());
    assert_eq!(patient["patient"]["identifier"][0]["system"], "https://fhir.kemkes.go.id/id/nik");
    assert_eq!(patient["patient"]["identifier"][0]["value"].as_str().unwrap().len(), 16);
    assert_eq!(
        (&patient["patient"]["gender"], &patient["patient"]["birthDate"]),
        (&"female".into(), &"1991-03-12".into())
    );
    let encounter = &patient["encounters"][0];
    assert_eq!((&encounter["status"], &encounter["reason"]), (&"completed".into(), &room.complaint.as_str().into()));
    assert_eq!(encounter["messagesKept"], false, "what was written in the room is gone, and the copy says so");
    assert_eq!(encounter["plannedPeriod"]["start"], "2026-11-20T02:00:00.000Z");
    let request = &patient["medicationRequests"][0];
    assert_eq!((&request["status"], &request["reason"]), (&"active".into(), &room.complaint.as_str().into()));
    assert_eq!((&request["items"][0]["dosage"], &request["items"][0]["quantity"]), (&"3x sehari".into(), &15.into()));
    let acts = data["auditEvents"].as_array().unwrap();
    assert!(acts.iter().any(|act| act["action"] == "issue" && act["agent"]["self"] == false), "{acts:?}");
    assert!(
        acts.iter().any(|act| act["action"] == "export" && act["agent"]["self"] == true),
        "the copy itself is logged"
    );
    assert!(!data["notifications"].as_array().unwrap().is_empty());

    let page = &files["index.html"];
    for said in [
        &room.patient.name,
        &room.complaint,
        "3x sehari",
        "Antasida",
        "Percakapannya tidak disimpan",
        "Salinan data Anda",
    ] {
        assert!(page.contains(said), "{said}");
    }
    for (name, text) in &files {
        for theirs in [&other.patient.name, &other.complaint, &other.patient.email] {
            assert!(!text.contains(theirs), "{name} holds {theirs}");
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_that_is_kept_is_in_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.waiting_room().await;
    let (id, now) = (room.id, clinic.app.now());
    let visit = clinic.app.db.write(move |tx| async move {
        let visit = appointment::Entity::update_many().col_expr(appointment::Column::Kind, Expr::value(Kind::Visit));
        visit.filter(appointment::Column::Id.eq(id)).exec(&tx).await?;
        let row = appointment::Entity::find_by_id(id).one(&tx).await?.unwrap();
        conversations::create(&tx, &row, now).await
    });
    visit.await.unwrap();
    for (user, role, text) in [
        (room.patient.user, Role::Patient, "Apakah obatnya diminum sebelum makan?"),
        (room.doctor.user, Role::Doctor, "Sesudah makan, ya."),
    ] {
        let who = SignedIn { user, role, session: Uuid::nil() };
        let party = Party::find(&clinic.app, &who, id).await.unwrap();
        conversations::write(&clinic.app, &party, new_id(), Private::new(text)).await.map_err(|_: Error| ()).unwrap();
    }
    let files = files(&room.patient.browser).await;
    let encounter = &json(&files)["patients"][0]["encounters"][0];
    assert_eq!((&encounter["type"], &encounter["messagesKept"]), (&"visit".into(), &true.into()));
    let said: Vec<_> =
        encounter["messages"].as_array().unwrap().iter().map(|said| (&said["sender"], &said["text"])).collect();
    assert_eq!(said[0], (&"patient".into(), &"Apakah obatnya diminum sebelum makan?".into()));
    assert_eq!(said[1], (&"doctor".into(), &"Sesudah makan, ya.".into()));
    assert!(files["index.html"].contains("Sesudah makan, ya."));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_page_runs_nothing_fetches_nothing_and_speaks_the_readers_language(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let name = "Siti <script>alert(1)</script> \"onload=x";
    let patient = clinic.patient(name).await;
    for (lang, title) in [("id", "Salinan data Anda"), ("en", "A copy of your data")] {
        patient.browser.post("/language", &[("lang", lang), ("return_to", "/")]).await;
        clinic.pass(Duration::from_secs(1)).await;
        let files = files(&patient.browser).await;
        let page = Html::parse_document(&files["index.html"]);
        let all = |selector: &str| page.select(&Selector::parse(selector).unwrap()).collect::<Vec<_>>();
        assert!(all("script, iframe, object, embed, form, img, [onload], [onerror], [style]").is_empty());
        let addresses: Vec<_> = all("[href], [src]").into_iter().filter_map(|found| found.attr("href")).collect();
        assert_eq!(addresses, ["style.css"]);
        assert!(all("h2").iter().any(|heading| heading.text().collect::<String>() == name), "as it was typed");
        assert_eq!(all("h1")[0].text().collect::<String>(), title);
        assert_eq!(all("html")[0].attr("lang"), Some(lang));
        assert_eq!(json(&files)["account"]["name"], name);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_hour_after_the_login_the_password_is_asked_for(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await;
    assert_eq!(files(&patient.browser).await.len(), 3, "right after the login it is not");
    clinic.pass(Duration::from_hours(1)).await;
    let asked = patient.browser.get(PATH).await;
    assert_eq!((asked.status, asked.count("form[action='/settings/export'] [name=password]")), (StatusCode::OK, 1));
    let long = "a".repeat(300);
    for (password, sentence) in [("", "Wajib diisi"), ("salah sama sekali", "Ini bukan"), (&long, "Ini bukan")] {
        let refused = patient.browser.post(PATH, &[("password", password)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text("#password-error").unwrap().contains(sentence), "{password}");
        assert!(refused.attributes("[name=password]", "value").iter().all(String::is_empty));
    }
    assert_eq!(patient.browser.get(PATH).await.count("[name=password]"), 1, "a wrong one opens nothing");
    let token = patient.browser.csrf().await;
    let form = [("csrf_token", token.as_str()), ("password", PASSWORD)];
    let taken = patient.browser.request(Method::POST, PATH).form(&form).send().await.unwrap();
    assert_eq!(json(&unpacked(taken).await)["format"], "praktik-export");
    assert_eq!(files(&patient.browser).await.len(), 3, "and for an hour not again");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn copies_are_logged_and_five_an_hour_are_enough(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let (patient, other) = (clinic.patient("Siti").await, clinic.patient("Budi").await);
    for _ in 0..5 {
        files(&patient.browser).await;
        clinic.pass(Duration::from_secs(1)).await;
    }
    let refused = patient.browser.get(PATH).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(files(&other.browser).await.len(), 3, "another account is not kept waiting");
    let log = patient.browser.get("/settings/access-log").await;
    assert_eq!(log.body.matches("Mengambil salinan akun").count(), 5);
    assert_eq!(log.body.matches("Mengambil salinan data diri").count(), 5);
    clinic.pass(Duration::from_mins(59)).await;
    let again = clinic.signed_in(patient.user).await;
    assert_eq!(again.get(PATH).await.status, StatusCode::TOO_MANY_REQUESTS, "another session is the same account");
    clinic.pass(Duration::from_mins(1)).await;
    assert_eq!(files(&again).await.len(), 3);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_treats_takes_a_copy_of_their_account_and_of_no_patient(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::open(engine).await;
    let room = world.room().await;
    let files = files(&room.doctor.browser).await;
    let data = json(&files);
    assert_eq!(data["account"]["email"], room.doctor.email.as_str());
    assert!(data["patients"].as_array().unwrap().is_empty());
    for (name, text) in &files {
        assert!(!text.contains(&room.patient.name) && !text.contains(&room.complaint), "{name}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_photo_lies_in_it_as_a_file_and_stands_on_its_page(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (siti, budi) = (clinic.patient("Siti").await, clinic.patient("Budi").await);
    let shown = clinic.photo_of(&siti.browser, &picture(90, 60)).await;
    let served = siti.browser.request(Method::GET, &shown).send().await.unwrap().bytes().await.unwrap();
    let bytes = siti.browser.request(Method::GET, PATH).send().await.unwrap().bytes().await.unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let text = |archive: &mut zip::ZipArchive<_>, name: &str| {
        let mut text = Vec::new();
        archive.by_name(name).unwrap().read_to_end(&mut text).unwrap();
        text
    };
    let data: Value = serde_json::from_slice(&text(&mut archive, "data.json")).unwrap();
    let photo = &data["patients"][0]["patient"]["photo"][0];
    assert_eq!((&photo["contentType"], &data["account"]["photo"]), (&"image/jpeg".into(), photo), "the holder's own");
    let name = photo["url"].as_str().unwrap();
    assert_eq!(text(&mut archive, name), served, "as it is shown");
    let page = String::from_utf8(text(&mut archive, "index.html")).unwrap();
    let page = Html::parse_document(&page);
    let photos = Selector::parse("img[alt='Foto Siti']").unwrap();
    let images = page.select(&photos).map(|image| image.attr("src").unwrap());
    assert_eq!(images.collect::<Vec<_>>(), [name, name]);

    // The control: of who has none there is none, and it is nobody else's.
    let theirs = files(&budi.browser).await;
    assert_eq!(theirs.keys().collect::<Vec<_>>(), ["data.json", "index.html", "style.css"]);
    assert_eq!(json(&theirs)["patients"][0]["patient"]["photo"], Value::Array(Vec::new()));
}

/// More rows than an account gathers in decades. The database's way of counting does not depend on its engine.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_in_it_to_the_last_row() {
    const ROWS: i64 = 20_500;
    let clinic = TestClinic::open(Engine::Sqlite).await;
    let (siti, budi) = (clinic.patient("Siti").await, clinic.patient("Budi").await);
    let now = clinic.app.now();
    let row = move |period, patient| audit_row::ActiveModel {
        id: Set(new_id()),
        at: Set(now),
        actor_id: Set(OPERATOR),
        action: Set("view".to_owned()),
        subject: Set("patient".to_owned()),
        subject_id: Set(patient),
        patient_id: Set(Some(patient)),
        period: Set(period),
        place: Set(None),
        link: Set(None),
    };
    let (own, others) = (siti.patient_id, budi.patient_id);
    let rows: Vec<_> = (0..ROWS).map(|period| row(period, own)).chain([row(0, others)]).collect();
    let write = clinic.app.db.write(move |tx| async move {
        for some in rows.chunks(500) {
            audit_row::Entity::insert_many(some.to_vec()).exec_without_returning(&tx).await?;
        }
        Ok::<_, sea_orm::DbErr>(())
    });
    write.await.unwrap();
    for (browser, expected) in [(&siti.browser, ROWS), (&budi.browser, 1)] {
        let data = json(&files(browser).await);
        let views = data["auditEvents"].as_array().unwrap().iter().filter(|act| act["action"] == "view");
        assert_eq!(i64::try_from(views.count()).unwrap(), expected);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_consultation_that_is_kept_is_in_it_word_by_word(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let erased = clinic.waiting_room().await;
    let profile = Profile { message_retention: Retention::Kept, ..Profile::clone(&clinic.app.clinic()) };
    clinic.set_profile(profile).await;
    let (patient, doctor) = (clinic.patient("Budi").await, clinic.doctor("Ratna").await);
    let kept = clinic.room_of(patient, doctor).await;
    clinic.pass(WAIT).await;
    for room in [&erased, &kept] {
        assert_eq!(room.doctors().send("Minumlah sebelum tidur").await.status, 201);
    }
    clinic.pass(LASTS).await;
    for (room, is_kept) in [(&erased, false), (&kept, true)] {
        let files = files(&room.patient.browser).await;
        let encounter = &json(&files)["patients"][0]["encounters"][0];
        assert_eq!((&encounter["type"], &encounter["messagesKept"]), (&"consultation".into(), &is_kept.into()));
        assert_eq!(encounter["messages"].as_array().unwrap().len(), usize::from(is_kept));
        assert_eq!(files["index.html"].contains("Minumlah sebelum tidur"), is_kept);
        assert_eq!(files["data.json"].contains("Minumlah sebelum tidur"), is_kept);
    }
}
