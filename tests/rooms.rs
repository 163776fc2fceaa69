//! A room opens at its start and closes at its end, for both sides alike and by itself (C6, C7, C9).

use std::time::Duration;

use praktik::{
    clinic::{appointments::Status, encounter::rooms, notifications},
    web::Lang,
};
use rstest::rstest;

use crate::support::{Answer, Engine, LASTS, Seat, TestClinic, WAIT, program};

const MOMENT: Duration = Duration::from_millis(1);

/// What every door of the room answers.
async fn doors(seat: &Seat) -> Vec<u16> {
    let answers: [Answer; 4] = [
        seat.read().await,
        seat.send("Selamat pagi").await,
        seat.send_form("Selamat pagi").await,
        seat.call("voice").await,
    ];
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    let mut socket = seat.socket().await;
    let conversation = seat.messages.rsplit('/').next().unwrap();
    socket.subscribe(&format!("conversation:{conversation}"), None).await;
    let refused = socket.within(Duration::from_millis(100), "refused").await;
    statuses.push(refused.map_or(200, |frame| u16::try_from(frame["status"].as_u64().unwrap()).unwrap()));
    statuses
}

const OPEN_DOORS: [u16; 5] = [200, 201, 303, 201, 200];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn before_its_start_a_room_counts_down_and_every_door_is_shut(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.waiting_room().await;
    let mut closing = Vec::new();
    for seat in room.both() {
        assert_eq!(seat.room("data-room").await, "waiting");
        assert_eq!(seat.room("data-now").await, clinic.app.now().rfc3339());
        assert_eq!(seat.room("data-opens-at").await, room.starts_at.rfc3339());
        closing.push(seat.room("data-closes-at").await);
        assert_eq!(doors(&seat).await, [425; 5], "{}", seat.page);
    }
    assert_eq!(closing, [room.ends_at.rfc3339(), room.ends_at.rfc3339()]);

    clinic.pass(WAIT.checked_sub(MOMENT).unwrap()).await;
    assert_eq!(doors(&room.patients()).await, [425; 5]);
    let told = room.patients().read().await.text("main").unwrap();
    assert!(told.contains(&Lang::Id.t("error-too-early-title")), "{told}");

    clinic.pass(MOMENT).await;
    assert_eq!(doors(&room.patients()).await, OPEN_DOORS);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_room_opens_by_itself_and_both_sides_hear_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.waiting_room().await;
    let mut sockets = [room.patients().socket().await, room.doctors().socket().await];
    for socket in &mut sockets {
        socket.subscribe(&room.topic(), None).await;
    }
    clinic.pass(WAIT.checked_sub(MOMENT).unwrap()).await;
    for socket in &mut sockets {
        assert!(socket.all("changed").await.is_empty(), "nothing has changed yet");
    }

    clinic.pass(MOMENT).await;
    for socket in &mut sockets {
        socket.changed(&room.topic()).await;
        socket.next("notification").await;
    }
    let row = clinic.appointment(room.id).await;
    assert_eq!((row.status, row.opened_at), (Status::Ongoing, Some(room.starts_at)));
    for seat in room.both() {
        assert_eq!(seat.room("data-room").await, "open");
        assert_eq!(seat.look().await.count("[role=log]"), 1);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_room_closes_fifteen_minutes_later_for_both_and_says_what_became_of_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let mut sockets = Vec::new();
    for seat in room.both() {
        assert_eq!(seat.send("Selamat pagi").await.status, 201);
        let mut socket = seat.socket().await;
        socket.subscribe(&room.topic(), None).await;
        socket.subscribe(&room.conversation(), Some(0)).await;
        sockets.push(socket);
    }
    clinic.pass(LASTS.checked_sub(MOMENT).unwrap()).await;
    assert_eq!(room.patients().room("data-room").await, "open");
    assert_eq!(room.doctors().send("Semoga lekas sembuh").await.status, 201);

    clinic.pass(MOMENT).await;
    for socket in &mut sockets {
        socket.changed(&room.topic()).await;
        let refused = socket.next("refused").await;
        assert_eq!((&refused["topic"], &refused["status"]), (&room.conversation().into(), &410.into()));
    }
    for seat in room.both() {
        assert_eq!(doors(&seat).await, [410; 5], "{}", seat.page);
        let told = seat.read().await.text("main").unwrap();
        assert!(told.contains(&Lang::Id.t("error-gone-title")), "{told}");
        assert!(told.contains(&Lang::Id.t("error-gone-body")), "{told}");
        assert_eq!(seat.room("data-room").await, "closed");
        let outcome = seat.look().await.text("#room-closed").unwrap();
        assert!(outcome.contains(&Lang::Id.t("encounter-outcome-completed")), "{outcome}");
        assert_eq!(seat.look().await.count("#messages"), 0);
    }
    let forms = room.doctors().look().await.attributes("form", "action");
    assert!(forms.contains(&format!("/doctor/appointments/{}/prescription", room.id)), "{forms:?}");
    assert!(
        !room.patients().look().await.attributes("form", "action").iter().any(|action| action.contains("prescription"))
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_runs_ends_with_its_room(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let call = room.patients().ring("video").await;
    clinic.pass(Duration::from_secs(20)).await;
    assert_eq!(room.doctors().about(&call, "answer").await.json()["status"], "ongoing");
    let mut sockets = Vec::new();
    for seat in room.both() {
        assert_eq!(seat.look().await.attributes("#call-stage", "data-call-status"), ["ongoing"]);
        sockets.push(seat.socket().await);
    }
    clinic.pass_until(room.ends_at).await;
    for socket in &mut sockets {
        let frame = socket.next("call").await;
        assert_eq!((frame["call"].as_str(), frame["status"].as_str()), (Some(call.as_str()), Some("ended")));
        assert_eq!(frame["duration_seconds"], 15 * 60 - 20);
    }
    for seat in room.both() {
        let ended = seat.about(&call, "end").await;
        assert_eq!(ended.json(), serde_json::json!({ "status": "ended", "duration_seconds": 880 }));
        assert!(seat.look().await.text("#room-closed").unwrap().contains("14 menit 40 detik"));
    }
}

/// The room of a program that stops when `open_for` of the room has passed (or before it opens), and the next one that
/// begins long after the room's end.
async fn after_a_pause(engine: Engine, open_for: Option<Duration>) -> (TestClinic, crate::support::Room) {
    let (remains, room) = program(async move {
        let clinic = TestClinic::open(engine).await;
        let room = clinic.waiting_room().await;
        if let Some(open_for) = open_for {
            clinic.pass(WAIT).await;
            assert_eq!(room.patients().send("Sejak kemarin saya demam").await.status, 201);
            room.patients().look().await;
            let call = room.patients().ring("voice").await;
            room.doctors().about(&call, "answer").await;
            clinic.pass(open_for).await;
            assert!(clinic.app.room_keys.find(room.id).await.unwrap().is_some());
        }
        (clinic.leave(), room)
    })
    .await;
    let later = room.ends_at + Duration::from_mins(20);
    let clinic = remains.start(later).await;
    assert_eq!(clinic.browser().get("/healthz").await.status, 200);
    let room = room.at(&clinic);
    (clinic, room)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_ended_while_the_program_was_off_is_erased_before_a_page_is_served(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (clinic, room) = after_a_pause(engine, Some(Duration::from_mins(5))).await;
    assert!(clinic.app.room_keys.rooms().await.unwrap().is_empty());
    let row = clinic.appointment(room.id).await;
    assert_eq!((row.status, row.closed_at), (Status::Completed, Some(room.ends_at)));
    for seat in room.both() {
        assert_eq!(doors(&seat).await, [410; 5]);
        let page = seat.look().await;
        assert_eq!(page.attributes("[data-room]", "data-room"), ["closed"]);
        let outcome = page.text("#room-closed").unwrap();
        assert!(outcome.contains("15 menit"), "the call ended with the room: {outcome}");
    }
    clinic.settle().await;
    assert_eq!(clinic.appointment(room.id).await, row);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_room_whose_whole_time_passed_while_the_program_was_off_never_opens(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (clinic, room) = after_a_pause(engine, None).await;
    clinic.settle().await;
    assert_eq!(clinic.appointment(room.id).await.status, Status::NoShow);
    for seat in room.both() {
        assert_eq!(seat.room("data-room").await, "closed");
        assert_eq!(doors(&seat).await, [410; 5]);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_does_not_reopen_a_room(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (remains, room) = program(async move {
        let clinic = TestClinic::open(engine).await;
        let room = clinic.open_room().await;
        assert_eq!(room.patients().send("Sejak kemarin saya demam").await.status, 201);
        clinic.pass(LASTS).await;
        (clinic.leave(), room)
    })
    .await;
    let clinic = remains.start(room.starts_at + Duration::from_mins(1)).await;
    let room = room.at(&clinic);
    clinic.settle().await;
    rooms::open(&clinic.app, room.id).await.unwrap();
    for seat in room.both() {
        assert_eq!(seat.room("data-room").await, "closed");
        assert_eq!(doors(&seat).await, [410; 5]);
    }
    assert!(clinic.app.room_keys.create(room.id, clinic.app.now()).await.unwrap().is_none());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_came_or_somebody_came(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values((false, false), (true, false), (false, true))] (patient, doctor): (bool, bool),
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.waiting_room().await;
    // Whoever looks before the start has not come.
    room.patients().look().await;
    room.doctors().look().await;
    clinic.pass(WAIT).await;
    for (came, seat) in [(patient, room.patients()), (doctor, room.doctors())] {
        if came {
            seat.look().await;
        }
    }
    clinic.pass(LASTS).await;
    let (status, sentence) = if patient || doctor {
        (Status::Completed, "encounter-outcome-completed")
    } else {
        (Status::NoShow, "encounter-outcome-no-show")
    };
    assert_eq!(clinic.appointment(room.id).await.status, status);
    for seat in room.both() {
        let outcome = seat.look().await.text("#room-closed").unwrap();
        assert!(outcome.contains(&Lang::Id.t(sentence)), "{outcome}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_has_come(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    room.patients().send("Saya di sini").await;
    clinic.pass(LASTS).await;
    assert_eq!(clinic.appointment(room.id).await.status, Status::Completed);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_confirms_who_is_there_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.waiting_room().await;
    let path = format!("/doctor/consultations/{}/identity", room.id);
    let doctor = room.doctors();
    assert_eq!(doctor.browser.post(&path, &[]).await.status, 425, "before the room opens nobody is there");
    clinic.pass(WAIT).await;
    let form = format!("form[action='{path}']");
    assert_eq!(doctor.look().await.count(&form), 1);
    let at = clinic.app.now();
    assert_eq!(doctor.browser.post(&path, &[]).await.status, 303);
    clinic.pass(std::time::Duration::from_mins(1)).await;
    assert_eq!(doctor.browser.post(&path, &[]).await.status, 303, "the first time stays");
    assert_eq!(clinic.appointment(room.id).await.identity_confirmed_at, Some(at));
    assert_eq!(doctor.look().await.count(&form), 0);
    assert_eq!(clinic.count("SELECT COUNT(*) FROM audit_log WHERE action = 'confirm-identity'").await, 1);
    clinic.pass(LASTS).await;
    assert_eq!(doctor.browser.post(&path, &[]).await.status, 410);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn opening_and_closing_again_changes_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let opened = clinic.appointment(room.id).await;
    let again = (0..8).map(|_| rooms::open(&clinic.app, room.id));
    assert!(futures::future::join_all(again).await.iter().all(Result::is_ok));
    // Closing before the end changes nothing either, and is an error, so that the job comes again.
    assert!(rooms::close(&clinic.app, room.id).await.is_err());
    assert_eq!(clinic.appointment(room.id).await, opened);
    assert_eq!(notifications::unread_count(clinic.app.db.read(), room.patient.user).await.unwrap(), 1);
    assert_eq!(room.patients().send("Selamat pagi").await.status, 201);

    clinic.pass(LASTS).await;
    let closed = clinic.appointment(room.id).await;
    clinic.pass(Duration::from_mins(1)).await;
    let again = (0..8).map(|_| rooms::close(&clinic.app, room.id));
    assert!(futures::future::join_all(again).await.iter().all(Result::is_ok));
    rooms::open(&clinic.app, room.id).await.unwrap();
    assert_eq!(clinic.appointment(room.id).await, closed);
    assert_eq!(room.patients().room("data-room").await, "closed");
}
