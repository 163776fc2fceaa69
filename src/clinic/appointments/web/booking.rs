//! A doctor's page, where a slot is chosen, and the form that books it.

use std::{collections::HashSet, fmt::Display};

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use jiff::civil::Date;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Asked, DoctorCard, asked,
    day::{self, Days, Tile},
};
use crate::{
    app::App,
    clinic::{
        accounts,
        appointments::{
            booking::{self, NewConsultation, NotBooked},
            rules, schedule,
            slots::{Piece, Refusal, Slot},
            store,
        },
        doctors::{self, Status, entity::doctor},
        patients::{self, Patient},
    },
    infra::{clock::Instant, form_acts, random, vault::Private},
    web::{
        Error, FieldErrors, Form, FormState, Id, Page, Sentence,
        page::{draw_with, go, go_with_notice},
    },
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct DayAsked {
    day: String,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct BookForm {
    doctor_id: String,
    starts_at: String,
    patient_id: String,
    complaint: String,
    /// The day that is shown, for a form that comes back without a slot.
    day: String,
}

/// What came between a patient and a slot.
#[derive(Default)]
struct Obstacle {
    /// Free slots near the one that is gone.
    nearest: Vec<Tile>,
    /// The slot that is gone, in words, if another patient has it.
    lost: Option<String>,
    /// The consultation that has the patient's day.
    same_day: Option<String>,
}

/// Somebody whom the account can book for.
struct Person {
    id: String,
    name: Private,
}

#[derive(Template)]
#[template(path = "clinic/appointments/doctor.html")]
struct DoctorPage {
    page: Page,
    doctor: DoctorCard,
    biography: String,
    sip: String,
    str_number: String,
    days: Days,
    people: Vec<Person>,
    form: FormState,
    obstacle: Obstacle,
    chosen: String,
    idempotency_key: String,
}

impl DoctorPage {
    /// A new key for each form of the page: whichever is sent, is acted on once.
    fn key(&self, form: impl Display) -> String {
        format!("{}-{form}", self.idempotency_key)
    }
}

/// `GET /doctors/{doctor}?day=`.
pub async fn doctor(
    State(app): State<App>,
    patient: Patient,
    page: Page,
    Id(id): Id,
    query: Asked<DayAsked>,
) -> Result<Response, Error> {
    let doctor = find_active(&app, id).await?;
    let day = asked(query).day.parse().ok();
    let shown = Shown { form: FormState::default(), obstacle: None, day, status: StatusCode::OK };
    draw_doctor(&app, &patient, page, &doctor, shown).await
}

struct Shown {
    form: FormState,
    obstacle: Option<Obstacle>,
    day: Option<Date>,
    status: StatusCode,
}

async fn draw_doctor(
    app: &App,
    patient: &Patient,
    page: Page,
    doctor: &doctor::Model,
    shown: Shown,
) -> Result<Response, Error> {
    let busy: HashSet<Uuid> = store::busy_doctors(app.db.read(), vec![doctor.id]).await?;
    let days = day::read(app, &page, doctor.id, shown.day).await?;
    let photo = accounts::photos_of(app.db.read(), vec![doctor.user_id]).await?.remove(&doctor.user_id);
    let wished = shown.form.value("starts_at");
    let mut tiles = days.parts.iter().flat_map(|part| &part.tiles);
    let chosen = tiles.find(|tile| tile.is_free() && tile.starts_at == wished).map(|tile| tile.whole.clone());
    let drawn = DoctorPage {
        doctor: DoctorCard::of(app, doctor, &busy, photo),
        biography: doctor.biography.clone(),
        sip: doctor.sip_number.clone(),
        str_number: doctor.str_number.clone(),
        people: people(app, patient).await?,
        chosen: chosen.unwrap_or_default(),
        idempotency_key: random::token(),
        form: shown.form,
        obstacle: shown.obstacle.unwrap_or_default(),
        days,
        page,
    };
    draw_with(shown.status, &drawn)
}

/// Whom the account can book for, if there are several.
async fn people(app: &App, patient: &Patient) -> Result<Vec<Person>, Error> {
    if patient.in_care.len() < 2 {
        return Ok(Vec::new());
    }
    let mut names = patients::names_of(app.db.read(), &app.vault, patient.in_care.clone()).await?;
    let person = |id: &Uuid| Some(Person { id: id.to_string(), name: names.remove(id)? });
    Ok(patient.in_care.iter().filter_map(person).collect())
}

async fn find_active(app: &App, id: Uuid) -> Result<doctor::Model, Error> {
    let doctor = doctors::find(app.db.read(), id).await?;
    doctor.filter(|doctor| doctor.status == Status::Active).ok_or(Error::NotFound)
}

/// `POST /consultations`.
pub async fn book(
    State(app): State<App>,
    patient: Patient,
    page: Page,
    form: Form<BookForm>,
) -> Result<Response, Error> {
    let user = patient.account.user;
    let key = form.idempotency_key.as_deref().filter(|key| !key.is_empty());
    if key.is_some_and(|key| key.len() > form_acts::LONGEST_KEY) {
        return Err(Error::UnreadableForm);
    }
    if let Some(path) = sent_before(&app, user, key).await? {
        return Ok(go(&path));
    }
    let doctor = find_active(&app, form.fields.doctor_id.parse().map_err(|_| Error::NotFound)?).await?;
    let treated = whom(&patient, &form.fields.patient_id)?;
    let (slot, complaint) = match check(&app, &doctor, &form.fields).await? {
        Ok(checked) => checked,
        Err(errors) => {
            let day = day_of(&app, &form.fields);
            let state = form.state.refused(&errors, page.language());
            let shown = Shown { form: state, obstacle: None, day, status: StatusCode::UNPROCESSABLE_ENTITY };
            return draw_doctor(&app, &patient, page, &doctor, shown).await;
        }
    };
    let consultation = NewConsultation {
        patient: treated,
        doctor: doctor.id,
        booked_by: user,
        day: slot.day(),
        starts_at: slot.starts_at(),
        ends_at: slot.ends_at(),
        complaint,
        idempotency_key: key.map(str::to_owned),
    };
    let obstacle = match booking::book(&app, consultation).await {
        Ok(booked) => return Ok(go_with_notice(&booking::path_of(booked.id), "appointments-booked")),
        Err(NotBooked::SentBefore) => {
            return sent_before(&app, user, key).await?.map(|path| go(&path)).ok_or(Error::Unavailable);
        }
        Err(NotBooked::TimeTaken) => time_taken(&app, &page, doctor.id, &slot).await?,
        Err(NotBooked::DayTaken) => day_taken(&app, treated, &slot).await?,
        Err(NotBooked::NoDoctor) => return Err(Error::NotFound),
        Err(NotBooked::Failed(error)) => return Err(error.into()),
    };
    let (obstacle, day) = (Some(obstacle), Some(slot.day()));
    let shown = Shown { form: form.state, obstacle, day, status: StatusCode::CONFLICT };
    draw_doctor(&app, &patient, page, &doctor, shown).await
}

/// The day that the form was about: the wished slot's, or the one that was shown.
fn day_of(app: &App, fields: &BookForm) -> Option<Date> {
    let wished = Instant::parse(&fields.starts_at).map(|at| at.day_in(&app.clinic().zone));
    wished.or_else(|| fields.day.parse().ok())
}

async fn sent_before(app: &App, user: Uuid, key: Option<&str>) -> Result<Option<String>, Error> {
    match key {
        Some(key) => Ok(form_acts::path_of(app.db.read(), user, key).await?),
        None => Ok(None),
    }
}

/// Who is to be treated: the account's holder, or the one chosen among those in their care.
fn whom(patient: &Patient, chosen: &str) -> Result<Uuid, Error> {
    if chosen.is_empty() {
        return patient.own();
    }
    let id = chosen.parse().map_err(|_| Error::NotFound)?;
    if patient.looks_after(id) { Ok(id) } else { Err(Error::NotFound) }
}

type Checked = Result<(Slot, Option<Private>), FieldErrors>;

async fn check(app: &App, doctor: &doctor::Model, fields: &BookForm) -> Result<Checked, Error> {
    let mut errors = FieldErrors::default();
    let complaint = errors.take("complaint", rules::complaint(&fields.complaint));
    let schedule = schedule::schedule_of(app, app.db.read(), doctor.id).await?;
    let wished = Instant::parse(&fields.starts_at).ok_or(Sentence::new("appointments-choose-slot"));
    let slot = wished.and_then(|at| Slot::check(at, &schedule, app.now()).map_err(Refusal::sentence));
    let slot = errors.take("starts_at", slot);
    Ok(slot.zip(complaint).ok_or(errors))
}

/// Another patient has the slot: says so, and what is free nearest to it (C2).
async fn time_taken(app: &App, page: &Page, doctor: Uuid, slot: &Slot) -> Result<Obstacle, Error> {
    let schedule = schedule::schedule_of(app, app.db.read(), doctor).await?;
    let (from, to) = schedule.around(slot.starts_at());
    let taken = store::taken_cells(app.db.read(), doctor, from, to).await?;
    let nearest: Vec<Piece> = schedule.nearest(slot.starts_at(), &taken, app.now());
    Ok(Obstacle {
        nearest: nearest.iter().map(|piece| Tile::of(page, piece)).collect(),
        lost: Some(page.words.time(slot.starts_at()).words),
        same_day: None,
    })
}

/// The patient has a consultation on that day: leads to it (C3).
async fn day_taken(app: &App, patient: Uuid, slot: &Slot) -> Result<Obstacle, Error> {
    let other = store::of_patients_day(app.db.read(), patient, slot.day()).await?;
    let path = other.map_or_else(|| "/consultations".to_owned(), |other| booking::path_of(other.id));
    Ok(Obstacle { same_day: Some(path), ..Obstacle::default() })
}
