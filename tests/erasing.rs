//! What was said in a room is erased: its key is destroyed, so that no copy of the database can be read again (C7).

use std::{path::Path, time::Duration};

use fail::FailScenario;
use praktik::infra::{jobs, random};
use regex::bytes::Regex;
use rstest::rstest;
use sea_orm::{ConnectionTrait as _, Database, DbBackend, Statement};

use crate::support::{Engine, LASTS, Room, TestClinic, WAIT, program};

/// Sentences that nobody has written before.
fn sentences(count: usize) -> Vec<String> {
    (0..count).map(|_| format!("Keluhan rahasia {}", random::token())).collect()
}

async fn say_all(room: &Room, sentences: &[String]) {
    for (number, sentence) in sentences.iter().enumerate() {
        let seat = if number % 2 == 0 { room.patients() } else { room.doctors() };
        assert_eq!(seat.send(sentence).await.status, 201);
    }
}

/// How many of `sentences` are written in `bytes`, in letters or in hexadecimal digits.
fn found(bytes: &[u8], sentences: &[String]) -> usize {
    let forms = sentences.iter().flat_map(|sentence| [regex::escape(sentence), hexadecimal(sentence.as_bytes())]);
    let any = Regex::new(&forms.collect::<Vec<_>>().join("|")).unwrap();
    any.find_iter(bytes).count()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// How many of `sentences` both people together read on the pages of `clinic`.
async fn readable(clinic: &TestClinic, room: &Room, sentences: &[String]) -> usize {
    let mut pages = String::new();
    for seat in room.both() {
        let seat = seat.taken_by(&seat.browser.at(&clinic.address));
        for page in [seat.look().await, seat.read().await] {
            pages.push_str(&page.body);
        }
    }
    sentences.iter().filter(|sentence| pages.contains(*sentence)).count()
}

/// The key of `room` as `keys.db` in `folder` keeps it.
async fn wrapped_key(folder: &Path, room: &Room) -> Option<Vec<u8>> {
    let url = format!("sqlite:{}?mode=ro", folder.join("keys.db").display());
    let keys = Box::pin(Database::connect(url)).await.unwrap();
    let query = "SELECT wrapped FROM room_keys WHERE id = ?";
    let row =
        keys.query_one_raw(Statement::from_sql_and_values(DbBackend::Sqlite, query, [room.id.into()])).await.unwrap();
    let wrapped = row.map(|row| row.try_get_by_index(0).unwrap());
    keys.close().await.unwrap();
    wrapped
}

/// Whether any 16 bytes of the sealed part of `wrapped` are in the files of keys.
fn is_left(folder: &Path, wrapped: &[u8]) -> bool {
    let files = ["keys.db", "keys.db-wal"].map(|name| std::fs::read(folder.join(name)).unwrap_or_default());
    let sealed = &wrapped[wrapped.len() - 48..];
    sealed.chunks(16).any(|part| files.iter().any(|file| file.windows(part.len()).any(|bytes| bytes == part)))
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn fifty_sentences_are_read_by_nobody_after_the_close(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let said = sentences(50);
    say_all(&room, &said).await;
    assert_eq!(readable(&clinic, &room, &said).await, 50);

    // While the room is open: sealed where they lie, and readable to who has the database, the keys and the master key.
    assert_eq!(found(&clinic.every_byte().await, &said), 0);
    let plain = ["dr. Andi Firmansyah".to_owned()];
    assert!(found(&clinic.every_byte().await, &plain) > 0, "the search finds what lies in the open");
    let thief = clinic.copy_without_room_keys().await;
    let keys_of_then = clinic.copy_room_keys();
    let whole = thief.start_copy_with(Some(keys_of_then.path())).await;
    assert_eq!(readable(&whole, &room, &said).await, 50);
    let keyless = thief.start_copy_with(None).await;
    assert_eq!(readable(&keyless, &room, &said).await, 0);

    clinic.pass(LASTS).await;
    assert_eq!(found(&clinic.every_byte().await, &said), 0);
    assert_eq!(readable(&clinic, &room, &said).await, 0);
    assert_eq!(rows_of(&clinic, &room).await, 0);

    // The copy of then, opened with everything of today.
    let keys_of_today = clinic.copy_room_keys();
    let copy = thief.start_copy_with(Some(keys_of_today.path())).await;
    assert_eq!(rows_of(&copy, &room).await, 50, "the copy still has the rows");
    assert!(copy.app.room_keys.rooms().await.unwrap().is_empty());
    assert_eq!(readable(&copy, &room, &said).await, 0);
    // Were the key not destroyed, they would be read: it is the key that protects.
    let unprotected = thief.start_copy_with(Some(keys_of_then.path())).await;
    assert_eq!(readable(&unprotected, &room, &said).await, 50);
}

async fn rows_of(clinic: &TestClinic, room: &Room) -> i64 {
    let reader = clinic.app.db.read();
    let query = match clinic.engine {
        Engine::Sqlite => "SELECT count(*) FROM messages WHERE conversation_id = ?",
        Engine::Postgres => "SELECT count(*) FROM messages WHERE conversation_id = $1",
    };
    let statement = Statement::from_sql_and_values(reader.get_database_backend(), query, [room.id.into()]);
    reader.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_bytes_of_a_destroyed_key_stay_in_its_files(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    say_all(&room, &sentences(2)).await;
    let data = &clinic.app.config.data;
    let wrapped = wrapped_key(data, &room).await.unwrap();
    assert!(is_left(data, &wrapped), "the search finds a key that is there");
    clinic.pass(LASTS).await;
    assert_eq!(wrapped_key(data, &room).await, None);
    assert!(!is_left(data, &wrapped));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_key_whose_file_somebody_else_reads_is_destroyed_when_they_have_done(
    #[values(Engine::Sqlite)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    say_all(&room, &sentences(2)).await;
    let data = clinic.app.config.data.clone();
    let wrapped = wrapped_key(&data, &room).await.unwrap();
    let url = format!("sqlite:{}?mode=ro", data.join("keys.db").display());
    let reader = Box::pin(Database::connect(url)).await.unwrap();
    let reading = sea_orm::TransactionTrait::begin(&reader).await.unwrap();
    reading.query_all_raw(Statement::from_string(DbBackend::Sqlite, "SELECT * FROM room_keys")).await.unwrap();
    clinic.app.clock.advance(LASTS);
    // SQLite waits for the reader for five seconds; then the job has failed, and is to be tried again.
    while jobs::next_due(&clinic.app.db).await.unwrap().is_some_and(|at| at <= clinic.app.now()) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(is_left(&data, &wrapped), "the reader holds the log");
    assert!(clinic.app.room_keys.find(room.id).await.unwrap().is_none(), "the program itself has it no more");

    reading.rollback().await.unwrap();
    reader.close().await.unwrap();
    clinic.pass(Duration::from_secs(2)).await;
    assert!(!is_left(&data, &wrapped));
    assert_eq!(rows_of(&clinic, &room).await, 0);
}

const STEPS: [&str; 3] = ["close-after-mark", "close-before-destroy", "close-before-delete"];

/// Stops the closing of `room` at `step`, as often as it is tried.
fn stop_at(step: &str, room: &Room) {
    fail::cfg(format!("{step} {}", room.id), "return").unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_close_that_failed_midway_is_finished_by_the_next_try(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(0, 1, 2)] step: usize,
) {
    let scenario = FailScenario::setup();
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let said = sentences(3);
    say_all(&room, &said).await;
    stop_at(STEPS[step], &room);
    clinic.pass(LASTS).await;
    let has_key = clinic.app.room_keys.find(room.id).await.unwrap().is_some();
    assert_eq!((has_key, rows_of(&clinic, &room).await), (step < 2, 3), "it stopped there");
    assert_eq!(readable(&clinic, &room, &said).await, 0);
    for seat in room.both() {
        assert_eq!(seat.room("data-room").await, "closed");
        assert_eq!((seat.read().await.status, seat.send("Halo").await.status).0, 410);
    }

    fail::remove(format!("{} {}", STEPS[step], room.id));
    clinic.pass(Duration::from_secs(2)).await;
    assert!(clinic.app.room_keys.find(room.id).await.unwrap().is_none());
    assert_eq!(rows_of(&clinic, &room).await, 0);
    drop(scenario);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_died_while_closing_finishes_it_at_its_start(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(0, 1, 2)] step: usize,
) {
    let scenario = FailScenario::setup();
    let (remains, room, said) = program(async move {
        let clinic = TestClinic::open(engine).await;
        let room = clinic.open_room().await;
        let said = sentences(3);
        say_all(&room, &said).await;
        stop_at(STEPS[step], &room);
        clinic.pass(LASTS).await;
        (clinic.leave(), room, said)
    })
    .await;
    fail::remove(format!("{} {}", STEPS[step], room.id));
    drop(scenario);
    let at = remains.at;
    let clinic = remains.start(at).await;
    assert_eq!(clinic.browser().get("/healthz").await.status, 200);
    let room = room.at(&clinic);
    assert!(clinic.app.room_keys.rooms().await.unwrap().is_empty(), "before a page is served");
    assert_eq!(readable(&clinic, &room, &said).await, 0);
    clinic.pass(Duration::from_secs(2)).await;
    assert_eq!(rows_of(&clinic, &room).await, 0);
}

/// A room that cannot be closed is nobody else's trouble: the clinic opens, and the room is closed as soon as it can be.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_cannot_be_closed_at_the_start_keeps_no_clinic_from_opening(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let scenario = FailScenario::setup();
    let (remains, [stuck, other]) = program(async move {
        let clinic = TestClinic::open(engine).await;
        let stuck = clinic.waiting_room().await;
        let other = clinic.room_of(clinic.patient("Budi").await, clinic.doctor("Ratna").await).await;
        clinic.pass(WAIT).await;
        for room in [&stuck, &other] {
            say_all(room, &sentences(2)).await;
            stop_at(STEPS[1], room);
        }
        clinic.pass(LASTS).await;
        (clinic.leave(), [stuck, other])
    })
    .await;
    fail::remove(format!("{} {}", STEPS[1], other.id));
    let at = remains.at;
    let clinic = remains.start(at).await;
    let readiness = clinic.browser().get("/readyz").await;
    assert_eq!(readiness.status, 200, "{}", readiness.body);
    assert_eq!(clinic.app.room_keys.rooms().await.unwrap(), [stuck.id], "the other one is erased already");

    fail::remove(format!("{} {}", STEPS[1], stuck.id));
    clinic.pass(Duration::from_mins(1)).await;
    while !clinic.app.room_keys.rooms().await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    drop(scenario);
}

/// Losing `keys.db` loses what was said in the rooms that are open, and nothing else.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_room_whose_key_is_lost_goes_on_and_shows_what_was_said_as_erased(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (remains, room, said) = program(async move {
        let clinic = TestClinic::open(engine).await;
        let room = clinic.open_room().await;
        let said = sentences(2);
        say_all(&room, &said).await;
        assert_eq!(readable(&clinic, &room, &said).await, 2);
        (clinic.leave(), room, said)
    })
    .await;
    for file in std::fs::read_dir(remains.folder.path().join("data")).unwrap().map(Result::unwrap) {
        if file.file_name().to_string_lossy().starts_with("keys.db") {
            std::fs::remove_file(file.path()).unwrap();
        }
    }
    let at = remains.at;
    let clinic = remains.start(at).await;
    let room = room.at(&clinic);
    for seat in room.both() {
        assert_eq!(seat.room("data-room").await, "open");
        let page = seat.read().await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert_eq!(page.body.matches("Pesan ini terhapus").count(), 2, "{}", page.body);
    }
    assert_eq!(readable(&clinic, &room, &said).await, 0);
    let after = sentences(2);
    say_all(&room, &after).await;
    assert_eq!(readable(&clinic, &room, &after).await, 2);
    assert_eq!(room.patients().call("voice").await.status, 201);
    clinic.pass(LASTS).await;
    assert_eq!(readable(&clinic, &room, &after).await, 0);
    assert_eq!(rows_of(&clinic, &room).await, 0);
}
