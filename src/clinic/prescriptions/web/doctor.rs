//! The doctor's side: writing, issuing, changing and calling off.

use askama::Template;
use axum::{extract::State, response::Response};
use uuid::Uuid;

use crate::{
    app::App,
    clinic::{
        appointments::entity::appointment,
        doctors::Doctor,
        prescriptions::panel::PrescriptionPanel,
    },
    web::{Error, Id, Page, page::draw},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

#[derive(Template)]
#[template(path = "clinic/prescriptions/write.html")]
struct WritePage {
    page: Page,
    prescription: PrescriptionPanel,
    back: String,
}

async fn appointment_of(app: &App, doctor: &Doctor, id: Uuid) -> Result<appointment::Model, Error> {
    let found = appointment::Entity::find_by_id(id).filter(appointment::Column::DoctorId.eq(doctor.id));
    found.one(app.db.read()).await?.ok_or(Error::NotFound)
}

/// The form on a page of its own.
pub async fn create(State(app): State<App>, doctor: Doctor, page: Page, Id(id): Id) -> Result<Response, Error> {
    let appointment = appointment_of(&app, &doctor, id).await?;
    let prescription = PrescriptionPanel::of(&app, &doctor, &appointment, page.language()).await?;
    draw(&WritePage { page: page.private(), prescription, back: format!("/doctor/consultations/{id}") })
}
