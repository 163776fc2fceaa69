//! Registering a patient at the desk, with an account of their own or without.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use uuid::Uuid;

use super::{act, care, page_of};
use crate::{
    app::App,
    clinic::{
        accounts::{self, AdminAccount, Email, NewAccount},
        audit,
        legal::{self, Kind},
        notifications::mail::MailKind,
        patients::{self, NewPatient, Relationship, forms::DeskForm},
    },
    infra::{
        clock::Instant,
        db::Tx,
        unique::{Unique, violated},
        vault::{Private, Vault, VaultError},
    },
    web::{
        Error, FieldErrors, Form, FormState, Lang, Page, Role, Sentence,
        page::{draw, draw_with, go_with_notice},
    },
};

#[derive(Template)]
#[template(path = "clinic/admin/patient_new.html")]
struct NewPage {
    page: Page,
    form: FormState,
    /// Who holds the number that was refused.
    holder: Option<Uuid>,
    consent_version: i32,
}

impl NewPage {
    async fn of(app: &App, page: Page, form: FormState, holder: Option<Uuid>) -> Result<Self, Error> {
        let consent_version = legal::version(app.db.read(), Kind::Terms).await?;
        Ok(Self { page: page.private(), form, holder, consent_version })
    }
}

/// `GET /admin/patients/new`.
pub async fn new(State(app): State<App>, _: AdminAccount, page: Page) -> Result<Response, Error> {
    draw(&NewPage::of(&app, page, FormState::default(), None).await?)
}

#[derive(Template)]
#[template(path = "clinic/admin/patient_link.html")]
struct LinkPage {
    page: Page,
    patient: Uuid,
    name: Private,
    link: String,
}

/// `POST /admin/patients/new`: the patient, and with an address an account whose link for the password is shown once.
pub async fn create(
    State(app): State<App>,
    AdminAccount(admin): AdminAccount,
    page: Page,
    form: Form<DeskForm>,
) -> Result<Response, Error> {
    let (patient, email) = match form.fields.check(app.clinic().day_of(app.now())) {
        Ok(checked) => checked,
        Err(errors) => return refuse(&app, page, form.state, &errors, None).await,
    };
    let number = patient.known_by.look_up(&app.vault, patient.birth_date);
    let (inside, now) = (app.clone(), app.now());
    let made =
        app.db.write(move |tx| async move { register(&tx, &inside.vault, patient, email, admin.user, now).await });
    match made.await {
        Ok((id, None)) => Ok(go_with_notice(&page_of(id), "desk-registered")),
        Ok((id, Some(token))) => {
            app.job_nudge.notify_one();
            draw_link(&app, page, id, &token).await
        }
        Err(VaultError::Database(error)) if violated(&error) == Some(Unique::Nik) => {
            let field = if form.fields.is_newborn() { "mother_nik" } else { "nik" };
            let holder = patients::holder_of(app.db.read(), &number).await?;
            refuse(&app, page, form.state, &FieldErrors::of(field, Sentence::new("desk-nik-taken")), holder).await
        }
        Err(VaultError::Database(error)) if violated(&error) == Some(Unique::Email) => {
            refuse(&app, page, form.state, &FieldErrors::of("email", Sentence::new("desk-email-taken")), None).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn refuse(
    app: &App,
    page: Page,
    form: FormState,
    errors: &FieldErrors,
    holder: Option<Uuid>,
) -> Result<Response, Error> {
    let form = form.refused(errors, page.language());
    draw_with(StatusCode::UNPROCESSABLE_ENTITY, &NewPage::of(app, page, form, holder).await?)
}

async fn register(
    tx: &Tx,
    vault: &Vault,
    patient: NewPatient,
    email: Option<Email>,
    admin: Uuid,
    now: Instant,
) -> Result<(Uuid, Option<String>), VaultError> {
    let name = Private::new(patient.name.reveal());
    let id = patients::register(tx, vault, patient, now).await?;
    audit::record(tx, act(admin, "register", id), now).await?;
    let token = match email {
        Some(email) => Some(add_account(tx, vault, id, name, email, now).await?),
        None => None,
    };
    Ok((id, token))
}

/// An account of the patient's own, with the consent that the desk has on paper. Returns the secret of the link.
async fn add_account(
    tx: &Tx,
    vault: &Vault,
    patient: Uuid,
    name: Private,
    email: Email,
    now: Instant,
) -> Result<String, VaultError> {
    let lang = Lang::default();
    let account = NewAccount { role: Role::Patient, name, email, password_hash: None, lang, time_zone: None };
    let user = accounts::create(tx, vault, account, now).await?;
    patients::look_after(tx, user, patient, Relationship::OneSelf, None, now).await?;
    accounts::add_consent(tx, user, legal::version(tx, Kind::Terms).await?, lang, now).await?;
    let token = accounts::create_password_link(tx, user, now).await?;
    let path = Private::new(path_of_link(&token));
    accounts::write_to(tx, vault, user, MailKind::Invitation, Some(path), now).await?;
    Ok(token)
}

fn path_of_link(token: &str) -> String {
    format!("/password/reset/{token}")
}

/// What became of an account for a patient.
pub(super) enum Opened {
    /// It is there; the secret of its link.
    Account(String),
    /// The address has one already.
    EmailTaken,
    /// The patient has one already.
    HasOwn,
}

/// An account for a patient who has none yet. Whoever looks after the patient is told: from now on another reads all
/// that they read.
pub(super) async fn open_account(app: &App, admin: Uuid, patient: Uuid, email: Email) -> Result<Opened, Error> {
    fail::fail_point!("open-account-before-act");
    let (inside, now) = (app.clone(), app.now());
    let opened = app.db.write(move |tx| async move {
        if patients::has_own_account(&tx, patient).await? {
            return Ok(None);
        }
        let name = patients::name_of(&tx, &inside.vault, patient).await?;
        audit::record(&tx, act(admin, "open-account", patient), now).await?;
        let token = add_account(&tx, &inside.vault, patient, name, email, now).await?;
        Ok(Some((token, care::add_notices(&tx, patient, None, now).await?)))
    });
    match opened.await {
        Ok(Some((token, told))) => {
            care::tell(app, told);
            app.job_nudge.notify_one();
            Ok(Opened::Account(token))
        }
        Ok(None) => Ok(Opened::HasOwn),
        Err(VaultError::Database(error)) if violated(&error) == Some(Unique::Email) => Ok(Opened::EmailTaken),
        Err(error) => Err(error.into()),
    }
}

/// The page that shows the link for the password this once, to be handed over.
pub(super) async fn draw_link(app: &App, page: Page, patient: Uuid, token: &str) -> Result<Response, Error> {
    draw(&LinkPage {
        patient,
        name: patients::name_of(app.db.read(), &app.vault, patient).await?,
        link: format!("{}{}", app.config.origin, path_of_link(token)),
        page: page.private(),
    })
}
