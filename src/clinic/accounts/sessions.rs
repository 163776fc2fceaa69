//! Sessions: a cookie with a secret, of which the database keeps the hash alone; a new one at each login.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
    sea_query::{Expr, SimpleExpr},
};
use serde_json::json;
use uuid::Uuid;

use super::{
    Level, Status, endings,
    entity::{session, user},
    identify,
    rules::session_life,
    store::token_hash,
};
use crate::{
    app::App,
    infra::{
        bus::Hint,
        clock::Instant,
        db::Tx,
        ids, random,
        vault::{DataKey, Place, Private, Vault, VaultError},
    },
    web::Role,
};

/// Between the password and the second factor there is time for this.
const HALF_LIFE: Duration = Duration::from_mins(10);
/// An open page's session is looked at this often, should the telling of its end be lost.
const WATCHED_EVERY: Duration = Duration::from_mins(1);
/// An app for codes has to be found and installed first.
const ENROLMENT_LIFE: Duration = Duration::from_mins(30);
/// What is asked for again before something weighty is changed was given at most this long ago.
pub(super) const CONFIRMED_FOR: Duration = Duration::from_mins(10);
/// Its last use is noted at most this often.
const USE_NOTED_EVERY: Duration = Duration::from_mins(1);
const LONGEST_USER_AGENT: usize = 300;

/// The browser that a session belongs to.
#[derive(Clone)]
pub struct Device {
    /// As it names itself.
    pub user_agent: Private,
    /// Where it asked from.
    pub address: Private,
}

const fn place(id: Uuid, column: &'static str) -> Place {
    Place::new("sessions", id, column)
}

/// The browser of a session, for its holder, whose key it is.
pub(super) fn open_device(key: &DataKey, row: &session::Model) -> Result<Device, VaultError> {
    Ok(Device {
        user_agent: key.open(place(row.id, "user_agent"), &row.user_agent)?,
        address: key.open(place(row.id, "address"), &row.address)?,
    })
}

/// A session that has begun.
pub(super) struct Begun {
    /// Its row.
    pub(super) id: Uuid,
    /// The secret for the cookie.
    pub(super) token: String,
}

/// Begins a session of `user` that has come as far as `level`; returns the secret for the cookie.
pub async fn begin(
    tx: &Tx,
    vault: &Vault,
    user: Uuid,
    level: Level,
    device: &Device,
    now: Instant,
) -> Result<String, VaultError> {
    add(tx, vault, user, level, device, now).await.map(|begun| begun.token)
}

async fn add(
    tx: &Tx,
    vault: &Vault,
    user: Uuid,
    level: Level,
    device: &Device,
    now: Instant,
) -> Result<Begun, VaultError> {
    let (id, token) = (ids::new(now), random::token());
    let key = vault.key(tx, user).await?;
    let user_agent: String = device.user_agent.reveal().chars().take(LONGEST_USER_AGENT).collect();
    let role: Option<Role> =
        user::Entity::find_by_id(user).select_only().column(user::Column::Role).into_tuple().one(tx).await?;
    let role = role.ok_or_else(|| DbErr::RecordNotFound("the account of a session".to_owned()))?;
    let row = session::ActiveModel {
        id: Set(id),
        user_id: Set(user),
        token_hash: Set(token_hash(&token)),
        user_agent: Set(key.seal(place(id, "user_agent"), &user_agent)),
        address: Set(key.seal(place(id, "address"), device.address.reveal())),
        level: Set(level),
        created_at: Set(now),
        last_used_at: Set(now),
        expires_at: Set(now + life(level, role)),
        confirmed_at: Set(Some(now)),
    };
    session::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(Begun { id, token })
}

/// How long a session of this level and role lasts at most.
const fn life(level: Level, role: Role) -> Duration {
    match level {
        Level::SecondFactor => HALF_LIFE,
        Level::Enrolment => ENROLMENT_LIFE,
        Level::Full => session_life(role).longest,
    }
}

/// Ends the session `id` and begins one that is signed in, under another secret: a cookie that somebody else planted,
/// or saw, before the second factor opens nothing.
pub(super) async fn rise(
    tx: &Tx,
    vault: &Vault,
    id: Uuid,
    user: Uuid,
    device: &Device,
    now: Instant,
) -> Result<Begun, VaultError> {
    end(tx, id, now).await?;
    add(tx, vault, user, Level::Full, device, now).await
}

/// Whether the holder of the session `id` has shown to be themselves within `period`, by password or second factor.
pub(super) async fn confirmed_lately(
    connection: &impl ConnectionTrait,
    id: Uuid,
    period: Duration,
    now: Instant,
) -> Result<bool, DbErr> {
    let session = session::Entity::find_by_id(id).one(connection).await?;
    let confirmed_at = session.and_then(|session| session.confirmed_at);
    Ok(confirmed_at.is_some_and(|at| now.since(at) < period))
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
    Ok(user.filter(|user| may_go_on(&session, user, now)).map(|user| (session, user)))
}

/// Whether a session that has not come to its latest end is used often enough, by somebody who may.
fn may_go_on(session: &session::Model, user: &user::Model, now: Instant) -> bool {
    user.status == Status::Active && now.since(session.last_used_at) < session_life(user.role).idle
}

/// The signed-in session `id` and whose it is; nothing if it has ended.
async fn find_full(
    connection: &impl ConnectionTrait,
    id: Uuid,
    now: Instant,
) -> Result<Option<(session::Model, user::Model)>, DbErr> {
    let session = session::Entity::find_by_id(id).filter(session::Column::ExpiresAt.gt(now)).one(connection).await?;
    let Some(session) = session.filter(|session| session.level == Level::Full) else { return Ok(None) };
    let user = user::Entity::find_by_id(session.user_id).one(connection).await?;
    Ok(user.filter(|user| may_go_on(&session, user, now)).map(|user| (session, user)))
}

/// Whether the session `id` has not ended.
pub async fn lives(connection: &impl ConnectionTrait, id: Uuid, now: Instant) -> Result<bool, DbErr> {
    Ok(find_full(connection, id, now).await?.is_some())
}

/// An open page of the session `id` is still there, which is use where the role's rules say so: when to look at it again.
/// Nothing if the session has ended.
pub async fn watch(app: &App, id: Uuid) -> Result<Option<Instant>, DbErr> {
    let now = app.now();
    let Some((session, user)) = find_full(app.db.read(), id, now).await? else { return Ok(None) };
    let life = session_life(user.role);
    let mut idle_end = session.last_used_at + life.idle;
    if life.open_page_is_use {
        note_use(app, &session, now).await?;
        idle_end = now + life.idle;
    }
    Ok([session.expires_at, idle_end, now + WATCHED_EVERY].into_iter().min())
}

/// The sessions of `user` that have not ended, the last used first.
pub(super) async fn list(
    connection: &impl ConnectionTrait,
    user: Uuid,
    now: Instant,
) -> Result<Vec<session::Model>, DbErr> {
    let Some(holder) = user::Entity::find_by_id(user).one(connection).await? else { return Ok(Vec::new()) };
    let sessions = session::Entity::find()
        .filter(session::Column::UserId.eq(user))
        .filter(session::Column::ExpiresAt.gt(now))
        .order_by_desc(session::Column::LastUsedAt)
        .order_by_desc(session::Column::Id);
    let sessions = sessions.all(connection).await?;
    Ok(sessions.into_iter().filter(|session| may_go_on(session, &holder, now)).collect())
}

/// Gives the session `id` a new secret, since its holder has just shown to be themselves: whoever had the old one is out,
/// and has none of what is allowed for a while from now on. Returns it for the cookie; open pages stay.
pub(super) async fn rotate(tx: &Tx, id: Uuid, now: Instant) -> Result<String, DbErr> {
    let token = random::token();
    session::Entity::update_many()
        .col_expr(session::Column::TokenHash, Expr::value(token_hash(&token)))
        .col_expr(session::Column::ConfirmedAt, Expr::value(Some(now)))
        .filter(session::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(token)
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
pub(super) async fn end(tx: &Tx, id: Uuid, now: Instant) -> Result<(), DbErr> {
    end_where(tx, session::Column::Id.eq(id), now).await.map(drop)
}

/// Ends all sessions of `user`; returns their ids, to tell their open pages.
pub async fn end_all(tx: &Tx, user: Uuid, now: Instant) -> Result<Vec<Uuid>, DbErr> {
    end_where(tx, session::Column::UserId.eq(user), now).await
}

/// Ends all sessions of `user` but `kept`; returns their ids, to tell their open pages.
pub(super) async fn end_others(tx: &Tx, user: Uuid, kept: Uuid, now: Instant) -> Result<Vec<Uuid>, DbErr> {
    end_where(tx, session::Column::UserId.eq(user).and(session::Column::Id.ne(kept)), now).await
}

/// Ends the session `id` if it is one of `user`; says whether it was.
pub(super) async fn end_own(tx: &Tx, user: Uuid, id: Uuid, now: Instant) -> Result<bool, DbErr> {
    let own = session::Column::UserId.eq(user).and(session::Column::Id.eq(id));
    Ok(!end_where(tx, own, now).await?.is_empty())
}

/// The one way in which a session ends before its time: its row goes, and the end is noted for other programs.
async fn end_where(tx: &Tx, which: SimpleExpr, now: Instant) -> Result<Vec<Uuid>, DbErr> {
    let ids = session::Entity::find().select_only().column(session::Column::Id).filter(which.clone());
    let ended: Vec<Uuid> = ids.into_tuple().all(tx).await?;
    // By the same condition and not by these ids: a session that began in between is not to be left.
    session::Entity::delete_many().filter(which).exec(tx).await?;
    endings::note(tx, &ended, now).await?;
    Ok(ended)
}

/// Drops the rows of sessions that ended by themselves.
pub(super) async fn tidy(tx: &Tx, now: Instant) -> Result<(), DbErr> {
    session::Entity::delete_many().filter(session::Column::ExpiresAt.lte(now)).exec(tx).await?;
    Ok(())
}

/// The cookie that keeps the secret of a session of `level` and `role`, for as long as it can last.
pub fn cookie(app: &App, level: Level, role: Role, token: &str) -> String {
    identify::cookie(app, identify::session_cookie(app), token, Some(life(level, role).as_secs()))
}

/// Closes the open pages of an ended session.
pub fn tell_ended(app: &App, id: Uuid) {
    app.bus.publish(Hint::with(topic(id), json!({ "ended": true })));
}

/// The topic on which a session's sockets hear that it has ended.
pub fn topic(id: Uuid) -> String {
    format!("session:{id}")
}
