//! Sessions: a cookie with a secret, of which the database keeps the hash alone; a new one at each login.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    Level, Status,
    entity::{session, user},
    store::token_hash,
};
use crate::{
    app::App,
    infra::{bus::Hint, clock::Instant, db::Tx, ids, random},
};

/// A session ends after this at the latest.
pub const LIFE: Duration = Duration::from_hours(336);
/// Between the password and the second factor there is time for this.
const HALF_LIFE: Duration = Duration::from_mins(10);
/// An app for codes has to be found and installed first.
const ENROLMENT_LIFE: Duration = Duration::from_mins(30);
/// What is asked for again before something weighty is changed was given at most this long ago.
const CONFIRMED_FOR: Duration = Duration::from_mins(10);
/// Its last use is noted at most this often.
const USE_NOTED_EVERY: Duration = Duration::from_mins(5);
const LONGEST_USER_AGENT: usize = 300;

/// The browser that a session belongs to.
#[derive(Clone)]
pub struct Device {
    /// As it names itself.
    pub user_agent: String,
    /// Where it asked from.
    pub address: String,
}

/// Begins a session of `user` that has come as far as `level`; returns the secret for the cookie.
pub async fn begin(tx: &Tx, user: Uuid, level: Level, device: &Device, now: Instant) -> Result<String, DbErr> {
    let token = random::token();
    let row = session::ActiveModel {
        id: Set(ids::new(now)),
        user_id: Set(user),
        token_hash: Set(token_hash(&token)),
        user_agent: Set(device.user_agent.chars().take(LONGEST_USER_AGENT).collect()),
        address: Set(device.address.clone()),
        level: Set(level),
        created_at: Set(now),
        last_used_at: Set(now),
        expires_at: Set(now + life(level)),
        confirmed_at: Set(Some(now)),
    };
    session::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(token)
}

/// How long a session of this level lasts at most.
pub const fn life(level: Level) -> Duration {
    match level {
        Level::SecondFactor => HALF_LIFE,
        Level::Enrolment => ENROLMENT_LIFE,
        Level::Full => LIFE,
    }
}

/// Ends the session `id` and begins one that is signed in, under another secret: a cookie that somebody else planted,
/// or saw, before the second factor opens nothing.
pub(super) async fn rise(tx: &Tx, id: Uuid, user: Uuid, device: &Device, now: Instant) -> Result<String, DbErr> {
    end(tx, id).await?;
    begin(tx, user, Level::Full, device, now).await
}

/// Notes that the holder of the session `id` has just shown to be themselves.
pub(super) async fn confirm(tx: &Tx, id: Uuid, now: Instant) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::ConfirmedAt, Expr::value(now))
        .filter(session::Column::Id.eq(id))
        .exec(tx)
        .await
        .map(drop)
}

/// Whether the holder of the session `id` has shown to be themselves a little while ago, by password or second factor.
pub(super) async fn confirmed_lately(connection: &impl ConnectionTrait, id: Uuid, now: Instant) -> Result<bool, DbErr> {
    let session = session::Entity::find_by_id(id).one(connection).await?;
    let confirmed_at = session.and_then(|session| session.confirmed_at);
    Ok(confirmed_at.is_some_and(|at| now.since(at) <= CONFIRMED_FOR))
}

/// The session of a cookie, and whose it is.
pub(super) async fn find(
    connection: &impl ConnectionTrait,
    token: &str,
    now: Instant,
) -> Result<Option<(session::Model, user::Model)>, DbErr> {
    let Some(session) = session::Entity::find()
        .filter(session::Column::TokenHash.eq(token_hash(token)))
        .filter(session::Column::ExpiresAt.gt(now))
        .one(connection)
        .await?
    else {
        return Ok(None);
    };
    let user = user::Entity::find_by_id(session.user_id).one(connection).await?;
    Ok(user.filter(|user| user.status == Status::Active).map(|user| (session, user)))
}

/// Whether the session `id` has not ended.
pub async fn lives(connection: &impl ConnectionTrait, id: Uuid, now: Instant) -> Result<bool, DbErr> {
    let session = session::Entity::find_by_id(id).filter(session::Column::ExpiresAt.gt(now)).one(connection).await?;
    Ok(session.is_some_and(|session| session.level == Level::Full))
}

/// Notes that a session was used, if that was not noted a little while ago.
pub(super) async fn note_use(app: &App, session: &session::Model, now: Instant) -> Result<(), DbErr> {
    if now.since(session.last_used_at) < USE_NOTED_EVERY {
        return Ok(());
    }
    let id = session.id;
    app.db
        .write(move |tx| async move {
            session::Entity::update_many()
                .col_expr(session::Column::LastUsedAt, Expr::value(now))
                .filter(session::Column::Id.eq(id))
                .exec(&tx)
                .await
                .map(drop)
        })
        .await
}

/// Ends one session.
pub(super) async fn end(tx: &Tx, id: Uuid) -> Result<(), DbErr> {
    session::Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

/// Ends all sessions of `user`; returns their ids, to tell their open pages.
pub async fn end_all(tx: &Tx, user: Uuid) -> Result<Vec<Uuid>, DbErr> {
    let sessions = session::Entity::find().filter(session::Column::UserId.eq(user)).all(tx).await?;
    session::Entity::delete_many().filter(session::Column::UserId.eq(user)).exec(tx).await?;
    Ok(sessions.into_iter().map(|session| session.id).collect())
}

/// Closes the open pages of an ended session.
pub fn tell_ended(app: &App, id: Uuid) {
    app.bus.publish(Hint::with(topic(id), json!({ "ended": true })));
}

/// The topic on which a session's sockets hear that it has ended.
pub fn topic(id: Uuid) -> String {
    format!("session:{id}")
}
