//! The messages of a conversation that is kept, for a copy of all of a patient's data (S4).

use sea_orm::{ActiveEnum as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use super::{
    entity::{MessageType, conversation, message},
    rules::retention_of,
    store,
};
use crate::{
    app::App,
    clinic::{appointments::appointment, doctors, profile::Retention},
    infra::{clock::Instant, vault::Private},
    web::Error,
};

/// A conversation, whatever is left of it.
pub struct KeptConversation {
    /// The word in the database: `kept`, or `ephemeral` for one that lasts as long as its room.
    pub retention: String,
    /// When it began.
    pub created_at: Instant,
    /// How many messages there were.
    pub count: i64,
    /// When the last of them was written.
    pub last_message_at: Option<Instant>,
    /// When they were erased.
    pub erased_at: Option<Instant>,
    /// The messages of one that is kept.
    pub messages: Option<Vec<KeptMessage>>,
}

/// One message that was kept.
pub struct KeptMessage {
    /// Its number in the conversation.
    pub seq: i64,
    /// When the server took it.
    pub sent_at: Instant,
    /// When the other side read it.
    pub read_at: Option<Instant>,
    /// Whether the patient's side wrote it.
    pub by_patient: bool,
    /// What it holds.
    pub kind: MessageType,
    /// Its words; empty for calls.
    pub text: Private,
    /// Of a call: how long it was and how it ended.
    pub metadata: Option<String>,
}

/// The conversation about `appointment`, with what was written if that is kept: a room's messages are for the room alone.
pub async fn kept_of(app: &App, appointment: &appointment::Model) -> Result<Option<KeptConversation>, Error> {
    let found = conversation::Entity::find_by_id(appointment.id).one(app.db.read()).await?;
    let Some(row) = found else { return Ok(None) };
    let kept = retention_of(appointment) == Retention::Kept;
    Ok(Some(KeptConversation {
        messages: if kept { Some(messages_of(app, appointment).await?) } else { None },
        retention: row.retention.to_value(),
        created_at: row.created_at,
        count: row.last_seq,
        last_message_at: row.last_message_at,
        erased_at: row.erased_at,
    }))
}

async fn messages_of(app: &App, appointment: &appointment::Model) -> Result<Vec<KeptMessage>, Error> {
    let reader = app.db.read();
    let doctor = doctors::find(reader, appointment.doctor_id).await?.map(|doctor| doctor.user_id);
    let key = app.vault.key(reader, appointment.patient_id).await?;
    let rows = message::Entity::find()
        .filter(message::Column::ConversationId.eq(appointment.id))
        .order_by_asc(message::Column::Seq)
        .all(reader)
        .await?;
    let mut messages = Vec::new();
    for row in rows {
        messages.push(KeptMessage {
            seq: row.seq,
            sent_at: row.sent_at,
            read_at: row.read_at,
            by_patient: Some(row.sender_id) != doctor,
            kind: row.r#type,
            text: store::open(&key, &row)?,
            metadata: row.metadata,
        });
    }
    Ok(messages)
}
