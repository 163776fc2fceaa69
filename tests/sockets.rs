//! The live socket meets people who mean harm: pages of others, frames that no page sends, and too many of them.

use std::time::Duration;

use fail::FailScenario;
use reqwest::StatusCode;
use rstest::rstest;
use serde_json::json;

use crate::support::{Engine, Socket, TestClinic, new_id, routes::World};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_socket_opens_to_our_own_pages_alone(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti").await.browser;
    let host = clinic.address.trim_start_matches("http://").to_owned();
    let (name, _) = host.split_once(':').unwrap();
    let foreign = [
        "https://evil.test".to_owned(),
        "null".to_owned(),
        format!("http://a.{host}"),
        format!("http://{host}.evil.test"),
        format!("http://{name}:1"),
        format!("https://{host}"),
        String::new(),
    ];
    for origin in foreign {
        let knocked = Socket::knock(&patient, Some(&origin)).await;
        assert_eq!(knocked.err(), Some(StatusCode::FORBIDDEN), "{origin}");
    }
    assert_eq!(Socket::knock(&patient, None).await.err(), Some(StatusCode::FORBIDDEN), "no origin");
    let nobody = Socket::knock(&clinic.browser(), Some(&clinic.address)).await;
    assert_eq!(nobody.err(), Some(StatusCode::SEE_OTHER), "nobody is led to the login");
    // The control.
    Socket::open(&patient).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_domain_its_own_origin_opens_a_socket_and_no_other() {
    let clinic = TestClinic::open_shaped(Engine::Sqlite, |config| {
        config.domain = Some("klinik.test".to_owned());
        config.secure = true;
    })
    .await;
    let patient = clinic.patient("Siti").await.browser;
    // As behind a proxy that keeps the host to itself.
    let cookies = patient.every_cookie();
    for origin in
        ["http://klinik.test", "https://klinik.test:444", "https://a.klinik.test", "https://klinik.test.evil.test"]
    {
        let knocked = Socket::knock_with(&patient, Some(origin), cookies.as_deref()).await;
        assert_eq!(knocked.err(), Some(StatusCode::FORBIDDEN), "{origin}");
    }
    let mut socket = Socket::knock_with(&patient, Some("https://klinik.test"), cookies.as_deref()).await.unwrap();
    socket.next("hello").await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn frames_that_no_page_sends_change_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::open(engine).await;
    let room = world.room().await;
    let mut socket = Socket::open(&world.other_patient.browser).await;
    let (foreign, nothing) = (room.id, new_id());
    let topics = [
        format!("conversation:{foreign}"),
        format!("appointment:{foreign}"),
        format!("conversation:{nothing}"),
        "conversation:".to_owned(),
        "conversation:'; DROP TABLE users".to_owned(),
        "doctor-consultations".to_owned(),
        format!("doctor-consultations:{}", room.doctor.id),
        format!("session:{foreign}"),
        format!("notifications:{}", room.patient.user),
        format!("user:{}", room.patient.user),
        "audit".to_owned(),
        "*".to_owned(),
        ">".to_owned(),
        String::new(),
        "a".repeat(10_000),
    ];
    for topic in &topics {
        socket.subscribe(topic, None).await;
    }
    let refused = socket.all("refused").await;
    // Topics of one's own notifications are accepted and ignored, under whatever name follows.
    let silent = topics.iter().filter(|topic| topic.starts_with("notifications")).count();
    assert_eq!(refused.len(), topics.len() - silent, "{refused:?}");
    for garbage in
        ["", "{", "[]", "null", "{\"do\":\"drop\"}", "{\"do\":\"subscribe\"}", "{\"do\":\"beat\",\"role\":\"admin\"}"]
    {
        socket.say_text(garbage).await;
    }
    socket.say(json!({ "do": "signal", "call": foreign, "data": { "sdp": "v=0" } })).await;
    socket.say(json!({ "do": "subscribe", "topic": "presence", "after": i64::MAX })).await;
    socket.say_text(&format!("{}{}", "[".repeat(30_000), "]".repeat(30_000))).await;
    // What the two say to each other reaches nobody else, and the socket still lives.
    let (path, client) = (format!("/messages/{}/send", room.id), new_id().to_string());
    let said = room.patient.browser.post_json(&path, &[("message", "rahasia kami"), ("client_id", &client)]).await;
    assert_eq!(said.status, StatusCode::CREATED);
    socket.say(json!({ "do": "beat" })).await;
    socket.next("beat").await;
    assert!(socket.all("message").await.is_empty());
    assert!(socket.all("signal").await.is_empty());
    assert!(socket.all("changed").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_is_too_large_ends_the_socket() {
    let clinic = TestClinic::open(Engine::Sqlite).await;
    let patient = clinic.patient("Siti").await.browser;
    let mut socket = Socket::open(&patient).await;
    socket.say_text(&"a".repeat(60 * 1024)).await;
    socket.say(json!({ "do": "beat" })).await;
    socket.next("beat").await;
    // Whether all of it is still taken is the network's doing.
    let _ = socket.try_say_text(&"a".repeat(1024 * 1024)).await;
    assert!(socket.is_closed().await);
    Socket::open(&patient).await;
}

/// A page that floods is cut off; others of the same person, and of everybody else, go on.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_frames_end_the_socket() {
    let clinic = TestClinic::open(Engine::Sqlite).await;
    let (patient, other) = (clinic.patient("Siti").await.browser, clinic.patient("Budi").await.browser);
    let mut quiet = Socket::open(&other).await;
    let mut socket = Socket::open(&patient).await;
    let mut said = 0;
    while said < 10_000
        && socket.try_say(json!({ "do": "subscribe", "topic": format!("appointment:{}", new_id()) })).await
    {
        said += 1;
    }
    assert!(socket.is_closed().await);
    quiet.say(json!({ "do": "beat" })).await;
    assert!(quiet.within(Duration::from_secs(5), "beat").await.is_some());
    assert_eq!(patient.get("/dashboard").await.status, StatusCode::OK);
    Socket::open(&patient).await;
}

/// The 65th topic of a page is refused, and the first 64 still live.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_listens_to_a_bounded_number_of_topics() {
    let clinic = TestClinic::open(Engine::Sqlite).await;
    let patient = clinic.patient("Siti").await.browser;
    let mut socket = Socket::open(&patient).await;
    for number in 0..80 {
        socket.subscribe(&format!("slots:{number}"), None).await;
    }
    let refused = socket.all("refused").await;
    assert_eq!(refused.len(), 16);
    assert!(refused.iter().all(|frame| frame["status"] == 429));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_could_not_be_read_for_a_page_is_looked_for_again(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let scenario = FailScenario::setup();
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let [patient, doctor] = room.both();
    let mut socket = patient.socket().await;
    socket.subscribe(&room.conversation(), Some(0)).await;
    fail::cfg(format!("draw-messages {}", room.id), "3*return").unwrap();
    doctor.send("Minum air yang cukup").await;
    for seconds in [1, 2] {
        assert!(socket.numbers().await.is_empty());
        clinic.pass(Duration::from_secs(seconds)).await;
    }
    assert!(socket.numbers().await.is_empty(), "later and later");
    clinic.pass(Duration::from_secs(2)).await;
    assert!(socket.numbers().await.is_empty(), "not before four seconds");
    clinic.pass(Duration::from_secs(2)).await;
    assert_eq!(socket.numbers().await, [1], "without another hint");
    scenario.teardown();
}
