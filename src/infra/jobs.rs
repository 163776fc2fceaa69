//! Work that must happen later, or again: a row in the act that needs it, run by whoever claims it.
//!
//! A job names its kind and what it is about; carrying it out twice does no harm. There is one row for a kind and a
//! subject: adding it again moves it.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, DatabaseConnection, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{
    clock::Instant,
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
}

/// A job that was begun and not finished may be claimed again after this.
const CLAIM: Duration = Duration::from_mins(1);
/// What was done is of use to whoever looks for a fault, for so long.
const DONE_KEPT_FOR: Duration = Duration::from_hours(7 * 24);
/// Jobs claimed at once.
const BATCH: u64 = 64;

/// Has `kind` done to `subject` at `run_at`.
pub async fn add(tx: &Tx, kind: &str, subject: Uuid, run_at: Instant, now: Instant) -> Result<(), DbErr> {
    let row = job::ActiveModel {
        id: Set(ids::new(now)),
        kind: Set(kind.to_owned()),
        subject_id: Set(subject),
        run_at: Set(run_at),
        attempts: Set(0),
        claimed_until: Set(None),
        done_at: Set(None),
        last_error: Set(None),
        created_at: Set(now),
    };
    let moved = OnConflict::columns([job::Column::Kind, job::Column::SubjectId])
        .update_columns([job::Column::RunAt, job::Column::Attempts, job::Column::DoneAt, job::Column::ClaimedUntil])
        .to_owned();
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

/// Claims the jobs that are due at `now`, earliest first.
pub async fn claim(db: &Db, now: Instant) -> Result<Vec<Job>, DbErr> {
    let due = due(db.read(), now).await?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    db.write(move |tx| async move {
        let mut claimed = Vec::new();
        for row in due {
            let update = job::Entity::update_many()
                .col_expr(job::Column::ClaimedUntil, Expr::value(now + CLAIM))
                .col_expr(job::Column::Attempts, Expr::col(job::Column::Attempts).add(1))
                .filter(job::Column::Id.eq(row.id))
                .filter(is_due(now))
                .exec(&tx)
                .await?;
            if update.rows_affected == 1 {
                claimed.push(Job { id: row.id, kind: row.kind, subject_id: row.subject_id, attempts: row.attempts });
            }
        }
        Ok(claimed)
    })
    .await
}

/// When the next job can be claimed: when it is due, or when whoever claimed it has had it for too long.
pub async fn next_claimable(db: &Db) -> Result<Option<Instant>, DbErr> {
    let undone = |moment: job::Column| {
        let jobs = job::Entity::find().select_only().column(moment).filter(job::Column::DoneAt.is_null());
        jobs.order_by_asc(moment)
    };
    let due = undone(job::Column::RunAt).filter(job::Column::ClaimedUntil.is_null()).into_tuple::<Instant>();
    let lost =
        undone(job::Column::ClaimedUntil).filter(job::Column::ClaimedUntil.is_not_null()).into_tuple::<Instant>();
    let (due, lost) = (due.one(db.read()).await?, lost.one(db.read()).await?);
    Ok([due, lost.map(|until| until + Duration::from_millis(1))].into_iter().flatten().min())
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
    let id = job.id;
    let wait = Duration::from_secs(1 << job.attempts.clamp(0, 9));
    db.write(move |tx| async move {
        let done = failure.is_none().then_some(now);
        let mut update = job::Entity::update_many()
            .col_expr(job::Column::DoneAt, Expr::value(done))
            .col_expr(job::Column::ClaimedUntil, Expr::value(None::<Instant>))
            .col_expr(job::Column::LastError, Expr::value(failure.clone()));
        if failure.is_some() {
            update = update.col_expr(job::Column::RunAt, Expr::value(now + wait));
        }
        // A job that was moved while it ran is left to run again.
        update.filter(job::Column::Id.eq(id)).filter(job::Column::ClaimedUntil.is_not_null()).exec(&tx).await?;
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

async fn due(connection: &DatabaseConnection, now: Instant) -> Result<Vec<job::Model>, DbErr> {
    job::Entity::find().filter(is_due(now)).order_by_asc(job::Column::RunAt).limit(BATCH).all(connection).await
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
        pub done_at: Option<Instant>,
        pub last_error: Option<String>,
        pub created_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
