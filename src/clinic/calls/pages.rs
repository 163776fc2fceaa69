//! A call belongs to one open page at each end: the one that made or answered it, or took it over (K7). That page alone
//! signals, and while both are there the call goes on.

use uuid::Uuid;

use super::{
    ends::{Device, joined_as, may_stay, page_at, role, topic_at, topic_opposite},
    entity::{Status, call_session},
    live, store,
};
use crate::{
    app::App,
    infra::{bus::Hint, clock::Instant},
    web::Error,
};

/// How a page is in a call.
pub struct Held {
    /// The call.
    pub call: Uuid,
    /// Where signals for this page alone are heard.
    pub topic: String,
}

/// The page that calls itself `device` is in call `id` with `user`. A call that belongs to another page is moved here if
/// the person wishes so (`takes`), and that other page is told to let go; without the wish it stays where it is.
pub async fn hold(app: &App, user: Uuid, id: Uuid, device: &str, takes: bool) -> Result<Option<Held>, Error> {
    let Some(device) = Device::read(device)? else { return Ok(None) };
    let Some(mut call) = running(app, id).await? else { return Ok(None) };
    let Some(role) = joined_as(&call, user) else { return Ok(None) };
    if !may_stay(app.db.read(), &call, user).await? {
        live::hang_up(app, call, app.now()).await?;
        return Ok(None);
    }
    let name = String::from(device.clone());
    match page_at(&call, role) {
        Some(page) if page == name => {}
        Some(_) if !takes => return Ok(None),
        _ => {
            app.db.write(move |tx| async move { store::claim(&tx, id, role, device).await }).await?;
            let Some(claimed) = running(app, id).await? else { return Ok(None) };
            call = claimed;
            live::tell(app, &call, &[call.receiver_id]);
        }
    }
    Ok(Some(Held { call: id, topic: topic_at(&call, role) }))
}

/// Whether the call still belongs to the page that holds it.
pub async fn is_held(app: &App, user: Uuid, held: &Held) -> Result<bool, Error> {
    let Some(call) = running(app, held.call).await? else { return Ok(false) };
    Ok(role(app.db.read(), &call, user).await?.is_some_and(|role| topic_at(&call, role) == held.topic))
}

/// A page that holds call `id` is about to let go of it, last heard of at `at`. If both were in it until then, that is
/// written down: should nobody come back, so long did it last.
pub async fn leave(app: &App, user: Uuid, id: Uuid, at: Instant) -> Result<(), Error> {
    let Some(call) = running(app, id).await?.filter(|call| call.status == Status::Ongoing) else { return Ok(()) };
    let Some(role) = joined_as(&call, user) else { return Ok(()) };
    if app.bus.is_heard(&topic_opposite(&call, role)) {
        app.db.write(move |tx| async move { store::note_together(&tx, id, at).await }).await?;
    }
    Ok(())
}

/// Where a page of `user` signals to in call `id`: to the other end, while the call rings or runs, and from the page
/// that it belongs to. `held` is what the page holds.
pub async fn other_end(app: &App, user: Uuid, id: Uuid, held: Option<&Held>) -> Result<Option<String>, Error> {
    let Some(call) = running(app, id).await? else { return Ok(None) };
    let Some(role) = role(app.db.read(), &call, user).await? else { return Ok(None) };
    let is_here = page_at(&call, role).is_none() || held.is_some_and(|held| held.topic == topic_at(&call, role));
    Ok(is_here.then(|| topic_opposite(&call, role)))
}

/// Carries a signal to where the other end is heard: session descriptions and candidates, as the browsers made them.
pub fn signal(app: &App, to: String, call: Uuid, data: &serde_json::Value) {
    app.bus.publish(Hint::with(to, serde_json::json!({ "signal": { "call": call, "data": data } })));
}

/// The call, while it rings or runs.
async fn running(app: &App, id: Uuid) -> Result<Option<call_session::Model>, Error> {
    Ok(store::find(app.db.read(), id).await?.filter(|call| call.ended_at.is_none()))
}
