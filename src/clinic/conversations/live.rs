//! Messages on open pages: read and drawn for each side when the bus says that they are there.

use super::{Access, Party, store, view};
use crate::{
    app::App,
    clinic::appointments::Kind,
    web::{Error, Page},
};

/// Messages caught up with at once after a reconnect.
const CATCH_UP: u64 = 1_000;

/// The topic of a conversation's messages.
pub fn topic(conversation: uuid::Uuid) -> String {
    format!("conversation:{conversation}")
}

/// A drawn message with its number.
pub struct Drawn {
    /// Its number in the conversation.
    pub seq: i64,
    /// The piece of page.
    pub html: String,
}

/// What was written after `seq`, drawn for `party`.
pub async fn after(app: &App, party: &Party, page: &Page, seq: i64) -> Result<Vec<Drawn>, Error> {
    fail::fail_point!(&format!("draw-messages {}", party.conversation()), |_| Err(Error::Unavailable));
    let key = party.open_key(app).await?;
    let rows = store::after(app.db.read(), party, seq, CATCH_UP).await?;
    rows.iter()
        .map(|row| Ok(Drawn { seq: row.seq, html: view::draw(page, view::view(&key, row, party, page)?)? }))
        .collect()
}

/// The same for a page that begins to listen: what it reads is written down as the loading of that page is.
pub async fn caught_up(app: &App, party: &Party, page: &Page, seq: i64) -> Result<Vec<Drawn>, Error> {
    let subject = if party.appointment.kind == Kind::Consultation { "appointment" } else { "conversation" };
    view::record_view(app, party, subject).await?;
    after(app, party, page, seq).await
}

/// Notes that this side has read what the other side wrote, up to the number `through` (M2).
pub async fn note_read(app: &App, party: &Party, through: i64) -> Result<(), Error> {
    let (conversation, side, now) = (party.conversation(), party.side, app.now());
    if store::has_unread(app.db.read(), conversation, side, through).await? {
        app.db.write(move |tx| async move { store::mark_read(&tx, conversation, (side, through), now).await }).await?;
    }
    Ok(())
}

/// Notes what is read by the opening of a page. Where a script looks after the page, nothing is: it may be drawn in a
/// tab that nobody sees, and its script says what is read. What is written no more has no such script.
pub async fn note_opened(app: &App, party: &Party, page: &Page) -> Result<(), Error> {
    if page.has_script && party.access(app.now()) == Access::Whole {
        return Ok(());
    }
    note_read(app, party, i64::MAX).await
}
