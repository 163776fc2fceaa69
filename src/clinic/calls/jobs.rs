//! Calls that end without anybody ending them: nobody answered, the two are there no longer, or the room closed.

use std::time::Duration;

use uuid::Uuid;

use super::{
    Status,
    ends::{Role, may_stay, topic_at},
    live,
    store::{self, LOOKED_AT_EVERY},
};
use crate::{
    app::App,
    infra::{clock::Instant, jobs},
};

/// The job that makes a call missed that nobody answered.
pub const MISS_CALL: &str = "miss-call";
/// The job that looks whether the two of a running call are there.
pub const WATCH_CALL: &str = "watch-call";

/// A call in which the two have not been together for so long is over. Whoever reloads, changes networks or comes out of
/// a tunnel is back by then.
const LEASE: Duration = Duration::from_mins(1);

/// The job [`MISS_CALL`]: a call that still rings was not answered.
pub async fn miss(app: &App, id: Uuid) -> anyhow::Result<()> {
    if let Some(call) = store::find(app.db.read(), id).await?.filter(|call| call.status == Status::Calling) {
        live::finish(app, call, Status::Missed, app.now()).await?;
    }
    Ok(())
}

/// The job [`WATCH_CALL`]: the pages of a running call renew its lease by being there. One that both have left ends as
/// of the moment at which they were last together, and one for whose patient an end cares no longer ends now. Time in
/// which this program did not run is nobody's absence.
pub async fn watch(app: &App, id: Uuid) -> anyhow::Result<()> {
    let running = store::find(app.db.read(), id).await?.filter(|call| call.status == Status::Ongoing);
    let Some(call) = running else { return Ok(()) };
    let now = app.now();
    for user in [call.caller_id, call.receiver_id] {
        if !may_stay(app.db.read(), &call, user).await? {
            return Ok(live::hang_up(app, call, now).await?);
        }
    }
    let are_there = [Role::Caller, Role::Receiver].iter().all(|role| app.bus.is_heard(&topic_at(&call, *role)));
    let last = call.last_together_at.or(call.started_at).unwrap_or(now);
    let lapses = Ord::max(last, app.started_at) + LEASE;
    if !are_there && now >= lapses {
        live::finish(app, call, Status::Ended, last).await?;
        return Ok(());
    }
    let again = if are_there { now + LOOKED_AT_EVERY } else { Ord::min(now + LOOKED_AT_EVERY, lapses) };
    let act = app.db.write(move |tx| async move {
        if are_there {
            store::note_together(&tx, id, now).await?;
        }
        jobs::add(&tx, WATCH_CALL, id, again, now).await
    });
    Ok(act.await?)
}

/// Ends whatever rings or runs in a conversation, as its room closes at `at`; it takes no new calls by then.
pub async fn end_of_conversation(app: &App, conversation: Uuid, at: Instant) -> anyhow::Result<()> {
    if let Some(call) = store::live_of(app.db.read(), conversation).await? {
        live::hang_up(app, call, at).await?;
    }
    Ok(())
}
