//! `GET /doctors`: who can be booked, whether they are there, and their nearest free slot.

use std::{collections::HashMap, time::Duration};

use askama::Template;
use axum::{extract::State, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{Asked, DoctorCard, asked, soon};
use crate::{
    app::App,
    clinic::{
        accounts,
        appointments::{booking::slots_topic, schedule, store},
        doctors::{self, entity::doctor, presence},
        patients::{self, Patient},
    },
    infra::{clock::Instant, vault::Private},
    web::{Error, Page, page::draw, words::TimeWords},
};

/// How far ahead the list looks for a free slot.
const LOOK_AHEAD_DAYS: i32 = 14;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Filter {
    q: String,
    available: String,
    /// For whom, where the account looks after several.
    patient_id: String,
}

struct Line {
    doctor: DoctorCard,
    nearest: Option<TimeWords>,
}

#[derive(Template)]
#[template(path = "clinic/appointments/doctors.html")]
struct Doctors {
    page: Page,
    query: String,
    only_available: bool,
    everybody: String,
    those_available: String,
    lines: Vec<Line>,
    topics: String,
    /// For whom, as the links carry it on; nothing for oneself.
    chosen: Option<Uuid>,
    /// What that person is called.
    for_whom: Option<Private>,
}

/// `GET /doctors`.
pub async fn doctors(
    State(app): State<App>,
    patient: Patient,
    page: Page,
    filter: Asked<Filter>,
) -> Result<Response, Error> {
    let filter = asked(filter);
    let chosen = filter.patient_id.parse().ok().filter(|id| patient.looks_after(*id));
    let for_whom = match chosen {
        Some(chosen) => Some(patients::name_of(app.db.read(), &app.vault, chosen).await?),
        None => None,
    };
    let only_available = filter.available == "1";
    let now = app.now();
    let mut found = doctors::bookable(app.db.read()).await?;
    let wanted = filter.q.trim().to_lowercase();
    found.retain(|doctor| [&doctor.name, &doctor.specialty].iter().any(|text| text.to_lowercase().contains(&wanted)));
    let busy = store::busy_doctors(app.db.read(), found.iter().map(|doctor| doctor.id).collect()).await?;
    let photos = accounts::photos_of(app.db.read(), found.iter().map(|doctor| doctor.user_id).collect()).await?;
    let mut nearest = nearest_of(&app, &found).await?;
    let zone = &app.clinic().zone;
    let mut topics = vec![presence::TOPIC.to_owned()];
    topics.extend(nearest.iter().map(|(doctor, at)| slots_topic(*doctor, at.day_in(zone))));
    let mut lines = Vec::new();
    for row in &found {
        let doctor = DoctorCard::of(&app, row, &busy, photos.get(&row.user_id).copied());
        if only_available && doctor.presence != "available" {
            continue;
        }
        lines.push(Line { nearest: nearest.remove(&row.id).map(|at| soon(&page, at, now)), doctor });
    }
    let query = filter.q.trim().to_owned();
    draw(&Doctors {
        everybody: address(&query, false, chosen),
        those_available: address(&query, true, chosen),
        chosen,
        for_whom,
        page,
        query,
        only_available,
        lines,
        topics: topics.join(" "),
    })
}

/// When each doctor's first free slot begins.
async fn nearest_of(app: &App, found: &[doctor::Model]) -> Result<HashMap<Uuid, Instant>, Error> {
    let now = app.now();
    let until = now + Duration::from_hours(24) * (LOOK_AHEAD_DAYS.unsigned_abs() + 1);
    let mut nearest = HashMap::new();
    for doctor in found {
        let schedule = schedule::schedule_of(app, app.db.read(), doctor.id).await?;
        let taken = store::taken_cells(app.db.read(), doctor.id, now, until).await?;
        if let Some(piece) = schedule.first_free(&taken, now, LOOK_AHEAD_DAYS) {
            nearest.insert(doctor.id, piece.starts_at);
        }
    }
    Ok(nearest)
}

fn address(query: &str, available: bool, chosen: Option<Uuid>) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    if available {
        pairs.append_pair("available", "1");
    }
    if !query.is_empty() {
        pairs.append_pair("q", query);
    }
    if let Some(chosen) = chosen {
        pairs.append_pair("patient_id", &chosen.to_string());
    }
    let pairs = pairs.finish();
    if pairs.is_empty() { "/doctors".to_owned() } else { format!("/doctors?{pairs}") }
}
