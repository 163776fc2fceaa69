//! What a doctor wrote: the list, a change, and calling off.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use uuid::Uuid;

use crate::{
    app::App,
    clinic::{
        doctors::Doctor,
        patients,
        prescriptions::{
            entity::{Status, prescription},
            panel::status_key,
            store::{self, Refusal},
            writing::not_current,
        },
    },
    infra::vault::Private,
    web::{
        Error, Form, Id, NoFields, Page,
        page::{draw, go_with_notice},
        words::TimeWords,
    },
};

/// Lines of one page of the list.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "clinic/prescriptions/doctor_list.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
    older: Option<Uuid>,
}

/// A prescription in the doctor's list: whose and when, and nothing of health.
struct Line {
    href: String,
    patient: Private,
    at: TimeWords,
    number: String,
    version: i32,
    status: Status,
    status_key: &'static str,
}

impl Line {
    fn is_draft(&self) -> bool {
        self.status == Status::Draft
    }
}

/// `GET /doctor/prescriptions`: what this doctor wrote, newest first.
pub async fn doctors_list(
    State(app): State<App>,
    doctor: Doctor,
    page: Page,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let query = query.unwrap_or_default();
    let before = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "before");
    let before = before.and_then(|(_, id)| id.parse::<Uuid>().ok());
    let limit = u64::try_from(PAGE + 1).unwrap_or(u64::MAX);
    let mut rows = store::newest_of_doctor(app.db.read(), &doctor, before, limit).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let older = rows.last().filter(|_| more).map(|row| row.id);
    let ids = rows.iter().map(|row| row.patient_id).collect();
    let names = patients::names_of(app.db.read(), &app.vault, ids).await?;
    let lines = rows.into_iter().map(|row| line(&page, names.get(&row.patient_id), row)).collect();
    draw(&ListPage { page: page.private(), lines, older })
}

fn line(page: &Page, patient: Option<&Private>, row: prescription::Model) -> Line {
    let draft = row.status == Status::Draft;
    Line {
        href: if draft {
            format!("/doctor/prescriptions/{}/edit", row.id)
        } else {
            format!("/prescriptions/{}", row.id)
        },
        patient: patient.cloned().unwrap_or_default(),
        at: page.words.day_and_time(row.issued_at.unwrap_or(row.updated_at)),
        number: row.number.unwrap_or_default(),
        version: row.version,
        status: row.status,
        status_key: status_key(row.status),
    }
}

/// `POST /doctor/prescriptions/{prescription}/cancel`: calls an issued prescription off.
pub async fn cancel(State(app): State<App>, doctor: Doctor, Id(id): Id, _: Form<NoFields>) -> Result<Response, Error> {
    let row = store::find_for_doctor(app.db.read(), &doctor, id).await?.ok_or(Error::NotFound)?;
    let (actor, now) = (doctor.account.user, app.now());
    let result = app.db.write(move |tx| async move { store::cancel(&tx, &row, actor, now).await }).await;
    match result {
        Ok(sent) => {
            store::tell(&app, &sent);
            Ok(go_with_notice(&format!("/prescriptions/{id}"), "prescriptions-notice-cancelled"))
        }
        Err(Refusal::Failed(error)) => Err(error.into()),
        Err(_) => Err(not_current()),
    }
}
