//! The form of a prescription: its rows, its sentences, sent twice and sent from elsewhere (R1, R7).

use std::time::Duration;

use futures::future::join_all;
use praktik::{clinic::prescriptions::Status, web::Lang};
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
    assert_eq!(first.count("ol [data-items-target=row]"), 1, "one medicine is the usual");
    let rows = format!("{}/rows", visit.path());
    for act in [rows.clone(), visit.draft_path()] {
        assert!(first.body.contains(&format!("formaction=\"{act}\"")), "{act}");
    }
    let more = andi.post(&rows, &visit.fields()).await;
    assert_eq!((more.status, more.count("ol [data-items-target=row]")), (StatusCode::OK, 3));
    assert_eq!(value_of(&more, "items[0][dosage]"), "3x sehari");
    let fewer = andi.post(&format!("{rows}/0/remove"), &visit.fields()).await;
    assert_eq!((fewer.status, fewer.count("ol [data-items-target=row]")), (StatusCode::OK, 1));
    assert_eq!(value_of(&fewer, "items[0][dosage]"), "");
    assert_eq!(value_of(&fewer, "diagnosis"), "Faringitis akut");
    assert_eq!(andi.post(&format!("{rows}/x/remove"), &visit.fields()).await.status, StatusCode::NOT_FOUND);
    assert!(visit.rows().await.is_empty());

    // Of a change too.
    visit.issue().await;
    let rows = format!("/doctor/prescriptions/{}/rows", visit.only().await);
    let more = andi.post(&rows, &visit.fields()).await;
    assert_eq!((more.status, more.count("ol [data-items-target=row]")), (StatusCode::OK, 3));
    assert!(more.body.contains("Versi lama menjadi"), "it is still the change");
    let fewer = andi.post(&format!("{rows}/0/remove"), &visit.fields()).await;
    assert_eq!(value_of(&fewer, "items[0][dosage]"), "");
    assert_eq!(visit.rows().await.len(), 1);
}

/// The workspace as one answer: the form in its own frame, beside the chat.
fn is_the_workspace(answer: &Answer) -> bool {
    answer.count("turbo-frame#prescription form") == 1
        && answer.count("turbo-frame#room #room-open[data-controller~=call]") == 1
        && answer.count("#room-open [role=log]") == 1
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_in_the_workspace_answers_with_the_workspace_and_its_errors(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let visit = Visit::open(engine).await;
    visit.clinic.pass(Duration::from_hours(1)).await;
    visit.clinic.settle().await;
    let andi = visit.clinic.signed_in(visit.doctor.user).await;
    assert!(is_the_workspace(&andi.get(&visit.home()).await), "the control");
    let wrong = andi.post(&visit.path(), &visit.fields_with("items[0][quantity]", "lima")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(is_the_workspace(&wrong), "{}", wrong.body);
    assert!(error_of(&wrong, "items[0][quantity]").is_some());
    assert_eq!(value_of(&wrong, "items[0][quantity]"), "lima");
    assert_eq!(value_of(&wrong, "diagnosis"), "Faringitis akut");
    let more = andi.post(&format!("{}/rows", visit.path()), &visit.fields()).await;
    assert!(more.status == StatusCode::OK && is_the_workspace(&more));

    // Where a frame asked, what was done is said in the frame.
    let (path, token) = (visit.path(), andi.csrf().await);
    let mut fields = visit.fields();
    fields.push(("csrf_token", &token));
    let sent = andi.request(Method::POST, &path).header("turbo-frame", "prescription").form(&fields);
    assert_eq!(andi.send(sent).await.status, StatusCode::SEE_OTHER);
    let home = visit.home();
    let after = andi.send(andi.request(Method::GET, &home).header("turbo-frame", "prescription")).await;
    assert!(after.text("turbo-frame#prescription .frame-notice").is_some(), "{}", after.body);
    assert_eq!(after.count("turbo-frame#prescription details:not([open]) form"), 1, "a new one waits behind a button");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_keeps_what_is_typed_right_or_wrong_and_issues_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let visit = Visit::open(engine).await;
    let andi = &visit.doctor.browser;
    let wrong = [
        ("diagnosis", "  masih\ndipikirkan "),
        ("items[0][product_id]", ""),
        ("items[0][dosage]", "3x"),
        ("items[0][quantity]", "lima"),
        ("items[0][duration_days]", "-"),
        ("items[1][product_id]", visit.morphine.as_str()),
        ("items[1][quantity]", "0"),
        ("items[2][dosage]", ""),
        ("revision", "0.0"),
    ];
    let kept = andi.post_json(&visit.draft_path(), &wrong).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.body);
    let at = kept.json()["draft"].as_str().unwrap().to_owned();
    assert!(at.starts_with("Draf ") && at.len() == "Draf 14.22".len(), "{at}");
    assert_eq!(kept.json()["revision"], "0.1");
    for path in [visit.home(), format!("{}/create", visit.path())] {
        let form = andi.get(&path).await;
        assert_eq!(form.attributes("textarea[name=diagnosis]", "name").len(), 1);
        assert!(form.body.contains("  masih\ndipikirkan "), "{path}");
        for (field, typed) in &wrong[2..7] {
            assert_eq!(value_of(&form, field), *typed, "{path}: {field}");
        }
        assert_eq!(form.count("ol [data-items-target=row]"), 2, "a row with nothing in it is none");
        assert_eq!(form.text("[data-autosave-target=kept]").as_deref(), Some(at.as_str()));
        assert_eq!(form.attributes("input[name=revision]", "value"), ["0.1"]);
    }
    assert!(visit.rows().await.iter().all(|row| row.status == Status::Draft && row.number.is_none()));
    assert_eq!(visit.patient.browser.get("/prescriptions").await.count("main ul li"), 0);

    // However long it is typed at, the log has one row of it.
    for revision in ["0.1", "0.2", "0.3"] {
        visit.clinic.pass(Duration::from_secs(20)).await;
        let kept = andi.post_json(&visit.draft_path(), &[("diagnosis", "x"), ("revision", revision)]).await;
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.body);
    }
    assert_eq!(visit.clinic.count("SELECT COUNT(*) FROM audit_log WHERE action = 'draft'").await, 1);
    visit.clinic.pass(Duration::from_mins(16)).await;
    andi.post_json(&visit.draft_path(), &[("diagnosis", "y")]).await;
    assert_eq!(visit.clinic.count("SELECT COUNT(*) FROM audit_log WHERE action = 'draft'").await, 2);
    let unreadable = andi.post_json(&visit.draft_path(), &[("items[x][dosage]", "1")]).await;
    assert_eq!(unreadable.status, StatusCode::UNPROCESSABLE_ENTITY);
    let unreadable = andi.post_json(&visit.draft_path(), &[("revision", "yesterday")]).await;
    assert_eq!(unreadable.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_not_overwritten_from_another_tab_and_nothing_typed_is_lost(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let visit = Visit::open(engine).await;
    let andi = &visit.doctor.browser;
    let draft = |text, revision| [("diagnosis", text), ("revision", revision)];
    // Both tabs were opened before anything was kept.
    assert_eq!(andi.post_json(&visit.draft_path(), &draft("tab satu", "0.0")).await.status, StatusCode::OK);
    let refused = andi.post_json(&visit.draft_path(), &draft("tab dua", "0.0")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(refused.json()["revision"], "0.1");
    assert!(refused.json()["message"].as_str().unwrap().contains("tab lain"));
    assert_eq!(visit.drafted().await, "tab satu");

    // Without a script: the text is on the answer, with a sentence and a way on.
    let page = andi.post(&visit.draft_path(), &draft("tab dua", "0.0")).await;
    assert_eq!((page.status, value_of(&page, "diagnosis").as_str()), (StatusCode::CONFLICT, "tab dua"));
    assert!(page.text("[role=alert]").unwrap().contains("Yang Anda ketik tetap ada"));
    assert_eq!(page.attributes("input[name=revision]", "value"), ["0.1"]);
    assert_eq!(visit.drafted().await, "tab satu");
    assert_eq!(andi.post(&visit.draft_path(), &draft("tab dua", "0.1")).await.status, StatusCode::SEE_OTHER);
    assert_eq!(visit.drafted().await, "tab dua");

    // Issued in the one tab, it is not issued again by the other, which has not seen it.
    let with = |revision| [visit.fields(), vec![("revision", revision)]].concat();
    assert_eq!(andi.post(&visit.path(), &with("0.1")).await.status, StatusCode::CONFLICT);
    assert_eq!(andi.post(&visit.path(), &with("0.2")).await.status, StatusCode::SEE_OTHER);
    let late = andi.post(&visit.path(), &with("0.2")).await;
    assert_eq!((late.status, value_of(&late, "items[0][dosage]").as_str()), (StatusCode::CONFLICT, "3x sehari"));
    assert_eq!(andi.post_json(&visit.draft_path(), &draft("tab dua", "0.2")).await.status, StatusCode::CONFLICT);
    assert_eq!(visit.rows().await.len(), 1);
    // Whoever has seen it may write a second one.
    let revision = late.attributes("input[name=revision]", "value").remove(0);
    assert_eq!(andi.post(&visit.path(), &with(&revision)).await.status, StatusCode::SEE_OTHER);
    assert_eq!(visit.rows().await.len(), 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_two_tabs_that_issue_at_once_one_does_and_the_other_is_told(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let visit = Visit::open(engine).await;
    let (andi, path) = (&visit.doctor.browser, visit.path());
    let token = andi.csrf().await;
    let fields = [visit.fields(), vec![("revision", "0.0"), ("csrf_token", &token)]].concat();
    let answers = join_all((0..4).map(|_| andi.request(Method::POST, &path).form(&fields).send())).await;
    let mut statuses: Vec<_> = answers.into_iter().map(|answer| answer.unwrap().status().as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409, 409, 409]);
    assert_eq!(visit.rows().await.len(), 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_change_from_another_tab_comes_back_with_what_was_typed_and_a_way_on(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let visit = Visit::open(engine).await;
    visit.issue().await;
    let (andi, first) = (&visit.doctor.browser, visit.only().await);
    let change = |id: Uuid| format!("/doctor/prescriptions/{id}");
    assert_eq!(andi.post(&change(first), &visit.fields_with("notes", "tab satu")).await.status, StatusCode::SEE_OTHER);
    let newer = visit.rows().await[1].id;
    // The other tab still has the first version; what is wrong with it is not the question yet.
    for typed in ["2x sehari", ""] {
        let late = andi.post(&change(first), &visit.fields_with("items[0][dosage]", typed)).await;
        assert_eq!((late.status, value_of(&late, "items[0][dosage]").as_str()), (StatusCode::CONFLICT, typed));
        assert!(late.text("[role=alert]").unwrap().contains("Versi baru"), "{}", late.body);
        assert!(late.attributes("[role=alert] a", "href").contains(&format!("/prescriptions/{newer}")));
        assert_eq!(late.attributes("form[data-controller~=items]", "action"), [change(newer)]);
    }
    assert_eq!(visit.rows().await.len(), 2);
    // A link to the version that was replaced leads to the one that holds.
    let led = andi.get(&format!("{}/edit", change(first))).await;
    assert_eq!(led.headers["location"], format!("{}/edit", change(newer)));
    let again = andi.post(&change(newer), &visit.fields_with("items[0][dosage]", "2x sehari")).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);

    // Called off in the one tab: the other's text becomes a new prescription, if its doctor says so.
    let third = visit.rows().await[2].id;
    andi.post(&format!("{}/cancel", change(third)), &[]).await;
    let late = andi.post(&change(third), &visit.fields()).await;
    assert_eq!((late.status, value_of(&late, "diagnosis").as_str()), (StatusCode::CONFLICT, "Faringitis akut"));
    assert_eq!(late.attributes("form[data-controller~=items]", "action"), [visit.path()]);
    let gone = andi.get(&format!("{}/edit", change(third))).await;
    assert_eq!((gone.status, gone.count("turbo-frame#prescription form")), (StatusCode::CONFLICT, 1));
    assert_eq!(visit.rows().await.len(), 3);
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
