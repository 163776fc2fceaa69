//! `GET /doctor/consultations`: a doctor's day, from the earliest consultation to the latest (C5).

use askama::Template;
use axum::{extract::State, response::Response};
use jiff::civil::Date;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Asked, asked,
    consultations::{call_off, can_cancel, state},
    presence::OwnPresence,
};
use crate::{
    app::App,
    clinic::{
        appointments::{entity::appointment::Model, rules, store},
        audit,
        doctors::{self, Doctor},
        patients,
    },
    infra::vault::Private,
    web::{
        Error, Form, Id, NoFields, Page,
        page::{draw, go_with_notice},
        words::TimeWords,
    },
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct DayAsked {
    day: String,
}

struct Line {
    id: Uuid,
    name: Private,
    at: Option<TimeWords>,
    complaint: Option<Private>,
    state: String,
    can_cancel: bool,
}

#[derive(Template)]
#[template(path = "clinic/appointments/doctors_day.html")]
struct DoctorsDay {
    page: Page,
    day: String,
    zone: String,
    is_today: bool,
    earlier: Option<String>,
    later: Option<String>,
    lines: Vec<Line>,
    own: OwnPresence,
}

/// `GET /doctor/consultations?day=`.
pub async fn doctors_day(
    State(app): State<App>,
    doctor: Doctor,
    page: Page,
    query: Asked<DayAsked>,
) -> Result<Response, Error> {
    let now = app.now();
    let today = app.clinic().day_of(now);
    let day: Date = asked(query).day.parse().unwrap_or(today);
    let rows = store::todays_of(app.db.read(), doctor.id, day).await?;
    note_views(&app, &doctor, &rows).await?;
    let names = patients::names_of(app.db.read(), &app.vault, rows.iter().map(|row| row.patient_id).collect()).await?;
    let mut lines = Vec::new();
    for row in &rows {
        let complaint = store::complaint_for_doctor(app.db.read(), &app.vault, row).await?;
        lines.push(Line {
            id: row.id,
            name: names.get(&row.patient_id).cloned().unwrap_or_default(),
            at: row.starts_at.map(|at| page.words.clock_on(at, day)),
            complaint: complaint.map(|complaint| rules::first_line(&complaint)),
            state: state(row).to_owned(),
            can_cancel: can_cancel(row, now),
        });
    }
    let own = doctors::find(app.db.read(), doctor.id).await?.ok_or(Error::Forbidden)?;
    let own = OwnPresence::of(&app, &own, "/doctor/consultations").await?;
    let address = |day: Date| format!("/doctor/consultations?day={day}");
    draw(&DoctorsDay {
        day: page.words.day(day),
        zone: page.words.zone_name(now),
        is_today: day == today,
        earlier: day.yesterday().ok().map(address),
        later: day.tomorrow().ok().map(address),
        lines,
        own,
        page: page.private(),
    })
}

/// The list shows names and complaints of patients: each is a view that the patient can look up (S2).
async fn note_views(app: &App, doctor: &Doctor, rows: &[Model]) -> Result<(), Error> {
    let views = rows.iter().map(|row| audit::Act {
        actor: doctor.account.user,
        action: "view",
        subject: "appointment",
        subject_id: row.id,
        patient: Some(row.patient_id),
    });
    audit::record_views(app, views).await
}

/// `POST /doctor/consultations/{appointment}/cancel`.
pub async fn cancel(
    State(app): State<App>,
    doctor: Doctor,
    Id(id): Id,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    let appointment = store::find_for_doctor(app.db.read(), &doctor, id).await?.ok_or(Error::NotFound)?;
    call_off(&app, &appointment, doctor.account.user).await?;
    let path = format!("/doctor/consultations?day={}", appointment.clinic_day);
    Ok(go_with_notice(&path, "appointments-cancelled"))
}
