//! The form of a prescription: its rows, its sentences, sent twice and sent from elsewhere (R1, R7).

use futures::future::join_all;
use praktik::web::Lang;
use reqwest::{Method, StatusCode};
use rstest::rstest;
use uuid::Uuid;

use crate::{
    prescriptions::{Visit, error_of, value_of},
    support::{Answer, Browser, Engine},
};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_field_comes_back_with_its_sentence_and_the_rest_as_typed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let visit = Visit::open(engine).await;
    let andi = &visit.doctor.browser;
    let (long, longer) = ("x".repeat(501), "y".repeat(2_001));
    let nobody = Uuid::from_u128(1).to_string();
    let wrong = [
        ("diagnosis", ""),
        ("diagnosis", longer.as_str()),
        ("notes", longer.as_str()),
        ("items[0][product_id]", ""),
        ("items[0][product_id]", "amoksisilin"),
        ("items[0][product_id]", nobody.as_str()),
        ("items[0][product_id]", visit.morphine.as_str()),
        ("items[0][dosage]", " "),
        ("items[0][dosage]", long.as_str()),
        ("items[0][quantity]", ""),
        ("items[0][quantity]", "0"),
        ("items[0][quantity]", "1001"),
        ("items[0][quantity]", "lima"),
        ("items[0][quantity]", "1,5"),
        ("items[0][duration_days]", ""),
        ("items[0][duration_days]", "-1"),
        ("items[0][duration_days]", "366"),
        ("items[0][instructions]", long.as_str()),
    ];
    for (name, value) in wrong {
        let answer = andi.post(&visit.path(), &visit.fields_with(name, value)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} = {value:.20}");
        assert!(error_of(&answer, name).is_some_and(|sentence| !sentence.is_empty()), "{name} = {value:.20}");
        assert_eq!(answer.count("[id$='-error']"), 1, "one field is wrong: {name}");
        for (field, typed) in visit.fields_with(name, value) {
            let (back, kept) = (value_of(&answer, field), typed.trim());
            let foreign = name == "items[0][product_id]" && field == name && value != visit.morphine;
            assert!(foreign || back.trim() == kept, "{field} came back as {back:.20} after {name}");
        }
    }
    let narcotic = andi.post(&visit.path(), &visit.fields_with("items[0][product_id]", &visit.morphine)).await;
    assert!(error_of(&narcotic, "items[0][product_id]").unwrap().contains("narkotika"));
    let nothing = andi.post(&visit.path(), &[("diagnosis", "Faringitis")]).await;
    assert!(error_of(&nothing, "items[0][product_id]").is_some());
    assert_eq!(
        andi.post(&visit.path(), &[("diagnosis", "x"), ("admin", "1")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(andi.post(&visit.path(), &[("items[x][dosage]", "1")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(visit.rows().await.is_empty());
    visit.issue().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn without_a_script_rows_come_and_go(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let visit = Visit::open(engine).await;
    let andi = &visit.doctor.browser;
    let first = andi.get(&format!("{}/create", visit.path())).await;
    assert_eq!(first.count("ol [data-items-target=row]"), 2);
    let with = |intent| {
        let mut fields = visit.fields();
        fields.push(("intent", intent));
        fields
    };
    let more = andi.post(&visit.path(), &with("more")).await;
    assert_eq!((more.status, more.count("ol [data-items-target=row]")), (StatusCode::OK, 3));
    assert_eq!(value_of(&more, "items[0][dosage]"), "3x sehari");
    let fewer = andi.post(&visit.path(), &with("remove-0")).await;
    assert_eq!(value_of(&fewer, "items[0][dosage]"), "");
    assert_eq!(value_of(&fewer, "diagnosis"), "Faringitis akut");
    assert_eq!(andi.post(&visit.path(), &with("burn")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(visit.rows().await.is_empty());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_twice_issues_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let visit = Visit::open(engine).await;
    let andi = &visit.doctor.browser;
    let form = andi.get(&format!("{}/create", visit.path())).await;
    let (key, token) = (form.attributes("input[name=idempotency_key]", "value").remove(0), andi.csrf().await);
    let (path, mut fields) = (visit.path(), visit.fields());
    fields.extend([("idempotency_key", key.as_str()), ("csrf_token", token.as_str())]);
    let answers = join_all((0..5).map(|_| andi.request(Method::POST, &path).form(&fields).send())).await;
    for answer in answers {
        let answer = answer.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()["location"], format!("/doctor/consultations/{}", visit.appointment));
    }
    let first = visit.only().await;
    assert_eq!(visit.patient.browser.get("/prescriptions").await.text("#unread-count").as_deref(), Some("1"));

    // A change that is sent twice makes one new version; another form acts again.
    let edit = andi.get(&format!("/doctor/prescriptions/{first}/edit")).await;
    let key = edit.attributes("input[name=idempotency_key]", "value").remove(0);
    let (path, mut fields) = (format!("/doctor/prescriptions/{first}"), visit.fields());
    fields.extend([("idempotency_key", key.as_str()), ("csrf_token", token.as_str())]);
    for _ in 0..2 {
        let answer = andi.send(andi.request(Method::PUT, &path).form(&fields)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    }
    assert_eq!(visit.rows().await.len(), 2);
    visit.issue().await;
    assert_eq!(visit.rows().await.len(), 3);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn only_our_own_forms_write_prescriptions(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let visit = Visit::open(engine).await;
    let andi = &visit.doctor.browser;
    let (path, token) = (visit.path(), andi.csrf().await);
    let status = |answer: Answer| answer.status;
    let sent = |browser: &Browser, fields: Vec<(&str, &str)>| browser.request(Method::POST, &path).form(&fields);
    let with_token = |token| [visit.fields(), vec![("csrf_token", token)]].concat();

    assert_eq!(status(andi.send(sent(andi, visit.fields())).await), StatusCode::FORBIDDEN);
    assert_eq!(status(andi.send(sent(andi, with_token("guessed"))).await), StatusCode::FORBIDDEN);
    let foreign = sent(andi, with_token(&token)).header("origin", "https://evil.test");
    assert_eq!(status(andi.send(foreign).await), StatusCode::FORBIDDEN);
    assert_eq!(status(andi.get(&path).await), StatusCode::METHOD_NOT_ALLOWED);
    let deleted = andi.request(Method::DELETE, "/doctor/prescriptions").header("x-csrf-token", &token);
    assert_eq!(status(andi.send(deleted).await), StatusCode::METHOD_NOT_ALLOWED);
    assert!(visit.rows().await.is_empty());
    assert_eq!(status(andi.send(sent(andi, with_token(&token))).await), StatusCode::SEE_OTHER);
}

#[test]
fn both_languages_say_everything() {
    let text = include_str!("../locales/id/prescriptions.ftl");
    let keys = text.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key);
    for key in keys.filter(|key| key.starts_with("prescriptions-")) {
        assert!(Lang::En.has(key), "{key} is missing in English");
    }
}
