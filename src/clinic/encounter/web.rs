//! The consultation's page, for its patient and for its doctor: always there, whatever state the room is in.

use std::time::Duration;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use uuid::Uuid;

use super::{health::HealthCard, rooms};
use crate::{
    app::App,
    clinic::{
        accounts::{self, SignedIn},
        appointments::{self, Kind, Status, appointment, web::is_busy},
        audit, calls,
        conversations::{Access, Chat, Party, RoomState, chat, exists, live::note_opened, retention_of},
        doctors::{Doctor, Presence, presence, presence_of},
        patients::{self, Gender, Identity, Patient, Payer},
        prescriptions::{self, PrescriptionPanel},
        profile::Retention,
    },
    infra::vault::Private,
    web::{
        Error, Form, Id, Lang, NoFields, Page, Sentence,
        page::{draw, draw_with, go, initials},
        words::TimeWords,
    },
};

/// What both sides' pages say of the room.
struct Room {
    state: String,
    now: String,
    opens_at: String,
    closes_at: String,
    starts: TimeWords,
    closes: TimeWords,
    wait: String,
    /// Whether its messages are erased at its end.
    ephemeral: bool,
    /// While it is open.
    chat: Option<Chat>,
    /// After its end, if its messages are kept.
    kept: Option<Chat>,
    calls: Vec<CallLine>,
    lasted: String,
}

/// What is left of a call.
struct CallLine {
    kind: String,
    status: String,
    at: TimeWords,
    duration: String,
}

#[derive(Template)]
#[template(path = "clinic/encounter/patient.html")]
struct PatientPage {
    page: Page,
    room: Room,
    appointment: String,
    doctor_name: String,
    doctor_initials: String,
    doctor_photo: Option<Uuid>,
    doctor_specialty: String,
    presence: &'static str,
    presence_topic: String,
    complaint: Option<Private>,
    can_cancel: bool,
    status: String,
    prescription: Option<String>,
}

#[derive(Template)]
#[template(path = "clinic/encounter/doctor.html")]
struct DoctorPage {
    page: Page,
    room: Room,
    appointment: String,
    patient_name: Private,
    birth: Private,
    gender: String,
    payer: String,
    complaint: Option<Private>,
    /// The key of what is said where no complaint is shown.
    no_complaint: &'static str,
    status: String,
    identity_open: bool,
    identity_confirmed: Option<TimeWords>,
    /// Nothing if the consultation did not come about.
    health: Option<HealthCard>,
    patient_photo: Option<Uuid>,
    patient_initials: String,
    today: Today,
    prescription: PrescriptionPanel,
}

/// The doctor's consultations of one day.
struct Today {
    day: String,
    count: usize,
    lines: Vec<DoctorLine>,
}

struct DoctorLine {
    href: String,
    name: Private,
    at: TimeWords,
    current: bool,
    state: String,
}

/// `GET /consultations/{appointment}`.
pub async fn of_patient(State(app): State<App>, patient: Patient, Id(id): Id, page: Page) -> Result<Response, Error> {
    let party = enter(&app, &patient.account, id, true).await?;
    let page = page.private();
    let room = room(&app, &party, &page, true).await?;
    let complaint = appointments::open_complaint(app.db.read(), &app.vault, &party.appointment).await?;
    let issued = prescriptions::issued_of_appointment(app.db.read(), &app.vault, id).await?;
    draw(&PatientPage {
        appointment: id.to_string(),
        doctor_initials: initials(&party.doctor.name),
        doctor_photo: accounts::photos_of(app.db.read(), vec![party.doctor.user_id])
            .await?
            .remove(&party.doctor.user_id),
        presence: match presence_of(&app, &party.doctor, is_busy(&app, party.doctor.id).await?) {
            // Busy with nobody else.
            Presence::Busy if room.state == "open" => "here",
            presence => presence.name(),
        },
        presence_topic: presence::topic(party.doctor.id),
        doctor_name: party.doctor.name,
        doctor_specialty: party.doctor.specialty,
        complaint,
        can_cancel: party.appointment.status == Status::Confirmed,
        status: status_name(party.appointment.status).to_owned(),
        prescription: issued
            .iter()
            .find(|issued| issued.status != prescriptions::Status::Cancelled)
            .map(|issued| format!("/prescriptions/{}", issued.id)),
        room,
        page,
    })
}

/// `GET /doctor/consultations/{appointment}`: the workspace.
pub async fn of_doctor(State(app): State<App>, doctor: Doctor, Id(id): Id, page: Page) -> Result<Response, Error> {
    draw_workspace(&app, &doctor, page, id, None).await
}

/// The workspace; with a status and a prescription form if that comes back to be filled in again.
pub(super) async fn draw_workspace(
    app: &App,
    doctor: &Doctor,
    page: Page,
    id: Uuid,
    again: Option<(StatusCode, PrescriptionPanel)>,
) -> Result<Response, Error> {
    // Who sees the room has come and has read; a form's own answer, or one frame beside the room, shows nothing of it.
    let seen = again.is_none() && page.frame.as_deref().is_none_or(|frame| frame == "room");
    let party = enter(app, &doctor.account, id, seen).await?;
    let patient = party.appointment.patient_id;
    let act = audit::Act {
        actor: party.user,
        action: "view",
        subject: "consultation",
        subject_id: id,
        patient: Some(patient),
    };
    audit::record_view(app, act).await?;
    // A form was sent to another address, from which nobody comes back.
    let address = if again.is_some() { party.page_path() } else { page.address.clone() };
    let page = Page { path: party.page_path(), address, ..page.private() };
    let room = room(app, &party, &page, seen).await?;
    let connection = app.db.read();
    let complaint = appointments::complaint_for_doctor(connection, &app.vault, &party.appointment).await?;
    let identity = patients::identity_of(connection, &app.vault, patient).await?;
    let (answered, prescription) = match again {
        Some(again) => again,
        None => (StatusCode::OK, PrescriptionPanel::of(app, doctor, &party.appointment, &page).await?),
    };
    let confirmed = party.appointment.identity_confirmed_at;
    let health = if appointments::treats(connection, doctor.id, patient).await? {
        Some(HealthCard::of(app, doctor, patient, id.to_string(), &page).await?)
    } else {
        None
    };
    let shown = DoctorPage {
        appointment: id.to_string(),
        health,
        patient_photo: patients::photo_of(connection, patient).await?,
        patient_initials: initials(identity.name.reveal()),
        today: today(app, doctor, &party.appointment, &page).await?,
        birth: birth(&identity, &page),
        gender: match identity.gender {
            Gender::Male => "male".to_owned(),
            Gender::Female => "female".to_owned(),
        },
        payer: match identity.payer {
            Payer::General => "general".to_owned(),
            Payer::Bpjs(_) => "bpjs".to_owned(),
        },
        patient_name: identity.name,
        complaint,
        no_complaint: match party.appointment.status {
            Status::Cancelled => "encounter-complaint-called-off",
            _ => "encounter-no-complaint",
        },
        status: status_name(party.appointment.status).to_owned(),
        identity_open: confirmed.is_none() && room.state == RoomState::Open.name(),
        identity_confirmed: confirmed.map(|at| page.words.time(at)),
        prescription,
        room,
        page,
    };
    draw_with(answered, &shown)
}

/// `POST /doctor/consultations/{appointment}/identity`: the doctor has made sure who is there (C11).
pub async fn confirm_identity(
    State(app): State<App>,
    doctor: Doctor,
    Id(id): Id,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    let party = Party::find(&app, &doctor.account, id).await?;
    let now = app.now();
    party.enter(now)?;
    let act = audit::Act {
        actor: party.user,
        action: "confirm-identity",
        subject: "consultation",
        subject_id: id,
        patient: Some(party.appointment.patient_id),
    };
    app.db
        .write(move |tx| async move {
            if appointments::confirm_identity(&tx, id, now).await? {
                audit::record(&tx, act, now).await?;
            }
            Ok::<_, Error>(())
        })
        .await?;
    Ok(go(&party.page_path()))
}

/// The consultation of somebody who is in it, brought up to date with the clock; whoever sees an open room has come.
async fn enter(app: &App, signed_in: &SignedIn, id: Uuid, seen: bool) -> Result<Party, Error> {
    let party = Party::find(app, signed_in, id).await?;
    if party.appointment.kind != Kind::Consultation {
        return Err(Error::NotFound);
    }
    let party = rooms::brought_up_to_date(app, party).await?;
    if seen && party.room(app.now()) == RoomState::Open && party.came_at().is_none() {
        let (side, now) = (party.side, app.now());
        app.db.write(move |tx| async move { appointments::note_came(&tx, id, side, now).await }).await?;
    }
    Ok(party)
}

async fn room(app: &App, party: &Party, page: &Page, seen: bool) -> Result<Room, Error> {
    let row = &party.appointment;
    let now = app.now();
    let (starts, ends) =
        row.starts_at.zip(row.ends_at).ok_or_else(|| Error::broken("a consultation without a time"))?;
    let state = party.room(now);
    let (mut chat, mut kept) = (None, None);
    match party.access(now) {
        Access::Whole => {
            let call = calls::web::now(app, party).await?;
            chat = Some(Chat { call, ..read(app, party, page, seen).await? });
        }
        Access::ReadOnly if row.status == Status::Completed && exists(app.db.read(), row.id).await? => {
            kept = Some(read(app, party, page, seen).await?);
        }
        Access::Early | Access::ReadOnly | Access::Gone => {}
    }
    let calls = match state {
        RoomState::Closed => calls::of_conversation(app.db.read(), row.id).await?,
        RoomState::Waiting | RoomState::Open => Vec::new(),
    };
    let lasted =
        row.opened_at.zip(row.closed_at).map(|(opened, closed)| words_of(closed.since(opened), page.language()));
    Ok(Room {
        state: state.name().to_owned(),
        now: now.rfc3339(),
        opens_at: starts.rfc3339(),
        closes_at: ends.rfc3339(),
        starts: page.words.day_and_time(starts),
        closes: page.words.time(ends),
        wait: words_of(starts.since(now), page.language()),
        ephemeral: retention_of(row) == Retention::Ephemeral,
        chat,
        kept,
        calls: calls.iter().map(|call| call_line(call, page)).collect(),
        lasted: lasted.unwrap_or_default(),
    })
}

/// The messages, which are read by it where no script says so, if they are seen.
async fn read(app: &App, party: &Party, page: &Page, seen: bool) -> Result<Chat, Error> {
    if seen {
        note_opened(app, party, page).await?;
    }
    chat(app, party, page).await
}

fn call_line(call: &calls::entity::call_session::Model, page: &Page) -> CallLine {
    let duration = call.duration_seconds.and_then(|seconds| u64::try_from(seconds).ok());
    CallLine {
        kind: calls::kind_name(call.r#type).to_owned(),
        status: calls::status_name(call.status).to_owned(),
        at: page.words.clock(call.started_at.unwrap_or(call.created_at)),
        duration: duration.map(|seconds| words_of(Duration::from_secs(seconds), page.language())).unwrap_or_default(),
    }
}

async fn today(app: &App, doctor: &Doctor, shown: &appointment::Model, page: &Page) -> Result<Today, Error> {
    let connection = app.db.read();
    let day = shown.clinic_day.parse().map_err(|_| Error::broken("a clinic day that is no day"))?;
    let rows = appointments::todays_of(connection, doctor.id, day).await?;
    let names = patients::names_of(connection, &app.vault, rows.iter().map(|row| row.patient_id).collect()).await?;
    let lines: Vec<DoctorLine> = rows
        .iter()
        .filter_map(|row| {
            let starts = row.starts_at?;
            Some(DoctorLine {
                href: format!("/doctor/consultations/{}", row.id),
                name: names.get(&row.patient_id).cloned().unwrap_or_default(),
                at: page.words.clock_on(starts, day),
                current: row.id == shown.id,
                state: line_state(row.status).to_owned(),
            })
        })
        .collect();
    Ok(Today { day: page.words.day(day), count: lines.len(), lines })
}

/// "Makassar, 12 Maret 1991".
fn birth(identity: &Identity, page: &Page) -> Private {
    let date = page.words.plain_day(identity.birth_date);
    Private::new(format!("{}, {date}", identity.birth_place.reveal()))
}

const fn status_name(status: Status) -> &'static str {
    match status {
        Status::Requested => "requested",
        Status::Proposed => "proposed",
        Status::Confirmed => "confirmed",
        Status::Ongoing => "ongoing",
        Status::Completed => "completed",
        Status::NoShow => "no_show",
        Status::Declined => "declined",
        Status::Cancelled => "cancelled",
    }
}

const fn line_state(status: Status) -> &'static str {
    match status {
        Status::Ongoing => "open",
        Status::Completed => "completed",
        Status::NoShow => "no_show",
        Status::Cancelled | Status::Declined => "cancelled",
        Status::Requested | Status::Proposed | Status::Confirmed => "upcoming",
    }
}

/// A duration in words, by its two largest parts.
pub fn words_of(duration: Duration, lang: Lang) -> String {
    let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let sentence = if days > 0 {
        Sentence::new("encounter-days").with("days", days).with("hours", hours)
    } else if hours > 0 {
        Sentence::new("encounter-hours").with("hours", hours).with("minutes", minutes)
    } else {
        Sentence::new("encounter-minutes").with("minutes", minutes).with("seconds", seconds % 60)
    };
    sentence.in_lang(lang)
}
