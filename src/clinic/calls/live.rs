//! Calls on open pages: ringing, news of a call, and the signalling between its two browsers (K3).

use askama::Template;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    entity::{Kind, Status, call_session},
    store::{self, status_name},
};
use crate::{
    app::App,
    clinic::{
        appointments::{self, Side},
        conversations, doctors,
        notifications::{self, topic},
        patients,
    },
    infra::{bus::Hint, clock::Instant, vault::Private},
    web::{Error, Page, page::initials},
};

#[derive(Template)]
#[template(path = "clinic/calls/_ring.html")]
struct Ring<'a> {
    page: &'a Page,
    call: String,
    conversation: String,
    kind: &'static str,
    caller: Private,
    caller_initials: String,
}

/// Tells both sides' pages that something is new with a call.
pub(super) fn tell(app: &App, call: &call_session::Model) {
    for user in [call.caller_id, call.receiver_id] {
        app.bus.publish(Hint::with(topic(user), json!({ "call": call.id })));
    }
}

/// Ends a call, whether it rings or runs, and even if that changes at this moment. What still rang is missed.
pub(super) async fn hang_up(app: &App, call: call_session::Model, at: Instant) -> Result<(), Error> {
    let mut live = Some(call);
    while let Some(call) = live.filter(|call| call.ended_at.is_none()) {
        let id = call.id;
        let status = if call.status == Status::Ongoing { Status::Ended } else { Status::Missed };
        if finish(app, call, status, at).await? {
            break;
        }
        live = store::find(app.db.read(), id).await?;
    }
    Ok(())
}

/// Ends a call at `at` and tells both pages, the conversation and, if it was missed, the receiver. False if it is no
/// longer as `call` says: answered or ended meanwhile.
pub(super) async fn finish(app: &App, call: call_session::Model, status: Status, at: Instant) -> Result<bool, Error> {
    let path = receivers_path(app, &call).await?;
    let row = call.clone();
    let finished = app.db.write(move |tx| async move { store::finish(&tx, &row, status, &path, at).await }).await?;
    let Some(finished) = finished else { return Ok(false) };
    tell(app, &call);
    if let Some(seq) = finished.seq {
        app.bus.publish(Hint::with(conversations::live::topic(call.conversation_id), json!({ "seq": seq })));
    }
    if let Some(missed) = finished.missed {
        notifications::tell(app, call.receiver_id, missed);
    }
    Ok(true)
}

async fn receivers_path(app: &App, call: &call_session::Model) -> Result<String, Error> {
    let connection = app.db.read();
    let appointment = appointments::find(connection, call.conversation_id).await?.ok_or(Error::NotFound)?;
    let is_doctor = doctors::find_of_user(connection, call.receiver_id).await?.is_some();
    let side = if is_doctor { Side::Doctor } else { Side::Patient };
    Ok(conversations::page_path(&appointment, side))
}

/// The frames for a page of `user` about call `id`: its state and, for the receiver while it rings, the ring.
pub async fn frames(app: &App, page: &Page, user: Uuid, id: Uuid) -> Result<Vec<Value>, Error> {
    let Some(call) = store::find(app.db.read(), id).await? else { return Ok(Vec::new()) };
    let role = if call.caller_id == user {
        "caller"
    } else if call.receiver_id == user {
        "receiver"
    } else {
        return Ok(Vec::new());
    };
    let mut frames = vec![json!({
        "is": "call",
        "call": call.id,
        "conversation": call.conversation_id,
        "status": status_name(call.status),
        "kind": kind_name(call.r#type),
        "role": role,
        "reached": call.reached_at.is_some(),
        "started_at": call.started_at.map(crate::infra::clock::Instant::rfc3339),
        "duration_seconds": call.duration_seconds.or_else(|| so_far(app, &call)),
    })];
    if role == "receiver" && call.status == Status::Calling {
        frames.push(json!({ "is": "ring", "call": call.id, "html": ring(app, page, &call).await? }));
        note_reached(app, &call).await?;
    }
    Ok(frames)
}

/// How long both have been in a call that runs.
fn so_far(app: &App, call: &call_session::Model) -> Option<i64> {
    call.started_at.and_then(|started| i64::try_from(app.now().since(started).as_secs()).ok())
}

/// The frames of a call that already rings for `user` when their page opens.
pub async fn ringing(app: &App, page: &Page, user: Uuid) -> Result<Vec<Value>, Error> {
    match store::ringing_for(app.db.read(), user).await? {
        Some(call) => frames(app, page, user, call.id).await,
        None => Ok(Vec::new()),
    }
}

async fn note_reached(app: &App, call: &call_session::Model) -> Result<(), Error> {
    if call.reached_at.is_none() {
        let (id, now) = (call.id, app.now());
        if app.db.write(move |tx| async move { store::note_reached(&tx, id, now).await }).await? {
            app.bus.publish(Hint::with(topic(call.caller_id), json!({ "call": id })));
        }
    }
    Ok(())
}

async fn ring(app: &App, page: &Page, call: &call_session::Model) -> Result<String, Error> {
    let connection = app.db.read();
    let caller = if let Some(doctor) = doctors::find_of_user(connection, call.caller_id).await? {
        Private::new(doctor.name)
    } else {
        let appointment = appointments::find(connection, call.conversation_id).await?.ok_or(Error::NotFound)?;
        patients::name_of(connection, &app.vault, appointment.patient_id).await?
    };
    let ring = Ring {
        page,
        call: call.id.to_string(),
        conversation: call.conversation_id.to_string(),
        kind: kind_name(call.r#type),
        caller_initials: initials(caller.reveal()),
        caller,
    };
    ring.render().map_err(Error::broken)
}

/// Whom `user` may signal to in call `id`: the other side, while the call rings or runs.
pub async fn other_side(app: &App, user: Uuid, id: Uuid) -> Result<Option<Uuid>, Error> {
    let live = store::find(app.db.read(), id).await?.filter(|call| call.ended_at.is_none());
    Ok(live.and_then(|call| match user {
        _ if user == call.caller_id => Some(call.receiver_id),
        _ if user == call.receiver_id => Some(call.caller_id),
        _ => None,
    }))
}

/// Carries a signal to the other side's pages: session descriptions and candidates, as the browsers made them.
pub fn signal(app: &App, to: Uuid, call: Uuid, data: &Value) {
    app.bus.publish(Hint::with(topic(to), json!({ "signal": { "call": call, "data": data } })));
}

/// As the contract says it.
pub const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Voice => "voice",
        Kind::Video => "video",
    }
}
