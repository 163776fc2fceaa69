//! The messages of a conversation that is kept, for a copy of all of a patient's data (S4).

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use super::{
    entity::{MessageType, message},
    rules::retention_of,
    store,
};
use crate::{
    app::App,
    clinic::{appointments::appointment, doctors, profile::Retention},
    infra::{clock::Instant, vault::Private},
    web::Error,
};

/// One message that was kept.
pub struct KeptMessage {
    /// Its number in the conversation.
    pub seq: i64,
    /// When the server took it.
    pub sent_at: Instant,
    /// Whether the patient's side wrote it.
    pub by_patient: bool,
    /// What it holds.
    pub kind: MessageType,
    /// Its words; empty for calls.
    pub text: Private,
}

/// What was written about `appointment` and is kept; nothing if it is for the room alone.
pub async fn kept_of(app: &App, appointment: &appointment::Model) -> Result<Option<Vec<KeptMessage>>, Error> {
    let reader = app.db.read();
    if retention_of(appointment) == Retention::Ephemeral {
        return Ok(None);
    }
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
            by_patient: Some(row.sender_id) != doctor,
            kind: row.r#type,
            text: store::open(&key, &row)?,
        });
    }
    Ok(Some(messages))
}
