//! Signing up: an account and its holder as a patient, made in one act (P1, P2, S4).

use std::time::Duration;

use askama::Template;
use axum::{Extension, extract::State, http::StatusCode, response::Response};

use super::{
    Relationship, care,
    known::{self, TELL_CLAIM},
    registration::{RegisterForm, Registration},
    store,
};
use crate::{
    app::App,
    clinic::{
        accounts::{self, NewAccount, SignedIn},
        audit,
        legal::{self, Kind, Text},
    },
    infra::{
        jobs,
        unique::{Unique, violated},
        vault::{Private, VaultError},
    },
    web::{Error, FieldErrors, Form, FormState, Lang, Page, Role, Sentence, page},
};

/// After hashing, a complete form is answered no sooner than this: making an account takes longer than finding that there
/// is one, and whoever measures that must not learn who is registered (P2). `bench/login.rs` measures it.
const ANSWERED_AFTER: Duration = Duration::from_millis(100);

#[derive(Template)]
#[template(path = "clinic/patients/register.html")]
struct RegisterPage {
    page: Page,
    form: FormState,
    terms: Text,
}

impl RegisterPage {
    const fn new(page: Page, form: FormState, terms: Text) -> Self {
        Self { page, form, terms }
    }

    /// Whether a likely slip waits to be confirmed, or was.
    fn asks_to_confirm(&self) -> bool {
        self.form.warning("nik").is_some() || self.form.is("nik_confirmed", "yes")
    }

    /// Whether the form comes back and its password is to be typed again.
    fn comes_back(&self) -> bool {
        self.form.has_errors() || self.form.warning("nik").is_some()
    }
}

/// `GET /register`.
pub async fn register_page(
    State(app): State<App>,
    signed_in: Option<Extension<SignedIn>>,
    page: Page,
) -> Result<Response, Error> {
    if signed_in.is_some() {
        return Ok(page::go("/dashboard"));
    }
    let terms = legal::current(app.db.read(), Kind::Terms, page.language(), &app.clinic()).await?;
    page::draw(&RegisterPage::new(page, FormState::default(), terms))
}

/// `POST /register`. Whoever sends a complete form goes the same way in about the same time, known or not (P2).
pub async fn register(
    State(app): State<App>,
    signed_in: Option<Extension<SignedIn>>,
    page: Page,
    form: Form<RegisterForm>,
) -> Result<Response, Error> {
    if signed_in.is_some() {
        return Ok(page::go("/dashboard"));
    }
    let terms = legal::current(app.db.read(), Kind::Terms, page.language(), &app.clinic()).await?;
    let checked = form.fields.check(app.clinic().day_of(app.now()));
    let registration = match still_read(&terms, form.fields.consent_version(), checked) {
        Ok(registration) => registration,
        Err(errors) => {
            let form = form.state.refused(&errors, page.language());
            return page::draw_with(StatusCode::UNPROCESSABLE_ENTITY, &RegisterPage::new(page, form, terms));
        }
    };
    create(&app, registration, terms.version, page.language()).await?;
    Ok(page::go("/login?registered"))
}

/// A form without fault, if the text that was agreed to is the one in force.
pub(super) fn still_read<T>(terms: &Text, shown: &str, checked: Result<T, FieldErrors>) -> Result<T, FieldErrors> {
    if checked.is_ok() && terms.is_newer_than(shown) {
        return Err(FieldErrors::of("consent", Sentence::new("patients-consent-changed")));
    }
    checked
}

/// Makes the account, the patient, the care of oneself and the consent; nothing of it if the e-mail is known, whose owner
/// is told instead. Where the NIK is known the patient is made without it, so that the login afterwards is everybody's
/// too: the front desk looks at both, the other's accounts are told. One act either way.
async fn create(app: &App, registration: Registration, terms: i32, lang: Lang) -> Result<(), Error> {
    let Registration { patient, email, password } = registration;
    let hash = app.passwords.hash(password).await?;
    let number = patient.known_by.look_up(&app.vault, patient.birth_date);
    let (parts, now, address) = (app.clone(), app.now(), email.clone());
    let account = NewAccount {
        role: Role::Patient,
        name: Private::new(patient.name.reveal()),
        email,
        password_hash: Some(hash),
        lang,
        time_zone: None,
    };
    let act = app.db.write(move |tx| async move {
        if let Some(owner) = accounts::find_by_email(&tx, &parts.vault, &address).await? {
            known::email_was_used(&tx, owner.id, now).await?;
            if let Some(holder) = store::holder_of(&tx, &number).await? {
                known::number_was_used(&tx, holder, now).await?;
            }
            return Ok(());
        }
        let user = accounts::create(&tx, &parts.vault, account, now).await?;
        let id = store::claim(&tx, &parts.vault, patient, now).await?;
        care::look_after(&tx, user, id, Relationship::OneSelf, None, now).await?;
        jobs::add(&tx, TELL_CLAIM, id, now, now).await?;
        accounts::add_consent(&tx, user, terms, lang, now).await?;
        let act = audit::Act { actor: user, action: "register", subject: "patient", subject_id: id, patient: Some(id) };
        audit::record(&tx, act, now).await?;
        accounts::welcome(&tx, &parts.vault, user, &address, now).await
    });
    let (made, ()) = tokio::join!(act, tokio::time::sleep(ANSWERED_AFTER));
    match made {
        // Somebody else signed up with the same address at the same moment.
        Err(VaultError::Database(error)) if violated(&error) == Some(Unique::Email) => {}
        other => other?,
    }
    app.job_nudge.notify_one();
    Ok(())
}
