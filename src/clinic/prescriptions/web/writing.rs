//! Writing a prescription: the form, and what becomes of it.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use uuid::Uuid;

use super::viewer::record_view;
use crate::{
    app::App,
    clinic::{
        appointments::{self, Kind, Status as AppointmentStatus, appointment},
        audit,
        doctors::Doctor,
        patients, pharmacy,
        prescriptions::{
            entity::{Status, prescription},
            panel::{PrescriptionPanel, licence_refusal},
            rules::{self, Content, Fields, Intent},
            store::{self, Refusal, Sent, Writing},
        },
    },
    infra::{bus::Hint, form_acts, vault::Private},
    web::{
        Error, FieldErrors, Form, FormState, Id, Page, Sentence,
        page::{draw_with, go, go_with_notice},
    },
};

#[derive(Template)]
#[template(path = "clinic/prescriptions/write.html")]
struct WritePage {
    page: Page,
    prescription: PrescriptionPanel,
    patient_name: Private,
    birth: Private,
    back: String,
}

/// What is being written: for an appointment, or over a prescription that is there.
struct Target {
    appointment: appointment::Model,
    /// The prescription that is there.
    over: Option<prescription::Model>,
}

impl Target {
    async fn of_appointment(app: &App, doctor: &Doctor, id: Uuid) -> Result<Self, Error> {
        let appointment = appointments::find_for_doctor(app.db.read(), doctor, id).await?.ok_or(Error::NotFound)?;
        let allowed = [AppointmentStatus::Confirmed, AppointmentStatus::Ongoing, AppointmentStatus::Completed];
        if allowed.contains(&appointment.status) {
            Ok(Self { appointment, over: None })
        } else {
            Err(Error::Conflict(Sentence::new("prescriptions-no-appointment")))
        }
    }

    async fn of_prescription(app: &App, doctor: &Doctor, id: Uuid) -> Result<Self, Error> {
        let row = store::find_for_doctor(app.db.read(), doctor, id).await?.ok_or(Error::NotFound)?;
        if !matches!(row.status, Status::Draft | Status::Active) {
            return Err(not_current());
        }
        let target = Self::of_appointment(app, doctor, row.appointment_id).await?;
        Ok(Self { over: Some(row), ..target })
    }

    /// The issued prescription that a new version is to replace.
    fn changed(&self) -> Option<&prescription::Model> {
        self.over.as_ref().filter(|row| row.status == Status::Active)
    }

    fn view(&self, doctor: &Doctor) -> audit::Act {
        audit::Act {
            actor: doctor.account.user,
            action: "view",
            subject: "appointment",
            subject_id: self.appointment.id,
            patient: Some(self.appointment.patient_id),
        }
    }

    /// Where the doctor goes afterwards.
    fn home(&self) -> String {
        match self.appointment.kind {
            Kind::Consultation => format!("/doctor/consultations/{}", self.appointment.id),
            Kind::Visit => "/doctor/prescriptions".to_owned(),
        }
    }

    fn at(&self, mut panel: PrescriptionPanel) -> PrescriptionPanel {
        if let Some(row) = &self.over {
            return panel.at(row);
        }
        panel.action = format!("/doctor/appointments/{}/prescription", self.appointment.id);
        panel
    }

    /// The form on a page that names the patient, which is written down first.
    async fn draw(
        &self,
        app: &App,
        doctor: &Doctor,
        page: Page,
        (status, prescription): (StatusCode, PrescriptionPanel),
    ) -> Result<Response, Error> {
        match &self.over {
            Some(row) => record_view(app, doctor, row).await?,
            None => audit::record_view(app, self.view(doctor)).await?,
        }
        let identity = patients::identity_of(app.db.read(), &app.vault, self.appointment.patient_id).await?;
        let birth = format!("{}, {}", identity.birth_place.reveal(), page.words.plain_day(identity.birth_date));
        let back = self.home();
        let birth = Private::new(birth);
        draw_with(status, &WritePage { page: page.private(), prescription, patient_name: identity.name, birth, back })
    }
}

/// That it is no longer the version that holds.
pub(super) fn not_current() -> Error {
    Error::Conflict(Sentence::new("prescriptions-not-current"))
}

/// `GET /doctor/appointments/{appointment}/prescription/create`: the form on a page of its own.
pub async fn create(State(app): State<App>, doctor: Doctor, page: Page, Id(id): Id) -> Result<Response, Error> {
    let target = Target::of_appointment(&app, &doctor, id).await?;
    let panel = PrescriptionPanel::of(&app, &doctor, &target.appointment, page.language()).await?;
    target.draw(&app, &doctor, page, (StatusCode::OK, panel)).await
}

/// `GET /doctor/prescriptions/{prescription}/edit`: a draft to go on with, or an issued one to change.
pub(super) async fn draw_edit(app: &App, doctor: &Doctor, page: Page, id: Uuid) -> Result<Response, Error> {
    let target = Target::of_prescription(app, doctor, id).await?;
    let Some(row) = &target.over else { return Err(Error::NotFound) };
    let panel = PrescriptionPanel::of_prescription(app, doctor, row, page.language()).await?;
    target.draw(app, doctor, page, (StatusCode::OK, panel)).await
}

/// `POST /doctor/appointments/{appointment}/prescription`: issues, keeps a draft, or draws the form with more rows.
pub async fn store(
    State(app): State<App>,
    doctor: Doctor,
    page: Page,
    Id(id): Id,
    form: Form<Fields>,
) -> Result<Response, Error> {
    let target = Target::of_appointment(&app, &doctor, id).await?;
    act_on(&app, &doctor, page, target, form).await
}

/// `PUT /doctor/prescriptions/{prescription}`: a new version of an issued one; a draft is issued, or kept.
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
    let target = Target::of_prescription(&app, &doctor, id).await?;
    act_on(&app, &doctor, page, target, form).await
}

/// Where the form led if it was sent before.
async fn acted_on(app: &App, doctor: &Doctor, key: Option<&str>) -> Result<Option<String>, Error> {
    let Some(key) = key else { return Ok(None) };
    if key.len() > form_acts::LONGEST_KEY {
        return Err(Error::UnreadableForm);
    }
    Ok(form_acts::path_of(app.db.read(), doctor.account.user, key).await?)
}

async fn act_on(app: &App, doctor: &Doctor, page: Page, target: Target, form: Form<Fields>) -> Result<Response, Error> {
    let intent = form.fields.intent().ok_or(Error::UnreadableForm)?;
    let rows = form.fields.rows().ok_or(Error::UnreadableForm)?.into_keys().collect::<Vec<_>>();
    if let Some(path) = acted_on(app, doctor, form.idempotency_key.as_deref()).await? {
        return Ok(go(&path));
    }
    if intent == Intent::Draft && target.changed().is_some() {
        return Err(Error::UnreadableForm);
    }
    let redrawn = match intent {
        Intent::More | Intent::Remove(_) => {
            let (state, indexes) = with_other_rows(&form.fields, intent);
            (StatusCode::OK, state, indexes)
        }
        Intent::Issue | Intent::Draft => match check(app, doctor, &form.fields, intent, &page).await? {
            Ok(content) => return keep(app, doctor, &target, content, (intent, form.idempotency_key)).await,
            Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, form.state.refused(&errors, page.language()), rows),
        },
    };
    let (status, state, indexes) = redrawn;
    let panel =
        PrescriptionPanel::drawn(app, doctor, (state, indexes), form.fields.products(), page.language()).await?;
    let mut panel = target.at(panel);
    if let Some(key) = form.idempotency_key.filter(|key| !key.is_empty()) {
        panel.idempotency_key = key;
    }
    target.draw(app, doctor, page, (status, panel)).await
}

/// The form with a row more, or without one.
fn with_other_rows(fields: &Fields, intent: Intent) -> (FormState, Vec<usize>) {
    let (without, more) = if let Intent::Remove(index) = intent { (Some(index), 0) } else { (None, 1) };
    let (state, count) = fields.state(without);
    (state, (0..(count + more).min(rules::MOST_ITEMS)).collect())
}

async fn check(
    app: &App,
    doctor: &Doctor,
    fields: &Fields,
    intent: Intent,
    page: &Page,
) -> Result<Result<Content, FieldErrors>, Error> {
    if intent == Intent::Issue
        && let Some(sentence) = licence_refusal(app, doctor, page.language()).await?
    {
        return Ok(Err(FieldErrors::message(sentence)));
    }
    let products = pharmacy::find_products(app.db.read(), fields.products()).await?;
    Ok(rules::check(fields, &products, intent))
}

async fn keep(
    app: &App,
    doctor: &Doctor,
    target: &Target,
    content: Content,
    (intent, key): (Intent, Option<String>),
) -> Result<Response, Error> {
    let home = target.home();
    let mut writing = Writing::of(&target.appointment, doctor.account.user, app.clinic().day_of(app.now()));
    if intent == Intent::Issue {
        writing.form = key.filter(|key| !key.is_empty()).map(|key| (key, home.clone()));
    }
    let content = std::sync::Arc::new(content);
    let mut result = write(app, &writing, &content, (intent, target.changed())).await;
    if matches!(result, Err(Refusal::DraftTaken)) {
        result = write(app, &writing, &content, (intent, target.changed())).await;
    }
    match result {
        Ok(Some(sent)) => {
            store::tell(app, &sent);
            if target.appointment.status == AppointmentStatus::Completed {
                app.bus.publish(Hint::changed(format!("appointment:{}", target.appointment.id)));
            }
            Ok(go_with_notice(&home, "prescriptions-notice-issued"))
        }
        Ok(None) => Ok(go_with_notice(&home, "prescriptions-notice-draft")),
        Err(Refusal::SentBefore) => Ok(go(&home)),
        Err(Refusal::DraftTaken | Refusal::NotCurrent) => Err(not_current()),
        Err(Refusal::Failed(error)) => Err(error.into()),
    }
}

/// One act: a new version, a draft, or the first version. What was sent comes back, to be told of.
async fn write(
    app: &App,
    writing: &Writing,
    content: &std::sync::Arc<Content>,
    (intent, changed): (Intent, Option<&prescription::Model>),
) -> Result<Option<Sent>, Refusal> {
    let now = app.now();
    let (inside, writing, content, changed) = (app.clone(), writing.clone(), content.clone(), changed.cloned());
    app.db
        .write(move |tx| async move {
            let vault = &inside.vault;
            match (&changed, intent) {
                (Some(old), _) => store::change(&tx, vault, &writing, (old, &content), now).await.map(Some),
                (None, Intent::Draft) => {
                    store::keep_draft(&tx, vault, &writing, &content, now).await?;
                    Ok(None)
                }
                (None, _) => store::issue(&tx, vault, &writing, &content, now).await.map(Some),
            }
        })
        .await
}
