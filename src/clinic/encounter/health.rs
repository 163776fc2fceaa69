//! What a doctor reads of a patient's health beside the room, and may correct (P4): allergies, weight, medicines in use.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    app::App,
    clinic::{
        accounts, appointments, audit,
        doctors::{self, Doctor},
        patients::{self, Change, Health, NewHealth},
    },
    infra::vault::{Private, VaultError},
    web::{
        Error, FieldErrors, Form, FormState, Id, Page, Sentence,
        page::{draw_with, go_with_notice},
    },
};

/// The card in the workspace, and the form in it.
pub(super) struct HealthCard {
    pub(super) patient: Uuid,
    pub(super) allergies: String,
    pub(super) weight: String,
    pub(super) medicines_in_use: String,
    /// Who changed it last, and when, in words.
    pub(super) changed: Option<String>,
    pub(super) version: i32,
    pub(super) form: FormState,
    /// The consultation that one comes from and goes back to.
    pub(super) appointment: String,
}

impl HealthCard {
    /// What `doctor` reads of `patient`. The view is recorded before.
    pub(super) async fn of(
        app: &App,
        doctor: &Doctor,
        patient: Uuid,
        appointment: String,
        page: &Page,
    ) -> Result<Self, Error> {
        let health = patients::health_of(app.db.read(), &app.vault, patient).await?;
        let changed = changed_words(app, doctor.account.user, &health, page).await?;
        let typed = health.typed(page.language());
        let form = FormState::of(typed.clone());
        let [(_, allergies), (_, weight), (_, medicines_in_use)] = typed;
        let version = health.version;
        Ok(Self { patient, allergies, weight, medicines_in_use, changed, version, form, appointment })
    }

    /// What is kept of a field that was typed otherwise.
    pub(super) fn stored(&self, name: &str) -> Option<&String> {
        let kept = match name {
            "allergies" => &self.allergies,
            "weight" => &self.weight,
            _ => &self.medicines_in_use,
        };
        (self.form.value(name).replace("\r\n", "\n").trim() != kept.trim()).then_some(kept)
    }
}

/// "Diperbarui dr. Andi pada …", as `reader` reads it; nothing if nobody ever changed it.
pub async fn changed_words(app: &App, reader: Uuid, health: &Health, page: &Page) -> Result<Option<String>, Error> {
    let Some((user, at)) = health.changed else { return Ok(None) };
    let at = page.words.day_and_time(at).words;
    if user == reader {
        return Ok(Some(page.t1("encounter-health-changed-by-you", "at", at)));
    }
    let connection = app.db.read();
    let name = match doctors::find_of_user(connection, user).await? {
        Some(doctor) => Private::new(doctor.name),
        None => accounts::name_of(connection, &app.vault, user).await?,
    };
    Ok(Some(page.t2("encounter-health-changed", "name", name.reveal(), "at", at)))
}

#[derive(Template)]
#[template(path = "clinic/encounter/health.html")]
struct HealthPage {
    page: Page,
    patient_name: Private,
    health: HealthCard,
    changed_meanwhile: bool,
}

/// A doctor's corrections.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct HealthForm {
    allergies: String,
    weight: String,
    medicines_in_use: String,
    version: i32,
    appointment_id: String,
}

/// `POST /doctor/patients/{patient}/health`: a doctor who treats the patient corrects what is known of their health.
pub async fn correct(
    State(app): State<App>,
    doctor: Doctor,
    Id(patient): Id,
    page: Page,
    form: Form<HealthForm>,
) -> Result<Response, Error> {
    if !appointments::treats(app.db.read(), doctor.id, patient).await? {
        return Err(Error::NotFound);
    }
    let Form { fields, state, .. } = form;
    let appointment = own_appointment(&app, &doctor, patient, &fields.appointment_id).await?;
    let mut errors = FieldErrors::default();
    let Some(new) = NewHealth::check(&fields.allergies, &fields.weight, &fields.medicines_in_use, &mut errors) else {
        return draw_again(&app, &doctor, page, (patient, appointment, state), &errors).await;
    };
    let (inside, user, now) = (app.clone(), doctor.account.user, app.now());
    let change = Change { patient, version: fields.version, by: user, at: now };
    let kept = app.db.write(move |tx| async move {
        let kept = patients::keep_health(&tx, &inside.vault, change, new).await?;
        if kept {
            audit::record(&tx, act(user, "edit", patient), now).await?;
        }
        Ok::<_, VaultError>(kept)
    });
    if !kept.await? {
        let errors = FieldErrors::message(Sentence::new("encounter-health-changed-meanwhile"));
        return draw_again(&app, &doctor, page, (patient, appointment, state), &errors).await;
    }
    Ok(go_with_notice(&format!("/doctor/consultations/{appointment}"), "encounter-health-saved"))
}

const fn act(actor: Uuid, action: &'static str, patient: Uuid) -> audit::Act {
    audit::Act { actor, action, subject: "health", subject_id: patient, patient: Some(patient) }
}

/// The consultation that the doctor comes from: theirs, and of this patient.
async fn own_appointment(app: &App, doctor: &Doctor, patient: Uuid, id: &str) -> Result<Uuid, Error> {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let found = appointments::find_for_doctor(app.db.read(), doctor, id).await?;
    found.filter(|row| row.patient_id == patient).map(|row| row.id).ok_or(Error::NotFound)
}

type Typed = (Uuid, Uuid, FormState);

/// The form with what was typed, and what is kept where that differs.
async fn draw_again(
    app: &App,
    doctor: &Doctor,
    page: Page,
    (patient, appointment, typed): Typed,
    errors: &FieldErrors,
) -> Result<Response, Error> {
    audit::record_view(app, act(doctor.account.user, "view", patient)).await?;
    let form = typed.refused(errors, page.language());
    let changed_meanwhile = !form.has_errors();
    let card = HealthCard::of(app, doctor, patient, appointment.to_string(), &page).await?;
    let status = if changed_meanwhile { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shown = HealthPage {
        patient_name: patients::name_of(app.db.read(), &app.vault, patient).await?,
        health: HealthCard { form, ..card },
        changed_meanwhile,
        page: page.private(),
    };
    draw_with(status, &shown)
}
