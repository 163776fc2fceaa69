//! A clinic may choose that the messages of consultations are kept: those that are booked from then on are read after the
//! close by their two people, and by nobody else; those that were booked before are erased as was said (C7).

use std::time::Duration;

use praktik::{
    clinic::{
        accounts::SignedIn,
        appointments::Status,
        conversations::{self, Party},
        profile::Retention,
    },
    infra::vault::Private,
    web::{Error, Role},
};
use reqwest::StatusCode;
use rstest::rstest;
use uuid::Uuid;

use crate::{
    settings::form,
    support::{Answer, Browser, Engine, LASTS, Room, Seat, TestClinic, WAIT, new_id, program},
};

const WORDS: [&str; 2] = ["Sejak kemarin saya menggigil", "Minumlah sebelum tidur"];

impl TestClinic {
    /// The clinic's admin chooses what becomes of messages from now on.
    async fn choose(&self, admin: &Browser, retention: &str) {
        let saved = admin.post("/admin/settings", &form(&[("message_retention", retention)])).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    }

    /// Two rooms that open in 15 minutes: one booked before the clinic chose to keep messages, one after.
    async fn before_and_after(&self) -> [Room; 2] {
        let admin = self.admin().await.browser;
        let before = self.waiting_room().await;
        self.choose(&admin, "kept").await;
        let (patient, doctor) = (self.patient("Budi Santoso").await, self.doctor("Ratna Dewi").await);
        [before, self.room_of(patient, doctor).await]
    }

    async fn rows_of(&self, room: &Room) -> i64 {
        // Ids are bytes on SQLite, and on PostgreSQL of a type of their own.
        let id = match self.engine {
            Engine::Sqlite => format!("X'{}'", room.id.simple()),
            Engine::Postgres => format!("'{}'", room.id),
        };
        self.count(&format!("SELECT COUNT(*) FROM messages WHERE conversation_id = {id}")).await
    }
}

/// Each side says its sentence.
async fn speak(room: &Room) {
    assert_eq!(room.patients().send(WORDS[0]).await.status, 201);
    assert_eq!(room.doctors().send(WORDS[1]).await.status, 201);
}

fn says_all(answer: &Answer) -> bool {
    WORDS.iter().all(|word| answer.body.contains(word))
}

fn says_any(answer: &Answer) -> bool {
    WORDS.iter().any(|word| answer.body.contains(word))
}

/// What `seat` is answered that writes, calls and listens.
async fn doors(seat: &Seat, room: &Room) -> [u16; 4] {
    let mut socket = seat.socket().await;
    socket.subscribe(&room.conversation(), None).await;
    let refused = socket.within(Duration::from_millis(100), "refused").await;
    let listens = refused.map_or(200, |frame| u16::try_from(frame["status"].as_u64().unwrap()).unwrap());
    let statuses =
        [seat.send("Halo").await.status, seat.send_form("Halo").await.status, seat.call("voice").await.status];
    [statuses[0].as_u16(), statuses[1].as_u16(), statuses[2].as_u16(), listens]
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_read_by_its_two_people_after_the_close_and_written_no_more(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let [erased, kept] = clinic.before_and_after().await;
    clinic.pass(WAIT).await;
    assert_eq!(clinic.app.room_keys.rooms().await.unwrap(), [erased.id], "what is kept has no key of its own");
    speak(&erased).await;
    speak(&kept).await;
    for seat in erased.both().iter().chain(&kept.both()) {
        assert!(says_all(&seat.look().await) && says_all(&seat.read().await));
    }

    clinic.pass(LASTS).await;
    assert_eq!((clinic.rows_of(&erased).await, clinic.rows_of(&kept).await), (0, 2));
    assert_eq!(clinic.appointment(kept.id).await.status, Status::Completed);
    assert!(clinic.app.room_keys.rooms().await.unwrap().is_empty());
    for (seat, list) in kept.both().into_iter().zip(["/messages", "/doctor/messages"]) {
        let (page, conversation) = (seat.look().await, seat.read().await);
        assert_eq!(page.attributes("[data-room]", "data-room"), ["closed"]);
        assert_eq!((page.status, conversation.status), (StatusCode::OK, StatusCode::OK));
        for read in [&page, &conversation] {
            assert!(says_all(read), "{}", read.body);
            assert_eq!((read.count("#messages > li, #kept-messages > li"), read.count("#composer")), (2, 0));
            assert_eq!(read.headers["cache-control"], "no-store");
        }
        let outcome = page.text("#room-closed").unwrap();
        assert!(outcome.contains("disimpan bersama rekam medis") && !outcome.contains("dihapus"), "{outcome}");
        assert!(conversation.text("[role=note]").unwrap().contains("hanya dapat dibaca"));
        assert_eq!(doors(&seat, &kept).await, [410; 4]);
        let refused = seat.send("Halo").await.json()["message"].as_str().unwrap().to_owned();
        assert!(refused.contains("tetap dapat dibaca") && !refused.contains("dihapus"), "{refused}");
        assert!(seat.browser.get(list).await.text("#conversations").unwrap().contains("Tersimpan"));
    }
    assert_eq!(clinic.rows_of(&kept).await, 2, "nothing came to it");
    for seat in erased.both() {
        let (page, conversation) = (seat.look().await, seat.read().await);
        assert_eq!((page.status, conversation.status), (StatusCode::OK, StatusCode::GONE));
        assert!(!says_any(&page) && !says_any(&conversation));
        assert!(page.text("#room-closed").unwrap().contains("Obrolan telah dihapus"));
        assert_eq!(doors(&seat, &erased).await, [410; 4]);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_sealed_read_by_nobody_else_and_the_doctors_reading_is_written_down(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let [other, kept] = clinic.before_and_after().await;
    clinic.pass(WAIT).await;
    speak(&kept).await;
    clinic.pass(LASTS).await;
    let bytes = clinic.every_byte().await;
    let lies_open = |word: &str| bytes.windows(word.len()).any(|part| part == word.as_bytes());
    assert!(lies_open("dr. Ratna Dewi"), "the search finds what lies in the open");
    assert!(WORDS.iter().all(|word| !lies_open(word)));

    let admin = clinic.member(Role::Admin, "Eka").await.browser;
    let strangers = [&other.patient.browser, &other.doctor.browser, &admin, &clinic.browser()];
    for (stranger, seat) in strangers.into_iter().flat_map(|browser| kept.both().map(|seat| (browser, seat))) {
        let theirs = seat.taken_by(stranger);
        for answer in [theirs.look().await, theirs.read().await, theirs.send("Halo").await] {
            assert!(!answer.status.is_success() && !says_any(&answer), "{}: {}", answer.status, answer.body);
        }
    }

    let readings = "SELECT COUNT(*) FROM audit_log WHERE action = 'view' AND subject = 'conversation'";
    assert_eq!(clinic.count(readings).await, 0);
    assert!(says_all(&kept.patients().read().await));
    assert_eq!(clinic.count(readings).await, 0, "the patient's own reading is not");
    assert!(says_all(&kept.doctors().read().await));
    assert_eq!(clinic.count(readings).await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_when_it_was_booked_holds_whatever_the_clinic_chooses_afterwards(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let [erased, kept] = clinic.before_and_after().await;
    clinic.choose(&clinic.member(Role::Admin, "Eka").await.browser, "ephemeral").await;
    let sentences = ["dihapus saat ruang ditutup", "disimpan bersama rekam medis"];
    let says = |text: &str| sentences.map(|sentence| text.contains(sentence));
    let rooms = [(&erased, [true, false]), (&kept, [false, true])];
    for (room, said) in rooms {
        for seat in room.both() {
            assert_eq!(says(&seat.look().await.text("#room-waiting").unwrap()), said, "while one waits");
        }
    }
    clinic.pass(WAIT).await;
    for (room, said) in rooms {
        for seat in room.both() {
            let page = seat.look().await;
            assert_eq!(says(&page.text("#chat-scroller").unwrap()), said, "before the first message");
            assert_eq!(says(&seat.read().await.text("#chat-scroller").unwrap()), said);
            let last_minute = page.attributes("[data-room]", "data-room-one-text").remove(0);
            assert_eq!(last_minute.contains("dihapus"), said[0], "{last_minute}");
        }
        let bar = room.patients().look().await.text("[role=timer]").unwrap();
        assert_eq!(bar.contains("obrolan dihapus"), said[0], "{bar}");
        speak(room).await;
    }
    clinic.pass(LASTS).await;
    assert!(says_all(&kept.patients().look().await));
    assert_eq!((clinic.rows_of(&erased).await, clinic.rows_of(&kept).await), (0, 2));
    let retentions = [clinic.appointment(erased.id).await.retention, clinic.appointment(kept.id).await.retention];
    assert_eq!(retentions, [Retention::Ephemeral, Retention::Kept]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_promised_something_else_books_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let (doctor, patient) = (clinic.doctor("Andi").await, clinic.patient("Siti").await);
    let at_desk = clinic.patient("Budi").await.patient_id;
    let ways = [
        (&patient.browser, format!("/doctors/{}", doctor.id), "/consultations".to_owned(), Duration::from_hours(1)),
        (
            &admin,
            format!("/admin/patients/{at_desk}/book?doctor={}", doctor.id),
            format!("/admin/patients/{at_desk}/book"),
            Duration::from_hours(2),
        ),
    ];
    let promised = |page: &Answer| page.attributes("#booking [name=message_retention]", "value").remove(0);
    let booked = "SELECT COUNT(*) FROM appointments";
    for (browser, page, action, wait) in ways {
        clinic.choose(&admin, "ephemeral").await;
        let shown = browser.get(&page).await;
        assert_eq!(promised(&shown), "ephemeral");
        assert!(shown.text("#message_retention").unwrap().contains("dihapus saat ruangnya ditutup"));
        let (id, at) = (doctor.id.to_string(), (clinic.app.now() + wait).rfc3339());
        let send = async |promise: &str| {
            let fields = [("doctor_id", id.as_str()), ("starts_at", &at), ("message_retention", promise)];
            browser.post(&action, &fields).await
        };
        clinic.choose(&admin, "kept").await;
        let before = clinic.count(booked).await;
        let refused = send("ephemeral").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text("#message_retention-error").unwrap().contains("baru saja mengubah"));
        assert!(refused.text("#message_retention").unwrap().contains("disimpan bersama rekam medis"));
        assert_eq!((promised(&refused).as_str(), clinic.count(booked).await), ("kept", before));
        assert_eq!(send("kept").await.status, StatusCode::SEE_OTHER);
        assert_eq!(clinic.count(&format!("{booked} WHERE retention = 'kept'")).await, before + 1);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_ends_with_a_kept_room_stands_in_its_conversation(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let [_, kept] = clinic.before_and_after().await;
    clinic.pass(WAIT).await;
    let who = SignedIn { user: kept.patient.user, role: Role::Patient, session: Uuid::nil() };
    let party = Party::find(&clinic.app, &who, kept.id).await.unwrap();
    let write = async |text: &str| conversations::write(&clinic.app, &party, new_id(), Private::new(text)).await;
    assert!(write(WORDS[0]).await.is_ok());
    let call = kept.patients().ring("video").await;
    assert_eq!(kept.doctors().about(&call, "answer").await.json()["status"], "ongoing");
    let _both_are_there = (kept.patients().socket().await, kept.doctors().socket().await);
    clinic.pass(LASTS).await;
    for seat in kept.both() {
        let entries = seat.look().await.text("#kept-messages").unwrap();
        assert!(entries.contains("15 menit"), "the call ended with the room: {entries}");
        assert_eq!(seat.read().await.count("#messages > li"), 2);
    }
    // Whoever was let in a moment before the close comes too late: the row decides.
    assert!(matches!(write(WORDS[1]).await, Err(Error::Closed)));
    assert_eq!(clinic.rows_of(&kept).await, 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_read_before_the_close_is_counted_until_it_is(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let [erased, kept] = clinic.before_and_after().await;
    clinic.pass(WAIT).await;
    for room in [&erased, &kept] {
        assert_eq!(room.doctors().send(WORDS[1]).await.status, 201);
    }
    clinic.pass(LASTS).await;
    let unread = async |room: &Room| room.patient.browser.get("/api/messages/unread-count").await.json();
    assert_eq!(unread(&erased).await["unread_count"], 0, "what is erased cannot be unread");
    assert_eq!(unread(&kept).await["unread_count"], 1);
    assert!(kept.patients().look().await.body.contains(WORDS[1]));
    assert_eq!(unread(&kept).await["unread_count"], 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_kept_room_that_ended_while_the_program_was_off_is_closed_and_kept(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (remains, kept) = program(async move {
        let clinic = TestClinic::open(engine).await;
        let [_, kept] = clinic.before_and_after().await;
        clinic.pass(WAIT).await;
        speak(&kept).await;
        (clinic.leave(), kept)
    })
    .await;
    let at = kept.ends_at + Duration::from_mins(10);
    let clinic = remains.start(at).await;
    let kept = kept.at(&clinic);
    for seat in kept.both() {
        assert_eq!(doors(&seat, &kept).await, [410; 4]);
        assert!(says_all(&seat.look().await) && says_all(&seat.read().await));
    }
    clinic.settle().await;
    let row = clinic.appointment(kept.id).await;
    assert_eq!((row.status, row.closed_at), (Status::Completed, Some(kept.ends_at)));
    assert_eq!(clinic.count("SELECT COUNT(*) FROM conversations WHERE status = 'closed'").await, 1);
    assert_eq!(clinic.rows_of(&kept).await, 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn to_a_kept_room_to_which_nobody_came_there_is_nothing_to_read(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let [_, kept] = clinic.before_and_after().await;
    for seat in kept.both() {
        assert_eq!((seat.read().await.status, doors(&seat, &kept).await), (StatusCode::TOO_EARLY, [425; 4]));
    }
    clinic.pass_until(kept.ends_at).await;
    assert_eq!(clinic.appointment(kept.id).await.status, Status::NoShow);
    for seat in kept.both() {
        let page = seat.look().await;
        assert_eq!((page.status, page.count("#kept-messages")), (StatusCode::OK, 0));
        assert_eq!(doors(&seat, &kept).await, [410; 4]);
    }
}
