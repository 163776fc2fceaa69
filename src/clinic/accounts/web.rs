//! Pages and forms of accounts: in, out, a language.

use askama::Template;
use axum::{
    Extension,
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use sea_orm::DbErr;
use secrecy::SecretString;
use serde::Deserialize;
use tracing::field::display;
use uuid::Uuid;

use super::{
    Email, HalfSignedIn, Level, SignedIn, Status,
    devices::{self, DeviceSecret},
    entity::user,
    identify, rules, second_factor, sessions, store,
    tries::{self, Try},
};
use crate::{
    app::App,
    infra::{
        db::Tx,
        passwords::{Match, PasswordError},
        vault::VaultError,
    },
    web::{Error, FieldErrors, Form, FormState, Lang, NoFields, Page, Sentence, page, route::Step},
};

#[derive(Template)]
#[template(path = "clinic/accounts/log_in.html")]
struct LogInPage {
    page: Page,
    form: FormState,
    registered: bool,
    /// The key of what to say where a session has ended.
    ended: Option<&'static str>,
    clinic_phone: String,
}

impl LogInPage {
    fn new(app: &App, page: Page, form: FormState) -> Self {
        Self { page, form, registered: false, ended: None, clinic_phone: app.clinic().phone.clone() }
    }
}

/// `GET /login`: `?registered` after signing up, `?ended` from a page whose session has ended (`kept` where its text is
/// kept on the device), `?return_to=` a page that asked for it.
pub async fn log_in_page(
    State(app): State<App>,
    signed_in: Option<Extension<SignedIn>>,
    page: Page,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let query: Vec<(String, String)> =
        form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let registered = query.iter().any(|(name, _)| name == "registered");
    let ended = query.iter().find(|(name, _)| name == "ended").map(|(_, how)| match how.as_str() {
        "kept" => "accounts-login-again-kept",
        _ => "accounts-login-again",
    });
    let return_to = query.into_iter().filter(|(name, path)| name == "return_to" && own_path(path) == path);
    let form = FormState::of(return_to);
    if signed_in.is_some() {
        return Ok(page::go(onward(form.value("return_to"))));
    }
    page::draw(&LogInPage { registered, ended, ..LogInPage::new(&app, page, form) })
}

/// Where somebody goes who has come in: to the page that asked for the login, or home.
fn onward(return_to: &str) -> &str {
    match own_path(return_to) {
        "/" => HOME,
        path => path,
    }
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct LogInForm {
    email: String,
    password: String,
    return_to: String,
}

/// `POST /login`: one sentence for an unknown address and a wrong password, in the same time.
pub async fn log_in(
    State(app): State<App>,
    before: Before,
    device: sessions::Device,
    browser: DeviceSecret,
    page: Page,
    form: Form<LogInForm>,
) -> Result<Response, Error> {
    let credentials = match credentials(&form.fields) {
        Ok(credentials) => credentials,
        Err(errors) => return refuse(&app, page, form.state, &errors),
    };
    let email = credentials.typed.clone();
    let known = browser.known_to(app.db.read(), &app.vault, &email).await?;
    let tried = Try::of_log_in(&app.vault, &email, known, device.address.reveal());
    tries::count(&app, &tried).await?;
    let wrong = FieldErrors::message(Sentence::new("accounts-log-in-wrong"));
    let Some((user, renewed)) = account_of(&app, credentials, &tried).await? else {
        return refuse(&app, page, form.state, &wrong);
    };
    fail::fail_point!(&format!("log-in-before-act {}", user.id));
    let (old, id, role, secret) = (before.session(), user.id, user.role, browser.or_new());
    let (parts, now, kept) = (app.clone(), app.now(), secret.clone());
    let begun = app.db.write(move |tx| async move {
        let Some(level) = level_of(&tx, &parts, &user).await? else { return Ok(None) };
        store::renew_password_hash(&tx, &user, renewed).await?;
        if let Some(old) = old {
            sessions::end(&tx, old, now).await?;
        }
        tries::was_right(&tx, &tried).await?;
        devices::remember(&tx, &parts.vault, user.id, (&email, &kept), now).await?;
        Ok::<_, VaultError>(Some((level, sessions::begin(&tx, &parts.vault, user.id, level, &device, now).await?)))
    });
    let Some((level, token)) = begun.await? else { return refuse(&app, page, form.state, &wrong) };
    if let Some(old) = old {
        sessions::tell_ended(&app, old);
    }
    let factor_is_due = level != Level::Full;
    tracing::info!(user = %id, factor_is_due, "the password of a login was right");
    let mut response = match level {
        Level::Full => page::go(onward(&form.fields.return_to)),
        Level::Enrolment => page::go(Step::Enrolment.path()),
        Level::SecondFactor => page::go(&second_factor::log_in::address(own_path(&form.fields.return_to))),
    };
    identify::set_cookie(&mut response, &sessions::cookie(&app, level, role, &token));
    devices::set_cookie(&app, &mut response, &secret);
    Ok(response)
}

/// The session that a browser had when it asked, signed in or half.
#[derive(Clone, Copy)]
pub struct Before(Option<Uuid>);

impl Before {
    fn session(self) -> Option<Uuid> {
        self.0
    }
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Before {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, Error> {
        let full = parts.extensions.get::<SignedIn>().map(|signed_in| signed_in.session);
        Ok(Self(full.or_else(|| parts.extensions.get::<HalfSignedIn>().map(|half| half.session))))
    }
}

/// Where somebody goes who has just come in and was not on the way to another page.
pub(super) const HOME: &str = "/dashboard";

fn refuse(app: &App, page: Page, form: FormState, errors: &FieldErrors) -> Result<Response, Error> {
    let form = form.refused(errors, page.language());
    page::draw_with(StatusCode::UNPROCESSABLE_ENTITY, &LogInPage::new(app, page, form))
}

/// What was typed, if it can be somebody's at all.
struct Credentials {
    /// As an address is folded, whether it is one or not: what tries are counted by.
    typed: String,
    /// An address that is none is looked for in vain, like any other.
    email: Option<Email>,
    password: SecretString,
}

fn credentials(form: &LogInForm) -> Result<Credentials, FieldErrors> {
    let mut errors = FieldErrors::default();
    for (field, text) in [("email", &form.email), ("password", &form.password)] {
        if text.trim().is_empty() {
            errors.add(field, Sentence::new("form-required"));
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    if rules::is_too_long(&form.password) {
        return Err(FieldErrors::message(Sentence::new("accounts-log-in-wrong")));
    }
    let email = Email::known(&form.email).ok();
    let typed = email.as_ref().map_or_else(|| form.email.trim().to_lowercase(), |email| email.as_str().to_owned());
    Ok(Credentials { typed, email, password: form.password.as_str().into() })
}

/// The account that may enter with what was typed, and the hash to keep from now on if its own is in an old form. A try
/// that the machine was too busy for is not counted.
async fn account_of(
    app: &App,
    credentials: Credentials,
    tried: &Try,
) -> Result<Option<(user::Model, Option<String>)>, Error> {
    let found = match credentials.email {
        Some(email) => store::find_by_email(app.db.read(), &app.vault, &email).await?,
        None => None,
    };
    let found = found.filter(|user: &user::Model| user.status == Status::Active);
    let kept = found.as_ref().and_then(|user| user.password_hash.clone());
    match compare(app, credentials.password, kept).await {
        Ok(Some(renewed)) => Ok(found.map(|user| (user, renewed))),
        Ok(None) => {
            let user = found.map(|user| display(user.id));
            tracing::warn!(user, "a login was refused: its password was wrong, or nobody may enter with its address");
            Ok(None)
        }
        Err(error) => {
            tries::was_not_looked_at(app, tried).await?;
            Err(error.into())
        }
    }
}

/// Compares a password with the hash that is kept; nothing if it is wrong. If it is right, the hash to keep instead of one
/// in an old form.
pub(super) async fn compare(
    app: &App,
    typed: SecretString,
    kept: Option<String>,
) -> Result<Option<Option<String>>, PasswordError> {
    match app.passwords.verify(typed.clone(), kept).await? {
        Match::Wrong => Ok(None),
        Match::Right => Ok(Some(None)),
        Match::RightInOldForm => app.passwords.hash(typed).await.map(|hash| Some(Some(hash))),
    }
}

/// How far the password brings the holder of `verified`; nowhere, if the account has another one or was closed since that
/// was read. A password is compared after a wait in the queue, and whoever was put out meanwhile must not come in by it.
async fn level_of(tx: &Tx, app: &App, verified: &user::Model) -> Result<Option<Level>, DbErr> {
    let user = store::lock(tx, verified.id).await?;
    let same = |user: &user::Model| user.status == Status::Active && user.password_hash == verified.password_hash;
    match user.filter(same) {
        Some(user) => second_factor::level_after_password(tx, app, &user).await.map(Some),
        None => Ok(None),
    }
}

/// `POST /logout`.
pub async fn log_out(State(app): State<App>, before: Before, _: Form<NoFields>) -> Result<Response, Error> {
    let session = before.session().ok_or(Error::SignInNeeded)?;
    let now = app.now();
    app.db.write(move |tx| async move { sessions::end(&tx, session, now).await }).await?;
    sessions::tell_ended(&app, session);
    tracing::info!(%session, "somebody logged out");
    let mut response = page::go("/login");
    identify::set_cookie(&mut response, &identify::cookie(&app, identify::session_cookie(&app), "", Some(0)));
    response.headers_mut().insert("clear-site-data", axum::http::HeaderValue::from_static("\"cache\""));
    Ok(response)
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct LanguageForm {
    lang: String,
    return_to: String,
}

/// `POST /language`: keeps the reader's choice, in the account or in a cookie.
pub async fn choose_language(
    State(app): State<App>,
    signed_in: Option<Extension<SignedIn>>,
    half: Option<Extension<HalfSignedIn>>,
    form: Form<LanguageForm>,
) -> Result<Response, Error> {
    let lang = Lang::from_code(&form.fields.lang).ok_or(Error::UnreadableForm)?;
    let user = signed_in.map(|Extension(full)| full.user).or_else(|| half.map(|Extension(half)| half.user));
    if let Some(user) = user {
        let now = app.now();
        app.db.write(move |tx| async move { store::set_language(&tx, user, lang, now).await }).await?;
    }
    let mut response = page::go(own_path(&form.fields.return_to)).into_response();
    identify::set_cookie(&mut response, &identify::language_cookie(&app, lang));
    Ok(response)
}

/// A path of this clinic; the first page for anything that leads elsewhere. Browsers leave tabs and line breaks out
/// before they read an address, so that `/<tab>/elsewhere` would be another host: nothing invisible passes.
pub(super) fn own_path(path: &str) -> &str {
    let own = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['\\'])
        && path.bytes().all(|byte| byte.is_ascii_graphic());
    if own { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_sent_back_to_pages_of_this_clinic_alone() {
        for path in ["/consultations", "/doctors/7?day=2026-11-21"] {
            assert_eq!(own_path(path), path);
        }
        for path in ["//evil.test", "https://evil.test", "/\\evil.test", "/\t/evil.test", "evil.test", "/\r\nx: y", ""]
        {
            assert_eq!(own_path(path), "/", "{path:?}");
        }
    }
}
