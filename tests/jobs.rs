//! Jobs: claimed by one at a time however long they run, and never more at once than are good for the program.

use std::{path::Path, time::Duration};

use praktik::infra::{
    clock::{Clock, Instant},
    db::Db,
    jobs::{self, Job, Runner},
};
use rstest::rstest;
use sea_orm::ConnectionTrait as _;

use crate::support::{Engine, new_database, new_id};

const OUTSIDE: [&str; 1] = ["far"];

/// A database without a program.
async fn open(engine: Engine, folder: &Path) -> Db {
    match engine {
        Engine::Sqlite => Db::open_in(folder).await.unwrap(),
        Engine::Postgres => Db::open(&new_database().await).await.unwrap(),
    }
}

async fn add(db: &Db, kind: &'static str, count: usize, now: Instant) {
    let adding = db.write(move |tx| async move {
        for _ in 0..count {
            jobs::add(&tx, kind, new_id(), now, now).await?;
        }
        Ok::<_, sea_orm::DbErr>(())
    });
    adding.await.unwrap();
}

/// Whether `job` counts as done.
async fn is_done(db: &Db) -> bool {
    let statement = sea_orm::Statement::from_string(
        db.read().get_database_backend(),
        "SELECT COUNT(*) FROM jobs WHERE done_at IS NOT NULL",
    );
    db.read().query_one_raw(statement).await.unwrap().unwrap().try_get_by_index::<i64>(0).unwrap() == 1
}

fn only<T>(mut claimed: Vec<(Job, T)>) -> (Job, T) {
    assert_eq!(claimed.len(), 1);
    claimed.remove(0)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_runs_runs_once_however_long_it_takes(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let folder = tempfile::TempDir::new().unwrap();
    let (db, clock) = (open(engine, folder.path()).await, Clock::standing(Instant::from_millis(1_795_000_000_000)));
    let (here, elsewhere) = (Runner::new(&OUTSIDE), Runner::new(&OUTSIDE));
    add(&db, "near", 1, clock.now()).await;
    let (job, slot) = only(here.claim(&db, clock.now()).await.unwrap());
    let keeping = tokio::spawn({
        let (db, clock, job) = (db.clone(), clock.clone(), job.clone());
        async move { jobs::keep(&db, &clock, &job).await }
    });
    for _ in 0..8 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        clock.advance(Duration::from_secs(25));
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(elsewhere.claim(&db, clock.now()).await.unwrap().is_empty(), "its lease is renewed");
    }
    keeping.abort();
    clock.advance(Duration::from_mins(2));
    assert!(here.claim(&db, clock.now()).await.unwrap().is_empty(), "it still runs here");
    assert_eq!(here.next_claimable(&db).await.unwrap(), None, "and is not waited for");

    let (again, _slot) = only(elsewhere.claim(&db, clock.now()).await.unwrap());
    jobs::finish(&db, &job, None, clock.now()).await.unwrap();
    assert!(!is_done(&db).await, "who has lost the lease finishes nothing");
    drop(slot);
    jobs::finish(&db, &again, None, clock.now()).await.unwrap();
    assert!(is_done(&db).await);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_is_moved_while_it_runs_runs_again_afterwards(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let folder = tempfile::TempDir::new().unwrap();
    let (db, now) = (open(engine, folder.path()).await, Instant::from_millis(1_795_000_000_000));
    let (runner, subject) = (Runner::new(&OUTSIDE), new_id());
    let moved = || db.write(move |tx| async move { jobs::add(&tx, "near", subject, now, now).await });
    moved().await.unwrap();
    let (job, slot) = only(runner.claim(&db, now).await.unwrap());
    moved().await.unwrap();
    assert!(runner.claim(&db, now).await.unwrap().is_empty(), "not beside itself");
    jobs::finish(&db, &job, None, now).await.unwrap();
    drop(slot);
    assert!(!is_done(&db).await);
    only(runner.claim(&db, now).await.unwrap());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_wait_for_other_machines_leave_room_for_those_of_the_clinic(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let folder = tempfile::TempDir::new().unwrap();
    let (db, now) = (open(engine, folder.path()).await, Instant::from_millis(1_795_000_000_000));
    let runner = Runner::new(&OUTSIDE);
    add(&db, "far", 100, now).await;
    add(&db, "near", 20, now).await;
    let first = runner.claim(&db, now).await.unwrap();
    let far = first.iter().filter(|(job, _)| job.kind == "far").count();
    assert_eq!((far, first.len() - far), (4, 16));
    assert!(runner.claim(&db, now).await.unwrap().is_empty(), "no more at once");
    drop(first);
    let next = runner.claim(&db, now).await.unwrap();
    assert_eq!(next.len(), 4 + 4, "the next four of either, whose leases nobody has");
    assert!(runner.next_claimable(&db).await.unwrap().is_some());
}
