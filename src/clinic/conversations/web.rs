//! The list of conversations, one conversation, and sending a message.

use askama::Template;
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    Access, Chat, Party, chat, live, rules,
    store::{self, Whose},
    view::{self, Refused},
};
use crate::{
    app::App,
    clinic::{
        accounts::SignedIn,
        appointments::{self, Kind, Side, Status},
        doctors::{self, Doctor},
        patients::{self, Patient},
    },
    infra::{ids, vault::Private},
    web::{
        Error, FieldErrors, Form, Id, NoFields, Page, errors,
        page::{draw, draw_with, go, initials},
        words::TimeWords,
    },
};

struct ConversationLine {
    href: String,
    name: Private,
    initials: String,
    state: String,
    last: Option<TimeWords>,
    unread: i64,
}

#[derive(Template)]
#[template(path = "clinic/conversations/list.html")]
struct List {
    page: Page,
    conversations: Vec<ConversationLine>,
}

#[derive(Template)]
#[template(path = "clinic/conversations/conversation.html")]
struct Conversation {
    page: Page,
    chat: Chat,
    back: String,
}

/// Conversations in a list.
const LISTED: u64 = 50;

/// `GET /messages`: the patient's conversations.
pub async fn list_of_patient(State(app): State<App>, patient: Patient, page: Page) -> Result<Response, Error> {
    list(&app, Whose::Patients(patient.in_care), page).await
}

/// `GET /doctor/messages`: the doctor's conversations.
pub async fn list_of_doctor(State(app): State<App>, doctor: Doctor, page: Page) -> Result<Response, Error> {
    list(&app, Whose::Doctor(doctor.id), page).await
}

async fn list(app: &App, whose: Whose, page: Page) -> Result<Response, Error> {
    let (connection, side) = (app.db.read(), whose.side());
    let rows = store::latest(connection, whose, LISTED).await?;
    let doctors = doctors::find_many(connection, rows.iter().map(|row| row.doctor_id).collect()).await?;
    let mut names = patients::names_of(connection, &app.vault, rows.iter().map(|row| row.patient_id).collect()).await?;
    let mut conversations = Vec::new();
    for row in rows {
        let Some(appointment) = appointments::find(connection, row.appointment_id).await? else { continue };
        let name = match side {
            Side::Patient => doctors.get(&row.doctor_id).map(|doctor| Private::new(doctor.name.clone())),
            Side::Doctor => names.remove(&row.patient_id).inspect(|name| {
                names.insert(row.patient_id, name.clone());
            }),
        };
        let name = name.unwrap_or_default();
        let state = match rules::access(&appointment, app.now()) {
            _ if appointment.kind == Kind::Visit => "kept",
            Access::Early => "waiting",
            Access::Whole => "open",
            Access::ReadOnly => "kept",
            Access::Gone => "closed",
        };
        let base = if side == Side::Patient { "" } else { "/doctor" };
        let href = match appointment.kind {
            Kind::Consultation => format!("{base}/consultations/{}", row.id),
            Kind::Visit => format!("{base}/messages/{}", row.id),
        };
        conversations.push(ConversationLine {
            href,
            initials: initials(name.reveal()),
            name,
            state: state.to_owned(),
            last: row.last_message_at.map(|at| page.words.clock_or_day(at, app.now())),
            unread: store::unread_count(connection, row.id, side).await?,
        });
    }
    draw(&List { page: page.private(), conversations })
}

/// `GET /messages/{conversation}` and `GET /doctor/messages/{conversation}`.
pub async fn show(State(app): State<App>, signed_in: SignedIn, Id(id): Id, page: Page) -> Result<Response, Error> {
    let party = enter(&app, &signed_in, id).await?;
    view::record_view(&app, &party, "conversation").await?;
    live::note_opened(&app, &party, &page).await?;
    let page = page.private();
    let chat = chat(&app, &party, &page).await?;
    draw(&Conversation { back: list_path(&party), chat, page })
}

/// To what can be read: an open room, whose opening may be a moment late, or a conversation that is kept.
async fn enter(app: &App, signed_in: &SignedIn, id: Uuid) -> Result<Party, Error> {
    let party = Party::find(app, signed_in, id).await?;
    party.look(app.now())?;
    party.open_key(app).await?;
    Ok(party)
}

fn list_path(party: &Party) -> String {
    match party.side {
        Side::Patient => "/messages".to_owned(),
        Side::Doctor => "/doctor/messages".to_owned(),
    }
}

/// The form below a conversation.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct MessageForm {
    message: String,
    client_id: String,
}

/// `POST /messages/{conversation}/send` and `POST /doctor/messages/{conversation}/send` (M1).
pub async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    Id(id): Id,
    page: Page,
    headers: HeaderMap,
    form: Form<MessageForm>,
) -> Result<Response, Error> {
    let party = Party::find(&app, &signed_in, id).await?;
    party.enter(app.now())?;
    party.open_key(&app).await?;
    let json = errors::accepts_json(&headers);
    let text = match rules::message(&form.fields.message) {
        Ok(text) => text,
        Err(sentence) if json => {
            let errors = json!({ "errors": { "message": sentence.in_lang(page.language()) } });
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(errors)).into_response());
        }
        Err(sentence) => {
            let refused = FieldErrors::of("message", sentence);
            let state = form.state.refused(&refused, page.language());
            return refuse(&app, &party, page.private(), &form.fields.message, state.error("message")).await;
        }
    };
    let client_id = view::client_id(&form.fields.client_id, ids::new(app.now()))?;
    let row = super::write(&app, &party, client_id, Private::new(text)).await?;
    if json {
        let sent = json!({ "id": row.id, "seq": row.seq, "sent_at": row.sent_at.rfc3339() });
        return Ok((StatusCode::CREATED, Json(sent)).into_response());
    }
    Ok(go(&party.page_path()))
}

async fn refuse(
    app: &App,
    party: &Party,
    page: Page,
    text: &str,
    sentence: Option<&String>,
) -> Result<Response, Error> {
    view::record_view(app, party, "conversation").await?;
    let mut chat = chat(app, party, &page).await?;
    chat.refused = sentence.map(|sentence| Refused { text: text.to_owned(), sentence: sentence.clone() });
    draw_with(StatusCode::UNPROCESSABLE_ENTITY, &Conversation { back: list_path(party), chat, page })
}

/// `POST /appointments/{appointment}/chat`: to the conversation of an appointment.
pub async fn open(
    State(app): State<App>,
    signed_in: SignedIn,
    Id(id): Id,
    _: Form<NoFields>,
) -> Result<Response, Error> {
    let party = Party::find(&app, &signed_in, id).await?;
    if party.appointment.kind == Kind::Consultation {
        return Ok(go(&party.page_path()));
    }
    let status = party.appointment.status;
    if !matches!(status, Status::Confirmed | Status::Ongoing | Status::Completed) {
        return Err(Error::NotFound);
    }
    let (appointment, now) = (party.appointment.clone(), app.now());
    app.db.write(move |tx| async move { store::create(&tx, &appointment, now).await }).await?;
    Ok(go(&party.page_path()))
}

/// `GET /api/messages/unread-count` (M2).
pub async fn unread_count(State(app): State<App>, signed_in: SignedIn) -> Result<Response, Error> {
    let connection = app.db.read();
    let whose = match doctors::find_of_user(connection, signed_in.user).await? {
        Some(doctor) => Whose::Doctor(doctor.id),
        None => Whose::Patients(patients::in_care_of(connection, signed_in.user).await?),
    };
    let unread = store::unread_count_of(connection, whose).await?;
    Ok(Json(json!({ "unread_count": unread })).into_response())
}
