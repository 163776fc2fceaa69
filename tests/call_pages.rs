//! A call belongs to one page at each end, goes on while both are there, and ends by itself when they are not (K2, K7).

use std::time::Duration;

use praktik::clinic::{appointments::Kind, appointments::appointment, notifications};
use rstest::rstest;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::json;
use uuid::Uuid;

use crate::support::{Answer, Engine, Room, Seat, Socket, TestClinic, TestPatient, WAIT, program};

/// A call that both have left is over within this.
const OVER_WITHIN: Duration = Duration::from_secs(90);

impl Seat {
    /// Calls the other side from the page that calls itself `device`.
    async fn ring_from(&self, room: &Room, device: &str) -> String {
        let fields = [("type", "video"), ("device", device)];
        let begun = self.browser.post_json(&format!("/calls/conversations/{}/initiate", room.id), &fields).await;
        assert_eq!(begun.json()["ice_servers"], json!([]));
        begun.json()["call_session"].as_str().unwrap().to_owned()
    }

    /// Answers a call on the page that calls itself `device`.
    async fn answer_on(&self, call: &str, device: &str) -> Answer {
        self.browser.post_json(&format!("/calls/sessions/{call}/answer"), &[("device", device)]).await
    }
}

/// A page says that it is in the call, and hears how that stands.
async fn hold(socket: &mut Socket, call: &str, device: &str, takes: bool) -> serde_json::Value {
    socket.all("call").await;
    socket.say(json!({ "do": "hold", "call": call, "device": device, "takes": takes })).await;
    socket.next("call").await
}

async fn signal(socket: &mut Socket, call: &str, data: &serde_json::Value) {
    socket.say(json!({ "do": "signal", "call": call, "data": data })).await;
}

/// The pages of both in a call that runs, the patient's first. The patient made it.
async fn in_a_call(room: &Room) -> (String, [Socket; 2]) {
    let [patient, doctor] = room.both();
    let call = patient.ring_from(room, "phone").await;
    assert_eq!(doctor.answer_on(&call, "desk").await.json()["status"], "ongoing");
    let mut sockets = [patient.socket().await, doctor.socket().await];
    for (socket, device) in sockets.iter_mut().zip(["phone", "desk"]) {
        assert_eq!(hold(socket, &call, device, false).await["device"], device);
    }
    (call, sockets)
}

/// Waits until the program has noticed that every page of `user` is gone.
async fn is_gone(clinic: &TestClinic, user: Uuid) {
    for _ in 0..1_000 {
        if !clinic.app.bus.is_heard(&notifications::topic(user)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("a page that is gone is still taken for one that is there");
}

/// Both browsers go away at once.
async fn both_go(clinic: &TestClinic, room: &Room, sockets: [Socket; 2]) {
    drop(sockets);
    is_gone(clinic, room.patient.user).await;
    is_gone(clinic, room.doctor.user).await;
}

/// Makes a visit of the room's consultation.
async fn make_a_visit(clinic: &TestClinic, id: Uuid) {
    let visit = clinic.app.db.write(move |tx| async move {
        let visit = appointment::Entity::update_many().col_expr(appointment::Column::Kind, Expr::value(Kind::Visit));
        visit.filter(appointment::Column::Id.eq(id)).exec(&tx).await
    });
    visit.await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_call_belongs_to_the_page_that_answered_it_and_no_other_signals_or_hears(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let [patient, doctor] = room.both();
    let call = doctor.ring_from(&room, "desk").await;
    let (mut desk, mut phone, mut laptop) = (doctor.socket().await, patient.socket().await, patient.socket().await);
    assert_eq!(hold(&mut desk, &call, "desk", false).await["device"], "desk");
    assert_eq!(patient.answer_on(&call, "phone").await.status, 200);
    assert_eq!(hold(&mut phone, &call, "phone", false).await["device"], "phone");
    assert_eq!(patient.look().await.attributes("#call-stage", "data-call-device"), ["phone"]);
    assert_eq!(doctor.look().await.attributes("#call-stage", "data-call-device"), ["desk"]);

    // The laptop draws the same call, and is told whose it is.
    assert_eq!(hold(&mut laptop, &call, "laptop", false).await["device"], "phone");
    signal(&mut laptop, &call, &json!({ "join": "laptop" })).await;
    assert!(desk.all("signal").await.is_empty(), "the call is not the laptop's");
    signal(&mut desk, &call, &json!({ "join": "desk" })).await;
    assert_eq!(phone.next("signal").await["data"]["join"], "desk");
    assert!(laptop.all("signal").await.is_empty(), "the call is not the laptop's");
    signal(&mut phone, &call, &json!({ "join": "phone" })).await;
    assert_eq!(desk.next("signal").await["data"]["join"], "phone");

    // "Move it here": the phone hears that it has to let go, and is in the call no more.
    phone.all("call").await;
    assert_eq!(hold(&mut laptop, &call, "laptop", true).await["device"], "laptop");
    assert_eq!(phone.next("call").await["device"], "laptop");
    signal(&mut phone, &call, &json!({ "join": "phone" })).await;
    assert!(desk.all("signal").await.is_empty(), "the call is the phone's no more");
    signal(&mut desk, &call, &json!({ "join": "desk" })).await;
    assert_eq!(laptop.next("signal").await["data"]["join"], "desk");
    assert!(phone.all("signal").await.is_empty(), "the call is the phone's no more");

    // The name of a tab is nobody else's business, and is forgotten with the call.
    assert!(desk.all("call").await.iter().all(|frame| frame["device"] == "desk"));
    patient.about(&call, "end").await;
    let named = "SELECT COUNT(*) FROM call_sessions WHERE caller_page IS NOT NULL OR receiver_page IS NOT NULL";
    assert_eq!(clinic.count(named).await, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_no_page_would_call_itself_is_refused_and_strangers_take_no_call_over(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let [patient, doctor] = room.both();
    for device in ["two words", "ä", &"a".repeat(65)] {
        let fields = [("type", "voice"), ("device", device)];
        let path = format!("/calls/conversations/{}/initiate", room.id);
        assert_eq!(patient.browser.post_json(&path, &fields).await.status, 422, "{device}");
    }
    let call = patient.ring_from(&room, &"a".repeat(64)).await;
    assert_eq!(doctor.answer_on(&call, "a/b").await.status, 422);
    assert_eq!(doctor.answer_on(&call, "desk").await.status, 200);

    let stranger = clinic.patient("Budi Santoso").await;
    let mut outside = Socket::open(&stranger.browser).await;
    outside.say(json!({ "do": "hold", "call": call, "device": "desk", "takes": true })).await;
    signal(&mut outside, &call, &json!({ "join": "outside" })).await;
    assert!(outside.all("signal").await.is_empty());
    assert_eq!(doctor.look().await.attributes("#call-stage", "data-call-device"), ["desk"]);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM call_sessions WHERE receiver_page = 'desk'").await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_both_have_left_ends_by_itself_with_the_seconds_that_both_were_in_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(false, true)] of_a_visit: bool,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let (call, mut sockets) = in_a_call(&room).await;
    if of_a_visit {
        make_a_visit(&clinic, room.id).await;
    }
    // However long they talk, it is theirs.
    for _ in 0..3 {
        clinic.pass(Duration::from_mins(1)).await;
        assert!(sockets[0].all("call").await.is_empty(), "nothing is new with it");
    }
    // Between two looks at it.
    clinic.pass(Duration::from_secs(7)).await;
    both_go(&clinic, &room, sockets).await;
    clinic.pass(Duration::from_secs(50)).await;
    let running = "SELECT COUNT(*) FROM call_sessions WHERE ended_at IS NULL";
    assert_eq!(clinic.count(running).await, 1, "they may come back");
    clinic.pass(OVER_WITHIN.checked_sub(Duration::from_secs(50)).unwrap()).await;
    assert_eq!(clinic.count(running).await, 0, "nobody is in it");
    let ended = room.patients().about(&call, "end").await.json();
    assert_eq!(ended, json!({ "status": "ended", "duration_seconds": 187 }));
    assert_eq!(clinic.count("SELECT COUNT(*) FROM jobs WHERE kind = 'watch-call' AND done_at IS NULL").await, 0);
    room.doctors().ring_from(&room, "desk").await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_left_alone_in_a_call_is_told_that_it_is_over_and_one_who_comes_back_in_time_goes_on(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let (call, [phone, mut desk]) = in_a_call(&room).await;
    clinic.pass(Duration::from_secs(20)).await;
    drop(phone);
    is_gone(&clinic, room.patient.user).await;
    clinic.pass(Duration::from_secs(40)).await;
    let mut phone = room.patients().socket().await;
    assert_eq!(hold(&mut phone, &call, "phone", false).await["status"], "ongoing");
    clinic.pass(Duration::from_mins(2)).await;
    assert!(desk.all("call").await.iter().all(|frame| frame["status"] == "ongoing"));

    // A page of the account that is not in the call keeps it no longer than nobody.
    phone.say(json!({ "do": "let_go" })).await;
    phone.say(json!({ "do": "beat" })).await;
    phone.next("beat").await;
    clinic.pass(OVER_WITHIN).await;
    let over = desk.next("call").await;
    assert_eq!((&over["status"], &over["duration_seconds"]), (&json!("ended"), &json!(180)));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_in_the_middle_of_a_call_ends_it_for_nobody(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (remains, room, call) = program(async move {
        let clinic = TestClinic::open(engine).await;
        let room = clinic.open_room().await;
        let (call, _sockets) = in_a_call(&room).await;
        clinic.pass(Duration::from_secs(30)).await;
        (clinic.leave(), room, call)
    })
    .await;
    // Down for two minutes; the browsers go on talking to each other, and find the program again.
    let clinic = remains.start(room.starts_at + Duration::from_secs(150)).await;
    let room = room.at(&clinic);
    clinic.settle().await;
    clinic.pass(Duration::from_secs(45)).await;
    let mut sockets = [room.patients().socket().await, room.doctors().socket().await];
    for (socket, device) in sockets.iter_mut().zip(["phone", "desk"]) {
        assert_eq!(hold(socket, &call, device, false).await["status"], "ongoing");
    }
    clinic.pass(Duration::from_mins(2)).await;
    let ended = room.patients().about(&call, "end").await.json();
    assert_eq!(ended, json!({ "status": "ended", "duration_seconds": 315 }));

    // The control: if nobody comes back, it ended as the two were last seen in it.
    drop(sockets);
    let (call, sockets) = in_a_call(&room).await;
    both_go(&clinic, &room, sockets).await;
    clinic.pass(OVER_WITHIN).await;
    assert_eq!(room.patients().about(&call, "end").await.json()["duration_seconds"], 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn who_looks_after_the_patient_no_longer_is_out_of_the_call_also_if_no_page_heard_it_and_can_hang_up(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let (mother, father) = (clinic.patient("Siti Rahmawati").await, clinic.patient("Budi Santoso").await);
    let child = clinic.child_of(&mother, "Ayu Lestari").await;
    let of_child = TestPatient { patient_id: child, ..mother };
    let room = clinic.room_of(of_child, clinic.doctor("Andi Firmansyah").await).await;
    clinic.pass(WAIT).await;
    let fathers = room.patients().taken_by(&father.browser);
    let mut desk = room.doctors().socket().await;
    for comes_back in [true, false] {
        clinic.put_into_care(father.user, child).await;
        let call = room.doctors().ring_from(&room, "desk").await;
        assert_eq!(fathers.answer_on(&call, "phone").await.json()["status"], "ongoing");
        hold(&mut desk, &call, "desk", false).await;
        // His line is down at the moment at which his care ends.
        let removed = father.browser.post(&format!("/profile/patients/{child}/remove"), &[]).await;
        assert_eq!(removed.status, 303, "{}", removed.body);
        let mut phone = fathers.socket().await;
        signal(&mut phone, &call, &json!({ "join": "phone" })).await;
        assert!(desk.all("signal").await.is_empty(), "he is not in it any more");
        if comes_back {
            phone.say(json!({ "do": "hold", "call": call, "device": "phone" })).await;
            assert_eq!(phone.next("call").await["status"], "ended");
        } else {
            let ended = fathers.about(&call, "end").await;
            assert_eq!((ended.status.as_u16(), &ended.json()["status"]), (200, &json!("ended")));
        }
        while desk.next("call").await["status"] != "ended" {}
        assert_eq!(fathers.about(&call, "answer").await.status, 404);
    }
    // Nor does anybody have to do anything: the next look at the call ends it.
    clinic.put_into_care(father.user, child).await;
    let call = room.doctors().ring_from(&room, "desk").await;
    assert_eq!(fathers.answer_on(&call, "phone").await.json()["status"], "ongoing");
    father.browser.post(&format!("/profile/patients/{child}/remove"), &[]).await;
    clinic.pass(Duration::from_secs(15)).await;
    assert_eq!(clinic.count("SELECT COUNT(*) FROM call_sessions WHERE ended_at IS NULL").await, 0);
}
