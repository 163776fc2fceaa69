//! The acts of the prescription form of an appointment: issue, keep as a draft, add a row, remove one. A form that is drawn
//! again stands where it was filled in: of a consultation in its workspace, beside the call and the chat (P12).

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use serde_json::json;

use super::web::draw_workspace;
use crate::{
    app::App,
    clinic::{
        appointments::Kind,
        doctors::Doctor,
        prescriptions::{
            PrescriptionPanel,
            rules::Fields,
            web::draw_alone,
            writing::{self, Desk, KeptDraft, Outcome, Target},
        },
    },
    web::{Error, Form, Id, IdAndNumber, Page, errors::accepts_json, page::go_with_notice},
};

/// `POST /doctor/appointments/{appointment}/prescription`: issues a prescription.
pub async fn issue(
    State(app): State<App>,
    doctor: Doctor,
    page: Page,
    Id(id): Id,
    form: Form<Fields>,
) -> Result<Response, Error> {
    let target = Target::of_appointment(&app, &doctor, id).await?;
    let desk = Desk { app: &app, doctor: &doctor, page: &page };
    let outcome = writing::issue(desk, &target, form).await?;
    answer(desk, &target, outcome).await
}

/// `POST /doctor/appointments/{appointment}/prescription/draft`: keeps what is typed, right or wrong, and issues nothing.
pub async fn keep_draft(
    State(app): State<App>,
    doctor: Doctor,
    page: Page,
    headers: HeaderMap,
    Id(id): Id,
    form: Form<Fields>,
) -> Result<Response, Error> {
    let target = Target::of_appointment(&app, &doctor, id).await?;
    let desk = Desk { app: &app, doctor: &doctor, page: &page };
    let kept = writing::keep_draft(desk, &target, &form.fields).await?;
    if accepts_json(&headers) {
        return draft_for_script(desk, &target, kept).await;
    }
    let outcome = match kept {
        Some(_) => Outcome::Done(go_with_notice(&target.home(), "prescriptions-notice-draft")),
        None => writing::meanwhile(desk, &target, &form).await?,
    };
    answer(desk, &target, outcome).await
}

/// What the page says of the draft, and what its form stands on: after a refusal, on what the other tab has written.
async fn draft_for_script(
    Desk { app, doctor, page }: Desk<'_>,
    target: &Target,
    kept: Option<KeptDraft>,
) -> Result<Response, Error> {
    let Some(kept) = kept else {
        let panel = PrescriptionPanel::of(app, doctor, &target.appointment, page).await?;
        let body = json!({ "error": "conflict", "message": page.t("prescriptions-meanwhile-draft"), "revision": panel.revision });
        return Ok((StatusCode::CONFLICT, Json(body)).into_response());
    };
    let time = page.words.clock_or_day(kept.at, app.now());
    let body = json!({
        "draft": page.t1("prescriptions-draft-kept", "time", &time.words),
        "saved_at": time.iso,
        "revision": kept.revision.to_string(),
    });
    Ok(Json(body).into_response())
}

/// `POST /doctor/appointments/{appointment}/prescription/rows`: the form with a row more.
pub async fn add_row(
    State(app): State<App>,
    doctor: Doctor,
    page: Page,
    Id(id): Id,
    form: Form<Fields>,
) -> Result<Response, Error> {
    let target = Target::of_appointment(&app, &doctor, id).await?;
    let desk = Desk { app: &app, doctor: &doctor, page: &page };
    let outcome = writing::add_row(desk, &target, &form).await?;
    answer(desk, &target, outcome).await
}

/// `POST /doctor/appointments/{appointment}/prescription/rows/{row}/remove`: the form without that row.
pub async fn remove_row(
    State(app): State<App>,
    doctor: Doctor,
    page: Page,
    IdAndNumber(id, row): IdAndNumber,
    form: Form<Fields>,
) -> Result<Response, Error> {
    let target = Target::of_appointment(&app, &doctor, id).await?;
    let desk = Desk { app: &app, doctor: &doctor, page: &page };
    let outcome = writing::remove_row(desk, &target, &form, row).await?;
    answer(desk, &target, outcome).await
}

async fn answer(desk: Desk<'_>, target: &Target, outcome: Outcome) -> Result<Response, Error> {
    match (outcome, target.appointment.kind) {
        (Outcome::Done(response), _) => Ok(response),
        (Outcome::Again(status, panel), Kind::Consultation) => {
            draw_workspace(desk.app, desk.doctor, desk.page.clone(), target.appointment.id, Some((status, *panel)))
                .await
        }
        (Outcome::Again(status, panel), Kind::Visit) => draw_alone(desk, target, (status, *panel)).await,
    }
}
