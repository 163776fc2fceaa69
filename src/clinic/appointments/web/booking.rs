//! A patient's booking: a doctor's page, where a slot is chosen, and its form.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Asked, asked,
    slot_page::{Booker, Obstacle, Person, Shown, Wish, check, draw_doctor, find_active, time_taken},
};
use crate::{
    app::App,
    clinic::{
        appointments::{
            booking::{self, InRight, NewConsultation, NotBooked},
            slots::Slot,
            store,
        },
        patients::{self, Patient},
    },
    infra::form_acts,
    web::{
        Error, Form, FormState, Id, Page,
        page::{go, go_with_notice},
    },
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct DayAsked {
    day: String,
    /// For whom, where the account looks after several.
    patient_id: String,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct BookForm {
    doctor_id: String,
    starts_at: String,
    patient_id: String,
    complaint: String,
    /// What the page said of the messages.
    message_retention: String,
    /// The day that is shown, for a form that comes back without a slot.
    day: String,
}

impl BookForm {
    fn wish(&self) -> Wish<'_> {
        let (complaint, retention) = (&self.complaint, &self.message_retention);
        Wish { starts_at: &self.starts_at, complaint, retention, day: &self.day }
    }
}

/// `GET /doctors/{doctor}?day=&patient_id=`.
pub async fn doctor(
    State(app): State<App>,
    patient: Patient,
    page: Page,
    Id(id): Id,
    query: Asked<DayAsked>,
) -> Result<Response, Error> {
    let doctor = find_active(&app, id).await?;
    let asked = asked(query);
    let day = asked.day.parse().ok();
    let form = FormState::of([("patient_id", asked.patient_id.clone())]);
    let shown = Shown { form, obstacle: None, day, status: StatusCode::OK };
    let booker = booker(&app, &patient, id, &asked.patient_id).await?;
    draw_doctor(&app, booker, page, &doctor, shown).await
}

/// The account, and for whom it books: whoever was chosen stays chosen on another day.
async fn booker(app: &App, patient: &Patient, doctor: Uuid, chosen: &str) -> Result<Booker, Error> {
    let chosen = chosen.parse().ok().filter(|chosen| patient.looks_after(*chosen));
    let (list, days) = match chosen {
        Some(chosen) => {
            (format!("/doctors?patient_id={chosen}"), format!("/doctors/{doctor}?patient_id={chosen}&day="))
        }
        None => ("/doctors".to_owned(), format!("/doctors/{doctor}?day=")),
    };
    Ok(Booker {
        action: "/consultations".to_owned(),
        back: (list, "appointments-all-doctors"),
        days,
        people: people(app, patient).await?,
        patient: None,
    })
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
    let booker = booker(&app, &patient, doctor.id, &form.fields.patient_id).await?;
    let wish = form.fields.wish();
    let (slot, complaint, retention) = match check(&app, &doctor, wish).await? {
        Ok(checked) => checked,
        Err(errors) => {
            let shown = Shown::refused(&app, &page, form.state, &wish, Some(errors));
            return draw_doctor(&app, booker, page, &doctor, shown).await;
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
        retention,
        idempotency_key: key.map(str::to_owned),
    };
    let obstacle = match booking::book_slot(&app, consultation, InRight::OfCare).await {
        Ok(made) => return Ok(go_with_notice(&booking::path_of(made.id), "appointments-booked")),
        Err(NotBooked::SentBefore) => {
            return sent_before(&app, user, key).await?.map(|path| go(&path)).ok_or(Error::Unavailable);
        }
        Err(NotBooked::TimeTaken) => time_taken(&app, &page, doctor.id, &slot).await?,
        Err(NotBooked::DayTaken) => day_taken(&app, treated, &slot).await?,
        Err(NotBooked::NotOffered) => {
            let errors = check(&app, &doctor, wish).await?.err();
            let shown = Shown::refused(&app, &page, form.state, &wish, errors);
            return draw_doctor(&app, booker, page, &doctor, shown).await;
        }
        Err(NotBooked::NoDoctor | NotBooked::NoPatient) => return Err(Error::NotFound),
        Err(NotBooked::Failed(error)) => return Err(error.into()),
    };
    let (obstacle, day) = (Some(obstacle), Some(slot.day()));
    let shown = Shown { form: form.state, obstacle, day, status: StatusCode::CONFLICT };
    draw_doctor(&app, booker, page, &doctor, shown).await
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

/// The patient has a consultation on that day: leads to it (C3).
async fn day_taken(app: &App, patient: Uuid, slot: &Slot) -> Result<Obstacle, Error> {
    let other = store::of_patients_day(app.db.read(), patient, slot.day()).await?;
    let path = other.map_or_else(|| "/consultations".to_owned(), |other| booking::path_of(other.id));
    Ok(Obstacle { same_day: Some(path), ..Obstacle::default() })
}
