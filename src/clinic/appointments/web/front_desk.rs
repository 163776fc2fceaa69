//! The front desk books for a patient, and calls off: the same slots, races and one-a-day as for everybody (P8, C2, C3).
//!
//! What is written of the complaint goes to the doctor; the desk does not read it again.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Asked, DoctorCard, asked,
    consultations::call_off,
    slot_page::{Booker, Obstacle, Shown, Wish, check, draw_doctor, find_active, time_taken},
};
use crate::{
    app::App,
    clinic::{
        accounts::{self, AdminAccount},
        appointments::{
            booking::{self, InRight, NewConsultation, NotBooked},
            store,
        },
        audit, doctors, patients,
    },
    infra::{form_acts, vault::Private},
    web::{
        Error, Form, FormState, Id, NoFields, Page,
        page::{draw, go_with_notice},
    },
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct SlotAsked {
    doctor: String,
    day: String,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct DeskBookForm {
    doctor_id: String,
    starts_at: String,
    complaint: String,
    /// What the page said of the messages.
    message_retention: String,
    /// The day that is shown, for a form that comes back without a slot.
    day: String,
}

impl DeskBookForm {
    fn wish(&self) -> Wish<'_> {
        let (complaint, retention) = (&self.complaint, &self.message_retention);
        Wish { starts_at: &self.starts_at, complaint, retention, day: &self.day }
    }
}

#[derive(Template)]
#[template(path = "clinic/appointments/desk_doctors.html")]
struct DoctorsPage {
    page: Page,
    patient: Uuid,
    name: Private,
    doctors: Vec<DoctorCard>,
}

/// A patient whom an admin has looked at; the look is written down.
struct AtDesk {
    admin: Uuid,
    patient: Uuid,
    name: Private,
}

impl AtDesk {
    async fn find(app: &App, admin: Uuid, patient: Uuid) -> Result<Self, Error> {
        if !patients::exists(app.db.read(), patient).await? {
            return Err(Error::NotFound);
        }
        let act = audit::Act {
            actor: admin,
            action: "view",
            subject: "patient",
            subject_id: patient,
            patient: Some(patient),
        };
        audit::record_view(app, act).await?;
        Ok(Self { admin, patient, name: patients::name_of(app.db.read(), &app.vault, patient).await? })
    }

    fn page(&self) -> String {
        format!("/admin/patients/{}", self.patient)
    }

    fn booker(&self, doctor: Uuid) -> Booker {
        let book = format!("{}/book", self.page());
        Booker {
            days: format!("{book}?doctor={doctor}&day="),
            back: (book.clone(), "appointments-all-doctors"),
            action: book,
            people: Vec::new(),
            patient: Some(self.name.clone()),
        }
    }
}

/// `GET /admin/patients/{patient}/book?doctor=&day=`: a doctor is chosen, then a slot.
pub async fn choose(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    Id(patient): Id,
    query: Asked<SlotAsked>,
) -> Result<Response, Error> {
    let desk = AtDesk::find(&app, admin.user, patient).await?;
    let asked = asked(query);
    if asked.doctor.is_empty() {
        let active = doctors::bookable(app.db.read()).await?;
        let busy = store::busy_doctors(app.db.read(), active.iter().map(|doctor| doctor.id).collect()).await?;
        let photos = accounts::photos_of(app.db.read(), active.iter().map(|doctor| doctor.user_id).collect()).await?;
        let card = |doctor: &doctors::entity::doctor::Model| {
            DoctorCard::of(&app, doctor, &busy, photos.get(&doctor.user_id).copied())
        };
        let doctors = active.iter().map(card).collect();
        return draw(&DoctorsPage { page: page.private(), patient, name: desk.name, doctors });
    }
    let doctor = find_active(&app, asked.doctor.parse().map_err(|_| Error::NotFound)?).await?;
    let (form, day) = (FormState::default(), asked.day.parse().ok());
    let shown = Shown { form, obstacle: None, day, status: StatusCode::OK };
    draw_doctor(&app, desk.booker(doctor.id), page.private(), &doctor, shown).await
}

/// `POST /admin/patients/{patient}/book`. The doctor and everybody who looks after the patient are told.
pub async fn book(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    Id(patient): Id,
    form: Form<DeskBookForm>,
) -> Result<Response, Error> {
    let desk = AtDesk::find(&app, admin.user, patient).await?;
    let key = form.idempotency_key.filter(|key| !key.is_empty());
    if key.as_ref().is_some_and(|key| key.len() > form_acts::LONGEST_KEY) {
        return Err(Error::UnreadableForm);
    }
    let has_account = !patients::accounts_of(app.db.read(), patient).await?.is_empty();
    let told = if has_account { "appointments-booked-at-desk" } else { "appointments-booked-without-account" };
    let booked = || Ok(go_with_notice(&format!("/admin/patients/{patient}"), told));
    if let Some(key) = &key
        && form_acts::path_of(app.db.read(), desk.admin, key).await?.is_some()
    {
        return booked();
    }
    let fields = &form.fields;
    let doctor = find_active(&app, fields.doctor_id.parse().map_err(|_| Error::NotFound)?).await?;
    let wish = fields.wish();
    let (slot, complaint, retention) = match check(&app, &doctor, wish).await? {
        Ok(checked) => checked,
        Err(errors) => {
            let shown = Shown::refused(&app, &page, form.state, &wish, Some(errors));
            return draw_doctor(&app, desk.booker(doctor.id), page.private(), &doctor, shown).await;
        }
    };
    let consultation = NewConsultation {
        patient,
        doctor: doctor.id,
        booked_by: desk.admin,
        day: slot.day(),
        starts_at: slot.starts_at(),
        ends_at: slot.ends_at(),
        complaint,
        retention,
        idempotency_key: key,
    };
    let obstacle = match booking::book_slot(&app, consultation, InRight::OfDesk).await {
        Ok(_) | Err(NotBooked::SentBefore) => return booked(),
        Err(NotBooked::TimeTaken) => time_taken(&app, &page, doctor.id, &slot).await?,
        Err(NotBooked::DayTaken) => Obstacle { same_day: Some(desk.page()), ..Obstacle::default() },
        Err(NotBooked::NotOffered) => {
            let errors = check(&app, &doctor, wish).await?.err();
            let shown = Shown::refused(&app, &page, form.state, &wish, errors);
            return draw_doctor(&app, desk.booker(doctor.id), page.private(), &doctor, shown).await;
        }
        Err(NotBooked::NoDoctor | NotBooked::NoPatient) => return Err(Error::NotFound),
        Err(NotBooked::Failed(error)) => return Err(error.into()),
    };
    let (obstacle, day) = (Some(obstacle), Some(slot.day()));
    let shown = Shown { form: form.state, obstacle, day, status: StatusCode::CONFLICT };
    draw_doctor(&app, desk.booker(doctor.id), page.private(), &doctor, shown).await
}

/// `POST /admin/patients/{patient}/appointments/{appointment}/cancel`.
pub async fn cancel(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    path: Result<Path<(Uuid, Uuid)>, axum::extract::rejection::PathRejection>,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    let Path((patient, id)) = path.map_err(|_| Error::NotFound)?;
    let appointment = store::find(app.db.read(), id).await?;
    let appointment = appointment.filter(|found| found.patient_id == patient).ok_or(Error::NotFound)?;
    call_off(&app, &appointment, admin.user).await?;
    Ok(go_with_notice(&format!("/admin/patients/{patient}"), "appointments-cancelled"))
}
