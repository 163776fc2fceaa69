//! How often an account's codes and passwords may be tried: each try is written down before it is looked at, so that a
//! crash, or a hundred tries at once, win nobody another one.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{entity::tries, rules};
use crate::{
    infra::{clock::Instant, db::Tx},
    web::Sentence,
};

/// Whether a try is taken.
pub(super) enum Try {
    /// It is; counting it, so many were wrong since the last right one.
    Taken(i32),
    /// Not before this has passed.
    Wait(Duration),
}

/// Says how long no try is taken.
pub(super) fn sentence(wait: Duration) -> Sentence {
    let minutes = usize::try_from(wait.as_secs().div_ceil(60)).unwrap_or(usize::MAX);
    Sentence::new("accounts-code-wait").with("minutes", minutes)
}

/// Counts a try as wrong, before it is looked at. Until the act ends, no other try of the account is taken.
pub(super) async fn count(tx: &Tx, user: Uuid, now: Instant) -> Result<Try, DbErr> {
    let fresh = tries::ActiveModel { id: Set(user), wrong: Set(0), wait_until: Set(Instant::from_millis(0)) };
    let once = OnConflict::column(tries::Column::Id).do_nothing().to_owned();
    tries::Entity::insert(fresh).on_conflict(once).exec_without_returning(tx).await?;
    let counted = tries::Entity::update_many()
        .col_expr(tries::Column::Wrong, Expr::col(tries::Column::Wrong).add(1))
        .filter(tries::Column::Id.eq(user))
        .filter(tries::Column::WaitUntil.lte(now))
        .exec(tx)
        .await?;
    let row = tries::Entity::find_by_id(user).one(tx).await?;
    Ok(match row {
        Some(row) if counted.rows_affected == 1 => Try::Taken(row.wrong),
        Some(row) => Try::Wait(row.wait_until.since(now)),
        None => Try::Wait(Duration::from_mins(1)),
    })
}

/// After `wrong` wrong tries: how long no other is taken, if the account has to wait now.
pub(super) async fn wait(tx: &Tx, user: Uuid, wrong: i32, now: Instant) -> Result<Option<Duration>, DbErr> {
    let Some(wait) = rules::wait_after(wrong) else { return Ok(None) };
    tries::Entity::update_many()
        .col_expr(tries::Column::WaitUntil, Expr::value(now + wait))
        .filter(tries::Column::Id.eq(user))
        .exec(tx)
        .await?;
    Ok(Some(wait))
}

/// Forgets wrong tries, after a right one.
pub(super) async fn forget(tx: &Tx, user: Uuid) -> Result<(), DbErr> {
    tries::Entity::update_many()
        .col_expr(tries::Column::Wrong, Expr::value(0))
        .col_expr(tries::Column::WaitUntil, Expr::value(Instant::from_millis(0)))
        .filter(tries::Column::Id.eq(user))
        .exec(tx)
        .await
        .map(drop)
}
