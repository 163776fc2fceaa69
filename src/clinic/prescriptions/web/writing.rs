//! The form on a page of its own, and its acts over an issued prescription.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use super::viewer::record_view;
use crate::{
    app::App,
    clinic::{
        audit,
        doctors::Doctor,
        patients,
        prescriptions::{
            panel::{Meanwhile, PrescriptionPanel},
            rules::Fields,
            writing::{self, Desk, Outcome, Target, acted_on},
        },
    },
    infra::vault::Private,
    web::{
        Error, Form, Id, IdAndNumber, Page,
        page::{draw_with, go},
    },
};

#[derive(Template)]
#[template(path = "clinic/prescriptions/write.html")]
struct WritePage {
    page: Page,
    prescription: PrescriptionPanel,
    patient_name: Private,
    birth: Private,
}

/// The form on a page that names the patient, which is written down first.
pub async fn draw_alone(
    Desk { app, doctor, page }: Desk<'_>,
    target: &Target,
    (status, prescription): (StatusCode, PrescriptionPanel),
) -> Result<Response, Error> {
    match &target.changes {
        Some(row) => record_view(app, doctor, row).await?,
        None => audit::record_view(app, view(doctor, target)).await?,
    }
    let identity = patients::identity_of(app.db.read(), &app.vault, target.appointment.patient_id).await?;
    let birth = format!("{}, {}", identity.birth_place.reveal(), page.words.plain_day(identity.birth_date));
    let (page, birth) = (page.clone().private(), Private::new(birth));
    draw_with(status, &WritePage { page, prescription, patient_name: identity.name, birth })
}

fn view(doctor: &Doctor, target: &Target) -> audit::Act {
    audit::Act {
        actor: doctor.account.user,
        action: "view",
        subject: "appointment",
        subject_id: target.appointment.id,
        patient: Some(target.appointment.patient_id),
    }
}

async fn answer(desk: Desk<'_>, target: &Target, outcome: Outcome) -> Result<Response, Error> {
    match outcome {
        Outcome::Done(response) => Ok(response),
        Outcome::Again(status, panel) => draw_alone(desk, target, (status, *panel)).await,
    }
}

/// `GET /doctor/appointments/{appointment}/prescription/create`: the form on a page of its own.
pub async fn create(State(app): State<App>, doctor: Doctor, page: Page, Id(id): Id) -> Result<Response, Error> {
    let target = Target::of_appointment(&app, &doctor, id).await?;
    let panel = PrescriptionPanel::of(&app, &doctor, &target.appointment, &page).await?;
    draw_alone(Desk { app: &app, doctor: &doctor, page: &page }, &target, (StatusCode::OK, panel)).await
}

/// `GET /doctor/prescriptions/{prescription}/edit`: a draft to go on with, or an issued one to change. Of one that was
/// replaced the newest version is changed; where none holds any more, the page says so and offers a new one.
pub async fn edit(State(app): State<App>, doctor: Doctor, page: Page, Id(id): Id) -> Result<Response, Error> {
    let (target, current) = Target::of_prescription(&app, &doctor, id).await?;
    if let Some(row) = &target.changes {
        if !current {
            return Ok(go(&format!("/doctor/prescriptions/{}/edit", row.id)));
        }
        let panel = PrescriptionPanel::of_change(&app, &doctor, &page, (&target.appointment, row)).await?;
        return draw_alone(Desk { app: &app, doctor: &doctor, page: &page }, &target, (StatusCode::OK, panel)).await;
    }
    let mut panel = PrescriptionPanel::of(&app, &doctor, &target.appointment, &page).await?;
    let mut status = StatusCode::OK;
    if !current {
        let sentence = page.t("prescriptions-not-current");
        panel.meanwhile = Some(Meanwhile { sentence, href: format!("/prescriptions/{id}") });
        status = StatusCode::CONFLICT;
    }
    draw_alone(Desk { app: &app, doctor: &doctor, page: &page }, &target, (status, panel)).await
}

/// `PUT /doctor/prescriptions/{prescription}`: a new version of an issued one; a draft is issued.
pub async fn update(
    State(app): State<App>,
    doctor: Doctor,
    page: Page,
    Id(id): Id,
    form: Form<Fields>,
) -> Result<Response, Error> {
    if let Some(path) = acted_on(&app, &doctor, form.idempotency_key.as_deref()).await? {
        return Ok(go(&path));
    }
    let (target, current) = Target::of_prescription(&app, &doctor, id).await?;
    let desk = Desk { app: &app, doctor: &doctor, page: &page };
    let outcome = if current {
        writing::issue(desk, &target, form).await?
    } else {
        writing::meanwhile(desk, &target, &form).await?
    };
    answer(desk, &target, outcome).await
}

/// `POST /doctor/prescriptions/{prescription}/rows`: the form of a change with a row more.
pub async fn add_row(
    State(app): State<App>,
    doctor: Doctor,
    page: Page,
    Id(id): Id,
    form: Form<Fields>,
) -> Result<Response, Error> {
    let (target, _) = Target::of_prescription(&app, &doctor, id).await?;
    let desk = Desk { app: &app, doctor: &doctor, page: &page };
    let outcome = writing::add_row(desk, &target, &form).await?;
    answer(desk, &target, outcome).await
}

/// `POST /doctor/prescriptions/{prescription}/rows/{row}/remove`: the form of a change without that row.
pub async fn remove_row(
    State(app): State<App>,
    doctor: Doctor,
    page: Page,
    IdAndNumber(id, row): IdAndNumber,
    form: Form<Fields>,
) -> Result<Response, Error> {
    let (target, _) = Target::of_prescription(&app, &doctor, id).await?;
    let desk = Desk { app: &app, doctor: &doctor, page: &page };
    let outcome = writing::remove_row(desk, &target, &form, row).await?;
    answer(desk, &target, outcome).await
}
