//! Starting, answering, rejecting and ending a call.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    ends::{self, Device, joined_as},
    entity::{Kind, Status, call_session},
    live,
    store::{self, NotBegun, status_name},
};
use crate::{
    app::App,
    clinic::{
        accounts::SignedIn,
        conversations::{self, CallNow, Party},
    },
    infra::config::IceServer,
    web::{Error, Form, Id, NoFields, Sentence, errors, page::go},
};

/// The form that starts a call.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct InitiateForm {
    r#type: String,
    device: String,
}

/// The form that answers a call.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct AnswerForm {
    device: String,
}

/// `POST /calls/conversations/{conversation}/initiate` (K1).
pub async fn initiate(
    State(app): State<App>,
    signed_in: SignedIn,
    Id(conversation): Id,
    headers: HeaderMap,
    form: Form<InitiateForm>,
) -> Result<Response, Error> {
    let party = Party::find(&app, &signed_in, conversation).await?;
    let now = app.now();
    party.may_call(&app)?;
    let kind = match form.fields.r#type.as_str() {
        "voice" => Kind::Voice,
        "video" => Kind::Video,
        _ => return Err(Error::UnreadableForm),
    };
    let device = Device::read(&form.fields.device)?;
    let receivers = party.other_users(app.db.read()).await?;
    let Some(first) = receivers.first() else { return Err(Error::Conflict(Sentence::new("calls-problem-nobody"))) };
    let people = (party.user, device, *first);
    let begun = app.db.write(move |tx| async move { store::begin(&tx, conversation, people, kind, now).await }).await;
    let call = match begun {
        Ok(call) => call,
        Err(NotBegun::Engaged) => return Err(Error::Conflict(Sentence::new("calls-problem-engaged"))),
        Err(NotBegun::NotOpen) if conversations::is_over(app.db.read(), conversation).await? => {
            return Err(party.over());
        }
        Err(NotBegun::NotOpen) => return Err(Error::TooEarly),
        Err(NotBegun::Failed(error)) => return Err(error.into()),
    };
    app.job_nudge.notify_one();
    live::tell(&app, &call, &receivers);
    if errors::accepts_json(&headers) {
        let servers = &app.config.ice_servers;
        let body = json!({ "call_session": call.id, "status": status_name(call.status), "ice_servers": servers });
        return Ok((StatusCode::CREATED, Json(body)).into_response());
    }
    Ok(go(&party.page_path()))
}

/// `POST /calls/sessions/{callSession}/answer`: the receiver takes the call; of several for whom it rings, the first.
pub async fn answer(
    State(app): State<App>,
    signed_in: SignedIn,
    Id(id): Id,
    headers: HeaderMap,
    form: Form<AnswerForm>,
) -> Result<Response, Error> {
    let (party, call) = find_received(&app, &signed_in, id).await?;
    let now = app.now();
    party.enter(now)?;
    let taken_by = (party.user, Device::read(&form.fields.device)?);
    let answered = app.db.write(move |tx| async move { store::answer(&tx, id, taken_by, now).await }).await?;
    if answered {
        app.job_nudge.notify_one();
        live::tell(&app, &call, &ends::receivers(app.db.read(), &call).await?);
    }
    let ice_servers = Some(app.config.ice_servers.clone());
    let outcome = Outcome { ice_servers, ..outcome(&app, id).await? };
    Ok(say(&party.page_path(), &outcome, &headers))
}

/// `POST /calls/sessions/{callSession}/reject`: the receiver declines.
pub async fn reject(
    State(app): State<App>,
    signed_in: SignedIn,
    Id(id): Id,
    headers: HeaderMap,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    let (party, call) = find_received(&app, &signed_in, id).await?;
    if call.status == Status::Calling {
        live::finish(&app, call, Status::Rejected, app.now()).await?;
    }
    Ok(say(&party.page_path(), &outcome(&app, id).await?, &headers))
}

/// `POST /calls/sessions/{callSession}/end`: either side hangs up; before it is answered that makes it a missed call.
/// Whoever is in a call hangs up, also one who looks after the patient no longer.
pub async fn end(
    State(app): State<App>,
    signed_in: SignedIn,
    Id(id): Id,
    headers: HeaderMap,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    let (call, path) = match find(&app, &signed_in, id).await {
        Ok((party, call)) => (call, party.page_path()),
        Err(Error::NotFound) => {
            let joined = store::find(app.db.read(), id).await?;
            let joined = joined.filter(|call| joined_as(call, signed_in.user).is_some());
            (joined.ok_or(Error::NotFound)?, "/dashboard".to_owned())
        }
        Err(error) => return Err(error),
    };
    live::hang_up(&app, call, app.now()).await?;
    Ok(say(&path, &outcome(&app, id).await?, &headers))
}

/// The call through the conversation of somebody who is in it.
async fn find(app: &App, signed_in: &SignedIn, id: Uuid) -> Result<(Party, call_session::Model), Error> {
    let call = store::find(app.db.read(), id).await?.ok_or(Error::NotFound)?;
    let party = Party::find(app, signed_in, call.conversation_id).await?;
    match ends::role(app.db.read(), &call, party.user).await? {
        Some(_) => Ok((party, call)),
        None => Err(Error::NotFound),
    }
}

/// The same for whoever is called: to everybody else there is no call to answer.
async fn find_received(app: &App, signed_in: &SignedIn, id: Uuid) -> Result<(Party, call_session::Model), Error> {
    let (party, call) = find(app, signed_in, id).await?;
    if call.caller_id == party.user { Err(Error::NotFound) } else { Ok((party, call)) }
}

/// Where a call stands, for a script.
#[derive(Serialize)]
struct Outcome {
    status: &'static str,
    duration_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ice_servers: Option<Vec<IceServer>>,
}

async fn outcome(app: &App, id: Uuid) -> Result<Outcome, Error> {
    let call = store::find(app.db.read(), id).await?.ok_or(Error::NotFound)?;
    Ok(Outcome { status: status_name(call.status), duration_seconds: call.duration_seconds, ice_servers: None })
}

fn say(path: &str, outcome: &Outcome, headers: &HeaderMap) -> Response {
    if errors::accepts_json(headers) { Json(outcome).into_response() } else { go(path) }
}

/// The call that rings or runs in the party's conversation, for a page that loads meanwhile (K4).
pub async fn now(app: &App, party: &Party) -> Result<Option<CallNow>, Error> {
    let Some(call) = store::live_of(app.db.read(), party.conversation()).await? else { return Ok(None) };
    let role = ends::role(app.db.read(), &call, party.user).await?;
    Ok(role.map(|role| CallNow {
        id: call.id.to_string(),
        status: status_name(call.status).to_owned(),
        kind: live::kind_name(call.r#type).to_owned(),
        role: role.name().to_owned(),
        device: ends::page_at(&call, role).unwrap_or_default().to_owned(),
        started_at: call.started_at.map(crate::infra::clock::Instant::rfc3339).unwrap_or_default(),
    }))
}
