//! The rows of call sessions. Each step of a call is one update that expects the step before, so that two people who
//! act at once cannot both be right.

use std::time::Duration;

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _,
    SqlErr, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    MISS_CALL, WATCH_CALL,
    ends::{Device, Role},
    entity::{Kind, Status, call_session},
};
use crate::{
    clinic::{
        conversations::{self, CallEntry, MessageType},
        notifications,
    },
    infra::{
        clock::Instant,
        db::Tx,
        ids, jobs,
        unique::{Unique, violated},
    },
};

/// A call that rings this long is missed.
pub(super) const RINGS_FOR: Duration = Duration::from_secs(45);
/// How often it is looked whether both pages are still in a running call.
pub(super) const LOOKED_AT_EVERY: Duration = Duration::from_secs(15);

/// Why a call was not begun.
#[derive(Debug)]
pub(super) enum NotBegun {
    /// Another rings or runs in the conversation.
    Engaged,
    /// The conversation takes no calls: not yet, or no longer.
    NotOpen,
    /// The database failed.
    Failed(DbErr),
}

impl From<DbErr> for NotBegun {
    fn from(error: DbErr) -> Self {
        match (violated(&error), error.sql_err()) {
            (Some(Unique::LiveCall), _) => Self::Engaged,
            (_, Some(SqlErr::ForeignKeyConstraintViolation(_))) => Self::NotOpen,
            _ => Self::Failed(error),
        }
    }
}

/// Begins a call. The row of the call is written before that of the conversation, here and in [`finish`], so that two
/// acts wait for each other in one order.
pub(super) async fn begin(
    tx: &Tx,
    conversation: Uuid,
    (caller, page, receiver): (Uuid, Option<Device>, Uuid),
    kind: Kind,
    now: Instant,
) -> Result<call_session::Model, NotBegun> {
    let row = call_session::Model {
        id: ids::new(now),
        conversation_id: conversation,
        caller_id: caller,
        receiver_id: receiver,
        r#type: kind,
        status: Status::Calling,
        created_at: now,
        reached_at: None,
        started_at: None,
        ended_at: None,
        duration_seconds: None,
        caller_page: page.map(Device::into),
        receiver_page: None,
        last_together_at: None,
    };
    call_session::Entity::insert(call_session::ActiveModel::from(row.clone())).exec_without_returning(tx).await?;
    if !conversations::hold_open(tx, conversation).await? {
        return Err(NotBegun::NotOpen);
    }
    jobs::add(tx, MISS_CALL, row.id, now + RINGS_FOR, now).await?;
    Ok(row)
}

/// The call `id`.
pub(super) async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<call_session::Model>, DbErr> {
    call_session::Entity::find_by_id(id).one(connection).await
}

/// The call that rings or runs in a conversation.
pub(super) async fn live_of(
    connection: &impl ConnectionTrait,
    conversation: Uuid,
) -> Result<Option<call_session::Model>, DbErr> {
    call_session::Entity::find()
        .filter(call_session::Column::ConversationId.eq(conversation))
        .filter(call_session::Column::EndedAt.is_null())
        .one(connection)
        .await
}

/// The calls that ring in conversations of `whose`: a doctor's, or of patients in somebody's care.
pub(super) async fn ringing_in(
    connection: &impl ConnectionTrait,
    whose: conversations::Whose,
) -> Result<Vec<call_session::Model>, DbErr> {
    call_session::Entity::find()
        .filter(call_session::Column::EndedAt.is_null())
        .filter(call_session::Column::Status.eq(Status::Calling))
        .filter(call_session::Column::ConversationId.in_subquery(whose.readable()))
        .all(connection)
        .await
}

/// The calls that ring or run and that `user` made or answered.
pub(super) async fn live_with(
    connection: &impl ConnectionTrait,
    user: Uuid,
) -> Result<Vec<call_session::Model>, DbErr> {
    let (caller, receiver) = (call_session::Column::CallerId, call_session::Column::ReceiverId);
    call_session::Entity::find()
        .filter(call_session::Column::EndedAt.is_null())
        .filter(caller.eq(user).or(receiver.eq(user)))
        .all(connection)
        .await
}

/// The calls of a conversation, earliest first: times and outcomes stay when messages are erased.
pub async fn of_conversation(
    connection: &impl ConnectionTrait,
    conversation: Uuid,
) -> Result<Vec<call_session::Model>, DbErr> {
    call_session::Entity::find()
        .filter(call_session::Column::ConversationId.eq(conversation))
        .order_by_asc(call_session::Column::CreatedAt)
        .all(connection)
        .await
}

/// Notes that a device of the receiver rings. Says whether that is new.
pub(super) async fn note_reached(tx: &Tx, id: Uuid, now: Instant) -> Result<bool, DbErr> {
    let noted = call_session::Entity::update_many()
        .col_expr(call_session::Column::ReachedAt, Expr::value(now))
        .filter(call_session::Column::Id.eq(id))
        .filter(call_session::Column::ReachedAt.is_null())
        .exec(tx)
        .await?;
    Ok(noted.rows_affected == 1)
}

/// `receiver` takes the call, on the page that is named. Says whether it still rang.
pub(super) async fn answer(
    tx: &Tx,
    id: Uuid,
    (receiver, page): (Uuid, Option<Device>),
    now: Instant,
) -> Result<bool, DbErr> {
    let answered = call_session::Entity::update_many()
        .col_expr(call_session::Column::Status, Expr::value(Status::Ongoing))
        .col_expr(call_session::Column::ReceiverId, Expr::value(receiver))
        .col_expr(call_session::Column::ReceiverPage, Expr::value(page.map(String::from)))
        .col_expr(call_session::Column::StartedAt, Expr::value(now))
        .col_expr(call_session::Column::LastTogetherAt, Expr::value(now))
        .filter(call_session::Column::Id.eq(id))
        .filter(call_session::Column::Status.eq(Status::Calling))
        .exec(tx)
        .await?;
    jobs::remove(tx, MISS_CALL, id).await?;
    if answered.rows_affected == 1 {
        jobs::add(tx, WATCH_CALL, id, now + LOOKED_AT_EVERY, now).await?;
    }
    Ok(answered.rows_affected == 1)
}

/// From now on the call belongs to `page` at the end of `role`.
pub(super) async fn claim(tx: &Tx, id: Uuid, role: Role, page: Device) -> Result<(), DbErr> {
    let column = match role {
        Role::Caller => call_session::Column::CallerPage,
        Role::Receiver => call_session::Column::ReceiverPage,
    };
    call_session::Entity::update_many()
        .col_expr(column, Expr::value(String::from(page)))
        .filter(call_session::Column::Id.eq(id))
        .filter(call_session::Column::EndedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Notes that both were in the running call at `at`.
pub(super) async fn note_together(tx: &Tx, id: Uuid, at: Instant) -> Result<(), DbErr> {
    call_session::Entity::update_many()
        .col_expr(call_session::Column::LastTogetherAt, Expr::value(at))
        .filter(call_session::Column::Id.eq(id))
        .filter(call_session::Column::EndedAt.is_null())
        .filter(call_session::Column::LastTogetherAt.is_null().or(call_session::Column::LastTogetherAt.lt(at)))
        .exec(tx)
        .await?;
    Ok(())
}

/// What a finished call leaves behind, to tell after the commit.
pub(super) struct Finished {
    /// The entry in the conversation; nothing if that is erased.
    pub(super) seq: Option<i64>,
    /// Who missed it, each with their notification.
    pub(super) missed: Vec<(Uuid, Uuid)>,
}

/// Ends `call` as `status` at `now`, with its entry in the conversation; if nobody answered it, its `receivers` read
/// that on `path`. Nothing if it is no longer as `call` says.
pub(super) async fn finish(
    tx: &Tx,
    call: &call_session::Model,
    status: Status,
    (receivers, path): (&[Uuid], &str),
    now: Instant,
) -> Result<Option<Finished>, DbErr> {
    let duration = call.started_at.map(|started| i64::try_from(now.since(started).as_secs()).unwrap_or(i64::MAX));
    let ended = call_session::Entity::update_many()
        .col_expr(call_session::Column::Status, Expr::value(status))
        .col_expr(call_session::Column::EndedAt, Expr::value(now))
        .col_expr(call_session::Column::DurationSeconds, Expr::value(duration))
        .col_expr(call_session::Column::CallerPage, Expr::value(None::<String>))
        .col_expr(call_session::Column::ReceiverPage, Expr::value(None::<String>))
        .filter(call_session::Column::Id.eq(call.id))
        .filter(call_session::Column::Status.eq(call.status))
        .filter(call_session::Column::EndedAt.is_null())
        .exec(tx)
        .await?;
    if ended.rows_affected == 0 {
        return Ok(None);
    }
    for job in [MISS_CALL, WATCH_CALL] {
        jobs::remove(tx, job, call.id).await?;
    }
    let entry = CallEntry { call_session: call.id, status: status_name(status).to_owned(), duration_seconds: duration };
    let kind = match call.r#type {
        Kind::Voice => MessageType::VoiceCall,
        Kind::Video => MessageType::VideoCall,
    };
    let seq = conversations::add_call_entry(tx, call.conversation_id, call.caller_id, kind, &entry, now).await?;
    let mut missed = Vec::new();
    for user in receivers.iter().filter(|_| status == Status::Missed) {
        let kind = notifications::Kind::CallMissed;
        missed.push((*user, notifications::add(tx, *user, kind, call.id, path.to_owned(), now).await?));
    }
    Ok(Some(Finished { seq, missed }))
}

/// As rows, answers and pages say it.
pub const fn status_name(status: Status) -> &'static str {
    match status {
        Status::Calling => "calling",
        Status::Ongoing => "ongoing",
        Status::Ended => "ended",
        Status::Missed => "missed",
        Status::Rejected => "rejected",
    }
}
