//! What was acknowledged is kept, whatever happens next, and no act takes its neighbours along.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use fail::FailScenario;
use futures::future::join_all;
use praktik::{
    app::App,
    infra::{
        clock::Clock,
        db::{Db, Tx},
        master_keys::MasterKeys,
    },
    web::limits::Limits,
};
use rstest::rstest;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbErr, Statement, sqlx::sqlite::SqliteSynchronous};
use tempfile::TempDir;

use crate::support::{Engine, TestClinic, WAIT, new_database, program};

async fn open(folder: &Path) -> Db {
    let db = Db::open_in(folder).await.unwrap();
    db.write(|tx| async move { tx.execute_unprepared(TABLE).await.map(drop) }).await.unwrap();
    db
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS notes (number BIGINT PRIMARY KEY)";

async fn note(tx: &Tx, number: i64) -> Result<(), DbErr> {
    tx.execute_unprepared(&format!("INSERT INTO notes VALUES ({number})")).await.map(drop)
}

async fn notes(db: &Db) -> Vec<i64> {
    let query = Statement::from_string(db.read().get_database_backend(), "SELECT number FROM notes ORDER BY number");
    let rows = db.read().query_all_raw(query).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// The one text that `query` answers with.
async fn told(connection: &impl ConnectionTrait, query: &str) -> String {
    let row = connection.query_one_raw(Statement::from_string(connection.get_database_backend(), query)).await.unwrap();
    let row = row.unwrap();
    row.try_get_by_index::<String>(0).unwrap_or_else(|_| row.try_get_by_index::<i64>(0).unwrap().to_string())
}

/// How a connection commits on SQLite: `synchronous` 2 is FULL, which waits for the disk at every commit.
async fn committing(connection: &impl ConnectionTrait) -> [String; 2] {
    [told(connection, "PRAGMA synchronous").await, told(connection, "PRAGMA journal_mode").await]
}

/// Copies of files show nothing of a power cut: what was written is in them before the disk has it. That each commit waits
/// for the disk is a setting, which the one writing connection has.
#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_every_commit_waits_for_the_disk() {
    let folder = TempDir::new().unwrap();
    let db = open(folder.path()).await;
    let writer = db.write(|tx| async move { Ok::<_, DbErr>(committing(&tx).await) }).await.unwrap();
    assert_eq!(writer, ["2", "wal"]);
    // The control: another connection to the same file, which does not wait.
    let mut careless = ConnectOptions::new(format!("sqlite:{}", folder.path().join("praktik.db").display()));
    careless.map_sqlx_sqlite_opts(|options| options.synchronous(SqliteSynchronous::Off));
    assert_eq!(committing(&Box::pin(Database::connect(careless)).await.unwrap()).await, ["0", "wal"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql_every_commit_waits_for_the_disk() {
    let clinic = TestClinic::open(Engine::Postgres).await;
    let url = clinic.app.config.database.clone().unwrap();
    let name = url.rsplit('/').next().unwrap();
    let careless = Box::pin(Database::connect(&url)).await.unwrap();
    careless.execute_unprepared(&format!("ALTER DATABASE {name} SET synchronous_commit = off")).await.unwrap();
    // The control: who connects from now on and says nothing does not wait.
    let query = "SHOW synchronous_commit";
    assert_eq!(told(&Box::pin(Database::connect(&url)).await.unwrap(), query).await, "off");
    let db = Db::open(&url).await.unwrap();
    let writer = db.write(move |tx| async move { Ok::<_, DbErr>(told(&tx, query).await) }).await.unwrap();
    assert_eq!(writer, "on");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_there_when_the_program_died_at_that_moment() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().to_owned();
    let copies = program(async move {
        let db = open(&path).await;
        let mut copies = Vec::new();
        for number in 1..=5 {
            db.write(move |tx| async move { note(&tx, number).await }).await.unwrap();
            // The files as they are at the moment of the answer: what a program that died now would leave.
            let copy = TempDir::new().unwrap();
            for name in ["praktik.db", "praktik.db-wal"] {
                std::fs::copy(path.join(name), copy.path().join(name)).unwrap();
            }
            copies.push(copy);
        }
        copies
    })
    .await;
    for (copy, last) in copies.iter().zip(1..) {
        assert_eq!(notes(&open(copy.path()).await).await, (1..=last).collect::<Vec<_>>());
    }
    assert_eq!(notes(&open(folder.path()).await).await, [1, 2, 3, 4, 5]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_act_that_fails_takes_no_neighbour_along(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let db = &clinic.app.db;
    db.write(|tx| async move { tx.execute_unprepared(TABLE).await.map(drop) }).await.unwrap();
    let acts = (0..200).map(|number| async move {
        let result = db.write(move |tx| async move {
            note(&tx, number).await?;
            match number % 10 {
                // Refused by the database, by a rule, and by a panic: each after it has written.
                3 => note(&tx, number).await,
                5 => Err(DbErr::Custom("a rule".to_owned())),
                7 => panic!("an act that panics"),
                _ => Ok(()),
            }
        });
        (number, result.await)
    });
    let mut kept = Vec::new();
    for (number, result) in join_all(acts).await {
        assert_eq!(result.is_ok(), ![3, 5, 7].contains(&(number % 10)), "{number}: {result:?}");
        if result.is_ok() {
            kept.push(number);
        }
    }
    assert_eq!(notes(db).await, kept);
    assert_eq!(kept.len(), 140);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_writer_outlives_an_act_that_panics(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let db = &clinic.app.db;
    db.write(|tx| async move { tx.execute_unprepared(TABLE).await.map(drop) }).await.unwrap();
    for number in 0..5 {
        let at_once = db.write(|_| -> std::future::Ready<Result<(), DbErr>> { panic!("before its first await") });
        assert!(at_once.await.is_err());
        let later = db.write(move |tx| async move {
            note(&tx, 100 + number).await?;
            panic!("after it has written");
            #[expect(unreachable_code, reason = "names the type of the act's answer")]
            Ok::<(), DbErr>(())
        });
        assert!(later.await.is_err());
        db.write(move |tx| async move { note(&tx, number).await }).await.unwrap();
    }
    assert_eq!(notes(db).await, [0, 1, 2, 3, 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn acts_of_one_group_are_answered_after_their_commit() {
    let folder = TempDir::new().unwrap();
    let db = open(folder.path()).await;
    let last_is_done = Arc::new(AtomicBool::new(false));
    // While the first act holds the writer up, the others gather to one group.
    let first = tokio::spawn({
        let db = db.clone();
        async move {
            db.write(|tx| async move {
                tokio::time::sleep(Duration::from_millis(300)).await;
                note(&tx, 0).await
            })
            .await
        }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let early = (1..=10).map(|number| {
        let (db, last_is_done) = (db.clone(), Arc::clone(&last_is_done));
        tokio::spawn(async move {
            db.write(move |tx| async move { note(&tx, number).await }).await.unwrap();
            assert!(last_is_done.load(Ordering::SeqCst), "answered before the group was committed");
            assert!(notes(&db).await.contains(&number), "answered before it can be read");
        })
    });
    let early: Vec<_> = early.collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let last = {
        let last_is_done = Arc::clone(&last_is_done);
        db.write(move |tx| async move {
            tokio::time::sleep(Duration::from_millis(200)).await;
            note(&tx, 11).await?;
            last_is_done.store(true, Ordering::SeqCst);
            Ok::<_, DbErr>(())
        })
    };
    last.await.unwrap();
    first.await.unwrap().unwrap();
    for act in early {
        act.await.unwrap();
    }
    assert_eq!(notes(&db).await, (0..=11).collect::<Vec<_>>());
}

/// How failpoints name the database of `clinic`.
fn failpoint(clinic: &TestClinic, step: &str) -> String {
    let database = match &clinic.app.config.database {
        None => format!("sqlite:{}", clinic.app.config.data.join("praktik.db").display()),
        Some(url) => url.rsplit('/').next().unwrap().to_owned(),
    };
    format!("{step} {database}")
}

/// After a COMMIT that fails on a full disk the connection believed to be in a transaction that nobody ever committed, and
/// acknowledged all that came later.
#[rstest]
#[case(Engine::Sqlite, "begin")]
#[case(Engine::Sqlite, "savepoint")]
#[case(Engine::Sqlite, "release")]
#[case(Engine::Sqlite, "rollback")]
#[case(Engine::Sqlite, "commit")]
#[case(Engine::Postgres, "begin")]
#[case(Engine::Postgres, "release")]
#[case(Engine::Postgres, "rollback")]
#[tokio::test(flavor = "multi_thread")]
async fn after_a_step_that_failed_whatever_is_acknowledged_is_durable(#[case] engine: Engine, #[case] step: &str) {
    let scenario = FailScenario::setup();
    let clinic = TestClinic::open(engine).await;
    let db = &clinic.app.db;
    db.write(|tx| async move { tx.execute_unprepared(TABLE).await.map(drop) }).await.unwrap();
    let point = failpoint(&clinic, step);
    let mut acknowledged = Vec::new();
    for round in 0..3 {
        fail::cfg(&point, "2*return").unwrap();
        for number in round * 100..round * 100 + 10 {
            let refused: Result<(), DbErr> = db
                .write(move |tx| async move {
                    note(&tx, 1_000 + number).await?;
                    Err(DbErr::Custom("a rule".to_owned()))
                })
                .await;
            assert!(refused.is_err());
            if db.write(move |tx| async move { note(&tx, number).await }).await.is_ok() {
                acknowledged.push(number);
            }
        }
        fail::remove(&point);
        assert_eq!(notes(db).await, acknowledged);
    }
    assert!((24..30).contains(&acknowledged.len()) || step == "rollback", "{acknowledged:?}");
    assert!(!db.is_failing());
    drop(scenario);
}

/// What SQLite does by itself when the disk is full or does not answer, told by the statements that do the same.
#[rstest]
#[case("ROLLBACK")]
#[case("COMMIT")]
#[case("PRAGMA defer_foreign_keys = ON; INSERT INTO notes_of_nobody VALUES (1)")]
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_ended_behind_the_drivers_back_costs_its_group_alone(#[case] behind: &'static str) {
    let folder = TempDir::new().unwrap();
    let db = open(folder.path()).await;
    let nobody = "CREATE TABLE notes_of_nobody (number BIGINT REFERENCES notes (number))";
    db.write(move |tx| async move { tx.execute_unprepared(nobody).await.map(drop) }).await.unwrap();
    for number in [10, 20] {
        let broken = db.write(move |tx| async move {
            note(&tx, number).await?;
            tx.execute_unprepared(behind).await.map(drop)
        });
        assert!(broken.await.is_err());
        assert!(db.is_failing());
        for number in number + 1..number + 4 {
            db.write(move |tx| async move { note(&tx, number).await }).await.unwrap();
        }
        assert!(!db.is_failing());
    }
    let another_program = open(folder.path()).await;
    let kept: Vec<_> = notes(&another_program).await.into_iter().filter(|number| number % 10 > 0).collect();
    assert_eq!(kept, [11, 12, 13, 21, 22, 23]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn while_nothing_can_be_made_durable_the_clinic_says_so(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let scenario = FailScenario::setup();
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let point = failpoint(&clinic, "release");
    fail::cfg(&point, "return").unwrap();
    for _ in 0..3 {
        let refused = room.patients().send("Halo").await;
        assert_eq!(refused.status, 503, "{}", refused.body);
        assert!(refused.headers.contains_key("retry-after"));
        assert_eq!(clinic.browser().get("/readyz").await.status, 503);
    }
    fail::remove(&point);
    assert_eq!(clinic.browser().get("/readyz").await.status, 200);
    assert_eq!(room.patients().send("Halo lagi").await.status, 201);
    drop(scenario);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_of_a_room_is_in_its_file_after_steps_that_failed() {
    let scenario = FailScenario::setup();
    let (remains, room) = program(async {
        let clinic = TestClinic::open(Engine::Sqlite).await;
        let room = clinic.waiting_room().await;
        let point = format!("commit sqlite:{}", clinic.app.config.data.join("keys.db").display());
        fail::cfg(&point, "return").unwrap();
        clinic.app.clock.advance(WAIT);
        for _ in 0..3 {
            assert!(clinic.app.room_keys.create(room.id, clinic.app.now()).await.is_err());
        }
        assert_eq!(clinic.browser().get("/readyz").await.status, 503);
        fail::remove(&point);
        clinic.pass(Duration::from_mins(1)).await;
        assert_eq!(room.patients().send("Halo").await.status, 201);
        (clinic.leave(), room)
    })
    .await;
    let at = remains.at;
    let clinic = remains.start(at).await;
    let page = room.at(&clinic).patients().read().await;
    assert!(page.body.contains("Halo"), "{}", page.body);
    drop(scenario);
}

/// An operator names the wrong database: begun anew beside the keys of rooms, it would know none of them and sweep all.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_empty_database_beside_the_keys_of_a_clinic_is_refused(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let mut config = clinic.app.config.clone();
    config.database = Some(new_database().await);
    let open = async |config| {
        let master = MasterKeys::read_or_create(&clinic.folder.path().join("data.key")).unwrap();
        App::open(config, Clock::standing(clinic.app.now()), master, Limits::none()).await
    };
    let refused = open(config.clone()).await.err().expect("an empty database was begun");
    assert!(refused.to_string().starts_with("the database is empty"), "{refused:#}");
    assert_eq!(clinic.app.room_keys.rooms().await.unwrap(), [room.id]);
    assert_eq!(room.patients().send("Halo").await.status, 201);
    // The control: in a folder of its own it is a new clinic.
    let folder = TempDir::new().unwrap();
    config.data = folder.path().to_owned();
    assert!(open(config).await.is_ok());
}
