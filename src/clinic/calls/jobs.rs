//! Calls that end without anybody ending them: nobody answered, or the room closed.

use uuid::Uuid;

use super::{Status, live, store};
use crate::{app::App, infra::clock::Instant};

/// The job that makes a call missed that nobody answered.
pub const MISS_CALL: &str = "miss-call";

/// The job [`MISS_CALL`]: a call that still rings was not answered.
pub async fn miss(app: &App, id: Uuid) -> anyhow::Result<()> {
    if let Some(call) = store::find(app.db.read(), id).await?.filter(|call| call.status == Status::Calling) {
        live::finish(app, call, Status::Missed, app.now()).await?;
    }
    Ok(())
}

/// Ends whatever rings or runs in a conversation, as its room closes at `at`; it takes no new calls by then.
pub async fn end_of_conversation(app: &App, conversation: Uuid, at: Instant) -> anyhow::Result<()> {
    if let Some(call) = store::live_of(app.db.read(), conversation).await? {
        live::hang_up(app, call, at).await?;
    }
    Ok(())
}
