//! Whom an account looks after beside its holder: a child, an old parent (P8).

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use uuid::Uuid;

use super::{
    Patient, Relationship, care,
    forms::FurtherForm,
    known::TELL_CLAIM,
    store::{self, NewPatient},
    web::still_read,
};
use crate::{
    app::App,
    clinic::{
        audit::{self, Act},
        legal::{self, Kind, Text},
    },
    infra::{
        form_acts, jobs, random,
        unique::{Unique, violated},
        vault::{Private, VaultError},
    },
    web::{
        Error, FieldErrors, Form, FormState, Id, NoFields, Page, Sentence,
        page::{draw, draw_with, go_with_notice},
    },
};

/// Whom one account can look after.
const MOST_IN_CARE: usize = 20;
const LIST: &str = "/profile/patients";

struct Line {
    id: Uuid,
    name: Private,
    born: String,
    relationship: &'static str,
    is_own: bool,
}

#[derive(Template)]
#[template(path = "clinic/patients/in_care.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
}

/// `GET /profile/patients`: everybody in the account's care, the holder first.
pub async fn list(State(app): State<App>, patient: Patient, page: Page) -> Result<Response, Error> {
    let mut lines = Vec::new();
    for care in care::care_of(app.db.read(), patient.account.user).await? {
        let identity = store::identity_of(app.db.read(), &app.vault, care.patient_id).await?;
        lines.push(Line {
            id: identity.id,
            name: identity.name,
            born: page.words.plain_day(identity.birth_date),
            relationship: relationship_key(care.relationship),
            is_own: care.relationship == Relationship::OneSelf,
        });
    }
    draw(&ListPage { page: page.private(), lines })
}

const fn relationship_key(relationship: Relationship) -> &'static str {
    match relationship {
        Relationship::OneSelf => "patients-relationship-one-self",
        Relationship::Child => "patients-relationship-child",
        Relationship::Parent => "patients-relationship-parent",
        Relationship::Other => "patients-relationship-other",
    }
}

#[derive(Template)]
#[template(path = "clinic/patients/further.html")]
struct FurtherPage {
    page: Page,
    form: FormState,
    idempotency_key: String,
    terms: Text,
}

impl FurtherPage {
    fn new(page: Page, form: FormState, terms: Text) -> Self {
        Self { page: page.private(), form, idempotency_key: random::token(), terms }
    }
}

/// `GET /profile/patients/new`.
pub async fn new(State(app): State<App>, _: Patient, page: Page) -> Result<Response, Error> {
    let terms = legal::current(app.db.read(), Kind::Terms, page.language(), &app.clinic()).await?;
    draw(&FurtherPage::new(page, FormState::default(), terms))
}

/// `POST /profile/patients/new`. Who adds somebody whose number another patient has sees and gets what everybody does:
/// a patient of their own, without the other's record. The front desk looks at both, the other's accounts are told.
pub async fn create(
    State(app): State<App>,
    patient: Patient,
    page: Page,
    form: Form<FurtherForm>,
) -> Result<Response, Error> {
    let terms = legal::current(app.db.read(), Kind::Terms, page.language(), &app.clinic()).await?;
    let read = form.fields.check(app.clinic().day_of(app.now()));
    let checked = match still_read(&terms, form.fields.consent_version(), read) {
        Ok((new, relationship)) => allowed(&app, &patient, &form.fields, &new).await?.map(|()| (new, relationship)),
        Err(errors) => Err(errors),
    };
    let (new, relationship) = match checked {
        Ok(checked) => checked,
        Err(errors) => {
            let form = form.state.refused(&errors, page.language());
            return draw_with(StatusCode::UNPROCESSABLE_ENTITY, &FurtherPage::new(page, form, terms));
        }
    };
    let key = form.idempotency_key.filter(|key| !key.is_empty());
    if key.as_ref().is_some_and(|key| key.len() > form_acts::LONGEST_KEY) {
        return Err(Error::UnreadableForm);
    }
    match add(&app, patient.account.user, (new, relationship, terms.version), key).await {
        Err(VaultError::Database(error)) if violated(&error) == Some(Unique::FormAct) => {}
        other => other?,
    }
    app.job_nudge.notify_one();
    Ok(go_with_notice(LIST, "patients-further-added"))
}

/// Whether the account may add this patient: not one whom it looks after already, and not too many. What it says rests
/// on the account's own patients alone.
async fn allowed(
    app: &App,
    patient: &Patient,
    form: &FurtherForm,
    new: &NewPatient,
) -> Result<Result<(), FieldErrors>, Error> {
    if patient.in_care.len() >= MOST_IN_CARE {
        let sentence = Sentence::new("patients-further-too-many").with("most", MOST_IN_CARE);
        return Ok(Err(FieldErrors::message(sentence)));
    }
    for id in &patient.in_care {
        let identity = store::identity_of(app.db.read(), &app.vault, *id).await?;
        if new.known_by.is_of(&identity, new.birth_date) {
            let field = if form.is_newborn() { "mother_nik" } else { "nik" };
            return Ok(Err(FieldErrors::of(field, Sentence::new("patients-further-there"))));
        }
    }
    Ok(Ok(()))
}

/// The same rows whether the number is known or not, so that it takes the same time.
async fn add(
    app: &App,
    user: Uuid,
    (new, relationship, terms): (NewPatient, Relationship, i32),
    key: Option<String>,
) -> Result<(), VaultError> {
    let (inside, now) = (app.clone(), app.now());
    app.db
        .write(move |tx| async move {
            if let Some(key) = &key {
                form_acts::add(&tx, user, key, LIST, now).await?;
            }
            let id = store::claim(&tx, &inside.vault, new, now).await?;
            care::look_after(&tx, user, id, relationship, Some(terms), now).await?;
            audit::record(&tx, act(user, "register", id), now).await?;
            Ok(jobs::add(&tx, TELL_CLAIM, id, now, now).await?)
        })
        .await
}

const fn act(actor: Uuid, action: &'static str, patient: Uuid) -> Act {
    Act { actor, action, subject: "patient", subject_id: patient, patient: Some(patient) }
}

/// `POST /profile/patients/{patient}/remove`: the account no longer looks after the patient, whose record stays with
/// the clinic.
pub async fn remove(
    State(app): State<App>,
    patient: Patient,
    Id(id): Id,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    if !patient.looks_after(id) {
        return Err(Error::NotFound);
    }
    let (user, now) = (patient.account.user, app.now());
    let ended = app.db.write(move |tx| async move {
        let ended = care::end(&tx, user, id).await?;
        if ended {
            audit::record(&tx, act(user, "end-care", id), now).await?;
        }
        Ok::<_, sea_orm::DbErr>(ended)
    });
    if !ended.await? {
        return Err(Error::Conflict(Sentence::new("patients-further-own")));
    }
    care::tell_ended(&app, user, id);
    Ok(go_with_notice(LIST, "patients-further-removed"))
}
