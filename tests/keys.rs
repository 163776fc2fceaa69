//! The master key is replaced while the clinic is open, and nothing is lost or left behind (S3).

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use fail::FailScenario;
use praktik::{
    app::App,
    clinic::audit,
    commands::keys,
    infra::{
        master_keys::MasterKeys,
        rotation::{STEPS, Stopped},
    },
};
use rstest::rstest;
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, Statement};
use uuid::Uuid;

use crate::support::{Engine, LASTS, PASSWORD, Room, TestClinic, said};

/// Every key that lies wrapped in the database, and every one in `keys.db`, each with its owner.
async fn wrapped_keys(clinic: &TestClinic) -> (Vec<(Uuid, Vec<u8>)>, Vec<(Uuid, Vec<u8>)>) {
    let url = format!("sqlite:{}?mode=ro", clinic.app.config.data.join("keys.db").display());
    let rooms = Box::pin(Database::connect(url)).await.unwrap();
    let both = (all(clinic.app.db.read(), "data_keys").await, all(&rooms, "room_keys").await);
    rooms.close().await.unwrap();
    both
}

async fn all(database: &DatabaseConnection, table: &str) -> Vec<(Uuid, Vec<u8>)> {
    let query = format!("SELECT id, wrapped FROM {table}");
    let rows = database.query_all_raw(Statement::from_string(database.get_database_backend(), query)).await.unwrap();
    rows.iter().map(|row| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())).collect()
}

/// How many of `wrapped` the keys of `master` open.
fn opened(master: &MasterKeys, wrapped: &[(Uuid, Vec<u8>)]) -> usize {
    wrapped.iter().filter(|(owner, wrapped)| master.unwrap(*owner, wrapped).is_ok()).count()
}

fn key_file(clinic: &TestClinic) -> String {
    std::fs::read_to_string(clinic.folder.path().join("data.key")).unwrap()
}

/// Whether any 16 bytes of the sealed part of `wrapped` are in the files of room keys.
fn is_left(folder: &Path, wrapped: &[u8]) -> bool {
    let files = ["keys.db", "keys.db-wal"].map(|name| std::fs::read(folder.join(name)).unwrap_or_default());
    let sealed = &wrapped[wrapped.len() - 48..];
    sealed.chunks(16).any(|part| files.iter().any(|file| file.windows(part.len()).any(|bytes| bytes == part)))
}

/// Logs in, sends messages, registers people, books and opens rooms until it is told to stop; says how often.
async fn a_busy_day(clinic: &TestClinic, room: &Room, stop: Arc<AtomicBool>) -> usize {
    let mut rounds = 0;
    while !stop.load(Ordering::SeqCst) {
        clinic.browser().log_in(&room.patient.email, PASSWORD).await;
        assert_eq!(room.patients().send(&format!("Pesan {rounds}")).await.status, 201);
        let (patient, doctor) = (clinic.patient("Budi").await, clinic.doctor(&format!("Dokter {rounds}")).await);
        let other = clinic.room_of(patient, doctor).await;
        assert_eq!(other.patients().room("data-room").await, "waiting");
        assert!(clinic.app.room_keys.create(other.id, clinic.app.now()).await.unwrap().is_some());
        rounds += 1;
    }
    rounds
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_master_key_is_replaced_under_a_clinic_that_is_open(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    assert_eq!(room.patients().send("Selamat pagi, dokter").await.status, 201);
    let old = MasterKeys::parse(&key_file(&clinic)).unwrap();
    let (people, rooms) = wrapped_keys(&clinic).await;
    assert_eq!((opened(&old, &people), opened(&old, &rooms)), (people.len(), rooms.len()));
    let before = rooms[0].1.clone();
    let data = clinic.app.config.data.clone();
    assert!(is_left(&data, &before), "the search finds a key that is there");

    let stop = Arc::new(AtomicBool::new(false));
    let rotating = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let output = clinic.command(&["keys", "rotate"], None).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        stop.store(true, Ordering::SeqCst);
        output
    };
    let (output, rounds) = futures::join!(rotating, a_busy_day(&clinic, &room, Arc::clone(&stop)));
    assert!(said(&output).contains("keys of rooms were wrapped anew"));
    assert!(rounds > 2, "the clinic was busy meanwhile");

    let new = MasterKeys::parse(&key_file(&clinic)).unwrap();
    assert_eq!(new.all().len(), 1, "the old key has left the file");
    let (people, rooms) = wrapped_keys(&clinic).await;
    assert!(rooms.len() > rounds);
    assert_eq!((opened(&old, &people), opened(&old, &rooms)), (0, 0));
    assert_eq!((opened(&new, &people), opened(&new, &rooms)), (people.len(), rooms.len()));
    assert!(!is_left(&data, &before), "nothing that the old key opens is left beside");

    // A program that begins now has the new key alone: it reads, and erases.
    let reader = clinic.second_program().await;
    assert!(reader.vault.key(reader.db.read(), room.patient.patient_id).await.is_ok());
    audit::link_new(&clinic.app).await.unwrap();
    assert!(said(&clinic.command(&["audit", "verify"], None).await).contains("the audit log is whole"));
    let after = rooms.into_iter().find(|(id, _)| *id == room.id).unwrap().1;
    assert!(is_left(&data, &after));
    clinic.pass(LASTS).await;
    assert!(!is_left(&data, &after) && !is_left(&data, &before));
    assert!(!room.patients().read().await.body.contains("Selamat pagi"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_that_stopped_goes_on_where_it_was(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(0, 1, 2, 3)] step: usize,
) {
    let scenario = FailScenario::setup();
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let old = MasterKeys::parse(&key_file(&clinic)).unwrap();
    fail::cfg(format!("rotate-{} {}", STEPS[step], old.newest().unwrap().id()), "return").unwrap();
    let second = clinic.second_program().await;
    let stopped = keys::carry_out(&second).await.unwrap_err();
    assert!(matches!(stopped.downcast_ref(), Some(Stopped::Here(at)) if *at == STEPS[step]), "{stopped:#}");
    assert_eq!(key_file(&clinic).lines().count(), 2, "both keys are in the file");

    // Whatever was done, everybody goes on: the program that serves, and one that begins now.
    assert_eq!(room.patients().send("Halo").await.status, 201);
    clinic.patient("Wayan").await;
    let third = clinic.second_program().await;
    assert!(everything_opens(&third, &clinic).await);

    fail::remove(format!("rotate-{} {}", STEPS[step], old.newest().unwrap().id()));
    let next = MasterKeys::parse(key_file(&clinic).lines().next().unwrap()).unwrap();
    let rotated = keys::carry_out(&third).await.unwrap();
    assert_eq!(rotated.by, next.newest().unwrap().id(), "no third key was made");
    let new = MasterKeys::parse(&key_file(&clinic)).unwrap();
    assert_eq!(new.all().len(), 1);
    let (people, rooms) = wrapped_keys(&clinic).await;
    assert_eq!((opened(&old, &people), opened(&old, &rooms)), (0, 0));
    assert_eq!((opened(&new, &people), opened(&new, &rooms)), (people.len(), rooms.len()));
    drop(scenario);
}

async fn everything_opens(app: &App, clinic: &TestClinic) -> bool {
    let (people, rooms) = wrapped_keys(clinic).await;
    let master = app.vault.master();
    opened(master, &people) == people.len() && opened(master, &rooms) == rooms.len()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_key_from_the_environment_is_replaced_in_two_steps(#[values(Engine::Sqlite)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    clinic.patient("Siti").await;
    let old = key_file(&clinic).trim().to_owned();
    std::fs::remove_file(clinic.folder.path().join("data.key")).unwrap();
    let told = said(&clinic.command(&["keys", "rotate"], Some(&old)).await);
    let both = told.lines().find_map(|line| line.split_once("PRAKTIK_MASTER_KEY=")).unwrap().1;
    let both = both.split_whitespace().next().unwrap();
    let new = both.strip_suffix(&format!(",{old}")).unwrap();
    let (people, _) = wrapped_keys(&clinic).await;
    assert_eq!(opened(&MasterKeys::parse(&old).unwrap(), &people), people.len(), "nothing is changed yet");

    let done = said(&clinic.command(&["keys", "rotate"], Some(both)).await);
    assert!(done.contains("without the old one"), "{done}");
    let (people, _) = wrapped_keys(&clinic).await;
    assert_eq!(opened(&MasterKeys::parse(&old).unwrap(), &people), 0);
    assert_eq!(opened(&MasterKeys::parse(new).unwrap(), &people), people.len());
    assert!(!clinic.folder.path().join("data.key").exists(), "no key is written to the disk");
    let whole = clinic.command(&["audit", "verify"], Some(new)).await;
    assert!(said(&whole).contains("the audit log is whole"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_printed_sheet_opens_the_clinic_and_a_slip_is_named_by_its_line() {
    let clinic = TestClinic::open(Engine::Sqlite).await;
    clinic.patient("Siti").await;
    let printed = said(&clinic.command(&["keys", "sheet"], None).await);
    let lines: Vec<&str> = printed.lines().filter(|line| line.starts_with("  ")).map(|line| &line[6..]).collect();
    assert_eq!(lines.len(), 4, "{printed}");
    let sheet = lines.join(" ");
    std::fs::remove_file(clinic.folder.path().join("data.key")).unwrap();
    assert!(said(&clinic.command(&["audit", "verify"], Some(&sheet)).await).contains("the audit log is whole"));
    let letter = &lines[2][..1];
    let slip = [lines[0], lines[1], &lines[2].replacen(letter, if letter == "7" { "8" } else { "7" }, 1), lines[3]];
    let refused = clinic.command(&["audit", "verify"], Some(&slip.join(" "))).await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("line 3 of the recovery sheet"));
}
