//! Writing a message: numbered and durable before anybody is told of it (M1).

use serde_json::json;
use uuid::Uuid;

use super::{
    MessageType, Party,
    entity::message,
    live,
    store::{self, NewMessage},
};
use crate::{
    app::App,
    clinic::appointments,
    infra::{bus::Hint, vault::Private},
    web::Error,
};

/// Writes `text` in the name of `party`; the same `client_id` again is the same message. Refused once the room is
/// closed. Whether the room is open is for the caller to have asked.
pub async fn write(app: &App, party: &Party, client_id: Uuid, text: Private) -> Result<message::Model, Error> {
    let key = party.open_key(app).await?;
    let (conversation, now) = (party.conversation(), app.now());
    let new = NewMessage {
        conversation,
        sender: party.user,
        client_id,
        kind: MessageType::Text,
        text: Some(text),
        metadata: None,
    };
    let (side, first, over) = (party.side, party.came_at().is_none(), party.over());
    let written = app.db.write(move |tx| async move {
        if first {
            appointments::note_came(&tx, conversation, side, now).await?;
        }
        store::add(&tx, Some(&key), new, now).await
    });
    let row = written.await?.ok_or(over)?;
    app.bus.publish(Hint::with(live::topic(conversation), json!({ "seq": row.seq })));
    Ok(row)
}
