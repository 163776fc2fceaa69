//! Work that must happen later, or again: a row in the act that needs it, run by whoever claims it.
//!
//! A job names its kind and what it is about; carrying it out twice does no harm. There is one row for a kind and a
//! subject: adding it again moves it.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::bail;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{
    clock::{Clock, Instant},
    db::{Db, Tx},
    ids,
};

/// A claimed job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its row.
    pub id: Uuid,
    /// What is to be done, such as `close-room`.
    pub kind: String,
    /// What it is done to.
    pub subject_id: Uuid,
    /// How often it was begun before.
    pub attempts: i32,
    /// Names this run of it: whoever has lost the lease notes nothing any more.
    claim: Uuid,
}

/// The lease of a job that runs; it is renewed meanwhile. After the end of a program its jobs are claimed again after this.
const LEASE: Duration = Duration::from_mins(1);
const RENEWED_EVERY: Duration = Duration::from_secs(20);
/// What another machine is asked for takes no longer than this, however slowly it answers.
const OUTSIDE: Duration = Duration::from_mins(3);
/// What was done is of use to whoever looks for a fault, for so long.
const DONE_KEPT_FOR: Duration = Duration::from_hours(7 * 24);
/// Jobs that run at once within the clinic.
const MOST_INSIDE: usize = 16;
/// Jobs that talk with other machines at once; apart, so that rooms close while a mail server is silent.
const MOST_OUTSIDE: usize = 4;

/// Has `kind` done to `subject` at `run_at`.
pub async fn add(tx: &Tx, kind: &str, subject: Uuid, run_at: Instant, now: Instant) -> Result<(), DbErr> {
    let row = job::ActiveModel {
        id: Set(ids::new(now)),
        kind: Set(kind.to_owned()),
        subject_id: Set(subject),
        run_at: Set(run_at),
        attempts: Set(0),
        claimed_until: Set(None),
        claim: Set(None),
        done_at: Set(None),
        last_error: Set(None),
        created_at: Set(now),
    };
    let mut moved = OnConflict::columns([job::Column::Kind, job::Column::SubjectId]);
    moved.update_columns([job::Column::RunAt, job::Column::Attempts, job::Column::DoneAt]);
    moved.update_columns([job::Column::ClaimedUntil, job::Column::Claim]);
    job::Entity::insert(row).on_conflict(moved).exec_without_returning(tx).await?;
    Ok(())
}

/// Has `kind` done to `subject` soon, but no sooner than `apart` after it was last due: what comes meanwhile is done
/// together then.
pub async fn add_apart(tx: &Tx, kind: &str, subject: Uuid, apart: Duration, now: Instant) -> Result<(), DbErr> {
    let last = job::Entity::find().filter(job::Column::Kind.eq(kind)).filter(job::Column::SubjectId.eq(subject));
    let run_at = match last.one(tx).await? {
        Some(job) if job.done_at.is_none() && job.claimed_until.is_none() => return Ok(()),
        Some(job) => Ord::max(now, job.run_at + apart),
        None => now,
    };
    add(tx, kind, subject, run_at, now).await
}

/// Has `kind` no longer done to `subject`.
pub async fn remove(tx: &Tx, kind: &str, subject: Uuid) -> Result<(), DbErr> {
    job::Entity::delete_many()
        .filter(job::Column::Kind.eq(kind))
        .filter(job::Column::SubjectId.eq(subject))
        .exec(tx)
        .await?;
    Ok(())
}

/// The jobs that run in this program: no more at once than are good for it, and none beside itself.
pub struct Runner {
    outside: &'static [&'static str],
    running: Mutex<HashMap<Uuid, Lane>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lane {
    Inside,
    Outside,
}

impl Runner {
    /// Jobs of the kinds `outside` talk with other machines.
    pub fn new(outside: &'static [&'static str]) -> Arc<Self> {
        Arc::new(Self { outside, running: Mutex::default() })
    }

    /// Claims jobs that are due at `now`, earliest first, as many as may run beside those that run.
    pub async fn claim(self: &Arc<Self>, db: &Db, now: Instant) -> Result<Vec<(Job, Slot)>, DbErr> {
        let mut due = Vec::new();
        for (of_lane, free) in self.open_lanes() {
            let jobs = job::Entity::find().filter(is_due(now)).filter(of_lane).order_by_asc(job::Column::RunAt);
            due.extend(jobs.limit(free).all(db.read()).await?);
        }
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let claimed = db.write(move |tx| async move { claim(&tx, due, now).await }).await?;
        Ok(claimed.into_iter().map(|job| self.begin(job)).collect())
    }

    /// When the next job can be claimed beside those that run: when it is due, or when its lease is over.
    pub async fn next_claimable(&self, db: &Db) -> Result<Option<Instant>, DbErr> {
        let mut next = Vec::new();
        for (of_lane, _) in self.open_lanes() {
            let undone = |moment: job::Column| {
                let jobs = job::Entity::find().select_only().column(moment).filter(job::Column::DoneAt.is_null());
                jobs.filter(of_lane.clone()).order_by_asc(moment)
            };
            let due = undone(job::Column::RunAt).filter(job::Column::ClaimedUntil.is_null());
            let lost = undone(job::Column::ClaimedUntil).filter(job::Column::ClaimedUntil.is_not_null());
            next.extend(due.into_tuple::<Instant>().one(db.read()).await?);
            let lost = lost.into_tuple::<Instant>().one(db.read()).await?;
            next.extend(lost.map(|until| until + Duration::from_millis(1)));
        }
        Ok(next.into_iter().min())
    }

    /// The jobs of each lane that has room, without those that run, and how many it has room for.
    fn open_lanes(&self) -> Vec<(Condition, u64)> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let others = Condition::all().add(job::Column::Id.is_not_in(running.keys().copied()));
        let lanes = [
            (Lane::Inside, MOST_INSIDE, job::Column::Kind.is_not_in(self.outside.iter().copied())),
            (Lane::Outside, MOST_OUTSIDE, job::Column::Kind.is_in(self.outside.iter().copied())),
        ];
        let open = lanes.into_iter().filter_map(|(lane, most, of_lane)| {
            let free = most.saturating_sub(running.values().filter(|runs| **runs == lane).count());
            (free > 0).then(|| (others.clone().add(of_lane), free as u64))
        });
        open.collect()
    }

    fn begin(self: &Arc<Self>, job: Job) -> (Job, Slot) {
        let lane = if self.outside.contains(&job.kind.as_str()) { Lane::Outside } else { Lane::Inside };
        self.running.lock().unwrap_or_else(PoisonError::into_inner).insert(job.id, lane);
        let slot = Slot { runner: Arc::clone(self), id: job.id };
        (job, slot)
    }
}

/// The place of a job that runs; free again when it is dropped.
pub struct Slot {
    runner: Arc<Runner>,
    id: Uuid,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.runner.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

async fn claim(tx: &Tx, due: Vec<job::Model>, now: Instant) -> Result<Vec<Job>, DbErr> {
    let mut claimed = Vec::new();
    for row in due {
        let claim = ids::new(now);
        let update = job::Entity::update_many()
            .col_expr(job::Column::ClaimedUntil, Expr::value(now + LEASE))
            .col_expr(job::Column::Claim, Expr::value(claim))
            .col_expr(job::Column::Attempts, Expr::col(job::Column::Attempts).add(1))
            .filter(job::Column::Id.eq(row.id))
            .filter(is_due(now))
            .exec(tx)
            .await?;
        if update.rows_affected == 1 {
            claimed.push(Job { id: row.id, kind: row.kind, subject_id: row.subject_id, attempts: row.attempts, claim });
        }
    }
    Ok(claimed)
}

/// Renews the lease of `job` for as long as this is waited for.
pub async fn keep(db: &Db, clock: &Clock, job: &Job) -> Infallible {
    let (id, claim) = (job.id, job.claim);
    loop {
        clock.sleep(RENEWED_EVERY).await;
        let until = clock.now() + LEASE;
        let renewed = db.write(move |tx| async move {
            let lease = job::Entity::update_many().col_expr(job::Column::ClaimedUntil, Expr::value(until));
            lease.filter(is_run(id, claim)).exec(&tx).await
        });
        if let Err(error) = renewed.await {
            tracing::warn!(%error, "the lease of a job could not be renewed");
        }
    }
}

/// What `work` at another machine comes to, within the time that such work may take.
pub async fn in_time<T>(clock: &Clock, work: impl Future<Output = T>) -> anyhow::Result<T> {
    tokio::select! {
        done = work => Ok(done),
        () = clock.sleep(OUTSIDE) => bail!("another machine did not answer in time"),
    }
}

/// When the earliest job is due that is not done, claimed or not.
pub async fn next_due(db: &Db) -> Result<Option<Instant>, DbErr> {
    job::Entity::find()
        .select_only()
        .column(job::Column::RunAt)
        .filter(job::Column::DoneAt.is_null())
        .order_by_asc(job::Column::RunAt)
        .into_tuple()
        .one(db.read())
        .await
}

/// Notes that a job is done, or why it was not and when it is tried again.
pub async fn finish(db: &Db, job: &Job, failure: Option<String>, now: Instant) -> Result<(), DbErr> {
    let (id, claim) = (job.id, job.claim);
    let wait = Duration::from_secs(1 << job.attempts.clamp(0, 9));
    db.write(move |tx| async move {
        let done = failure.is_none().then_some(now);
        let mut update = job::Entity::update_many()
            .col_expr(job::Column::DoneAt, Expr::value(done))
            .col_expr(job::Column::ClaimedUntil, Expr::value(None::<Instant>))
            .col_expr(job::Column::Claim, Expr::value(None::<Uuid>))
            .col_expr(job::Column::LastError, Expr::value(failure.clone()));
        if failure.is_some() {
            update = update.col_expr(job::Column::RunAt, Expr::value(now + wait));
        }
        // A job that was moved while it ran is left to run again.
        update.filter(is_run(id, claim)).exec(&tx).await?;
        Ok(())
    })
    .await
}

/// Drops the rows of jobs that were done long ago.
pub async fn tidy(tx: &Tx, now: Instant) -> Result<(), DbErr> {
    job::Entity::delete_many().filter(job::Column::DoneAt.lt(now - DONE_KEPT_FOR)).exec(tx).await?;
    Ok(())
}

fn is_due(now: Instant) -> Condition {
    Condition::all()
        .add(job::Column::DoneAt.is_null())
        .add(job::Column::RunAt.lte(now))
        .add(job::Column::ClaimedUntil.is_null().or(job::Column::ClaimedUntil.lt(now)))
}

fn is_run(id: Uuid, claim: Uuid) -> Condition {
    Condition::all().add(job::Column::Id.eq(id)).add(job::Column::Claim.eq(claim))
}

mod job {
    use sea_orm::entity::prelude::*;

    use crate::infra::clock::Instant;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "jobs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: String,
        pub subject_id: Uuid,
        pub run_at: Instant,
        pub attempts: i32,
        pub claimed_until: Option<Instant>,
        pub claim: Option<Uuid>,
        pub done_at: Option<Instant>,
        pub last_error: Option<String>,
        pub created_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
