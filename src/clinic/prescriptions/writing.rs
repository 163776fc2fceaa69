//! What becomes of the prescription form: issued, kept as a draft, or drawn again (R1, P12). Where it is drawn again is
//! whose page it stands on.

use std::sync::Arc;

use axum::{http::StatusCode, response::Response};
use uuid::Uuid;

use super::{
    entity::{Status, prescription},
    panel::{Meanwhile, PrescriptionPanel, Typed, home_of, licence_refusal},
    rules::{self, Content, Fields, Revision},
    store::{self, Refusal, Sent, Writing},
};
use crate::{
    app::App,
    clinic::{
        appointments::{self, Status as AppointmentStatus, appointment},
        doctors::Doctor,
        pharmacy,
    },
    infra::{bus::Hint, clock::Instant, form_acts},
    web::{
        Error, FieldErrors, Form, Page, Sentence,
        page::{go, go_with_notice},
    },
};

/// What is being written: a new prescription for an appointment, or a new version of one that was issued.
pub struct Target {
    /// The appointment, of the doctor who writes.
    pub appointment: appointment::Model,
    /// The issued prescription that a new version is to replace.
    pub(super) changes: Option<prescription::Model>,
}

/// What became of the form.
pub enum Outcome {
    /// It was acted on; the answer leads on.
    Done(Response),
    /// It is drawn again, with what was typed.
    Again(StatusCode, Box<PrescriptionPanel>),
}

/// Where a draft that was kept stands now.
pub struct KeptDraft {
    /// When it was kept.
    pub at: Instant,
    /// What the form stands on from here.
    pub revision: Revision,
}

impl Target {
    /// A new prescription for the appointment `id`.
    pub async fn of_appointment(app: &App, doctor: &Doctor, id: Uuid) -> Result<Self, Error> {
        let appointment = appointments::find_for_doctor(app.db.read(), doctor, id).await?.ok_or(Error::NotFound)?;
        let allowed = [AppointmentStatus::Confirmed, AppointmentStatus::Ongoing, AppointmentStatus::Completed];
        if allowed.contains(&appointment.status) {
            Ok(Self { appointment, changes: None })
        } else {
            Err(Error::Conflict(Sentence::new("prescriptions-no-appointment")))
        }
    }

    /// What a form of the prescription `id` writes by now, and whether that is still what it was drawn for: where another
    /// version holds, that one; where none does any more, a new prescription.
    pub(super) async fn of_prescription(app: &App, doctor: &Doctor, id: Uuid) -> Result<(Self, bool), Error> {
        let reader = app.db.read();
        let mut newest = store::find_for_doctor(reader, doctor, id).await?.ok_or(Error::NotFound)?;
        while let Some(newer) = store::successor_of(reader, newest.id).await? {
            newest = newer;
        }
        let target = Self::of_appointment(app, doctor, newest.appointment_id).await?;
        let current = newest.id == id && matches!(newest.status, Status::Draft | Status::Active);
        Ok((Self { changes: Some(newest).filter(|row| row.status == Status::Active), ..target }, current))
    }

    /// Where the doctor goes afterwards.
    pub fn home(&self) -> String {
        home_of(&self.appointment)
    }

    /// The form with what was typed, as `refused` left it; it still stands on what it was drawn from.
    async fn panel(&self, desk: Desk<'_>, form: &Form<Fields>, typed: Typed) -> Result<PrescriptionPanel, Error> {
        let mut panel = self.fresh(desk, typed).await?;
        if self.changes.is_none() && !form.fields.revision.is_empty() {
            panel.revision.clone_from(&form.fields.revision);
        }
        if let Some(key) = form.idempotency_key.clone().filter(|key| !key.is_empty()) {
            panel.idempotency_key = key;
        }
        Ok(panel)
    }

    /// The form with `typed`, standing on what is so now.
    async fn fresh(&self, Desk { app, doctor, page }: Desk<'_>, typed: Typed) -> Result<PrescriptionPanel, Error> {
        if let Some(row) = &self.changes {
            return PrescriptionPanel::with(app, doctor, page, &self.appointment, typed)
                .await
                .map(|panel| panel.changing(row));
        }
        let standing = store::standing_of(app.db.read(), self.appointment.id).await?;
        PrescriptionPanel::drawn(app, doctor, page, (&self.appointment, &standing), typed).await
    }
}

/// Who writes, and on which page.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The program.
    pub app: &'a App,
    /// Who writes.
    pub doctor: &'a Doctor,
    /// The page that the form is drawn on again.
    pub page: &'a Page,
}

/// That it is no longer the version that holds.
pub(super) fn not_current() -> Error {
    Error::Conflict(Sentence::new("prescriptions-not-current"))
}

/// Where the form led if it was sent before.
pub(super) async fn acted_on(app: &App, doctor: &Doctor, key: Option<&str>) -> Result<Option<String>, Error> {
    let Some(key) = key else { return Ok(None) };
    if key.len() > form_acts::LONGEST_KEY {
        return Err(Error::UnreadableForm);
    }
    Ok(form_acts::path_of(app.db.read(), doctor.account.user, key).await?)
}

/// Issues what the form says: a new prescription, or a new version of one.
pub async fn issue(desk: Desk<'_>, target: &Target, form: Form<Fields>) -> Result<Outcome, Error> {
    let Desk { app, doctor, page } = desk;
    let (rows, seen) = (numbers(&form.fields)?, form.fields.seen()?);
    if let Some(path) = acted_on(app, doctor, form.idempotency_key.as_deref()).await? {
        return Ok(Outcome::Done(go(&path)));
    }
    let content = match check(desk, &form.fields).await? {
        Ok(content) => content,
        Err(errors) => {
            let state = form.state.clone().refused(&errors, page.language());
            let typed = Typed { form: state, rows, products: form.fields.products() };
            let panel = target.panel(desk, &form, typed).await?;
            return Ok(Outcome::Again(StatusCode::UNPROCESSABLE_ENTITY, Box::new(panel)));
        }
    };
    let home = target.home();
    let mut writing = Writing::of(&target.appointment, doctor.account.user, app.clinic().day_of(app.now()));
    writing.form = form.idempotency_key.clone().filter(|key| !key.is_empty()).map(|key| (key, home.clone()));
    match send(app, &writing, (content, seen), target.changes.as_ref()).await {
        Ok(sent) => {
            store::tell(app, &sent);
            if target.appointment.status == AppointmentStatus::Completed {
                app.bus.publish(Hint::changed(format!("appointment:{}", target.appointment.id)));
            }
            Ok(Outcome::Done(go_with_notice(&home, "prescriptions-notice-issued")))
        }
        Err(Refusal::SentBefore) => Ok(Outcome::Done(go(&home))),
        Err(Refusal::DraftTaken | Refusal::NotCurrent) => match &target.changes {
            Some(row) => {
                let (target, _) = Target::of_prescription(app, doctor, row.id).await?;
                meanwhile(desk, &target, &form).await
            }
            None => meanwhile(desk, target, &form).await,
        },
        Err(Refusal::Failed(error)) => Err(error.into()),
    }
}

/// Keeps what the form says as the appointment's draft, right or wrong; nothing if another tab kept or issued something.
pub async fn keep_draft(desk: Desk<'_>, target: &Target, fields: &Fields) -> Result<Option<KeptDraft>, Error> {
    let Desk { app, doctor, .. } = desk;
    numbers(fields)?;
    let seen = fields.seen()?;
    let now = app.now();
    let writing = Writing::of(&target.appointment, doctor.account.user, app.clinic().day_of(now));
    let mut result = write_draft(app, &writing, (fields, seen), now).await;
    if matches!(result, Err(Refusal::DraftTaken | Refusal::NotCurrent)) && seen.is_none() {
        result = write_draft(app, &writing, (fields, seen), now).await;
    }
    match result {
        Ok(revision) => Ok(Some(KeptDraft { at: now, revision })),
        Err(Refusal::DraftTaken | Refusal::NotCurrent) => Ok(None),
        Err(Refusal::SentBefore) => Err(Error::broken("a draft has no form act")),
        Err(Refusal::Failed(error)) => Err(error.into()),
    }
}

/// The form with a row more.
pub async fn add_row(desk: Desk<'_>, target: &Target, form: &Form<Fields>) -> Result<Outcome, Error> {
    numbers(&form.fields)?;
    let mut typed = Typed::of(&form.fields);
    typed.rows = (0..(typed.rows.len() + 1).min(rules::MOST_ITEMS)).collect();
    Ok(Outcome::Again(StatusCode::OK, Box::new(target.panel(desk, form, typed).await?)))
}

/// The form without the row `number`.
pub async fn remove_row(desk: Desk<'_>, target: &Target, form: &Form<Fields>, number: usize) -> Result<Outcome, Error> {
    numbers(&form.fields)?;
    let (state, count) = form.fields.state(Some(number));
    let typed = Typed { form: state, rows: (0..count).collect(), products: form.fields.products() };
    Ok(Outcome::Again(StatusCode::OK, Box::new(target.panel(desk, form, typed).await?)))
}

/// The form with what was typed, once something else was written in another tab: it stands on that from here on, so that
/// sending it again goes through.
pub async fn meanwhile(desk: Desk<'_>, target: &Target, form: &Form<Fields>) -> Result<Outcome, Error> {
    let Desk { page, .. } = desk;
    numbers(&form.fields)?;
    let panel = target.fresh(desk, Typed::of(&form.fields)).await?;
    let (key, href) = match &target.changes {
        Some(row) => ("prescriptions-meanwhile-version", format!("/prescriptions/{}", row.id)),
        None => ("prescriptions-meanwhile-draft", panel.kept_at()),
    };
    let meanwhile = Some(Meanwhile { sentence: page.t(key), href });
    Ok(Outcome::Again(StatusCode::CONFLICT, Box::new(PrescriptionPanel { meanwhile, ..panel })))
}

/// The numbers of the form's rows.
fn numbers(fields: &Fields) -> Result<Vec<usize>, Error> {
    Ok(fields.rows().ok_or(Error::UnreadableForm)?.into_keys().collect())
}

async fn check(Desk { app, doctor, page }: Desk<'_>, fields: &Fields) -> Result<Result<Content, FieldErrors>, Error> {
    if let Some(sentence) = licence_refusal(app, doctor, page.language()).await? {
        return Ok(Err(FieldErrors::message(sentence)));
    }
    let products = pharmacy::find_products(app.db.read(), fields.products()).await?;
    Ok(rules::check(fields, &products))
}

/// One act: the first version, or a new one. What was sent comes back, to be told of.
async fn send(
    app: &App,
    writing: &Writing,
    (content, seen): (Content, Option<Revision>),
    changes: Option<&prescription::Model>,
) -> Result<Sent, Refusal> {
    let (inside, writing, content, now) = (app.clone(), writing.clone(), Arc::new(content), app.now());
    let changes = changes.cloned();
    app.db
        .write(move |tx| async move {
            match &changes {
                Some(old) => store::change(&tx, &inside.vault, &writing, (old, &content), now).await,
                None => store::issue(&tx, &inside.vault, &writing, (&content, seen), now).await,
            }
        })
        .await
}

async fn write_draft(
    app: &App,
    writing: &Writing,
    (fields, seen): (&Fields, Option<Revision>),
    now: Instant,
) -> Result<Revision, Refusal> {
    let (inside, writing, fields) = (app.clone(), writing.clone(), fields.clone());
    app.db
        .write(move |tx| async move { store::keep_draft(&tx, &inside.vault, &writing, (&fields, seen), now).await })
        .await
}
