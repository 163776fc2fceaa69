//! How messages and the chat around them are drawn: once for page load, live and reconnect.

use askama::Template;
use uuid::Uuid;

use super::{
    Access, MessageType, Party,
    entity::message,
    rules::retention_of,
    store::{self, CallEntry},
};
use crate::{
    app::App,
    clinic::{
        appointments::{Kind, Side, appointment},
        audit,
        profile::Retention,
    },
    infra::{
        ids,
        vault::{DataKey, Private, VaultError},
    },
    web::{Error, Lang, Page, page::initials, words::TimeWords},
};

/// One message as one side sees it.
pub struct MessageView {
    /// The row's id.
    pub id: String,
    /// Its number in the conversation.
    pub seq: i64,
    /// What the sender's page called it before it was numbered; on the sender's side alone.
    pub client_id: Option<String>,
    /// Whether the reader sent it.
    pub own: bool,
    /// `text`, `voice_call`, `video_call`, or `erased` of a text that nobody can read any more.
    pub kind: String,
    /// The text; empty for the others.
    pub text: Private,
    /// When the server took it.
    pub at: TimeWords,
    /// How a call ended; empty for texts.
    pub call_status: String,
    /// How long a call was, in words.
    pub call_duration: String,
}

/// A call that rings or runs, for a page that loads meanwhile.
pub struct CallNow {
    /// The call session.
    pub id: String,
    /// `calling` or `ongoing`.
    pub status: String,
    /// `voice` or `video`.
    pub kind: String,
    /// `caller` or `receiver`: what the reader is.
    pub role: String,
    /// The reader's page that the call belongs to, as it calls itself; empty if none said so.
    pub device: String,
    /// RFC 3339; empty while it rings.
    pub started_at: String,
}

/// The chat of one conversation with its field.
pub struct Chat {
    /// The conversation.
    pub conversation: String,
    /// Where its form goes.
    pub send_url: String,
    /// Names the next message until the server has numbered it.
    pub client_id: String,
    /// In order.
    pub messages: Vec<MessageView>,
    /// The number before the first that is shown: from there on none is missing.
    pub from: i64,
    /// What the account's drafts of this conversation are sealed under on its device: of a room, gone with the room.
    pub draft_key: Private,
    /// The key of the sentence that says what becomes of them.
    pub stays: &'static str,
    /// Whether the reader may write now.
    pub writable: bool,
    /// The other side.
    pub other_name: Private,
    /// Of the other side.
    pub other_initials: String,
    /// The call that rings or runs.
    pub call: Option<CallNow>,
    /// JSON of `RTCIceServer` entries.
    pub ice_servers: String,
    /// Whether calls go through a relay alone.
    pub relay_only: bool,
    /// What could not be sent, kept in the field with its sentence.
    pub refused: Option<Refused>,
}

/// A message that was refused.
pub struct Refused {
    /// As typed.
    pub text: String,
    /// Why.
    pub sentence: String,
}

#[derive(Template)]
#[template(path = "clinic/conversations/_message.html")]
struct OneMessage<'a> {
    page: &'a Page,
    message: MessageView,
}

/// A conversation shows its newest messages, at most so many at once.
const SHOWN: u64 = 500;

/// Writes down that a doctor reads the conversation, on a page of its own or on that of its consultation; a patient's
/// side reads what is theirs.
pub(super) async fn record_view(app: &App, party: &Party, subject: &'static str) -> Result<(), Error> {
    if party.side == Side::Patient {
        return Ok(());
    }
    let act = audit::Act {
        actor: party.user,
        action: "view",
        subject,
        subject_id: party.conversation(),
        patient: Some(party.appointment.patient_id),
    };
    audit::record_view(app, act).await
}

/// The chat as `party` sees it now.
pub async fn chat(app: &App, party: &Party, page: &Page) -> Result<Chat, Error> {
    let key = party.open_key(app).await?;
    let rows = store::newest(app.db.read(), party, SHOWN).await?;
    let messages = rows.iter().map(|row| view(&key, row, party, page)).collect::<Result<_, _>>()?;
    let other_name = party.other_name(app).await?;
    Ok(Chat {
        conversation: party.conversation().to_string(),
        send_url: format!("{}/send", party.messages_path()),
        client_id: ids::new(app.now()).to_string(),
        messages,
        from: rows.first().map_or(0, |first| first.seq - 1),
        draft_key: key.derive(&format!("drafts of {}", party.user)),
        stays: stays(&party.appointment),
        writable: party.access(app.now()) == Access::Whole,
        other_initials: initials(other_name.reveal()),
        other_name,
        call: None,
        ice_servers: serde_json::to_string(&app.config.ice_servers).unwrap_or_default(),
        relay_only: app.config.relay_only,
        refused: None,
    })
}

const fn stays(appointment: &appointment::Model) -> &'static str {
    match (appointment.kind, retention_of(appointment)) {
        (Kind::Visit, _) => "conversations-kept",
        (Kind::Consultation, Retention::Kept) => "conversations-kept-with-record",
        (Kind::Consultation, Retention::Ephemeral) => "conversations-erased-at-end",
    }
}

/// One message as `party` sees it.
pub(super) fn view(key: &DataKey, row: &message::Model, party: &Party, page: &Page) -> Result<MessageView, Error> {
    let own = party.wrote(row.sender_id);
    let text = match store::open(key, row) {
        // The room's key was lost while it was open, and this was said before it got another.
        Err(VaultError::DoesNotOpen) if retention_of(&party.appointment) == Retention::Ephemeral => None,
        text => Some(text?),
    };
    let call: Option<CallEntry> = row.metadata.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let duration = call.as_ref().and_then(|call| call.duration_seconds);
    Ok(MessageView {
        id: row.id.to_string(),
        seq: row.seq,
        client_id: own.then(|| row.client_id.to_string()),
        own,
        kind: if text.is_some() { kind_name(row.r#type) } else { "erased" }.to_owned(),
        text: text.unwrap_or_default(),
        at: page.words.clock(row.sent_at),
        call_status: call.map(|call| call.status).unwrap_or_default(),
        call_duration: duration.map(|seconds| duration_words(seconds, page.language())).unwrap_or_default(),
    })
}

/// The message as a piece of page.
pub(super) fn draw(page: &Page, message: MessageView) -> Result<String, Error> {
    OneMessage { page, message }.render().map_err(Error::broken)
}

/// "2 menit 14 detik".
pub(crate) fn duration_words(seconds: i64, lang: Lang) -> String {
    let sentence = crate::web::Sentence::new("conversations-duration");
    sentence.with("minutes", seconds / 60).with("seconds", seconds % 60).in_lang(lang)
}

const fn kind_name(kind: MessageType) -> &'static str {
    match kind {
        MessageType::Text => "text",
        MessageType::Image => "image",
        MessageType::File => "file",
        MessageType::VoiceCall => "voice_call",
        MessageType::VideoCall => "video_call",
    }
}

/// The id that a page gave to a message; a fresh one where it gave none.
pub(super) fn client_id(text: &str, fresh: Uuid) -> Result<Uuid, Error> {
    if text.is_empty() { Ok(fresh) } else { text.parse().map_err(|_| Error::UnreadableForm) }
}
