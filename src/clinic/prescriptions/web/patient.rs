//! The patient's list (R2).

use std::collections::HashMap;

use askama::Template;
use axum::{extract::State, response::Response};
use jiff::civil::Date;
use uuid::Uuid;

use crate::{
    app::App,
    clinic::{
        patients::Patient,
        prescriptions::{
            entity::{Status, prescription},
            snapshot::Snapshot,
            store,
        },
    },
    infra::vault::Private,
    web::{Error, Page, page::draw},
};

#[derive(Template)]
#[template(path = "clinic/prescriptions/list.html")]
struct ListPage {
    page: Page,
    months: Vec<Month>,
}

/// The prescriptions of one month.
struct Month {
    title: String,
    lines: Vec<Line>,
}

/// A prescription in the list.
struct Line {
    id: Uuid,
    medicines: String,
    day: String,
    date: String,
    doctor: String,
    /// Whose, where the account looks after several.
    patient: Option<Private>,
    number: String,
    version: i32,
    status: Status,
    /// The version that took its place.
    replaced_by: Option<i32>,
}

impl Line {
    fn is_active(&self) -> bool {
        self.status == Status::Active
    }
    fn is_completed(&self) -> bool {
        self.status == Status::Completed
    }
    fn is_cancelled(&self) -> bool {
        self.status == Status::Cancelled
    }
}

/// `GET /prescriptions`: all that was issued for those in the account's care, newest first.
pub async fn list(State(app): State<App>, patient: Patient, page: Page) -> Result<Response, Error> {
    let reader = app.db.read();
    let rows = store::of_patients(reader, &patient).await?;
    let versions: HashMap<Uuid, i32> =
        rows.iter().filter_map(|row| row.replaces_id.map(|old| (old, row.version))).collect();
    let mut months: Vec<(Date, Month)> = Vec::new();
    for row in rows {
        let Some(day) = day_of(&app, &row) else { continue };
        let sheet = Snapshot::open(reader, &app.vault, &row).await?;
        let line = Line {
            id: row.id,
            medicines: sheet.medicine_names().join(", "),
            day: page.words.day(day),
            date: day.to_string(),
            doctor: sheet.doctor.name,
            patient: (patient.in_care.len() > 1).then_some(sheet.patient.name),
            number: row.number.unwrap_or_default(),
            version: row.version,
            status: row.status,
            replaced_by: versions.get(&row.id).copied(),
        };
        match months.last_mut() {
            Some((month, group)) if *month == day.first_of_month() => group.lines.push(line),
            _ => months.push((day.first_of_month(), Month { title: page.words.month(day), lines: vec![line] })),
        }
    }
    let months = months.into_iter().map(|(_, month)| month).collect();
    draw(&ListPage { page: page.private(), months })
}

/// The clinic's day on which a prescription was issued.
pub(super) fn day_of(app: &App, row: &prescription::Model) -> Option<Date> {
    let written = row.prescription_date.as_deref().and_then(|day| day.parse().ok());
    written.or_else(|| row.issued_at.map(|at| app.clinic().day_of(at)))
}
