//! Calls on open pages: ringing, and news of a call.

use askama::Template;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    ends::{Role, accounts_on, called_side, joined_as, may_stay, page_at, role, subject},
    entity::{Kind, Status, call_session},
    store::{self, status_name},
};
use crate::{
    app::App,
    clinic::{
        appointments, conversations, doctors,
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

/// Tells the caller's pages and those of all who are called that something is new with a call.
pub(super) fn tell(app: &App, call: &call_session::Model, receivers: &[Uuid]) {
    for user in receivers.iter().chain([&call.caller_id]) {
        app.bus.publish(Hint::with(topic(*user), json!({ "call": call.id })));
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

/// Ends the calls that `user` is in for a patient whom they look after no longer. One that only rings for them is left to
/// the others.
pub async fn leave_calls(app: &App, user: Uuid) -> Result<(), Error> {
    let connection = app.db.read();
    for call in store::live_with(connection, user).await? {
        if call.status == Status::Calling && call.caller_id != user {
            continue;
        }
        if !may_stay(connection, &call, user).await? {
            hang_up(app, call, app.now()).await?;
        }
    }
    Ok(())
}

/// Ends a call at `at` and tells both pages, the conversation and, if it was missed, whom it was for. False if it is no
/// longer as `call` says: answered or ended meanwhile.
pub(super) async fn finish(app: &App, call: call_session::Model, status: Status, at: Instant) -> Result<bool, Error> {
    let connection = app.db.read();
    let (appointment, doctor) = subject(connection, &call).await?;
    let called = called_side(&call, &doctor);
    let path = conversations::page_path(&appointment, called);
    let receivers = accounts_on(connection, called, &appointment, &doctor).await?;
    let (row, people) = (call.clone(), receivers.clone());
    let act = app.db.write(move |tx| async move { store::finish(&tx, &row, status, (&people, &path), at).await });
    let Some(finished) = act.await? else { return Ok(false) };
    tell(app, &call, &receivers);
    if let Some(seq) = finished.seq {
        app.bus.publish(Hint::with(conversations::live::topic(call.conversation_id), json!({ "seq": seq })));
    }
    for (user, missed) in finished.missed {
        notifications::tell(app, user, missed);
    }
    Ok(true)
}

/// The frames for a page of `user` about call `id`: its state and, for the receiver while it rings, the ring.
pub async fn frames(app: &App, page: &Page, user: Uuid, id: Uuid) -> Result<Vec<Value>, Error> {
    let Some(call) = store::find(app.db.read(), id).await? else { return Ok(Vec::new()) };
    let Some(role) = role(app.db.read(), &call, user).await? else {
        return Ok(vec![elsewhere(&call)]);
    };
    let mut frames = vec![json!({
        "is": "call",
        "call": call.id,
        "conversation": call.conversation_id,
        "status": status_name(call.status),
        "kind": kind_name(call.r#type),
        "role": role.name(),
        "device": page_at(&call, role),
        "reached": call.reached_at.is_some(),
        "started_at": call.started_at.map(crate::infra::clock::Instant::rfc3339),
        "duration_seconds": call.duration_seconds.or_else(|| so_far(app, &call)),
    })];
    if role == Role::Receiver && call.status == Status::Calling {
        frames.push(json!({ "is": "ring", "call": call.id, "html": ring(app, page, &call).await? }));
        note_reached(app, &call).await?;
    }
    Ok(frames)
}

/// The frame for a page on which a call rang that another took, or that rings no more: nothing of it is theirs.
fn elsewhere(call: &call_session::Model) -> Value {
    json!({
        "is": "call",
        "call": call.id,
        "conversation": call.conversation_id,
        "status": status_name(Status::Ended),
        "kind": kind_name(call.r#type),
        "role": Role::Receiver.name(),
        "device": null,
        "reached": true,
        "duration_seconds": null,
    })
}

/// How long both have been in a call that runs.
fn so_far(app: &App, call: &call_session::Model) -> Option<i64> {
    call.started_at.and_then(|started| i64::try_from(app.now().since(started).as_secs()).ok())
}

/// The frames of calls that `user` made or answered and that are not over.
pub async fn joined(app: &App, page: &Page, user: Uuid) -> Result<Vec<Value>, Error> {
    let mut all = Vec::new();
    for call in store::live_with(app.db.read(), user).await? {
        if joined_as(&call, user).is_some() {
            all.extend(frames(app, page, user, call.id).await?);
        }
    }
    Ok(all)
}

/// The frames of calls that already ring for `user`, who is a doctor or not, when their page opens.
pub async fn ringing(app: &App, page: &Page, user: Uuid, doctor: Option<Uuid>) -> Result<Vec<Value>, Error> {
    let whose = match doctor {
        Some(doctor) => conversations::Whose::Doctor(doctor),
        None => conversations::Whose::Patients(patients::in_care_of(app.db.read(), user).await?),
    };
    let mut all = Vec::new();
    for call in store::ringing_in(app.db.read(), whose).await? {
        if call.caller_id != user {
            all.extend(frames(app, page, user, call.id).await?);
        }
    }
    Ok(all)
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

/// As the contract says it.
pub const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Voice => "voice",
        Kind::Video => "video",
    }
}
