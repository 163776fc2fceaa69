//! The patient's consultations: what is to come, earliest first, and what is over, newest first.

use std::collections::HashMap;

use askama::Template;
use axum::{extract::State, response::Response};
use uuid::Uuid;

use crate::{
    app::App,
    clinic::{
        appointments::{
            booking,
            entity::{Status, appointment::Model},
            store,
        },
        doctors::{self, entity::doctor},
        patients::{self, Patient},
    },
    infra::{clock::Instant, vault::Private},
    web::{
        Error, Form, Id, NoFields, Page, Sentence,
        page::{draw, go_with_notice, initials},
        words::TimeWords,
    },
};

struct Line {
    id: Uuid,
    doctor: String,
    initials: String,
    specialty: String,
    /// Whose it is, where the account looks after several.
    patient: Option<Private>,
    at: Option<TimeWords>,
    state: String,
    can_cancel: bool,
}

#[derive(Template)]
#[template(path = "clinic/appointments/consultations.html")]
struct Consultations {
    page: Page,
    upcoming: Vec<Line>,
    past: Vec<Line>,
    topics: String,
}

/// `GET /consultations`.
pub async fn consultations(State(app): State<App>, patient: Patient, page: Page) -> Result<Response, Error> {
    let upcoming = store::upcoming_of_patient(app.db.read(), &patient.in_care).await?;
    let past = store::history(app.db.read(), &patient.in_care).await?;
    let ids = upcoming.iter().chain(&past).map(|appointment| appointment.doctor_id).collect();
    let doctors = doctors::find_many(app.db.read(), ids).await?;
    let names = if patient.in_care.len() > 1 {
        patients::names_of(app.db.read(), &app.vault, patient.in_care.clone()).await?
    } else {
        HashMap::new()
    };
    let now = app.now();
    let lines = |rows: &[Model]| rows.iter().map(|row| line(&page, row, &doctors, &names, now)).collect();
    let topics: Vec<String> = upcoming.iter().map(|row| format!("appointment:{}", row.id)).collect();
    let (upcoming, past) = (lines(&upcoming), lines(&past));
    draw(&Consultations { page: page.private(), upcoming, past, topics: topics.join(" ") })
}

fn line(
    page: &Page,
    row: &Model,
    doctors: &HashMap<Uuid, doctor::Model>,
    names: &HashMap<Uuid, Private>,
    now: Instant,
) -> Line {
    let doctor = doctors.get(&row.doctor_id);
    let name = doctor.map(|doctor| doctor.name.clone()).unwrap_or_default();
    Line {
        id: row.id,
        initials: initials(&name),
        doctor: name,
        specialty: doctor.map(|doctor| doctor.specialty.clone()).unwrap_or_default(),
        patient: names.get(&row.patient_id).cloned(),
        at: row.starts_at.map(|at| page.words.day_and_time(at)),
        state: state(row).to_owned(),
        can_cancel: can_cancel(row, now),
    }
}

/// What a list says of a consultation.
pub(super) const fn state(row: &Model) -> &'static str {
    match row.status {
        Status::Ongoing => "open",
        Status::Completed => "completed",
        Status::NoShow => "no_show",
        Status::Cancelled => "cancelled",
        _ => "upcoming",
    }
}

/// Whether a consultation can still be called off.
pub(super) fn can_cancel(row: &Model, now: Instant) -> bool {
    row.status == Status::Confirmed && row.starts_at.is_some_and(|starts_at| starts_at > now)
}

/// `POST /consultations/{appointment}/cancel`: gives the time and the day back.
pub async fn cancel(
    State(app): State<App>,
    patient: Patient,
    Id(id): Id,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    let appointment = store::find_for_patient(app.db.read(), &patient, id).await?.ok_or(Error::NotFound)?;
    call_off(&app, &appointment, patient.account.user).await?;
    Ok(go_with_notice("/consultations", "appointments-cancelled"))
}

/// Calls off, or says why not; a second click on the same button finds it done.
pub(super) async fn call_off(app: &App, appointment: &Model, by: Uuid) -> Result<(), Error> {
    if booking::cancel(app, appointment, by).await? {
        return Ok(());
    }
    let found = store::find(app.db.read(), appointment.id).await?;
    if found.is_some_and(|found| found.status == Status::Cancelled) {
        Ok(())
    } else {
        Err(Error::Conflict(Sentence::new("appointments-too-late-to-cancel")))
    }
}
