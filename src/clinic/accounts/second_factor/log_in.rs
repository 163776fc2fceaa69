//! The second step of a login: a code or a passkey.

use std::time::Duration;

use askama::Template;
use axum::{
    Json,
    extract::{RawQuery, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Change,
    passkeys::{self, Used},
    record,
    rules::{self, Code},
    store, tell,
    tries::{self, Try},
};
use crate::{
    app::App,
    clinic::{
        accounts::{HalfSignedIn, Level, identify, sessions, web},
        notifications::mail::MailKind,
    },
    infra::{clock::Instant, db::Tx, vault::VaultError},
    web::{Error, FieldErrors, Form, FormState, NoFields, Page, Sentence, page},
};

#[derive(Template)]
#[template(path = "clinic/accounts/second_factor/log_in.html")]
struct SecondStepPage {
    page: Page,
    form: FormState,
    /// Whether there is an authenticator app.
    app: bool,
    /// Whether a recovery code is asked for instead.
    recovery: bool,
    /// The host under which this account's passkeys work, if it has any.
    passkey_host: Option<String>,
    clinic_phone: String,
}

/// The second step for somebody on the way to `path`.
pub(in crate::clinic::accounts) fn address(path: &str) -> String {
    if path == "/" {
        return "/login/second".to_owned();
    }
    let to: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
    format!("/login/second?return_to={to}")
}

/// `GET /login/second`: asks for what the account has; `?recovery` for a recovery code.
pub async fn page(
    State(app): State<App>,
    half: HalfSignedIn,
    page: Page,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let query = query.unwrap_or_default();
    let known = form_urlencoded::parse(query.as_bytes()).into_owned().filter(|(name, value)| match name.as_str() {
        "return_to" => web::own_path(value) == value,
        name => name == "recovery",
    });
    draw(&app, &half, page, FormState::of(known), StatusCode::OK).await
}

async fn draw(
    app: &App,
    half: &HalfSignedIn,
    page: Page,
    form: FormState,
    status: StatusCode,
) -> Result<Response, Error> {
    let reader = app.db.read();
    let has_app = store::find_totp(reader, half.user).await?.is_some();
    let has_passkey = !store::passkeys(reader, half.user).await?.is_empty();
    let drawn = SecondStepPage {
        page: page.private(),
        app: has_app,
        recovery: !has_app || form.has("recovery"),
        passkey_host: has_passkey.then(|| passkeys::host(app)),
        clinic_phone: app.clinic().phone.clone(),
        form,
    };
    page::draw_with(status, &drawn)
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct CodeForm {
    code: String,
    recovery: String,
    return_to: String,
}

/// What became of a try.
enum Tried {
    Right {
        token: String,
        recovery: bool,
    },
    Wrong,
    /// Wrong once too often: the session has ended.
    Ended,
    /// No code of an app is taken before this has passed.
    Wait(Duration),
    /// Another request of the same session was first.
    Gone,
}

/// `POST /login/second`: a code of the authenticator app, or a recovery code in the same field.
pub async fn code(
    State(app): State<App>,
    half: HalfSignedIn,
    device: sessions::Device,
    page: Page,
    form: Form<CodeForm>,
) -> Result<Response, Error> {
    let (fields, state) = (form.fields, form.state);
    let code = match Code::parse(&fields.code) {
        Ok(code) => code,
        Err(sentence) => return refuse(&app, &half, page, state, sentence).await,
    };
    let (parts, who) = (app.clone(), half.clone());
    let tried = app.db.write(move |tx| async move { try_code(&tx, &parts, &who, (code, device)).await }).await?;
    app.job_nudge.notify_one();
    match tried {
        Tried::Right { token, recovery } => Ok(let_in(&app, &half, &token, &fields.return_to, recovery)),
        Tried::Wrong => {
            tracing::warn!(user = %half.user, "a code was refused");
            refuse(&app, &half, page, state, Sentence::new("accounts-code-wrong")).await
        }
        Tried::Wait(wait) => {
            tracing::warn!(user = %half.user, "a code was not looked at: there were too many wrong ones");
            let form = state.refused(&FieldErrors::of("code", tries::sentence(wait)), page.language());
            let mut response = draw(&app, &half, page, form, StatusCode::TOO_MANY_REQUESTS).await?;
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
            Ok(response)
        }
        Tried::Ended => {
            tracing::warn!(user = %half.user, "a code was refused once too often, and the login ended");
            sessions::tell_ended(&app, half.session);
            Ok(page::go_with_notice("/login", "accounts-code-ended"))
        }
        Tried::Gone => Err(Error::SignInNeeded),
    }
}

async fn refuse(
    app: &App,
    half: &HalfSignedIn,
    page: Page,
    form: FormState,
    sentence: Sentence,
) -> Result<Response, Error> {
    let form = form.refused(&FieldErrors::of("code", sentence), page.language());
    draw(app, half, page, form, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// Tries a code in one act: counted first, so that of many at once each is counted, and used up by one alone.
async fn try_code(
    tx: &Tx,
    app: &App,
    half: &HalfSignedIn,
    tried: (Code, sessions::Device),
) -> Result<Tried, VaultError> {
    let (now, user) = (app.now(), half.user);
    let (code, device) = tried;
    store::lock(tx, user, now).await?;
    if !store::session_is_there(tx, half.session, now).await? {
        return Ok(Tried::Gone);
    }
    // Nobody guesses a recovery code of 80 bits, and its owner must not wait for what a stranger has tried.
    let (right, wrong) = match &code {
        Code::Recovery(code) => (store::use_code(tx, user, code, now).await?, 0),
        Code::Totp(code) => match tries::count(tx, user, now).await? {
            Try::Wait(wait) => return Ok(Tried::Wait(wait)),
            Try::Taken(wrong) => (use_totp(tx, app, user, code, now).await?, wrong),
        },
    };
    if right {
        tries::forget(tx, user).await?;
        let recovery = matches!(code, Code::Recovery(_));
        if recovery {
            record(tx, &Change { actor: user, user, action: "use-recovery-code" }, now).await?;
            tell(tx, app, user, MailKind::RecoveryCodeUsed, now).await?;
        }
        let token = sessions::rise(tx, &app.vault, half.session, user, &device, now).await?.token;
        return Ok(Tried::Right { token, recovery });
    }
    if tries::wait(tx, user, wrong, now).await?.is_none() {
        return Ok(Tried::Wrong);
    }
    // Whoever came so far knows the password.
    tell(tx, app, user, MailKind::CodesRefused, now).await?;
    sessions::end(tx, half.session, now).await?;
    Ok(Tried::Ended)
}

/// Whether `code` is one of the account's app, and was not used before.
pub(super) async fn use_totp(tx: &Tx, app: &App, user: Uuid, code: &str, now: Instant) -> Result<bool, VaultError> {
    let Some(row) = store::find_totp(tx, user).await? else { return Ok(false) };
    let secret = store::open_secret(tx, &app.vault, &row).await?;
    let Some(step) = rules::step_at_any(&secret, code, [now, app.clock.wall()]) else { return Ok(false) };
    Ok(store::use_step(tx, user, step, now).await?)
}

/// Signs in under the new session's secret, and closes what was open under the old one.
fn let_in(app: &App, half: &HalfSignedIn, token: &str, return_to: &str, recovery: bool) -> Response {
    sessions::tell_ended(app, half.session);
    tracing::info!(user = %half.user, recovery, "the second factor of a login was right");
    let path = web::own_path(return_to);
    let mut response = match (recovery, path) {
        (true, _) => page::go_with_notice(super::PAGE, "accounts-recovery-used"),
        (false, "/") => page::go(web::HOME),
        (false, path) => page::go(path),
    };
    identify::set_cookie(&mut response, &sessions::cookie(app, Level::Full, half.role, token));
    response
}

/// `POST /login/second/passkey/options`: what the browser asks a passkey to sign, for a script.
pub async fn passkey_options(
    State(app): State<App>,
    half: HalfSignedIn,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    let options = passkeys::ask_to_use(&app, half.user, half.session).await?.ok_or(Error::NotFound)?;
    Ok(Json(options).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct PasskeyForm {
    credential: String,
    return_to: String,
}

/// `POST /login/second/passkey`: what the passkey signed.
pub async fn passkey(
    State(app): State<App>,
    half: HalfSignedIn,
    device: sessions::Device,
    page: Page,
    form: Form<PasskeyForm>,
) -> Result<Response, Error> {
    let used = passkeys::use_one(&app, &half, device, &form.fields.credential).await?;
    app.job_nudge.notify_one();
    match used {
        Used::Right(token) => Ok(let_in(&app, &half, &token, &form.fields.return_to, false)),
        Used::Gone => Err(Error::SignInNeeded),
        Used::Wrong | Used::Copied => {
            tracing::warn!(user = %half.user, "a passkey was refused");
            let key = if matches!(used, Used::Copied) { "accounts-passkey-copied" } else { "accounts-passkey-wrong" };
            let form = form.state.without("credential");
            let form = form.refused(&FieldErrors::message(Sentence::new(key)), page.language());
            draw(&app, &half, page, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}
