//! Calls: they ring, are taken, declined or missed, and leave an entry; signals reach the other side alone (K1 to K3).

use std::time::Duration;

use praktik::clinic::notifications;
use rstest::rstest;
use scraper::{Html, Selector};
use serde_json::{Value, json};

use crate::support::{Answer, Engine, LASTS, Seat, Socket, TestClinic, TestPatient, WAIT, new_id, program};

const RINGS_FOR: Duration = Duration::from_secs(45);
const MOMENT: Duration = Duration::from_millis(1);

fn of<'a>(frame: &'a Value, names: [&str; 3]) -> [&'a Value; 3] {
    names.map(|name| &frame[name])
}

/// The text of the last entry of the conversation.
async fn last_entry(seat: &Seat) -> String {
    let page = seat.look().await;
    let html = page.html();
    let last = Selector::parse("#messages > li:last-child").unwrap();
    let words = html.select(&last).next().map(|line| line.text().collect::<String>()).unwrap_or_default();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_call_rings_on_every_page_of_the_other_side_and_the_caller_sees_that_it_does(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let [patient, doctor] = room.both();
    let mut caller = patient.socket().await;
    let call = patient.ring("video").await;
    let frame = caller.next("call").await;
    assert_eq!(frame["call"], json!(call));
    assert_eq!(frame["conversation"], json!(room.id));
    assert_eq!(of(&frame, ["role", "kind", "status"]), [&json!("caller"), &json!("video"), &json!("calling")]);
    assert_eq!(frame["reached"], false, "no page of the doctor's is open");
    assert!(caller.all("call").await.is_empty());

    // A page that opens now rings at once, and so does the next.
    let mut first = doctor.socket().await;
    first.next("ring").await;
    let frame = caller.next("call").await;
    assert_eq!((&frame["reached"], &frame["status"]), (&json!(true), &json!("calling")));
    assert_eq!(doctor.about(&call, "reject").await.status, 200);
    let mut second = doctor.socket().await;
    assert!(second.all("ring").await.is_empty(), "what was declined rings no more");

    let call = patient.ring("voice").await;
    for socket in [&mut first, &mut second] {
        let ring = socket.next("ring").await;
        assert_eq!(ring["call"], json!(call));
        let html = Html::parse_fragment(ring["html"].as_str().unwrap());
        let dialog = Selector::parse("dialog.ring").unwrap();
        let words: String = html.select(&dialog).next().unwrap().text().collect();
        assert!(words.contains("Siti Rahmawati"), "{words}");
    }
    assert!(caller.all("ring").await.is_empty(), "it does not ring at the caller's");
    let last = caller.all("call").await.pop().unwrap();
    assert_eq!((&last["call"], &last["reached"]), (&json!(call), &json!(true)));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_answered_call_counts_its_seconds_by_the_clinics_clock(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let [patient, doctor] = room.both();
    let mut sockets = [patient.socket().await, doctor.socket().await];
    let call = doctor.ring("video").await;
    clinic.pass(Duration::from_secs(7)).await;
    let answered = patient.about(&call, "answer").await;
    assert_eq!(answered.json(), json!({ "status": "ongoing", "duration_seconds": null, "ice_servers": [] }));
    for seat in room.both() {
        let page = seat.look().await;
        assert_eq!(page.attributes("#call-stage", "data-call-status"), ["ongoing"]);
        assert_eq!(page.attributes("#call-stage", "data-call-id"), std::slice::from_ref(&call));
    }
    assert_eq!(patient.look().await.attributes("#call-stage", "data-call-role"), ["receiver"]);
    clinic.pass(Duration::from_secs(134)).await;
    let ended = patient.about(&call, "end").await;
    assert_eq!(ended.json(), json!({ "status": "ended", "duration_seconds": 134 }));
    // The other side hangs up a moment later: it is over, and stays as it was.
    clinic.pass(Duration::from_secs(5)).await;
    assert_eq!(doctor.about(&call, "end").await.json(), ended.json());
    for socket in &mut sockets {
        let heard = socket.all("call").await;
        let statuses: Vec<&str> = heard.iter().map(|frame| frame["status"].as_str().unwrap()).collect();
        assert_eq!(statuses.first(), Some(&"calling"), "{statuses:?}");
        assert!(statuses.contains(&"ongoing"), "{statuses:?}");
        assert_eq!(statuses.last(), Some(&"ended"), "{statuses:?}");
        assert_eq!(heard.last().unwrap()["duration_seconds"], 134);
    }
    for seat in room.both() {
        let entry = last_entry(&seat).await;
        assert!(entry.contains("Panggilan video") && entry.contains("2 menit 14 detik"), "{entry}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_declined_call_says_so_to_both(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let [patient, doctor] = room.both();
    let mut live = patient.socket().await;
    live.subscribe(&room.conversation(), Some(0)).await;
    let call = patient.ring("voice").await;
    assert_eq!(patient.about(&call, "reject").await.status, 404, "the caller cannot decline");
    assert_eq!(doctor.about(&call, "reject").await.json()["status"], "rejected");
    assert_eq!(live.all("call").await.last().unwrap()["status"], "rejected");
    assert_eq!(live.numbers().await, [1], "the entry comes live");
    let words = praktik::web::Lang::Id.t("calls-entry-rejected");
    for seat in room.both() {
        let entry = last_entry(&seat).await;
        assert!(entry.contains(&words), "{entry}");
    }
    // It is over: nobody can answer it, and the next can begin.
    assert_eq!(doctor.about(&call, "answer").await.json()["status"], "rejected");
    doctor.ring("voice").await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_nobody_answers_is_missed_after_45_seconds(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let [patient, doctor] = room.both();
    let before = notifications::unread_count(clinic.app.db.read(), room.doctor.user).await.unwrap();
    let mut socket = patient.socket().await;
    let call = patient.ring("voice").await;
    clinic.pass(RINGS_FOR.checked_sub(MOMENT).unwrap()).await;
    assert!(socket.all("call").await.iter().all(|frame| frame["status"] == "calling"));
    clinic.pass(MOMENT).await;
    assert_eq!(socket.next("call").await["status"], "missed");
    let words = praktik::web::Lang::Id.t("calls-entry-missed");
    for seat in room.both() {
        assert!(last_entry(&seat).await.contains(&words));
        assert_eq!(seat.look().await.attributes("#call-stage", "data-call-status"), ["idle"]);
    }
    let after = notifications::unread_count(clinic.app.db.read(), room.doctor.user).await.unwrap();
    assert_eq!(after, before + 1);
    assert_eq!(doctor.about(&call, "answer").await.json()["status"], "missed");

    // One that is answered in time is not missed.
    let call = patient.ring("voice").await;
    clinic.pass(RINGS_FOR.checked_sub(MOMENT).unwrap()).await;
    doctor.about(&call, "answer").await;
    clinic.pass(Duration::from_mins(1)).await;
    assert_eq!(doctor.about(&call, "end").await.json()["status"], "ended");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_rang_when_the_program_stopped_is_missed_after_its_start(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (remains, room, call) = program(async move {
        let clinic = TestClinic::open(engine).await;
        let room = clinic.open_room().await;
        let call = room.patients().ring("voice").await;
        (clinic.leave(), room, call)
    })
    .await;
    let clinic = remains.start(room.starts_at + Duration::from_mins(1)).await;
    let room = room.at(&clinic);
    clinic.settle().await;
    let words = praktik::web::Lang::Id.t("calls-entry-missed");
    assert!(last_entry(&room.patients()).await.contains(&words));
    assert_eq!(room.patients().about(&call, "end").await.json()["status"], "missed");
    room.doctors().ring("voice").await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_hangs_up_first_leaves_a_missed_call(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let [patient, doctor] = room.both();
    let mut socket = doctor.socket().await;
    let call = patient.ring("voice").await;
    socket.next("ring").await;
    let ended = patient.about(&call, "end").await;
    assert_eq!(ended.json(), json!({ "status": "missed", "duration_seconds": null }));
    assert_eq!(socket.all("call").await.last().unwrap()["status"], "missed");
    assert_eq!(doctor.about(&call, "answer").await.json()["status"], "missed");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_two_calls_at_once_one_rings(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let [patient, doctor] = room.both();
    for _ in 0..5 {
        let (one, other) = tokio::join!(patient.call("video"), doctor.call("video"));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        let begun = if one.status == 201 { one } else { other };
        let call = begun.json()["call_session"].as_str().unwrap().to_owned();
        assert_eq!(doctor.call("voice").await.status, 409);
        assert_eq!(patient.about(&call, "end").await.status, 200);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn hanging_up_in_the_moment_of_the_answer_ends_the_call(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let [patient, doctor] = room.both();
    for _ in 0..12 {
        let call = patient.ring("voice").await;
        let (hung_up, _) = tokio::join!(patient.about(&call, "end"), doctor.about(&call, "answer"));
        let status = hung_up.json()["status"].as_str().unwrap().to_owned();
        assert!(["ended", "missed"].contains(&status.as_str()), "{status}");
        assert_eq!(doctor.about(&call, "end").await.json()["status"], status.as_str());
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_receiver_alone_answers_and_strangers_find_no_call(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let [patient, doctor] = room.both();
    let stranger = clinic.patient("Budi Santoso").await;
    let other_doctor = clinic.doctor("Ratna Dewi").await;
    let admin = clinic.admin().await;
    let call = patient.ring("voice").await;
    assert_eq!(patient.about(&call, "answer").await.status, 404);
    for act in ["answer", "reject", "end"] {
        assert_eq!(patient.taken_by(&stranger.browser).about(&call, act).await.status, 404);
        assert_eq!(doctor.taken_by(&other_doctor.browser).about(&call, act).await.status, 404);
        assert_eq!(patient.taken_by(&admin.browser).about(&call, act).await.status, 403);
        assert_eq!(patient.about(&new_id().to_string(), act).await.status, 404);
    }
    assert_eq!(patient.call("telegraph").await.status, 422);
    assert_eq!(doctor.about(&call, "answer").await.json()["status"], "ongoing");
}

async fn signal(socket: &mut Socket, call: &str, data: &Value) {
    socket.say(json!({ "do": "signal", "call": call, "data": data })).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn signals_reach_the_other_side_alone_and_while_the_call_lives(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let [patient, doctor] = room.both();
    let stranger = clinic.patient("Budi Santoso").await;
    let mut caller = patient.socket().await;
    let mut callers_other_page = patient.socket().await;
    let mut receiver = doctor.socket().await;
    let mut outside = Socket::open(&stranger.browser).await;
    let call = patient.ring("video").await;
    receiver.next("ring").await;

    let offer = json!({ "description": { "type": "offer", "sdp": "v=0\r\n" } });
    signal(&mut caller, &call, &offer).await;
    let heard = receiver.next("signal").await;
    assert_eq!((&heard["call"], &heard["data"]), (&json!(call), &offer));
    doctor.about(&call, "answer").await;
    let candidate = json!({ "candidate": { "candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host" } });
    signal(&mut receiver, &call, &candidate).await;
    assert_eq!(caller.next("signal").await["data"], candidate);
    assert_eq!(callers_other_page.next("signal").await["data"], candidate);

    signal(&mut outside, &call, &json!({ "join": 1 })).await;
    for socket in [&mut caller, &mut receiver, &mut outside] {
        assert!(socket.all("signal").await.is_empty(), "a stranger has nobody to signal to");
    }

    patient.about(&call, "end").await;
    while receiver.next("call").await["status"] != "ended" {}
    while caller.next("call").await["status"] != "ended" {}
    signal(&mut caller, &call, &offer).await;
    signal(&mut receiver, &call, &offer).await;
    for socket in [&mut caller, &mut callers_other_page, &mut receiver, &mut outside] {
        assert!(socket.all("signal").await.is_empty(), "the call is over");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn calls_are_made_in_an_open_room_alone(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.waiting_room().await;
    let statuses = |answers: [Answer; 2]| answers.map(|answer| answer.status.as_u16());
    let both = async || statuses([room.patients().call("voice").await, room.doctors().call("video").await]);
    assert_eq!(both().await, [425, 425]);
    clinic.pass(WAIT).await;
    let call = room.patients().ring("voice").await;
    clinic.pass(LASTS).await;
    assert_eq!(both().await, [410, 410]);
    assert_eq!(room.doctors().about(&call, "answer").await.status, 410);
    assert_eq!(room.patients().about(&call, "end").await.json()["status"], "missed");
}

/// A call from the room that the front desk booked for a child whom two accounts look after.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_doctors_call_rings_at_everybody_who_looks_after_the_patient_and_not_at_the_front_desk(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (mother, father) = (clinic.patient("Siti Rahmawati").await, clinic.patient("Budi Santoso").await);
    let child = clinic.child_of(&mother, "Ayu Lestari").await;
    clinic.put_into_care(father.user, child).await;
    let desk = clinic.admin().await;
    let booked = TestPatient { user: desk.user, patient_id: child, ..mother };
    let room = clinic.room_of(booked, clinic.doctor("Andi Firmansyah").await).await;
    let mut at_desk = Socket::open(&desk.browser).await;
    clinic.pass(WAIT).await;

    // Both are told that the room is open.
    let [mothers, doctor] = room.both();
    let fathers = mothers.taken_by(&father.browser);
    for seat in [&mothers, &fathers] {
        let news = seat.browser.get("/notifications").await;
        assert_eq!(news.attributes(&format!("a[href='{}']", seat.page), "href").len(), 2, "booked for, and open");
    }
    let mut pages = [mothers.socket().await, fathers.socket().await];
    let call = doctor.ring("video").await;
    for page in &mut pages {
        assert_eq!(page.next("ring").await["call"], json!(call));
    }
    assert_eq!(fathers.about(&call, "answer").await.json()["status"], "ongoing");
    let [mothers_page, fathers_page] = &mut pages;
    while mothers_page.next("call").await["status"] != "ended" {}
    assert_eq!(mothers.about(&call, "answer").await.status, 404, "the father has taken it");
    assert_eq!(mothers.look().await.attributes("#call-stage", "data-call-status"), ["idle"]);
    let mut doctors_page = doctor.socket().await;
    signal(&mut doctors_page, &call, &json!({ "join": 1 })).await;
    fathers_page.next("signal").await;
    assert!(mothers_page.all("signal").await.is_empty(), "the call is between the doctor and the father");
    doctor.about(&call, "end").await;

    // Missed by both; the desk hears of none of it.
    let call = doctor.ring("voice").await;
    doctor.about(&call, "end").await;
    for seat in [&mothers, &fathers] {
        let missed = praktik::web::Lang::Id.t("notifications-call-missed");
        assert!(seat.browser.get("/notifications").await.body.contains(&missed));
    }
    for kind in ["ring", "call", "signal", "notification"] {
        assert!(at_desk.all(kind).await.is_empty(), "{kind}");
    }
    assert_eq!(clinic.count("SELECT COUNT(*) FROM call_sessions").await, 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_patient_without_an_account_is_not_called(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let mother = clinic.patient("Siti Rahmawati").await;
    let child = clinic.child_of(&mother, "Ayu Lestari").await;
    let browser = mother.browser.clone();
    let room = clinic.room_of(TestPatient { patient_id: child, ..mother }, clinic.doctor("Andi").await).await;
    clinic.pass(WAIT).await;
    let call = room.doctors().ring("voice").await;
    room.doctors().about(&call, "end").await;
    browser.post(&format!("/profile/patients/{child}/remove"), &[]).await;
    let refused = room.doctors().call("voice").await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("Belum ada akun"), "{}", refused.body);
}
