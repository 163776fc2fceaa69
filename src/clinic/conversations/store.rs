//! The rows of conversations and messages.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, ConnectionTrait, DbErr, EntityTrait as _, ExprTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
    sea_query::{Expr, OnConflict, Query, SelectStatement, SimpleExpr},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Party,
    entity::{MessageType, Status, conversation, message},
    rules::retention_of,
};
use crate::{
    clinic::{
        appointments::{Side, entity::appointment},
        doctors::entity::doctor,
        profile::Retention,
    },
    infra::{
        clock::Instant,
        db::Tx,
        ids,
        vault::{DataKey, Place, Private, VaultError},
    },
};

/// Where a message's text is sealed.
pub(super) const fn text_place(id: Uuid) -> Place {
    Place::new("messages", id, "message")
}

/// Creates the conversation of `appointment`, unless it is there. Its key must be durable before.
pub async fn create(tx: &Tx, appointment: &appointment::Model, now: Instant) -> Result<(), DbErr> {
    let row = conversation::ActiveModel {
        id: Set(appointment.id),
        appointment_id: Set(appointment.id),
        patient_id: Set(appointment.patient_id),
        doctor_id: Set(appointment.doctor_id),
        status: Set(Status::Open),
        retention: Set(retention_of(appointment)),
        last_seq: Set(0),
        last_message_at: Set(None),
        created_at: Set(now),
        erased_at: Set(None),
    };
    let kept = OnConflict::column(conversation::Column::Id).do_nothing().to_owned();
    conversation::Entity::insert(row).on_conflict(kept).exec_without_returning(tx).await?;
    Ok(())
}

/// A message that is to be added.
pub(super) struct NewMessage {
    pub(super) conversation: Uuid,
    pub(super) sender: Uuid,
    pub(super) client_id: Uuid,
    pub(super) kind: MessageType,
    pub(super) text: Option<Private>,
    pub(super) metadata: Option<String>,
}

impl NewMessage {
    /// The states of a conversation that takes it: that a call ended with its room is known after the close.
    fn goes_into(&self) -> Vec<Status> {
        match self.kind {
            MessageType::VoiceCall | MessageType::VideoCall => vec![Status::Open, Status::Closed],
            MessageType::Text | MessageType::Image | MessageType::File => vec![Status::Open],
        }
    }
}

/// Adds a message and numbers it; the same `client_id` again is the same message. Nothing once the room is closed, but for
/// the call that ended with it.
pub(super) async fn add(
    tx: &Tx,
    key: Option<&DataKey>,
    new: NewMessage,
    now: Instant,
) -> Result<Option<message::Model>, DbErr> {
    // Taking the number first locks the conversation's row, so that two resends cannot both see no message.
    let numbered = conversation::Entity::update_many()
        .col_expr(conversation::Column::LastSeq, Expr::col(conversation::Column::LastSeq).add(1))
        .col_expr(conversation::Column::LastMessageAt, Expr::value(now))
        .filter(conversation::Column::Id.eq(new.conversation))
        .filter(conversation::Column::Status.is_in(new.goes_into()))
        .exec(tx)
        .await?;
    if numbered.rows_affected == 0 {
        return Ok(None);
    }
    if let Some(sent) = find_by_client(tx, &new).await? {
        give_number_back(tx, new.conversation).await?;
        return Ok(Some(sent));
    }
    let seq: Option<i64> = conversation::Entity::find_by_id(new.conversation)
        .select_only()
        .column(conversation::Column::LastSeq)
        .into_tuple()
        .one(tx)
        .await?;
    let id = ids::new(now);
    let sealed = match (key, new.text) {
        (Some(key), Some(text)) => Some(key.seal(text_place(id), text.reveal())),
        _ => None,
    };
    let row = message::Model {
        id,
        conversation_id: new.conversation,
        seq: seq.unwrap_or(1),
        sender_id: new.sender,
        client_id: new.client_id,
        r#type: new.kind,
        message: sealed,
        metadata: new.metadata,
        sent_at: now,
        read_at: None,
    };
    message::Entity::insert(message::ActiveModel::from(row.clone())).exec_without_returning(tx).await?;
    Ok(Some(row))
}

async fn find_by_client(tx: &Tx, new: &NewMessage) -> Result<Option<message::Model>, DbErr> {
    message::Entity::find()
        .filter(message::Column::ConversationId.eq(new.conversation))
        .filter(message::Column::SenderId.eq(new.sender))
        .filter(message::Column::ClientId.eq(new.client_id))
        .one(tx)
        .await
}

async fn give_number_back(tx: &Tx, conversation: Uuid) -> Result<(), DbErr> {
    conversation::Entity::update_many()
        .col_expr(conversation::Column::LastSeq, Expr::col(conversation::Column::LastSeq).sub(1))
        .filter(conversation::Column::Id.eq(conversation))
        .exec(tx)
        .await?;
    Ok(())
}

/// What a call leaves in its conversation (M4): ids, times and outcomes, no words.
#[derive(Serialize, Deserialize)]
pub struct CallEntry {
    /// The call session.
    pub call_session: Uuid,
    /// How it ended.
    pub status: String,
    /// How long both were in it.
    pub duration_seconds: Option<i64>,
}

/// Writes a call that is over into its conversation. Returns its number; nothing once the room is erased.
pub async fn add_call_entry(
    tx: &Tx,
    conversation: Uuid,
    caller: Uuid,
    kind: MessageType,
    entry: &CallEntry,
    now: Instant,
) -> Result<Option<i64>, DbErr> {
    let new = NewMessage {
        conversation,
        sender: caller,
        client_id: entry.call_session,
        kind,
        text: None,
        metadata: serde_json::to_string(entry).ok(),
    };
    Ok(add(tx, None, new, now).await?.map(|row| row.seq))
}

/// The messages of the party's conversation after `seq`, in order.
pub(super) async fn after(
    connection: &impl ConnectionTrait,
    party: &Party,
    seq: i64,
    limit: u64,
) -> Result<Vec<message::Model>, DbErr> {
    message::Entity::find()
        .filter(message::Column::ConversationId.eq(party.conversation()))
        .filter(message::Column::Seq.gt(seq))
        .order_by_asc(message::Column::Seq)
        .limit(limit)
        .all(connection)
        .await
}

/// The newest messages of the party's conversation, in order.
pub(super) async fn newest(
    connection: &impl ConnectionTrait,
    party: &Party,
    limit: u64,
) -> Result<Vec<message::Model>, DbErr> {
    let mut rows = message::Entity::find()
        .filter(message::Column::ConversationId.eq(party.conversation()))
        .order_by_desc(message::Column::Seq)
        .limit(limit)
        .all(connection)
        .await?;
    rows.reverse();
    Ok(rows)
}

/// Opens a message's text.
pub(super) fn open(key: &DataKey, row: &message::Model) -> Result<Private, VaultError> {
    Ok(key.open_maybe(text_place(row.id), row.message.as_ref())?.unwrap_or_default())
}

/// Notes that `side` has read what the other side wrote, up to the number `through`.
pub(super) async fn mark_read(
    tx: &Tx,
    conversation: Uuid,
    (side, through): (Side, i64),
    now: Instant,
) -> Result<(), DbErr> {
    message::Entity::update_many()
        .col_expr(message::Column::ReadAt, Expr::value(now))
        .filter(message::Column::ConversationId.eq(conversation))
        .filter(message::Column::Seq.lte(through))
        .filter(unread_by(side))
        .exec(tx)
        .await?;
    Ok(())
}

/// Whether there is anything up to the number `through` that `side` has not read.
pub(super) async fn has_unread(
    connection: &impl ConnectionTrait,
    conversation: Uuid,
    side: Side,
    through: i64,
) -> Result<bool, DbErr> {
    let in_it = message::Entity::find().filter(message::Column::ConversationId.eq(conversation));
    Ok(in_it.filter(message::Column::Seq.lte(through)).filter(unread_by(side)).one(connection).await?.is_some())
}

/// How many messages `side` has not read in `conversation`.
pub(super) async fn unread_count(
    connection: &impl ConnectionTrait,
    conversation: Uuid,
    side: Side,
) -> Result<i64, DbErr> {
    count(message::Column::ConversationId.eq(conversation), side, connection).await
}

/// How many messages somebody has not read in all conversations of theirs.
pub(super) async fn unread_count_of(connection: &impl ConnectionTrait, whose: Whose) -> Result<i64, DbErr> {
    let side = whose.side();
    count(message::Column::ConversationId.in_subquery(whose.readable()), side, connection).await
}

/// What the other side wrote and `side` has not read. Several accounts may look after a patient: what one of them wrote
/// is nothing new to the others, and their reading it says nothing of the doctor.
fn unread_by(side: Side) -> Condition {
    let mut doctors = Query::select();
    doctors.column(doctor::Column::UserId).from(doctor::Entity);
    let others = match side {
        Side::Patient => message::Column::SenderId.in_subquery(doctors),
        Side::Doctor => message::Column::SenderId.not_in_subquery(doctors),
    };
    Condition::all().add(others).add(message::Column::ReadAt.is_null())
}

async fn count(r#where: SimpleExpr, side: Side, connection: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let messages = message::Entity::find().filter(r#where).filter(unread_by(side)).count(connection).await?;
    Ok(i64::try_from(messages).unwrap_or(i64::MAX))
}

/// Whose conversations are meant.
pub enum Whose {
    /// Of all in somebody's care.
    Patients(Vec<Uuid>),
    /// Of a doctor.
    Doctor(Uuid),
}

impl Whose {
    /// Which side they are on.
    pub(super) const fn side(&self) -> Side {
        match self {
            Self::Patients(_) => Side::Patient,
            Self::Doctor(_) => Side::Doctor,
        }
    }

    /// The ids of those that can still be read.
    pub fn readable(self) -> SelectStatement {
        let mut theirs = Query::select();
        theirs.column(conversation::Column::Id).from(conversation::Entity).cond_where(self.condition());
        theirs.and_where(conversation::Column::Status.ne(Status::Erased));
        theirs
    }

    fn condition(self) -> Condition {
        match self {
            Self::Patients(patients) => Condition::all().add(conversation::Column::PatientId.is_in(patients)),
            Self::Doctor(doctor) => Condition::all().add(conversation::Column::DoctorId.eq(doctor)),
        }
    }
}

/// The conversations of somebody: those that can be read before those that are erased, the latest first.
pub(super) async fn latest(
    connection: &impl ConnectionTrait,
    whose: Whose,
    limit: u64,
) -> Result<Vec<conversation::Model>, DbErr> {
    let last = Expr::col(conversation::Column::LastMessageAt).if_null(Expr::col(conversation::Column::CreatedAt));
    conversation::Entity::find()
        .filter(whose.condition())
        // What can still be read stands above rooms of which nothing is left.
        .order_by_asc(conversation::Column::Status.eq(Status::Erased))
        .order_by_desc(last)
        .limit(limit)
        .all(connection)
        .await
}

/// Whether the conversation has begun.
pub async fn exists(connection: &impl ConnectionTrait, id: Uuid) -> Result<bool, DbErr> {
    Ok(conversation::Entity::find_by_id(id).one(connection).await?.is_some())
}

/// Whether the conversation has begun and takes nothing new any more.
pub async fn is_over(connection: &impl ConnectionTrait, id: Uuid) -> Result<bool, DbErr> {
    let row = conversation::Entity::find_by_id(id).one(connection).await?;
    Ok(row.is_some_and(|row| row.status != Status::Open))
}

/// Whether the conversation takes new messages and calls; it then does so until `tx` is over.
pub async fn hold_open(tx: &Tx, id: Uuid) -> Result<bool, DbErr> {
    let held = conversation::Entity::update_many()
        .col_expr(conversation::Column::Status, Expr::value(Status::Open))
        .filter(conversation::Column::Id.eq(id))
        .filter(conversation::Column::Status.eq(Status::Open))
        .exec(tx)
        .await?;
    Ok(held.rows_affected == 1)
}

/// Closes the conversation to new messages for good; its key is destroyed next.
pub async fn mark_erased(tx: &Tx, id: Uuid, now: Instant) -> Result<(), DbErr> {
    conversation::Entity::update_many()
        .col_expr(conversation::Column::Status, Expr::value(Status::Erased))
        .col_expr(conversation::Column::ErasedAt, Expr::value(now))
        .filter(conversation::Column::Id.eq(id))
        .filter(conversation::Column::Status.eq(Status::Open))
        .exec(tx)
        .await?;
    Ok(())
}

/// Closes the conversation to new messages for good; those that are there are kept.
pub async fn mark_closed(tx: &Tx, id: Uuid) -> Result<(), DbErr> {
    conversation::Entity::update_many()
        .col_expr(conversation::Column::Status, Expr::value(Status::Closed))
        .filter(conversation::Column::Id.eq(id))
        .filter(conversation::Column::Status.eq(Status::Open))
        .exec(tx)
        .await?;
    Ok(())
}

/// Deletes the messages whose key is destroyed; how many there were stays in the conversation's last number.
pub async fn erase_messages(tx: &Tx, id: Uuid) -> Result<(), DbErr> {
    message::Entity::delete_many().filter(message::Column::ConversationId.eq(id)).exec(tx).await?;
    Ok(())
}

/// The rooms that take messages and have no key among `keys`, though what is said there is sealed by one.
pub async fn open_without_key(connection: &impl ConnectionTrait, keys: &[Uuid]) -> Result<Vec<Uuid>, DbErr> {
    let keyless = conversation::Column::Id.is_not_in(keys.iter().copied());
    conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Id)
        .filter(conversation::Column::Retention.eq(Retention::Ephemeral))
        .filter(conversation::Column::Status.eq(Status::Open))
        .filter(keyless)
        .into_tuple()
        .all(connection)
        .await
}

/// Deletes the messages of rooms that have no key among `keys`: what they said can be read by nobody. Says how many
/// these were, and which of the rooms were not marked as erased yet.
pub async fn erase_without_keys(tx: &Tx, keys: &[Uuid]) -> Result<(u64, Vec<Uuid>), DbErr> {
    let keyless = || {
        let conversations = conversation::Entity::find().select_only().column(conversation::Column::Id);
        conversations
            .filter(conversation::Column::Retention.eq(Retention::Ephemeral))
            .filter(conversation::Column::Id.is_not_in(keys.iter().copied()))
    };
    let messages = message::Entity::delete_many()
        .filter(message::Column::ConversationId.in_subquery(keyless().into_query()))
        .exec(tx)
        .await?;
    Ok((messages.rows_affected, open_without_key(tx, keys).await?))
}
