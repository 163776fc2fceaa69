//! How often a secret may be tried: counted in the database before anything is hashed, so that neither a restart nor a
//! second node forgets, and tries that arrive together are counted one after another.
//!
//! Why it is counted in these places: docs/decisions/0005-limits-that-do-not-lock-out-the-victim.md.

use std::{net::IpAddr, time::Duration};

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _, QuerySelect as _,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{
    entity::tries,
    rules::{self, Patience},
};
use crate::{
    app::App,
    infra::{
        clock::Instant,
        db::Tx,
        ids,
        vault::{LookUp, Vault},
    },
    web::{Error, limits},
};

/// A secret that is about to be tried: where that is counted.
#[derive(Clone)]
pub struct Try(Vec<(LookUp, Patience)>);

impl Try {
    /// The password of the typed address `email`, from a browser that is known to the account or from a network.
    /// Addresses without an account count like others.
    pub(super) fn of_log_in(vault: &Vault, email: &str, known_device: Option<&str>, address: &str) -> Self {
        let network =
            address.parse::<IpAddr>().map(limits::network).map_or_else(|_| address.to_owned(), |it| it.to_string());
        let key = |place: &str| vault.look_up_parts("tries-log-in", &[email, place]);
        match known_device {
            Some(device) => Self(vec![(key(device), rules::TRIES_FROM_ONE_PLACE)]),
            None => {
                Self(vec![(key(&network), rules::TRIES_FROM_ONE_PLACE), (key("anywhere"), rules::TRIES_FROM_ANYWHERE)])
            }
        }
    }

    /// The password of somebody who is signed in, before a change that asks for it.
    pub fn of_own_password(vault: &Vault, user: Uuid) -> Self {
        Self(vec![(vault.look_up("tries-own-password", &user.to_string()), rules::TRIES_FROM_ONE_PLACE)])
    }
}

/// Tries that meet are counted in whatever order their acts come, but none waits for its own so long.
const LONGEST_ACT: Duration = Duration::from_mins(1);

/// Counts a try; refuses it while it is to wait. Fails closed: without the database nothing is tried.
pub async fn count(app: &App, tried: &Try) -> Result<(), Error> {
    if app.limits.are_lifted() {
        return Ok(());
    }
    let (tried, now) = (tried.clone(), app.now());
    let counted = app.db.write(move |tx| async move { count_in(&tx, &tried, now).await }).await?;
    counted.map_or(Ok(()), |free_at| Err(Error::TooMany(free_at.since(now).as_secs().saturating_add(1))))
}

/// Until when the secret may not be tried; nothing if this try is counted.
async fn count_in(tx: &Tx, tried: &Try, now: Instant) -> Result<Option<Instant>, DbErr> {
    let mut counts = Vec::new();
    for (key, patience) in &tried.0 {
        let row = lock(tx, key, now).await?;
        // Of a time that the clock has been set back from: kept, it would refuse everybody for as long as that was.
        let yet_to_come = row.last_at > now + LONGEST_ACT;
        let forgotten = yet_to_come || now.since(row.last_at) > rules::TRIES_FORGOTTEN_AFTER;
        if !forgotten && row.free_at > now {
            return Ok(Some(row.free_at));
        }
        counts.push((row.id, if forgotten { 1 } else { row.count.saturating_add(1) }, *patience));
    }
    for (id, count, patience) in counts {
        tries::Entity::update_many()
            .col_expr(tries::Column::Count, Expr::value(count))
            .col_expr(tries::Column::FreeAt, Expr::value(now + patience.wait_after(count)))
            .col_expr(tries::Column::LastAt, Expr::value(now))
            .filter(tries::Column::Id.eq(id))
            .exec(tx)
            .await?;
    }
    Ok(None)
}

/// The row of `key`, made if it is not there, and kept from others until the act ends.
async fn lock(tx: &Tx, key: &LookUp, now: Instant) -> Result<tries::Model, DbErr> {
    let row = tries::ActiveModel {
        id: Set(ids::new(now)),
        key: Set(key.clone()),
        count: Set(0),
        free_at: Set(now),
        last_at: Set(now),
    };
    let once = OnConflict::column(tries::Column::Key).do_nothing().to_owned();
    tries::Entity::insert(row).on_conflict(once).exec_without_returning(tx).await?;
    let row = tries::Entity::find().filter(tries::Column::Key.eq(key.clone())).lock_exclusive().one(tx).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("a row that was just made".to_owned()))
}

/// Forgets the tries from this place, since the secret was right; of the others, this one.
pub async fn was_right(tx: &Tx, tried: &Try) -> Result<(), DbErr> {
    let [(place, _), elsewhere @ ..] = tried.0.as_slice() else { return Ok(()) };
    tries::Entity::delete_many().filter(tries::Column::Key.eq(place.clone())).exec(tx).await?;
    take_back(tx, elsewhere).await
}

/// Takes a try back whose secret was never looked at, because the machine was too busy.
pub async fn was_not_looked_at(app: &App, tried: &Try) -> Result<(), DbErr> {
    let tried = tried.clone();
    app.db.write(move |tx| async move { take_back(&tx, &tried.0).await }).await
}

async fn take_back(tx: &Tx, places: &[(LookUp, Patience)]) -> Result<(), DbErr> {
    for (key, _) in places {
        tries::Entity::update_many()
            .col_expr(tries::Column::Count, Expr::col(tries::Column::Count).sub(1))
            .col_expr(tries::Column::FreeAt, Expr::col(tries::Column::LastAt))
            .filter(tries::Column::Key.eq(key.clone()))
            .filter(tries::Column::Count.gt(0))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Drops what no longer counts.
pub(super) async fn tidy(tx: &Tx, now: Instant) -> Result<(), DbErr> {
    let oldest = Instant::from_millis(now.millis() - millis(rules::TRIES_FORGOTTEN_AFTER));
    tries::Entity::delete_many().filter(tries::Column::LastAt.lt(oldest)).exec(tx).await?;
    Ok(())
}

fn millis(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
