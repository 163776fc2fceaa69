//! A forgotten password: asking for a link, and choosing a new password by it (P3).

use std::time::Duration;

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::Response,
};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Email, Status,
    devices::{self, DeviceSecret},
    entity::{reset_request, user},
    rules, sessions, store,
};
use crate::{
    app::App,
    clinic::{audit, notifications::mail::MailKind},
    infra::{
        ids, jobs, random,
        vault::{Private, VaultError},
    },
    web::{Error, FieldErrors, Form, FormState, Page, page},
};

/// The job that answers somebody who forgot their password.
pub const ANSWER_RESET_REQUEST: &str = "answer-reset-request";
/// A request waits so long to be answered, and at most [`LONGEST_JITTER`] more: whoever measures how busy the clinic is
/// just after asking learns nothing of the account.
const ANSWERED_AFTER: Duration = Duration::from_secs(1);
const LONGEST_JITTER: u64 = 2_000;

#[derive(Template)]
#[template(path = "clinic/accounts/forgot.html")]
struct ForgotPage {
    page: Page,
    form: FormState,
    sends_mail: bool,
    sent: bool,
    clinic_phone: String,
}

impl ForgotPage {
    fn new(app: &App, page: Page, form: FormState, sent: bool) -> Self {
        Self { page, form, sent, sends_mail: app.mail.sends(), clinic_phone: app.clinic().phone.clone() }
    }
}

/// `GET /password/forgot`; `?sent` after asking.
pub async fn forgot_page(State(app): State<App>, page: Page, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let sent = query.as_deref() == Some("sent");
    page::draw(&ForgotPage::new(&app, page, FormState::default(), sent))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct ForgotForm {
    email: String,
}

/// `POST /password/forgot`. Only writes down what was asked, the same for every address: whether it has an account is
/// looked up later, by a job.
pub async fn forgot(State(app): State<App>, page: Page, form: Form<ForgotForm>) -> Result<Response, Error> {
    if !app.mail.sends() {
        return Ok(page::go("/password/forgot"));
    }
    let email = match Email::parse(&form.fields.email) {
        Ok(email) => email,
        Err(sentence) => {
            let form = form.state.refused(&FieldErrors::of("email", sentence), page.language());
            let drawn = ForgotPage::new(&app, page, form, false);
            return page::draw_with(StatusCode::UNPROCESSABLE_ENTITY, &drawn);
        }
    };
    let now = app.now();
    let request = reset_request::ActiveModel {
        id: Set(ids::new(now)),
        email_index: Set(app.vault.look_up("email", email.as_str())),
        created_at: Set(now),
    };
    let jitter = u64::from(u16::from_be_bytes(random::bytes())) % LONGEST_JITTER;
    let answered_at = now + ANSWERED_AFTER + Duration::from_millis(jitter);
    app.db
        .write(move |tx| async move {
            let id = *request.id.as_ref();
            reset_request::Entity::insert(request).exec_without_returning(&tx).await?;
            jobs::add(&tx, ANSWER_RESET_REQUEST, id, answered_at, now).await
        })
        .await?;
    app.job_nudge.notify_one();
    Ok(page::go("/password/forgot?sent"))
}

/// Answers the request `id`: a letter with a link, if there is such an account and it had not too many already.
pub async fn answer(app: &App, id: Uuid) -> anyhow::Result<()> {
    let (parts, now) = (app.clone(), app.now());
    app.db
        .write(move |tx| async move {
            let Some(request) = reset_request::Entity::find_by_id(id).one(&tx).await? else { return Ok(()) };
            reset_request::Entity::delete_by_id(id).exec(&tx).await?;
            let found = user::Entity::find().filter(user::Column::EmailIndex.eq(request.email_index)).one(&tx).await?;
            let Some(found) = found else { return Ok(()) };
            let held = store::lock(&tx, found.id).await?;
            let Some(user) = held.filter(|user| user.status == Status::Active) else { return Ok(()) };
            let Some(token) = store::create_own_password_link(&tx, user.id, now).await? else { return Ok(()) };
            let path = Private::new(format!("/password/reset/{token}"));
            store::write_to(&tx, &parts.vault, user.id, MailKind::PasswordReset, Some(path), now).await
        })
        .await
        .map_err(|error: VaultError| error)?;
    app.job_nudge.notify_one();
    Ok(())
}

#[derive(Template)]
#[template(path = "clinic/accounts/password.html")]
struct PasswordPage {
    page: Page,
    form: FormState,
}

#[derive(Template)]
#[template(path = "clinic/accounts/link_gone.html")]
struct LinkGonePage {
    page: Page,
    body: &'static str,
    can_ask: bool,
    clinic_phone: String,
}

/// A link that is used up, too old, or never was.
pub(super) fn link_gone(app: &App, page: Page, body: &'static str, can_ask: bool) -> Result<Response, Error> {
    let clinic_phone = app.clinic().phone.clone();
    let can_ask = can_ask && app.mail.sends();
    page::draw_with(StatusCode::GONE, &LinkGonePage { page, body, can_ask, clinic_phone })
}

fn password_link_gone(app: &App, page: Page) -> Result<Response, Error> {
    link_gone(app, page, "accounts-link-gone-body", true)
}

/// `GET /password/reset/{token}`: the page of a one-time link. Looking at it, as mail scanners do, uses nothing up.
pub async fn password_page(State(app): State<App>, page: Page, Path(token): Path<String>) -> Result<Response, Error> {
    match store::find_password_link(app.db.read(), &token, app.now()).await? {
        Some(_) => page::draw(&PasswordPage { page: page.private(), form: FormState::default() }),
        None => password_link_gone(&app, page),
    }
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct PasswordForm {
    password: String,
}

/// `POST /password/reset/{token}`: sets the password, uses the link up and ends every session. It signs nobody in, so a
/// second factor is asked for as ever.
pub async fn set_password(
    State(app): State<App>,
    browser: DeviceSecret,
    page: Page,
    Path(token): Path<String>,
    form: Form<PasswordForm>,
) -> Result<Response, Error> {
    let Some(user) = store::find_password_link(app.db.read(), &token, app.now()).await? else {
        return password_link_gone(&app, page);
    };
    let about = store::known_of(&app, user).await?;
    let password = match rules::password(&form.fields.password, &about.words()) {
        Ok(password) => password,
        Err(sentence) => {
            let form = form.state.refused(&FieldErrors::of("password", sentence), page.language());
            return page::draw_with(StatusCode::UNPROCESSABLE_ENTITY, &PasswordPage { page: page.private(), form });
        }
    };
    let hash = app.passwords.hash(password).await?;
    let secret = browser.or_new();
    let Some(ended) = carry_out(&app, token, hash, (about.email, secret.clone())).await? else {
        return password_link_gone(&app, page);
    };
    app.job_nudge.notify_one();
    for session in ended {
        sessions::tell_ended(&app, session);
    }
    let mut response = page::go_with_notice("/login", "accounts-password-set");
    devices::set_cookie(&app, &mut response, &secret);
    Ok(response)
}

/// Sets the password by the link of `token`; returns the sessions that ended, nothing if the link was used meanwhile.
/// This browser is then the only known one: its holder reads the account's mail.
async fn carry_out(
    app: &App,
    token: String,
    hash: String,
    (email, secret): (Private, String),
) -> Result<Option<Vec<Uuid>>, Error> {
    let (parts, now) = (app.clone(), app.now());
    let done = app.db.write(move |tx| async move {
        let Some(user) = store::use_password_link(&tx, &token, hash, now).await? else { return Ok(None) };
        let act =
            audit::Act { actor: user, action: "set-password", subject: "account", subject_id: user, patient: None };
        audit::record(&tx, act, now).await?;
        devices::forget_all(&tx, user).await?;
        devices::remember(&tx, &parts.vault, user, (email.reveal(), &secret), now).await?;
        let again = Private::new("/password/forgot");
        store::write_to(&tx, &parts.vault, user, MailKind::PasswordChanged, Some(again), now).await?;
        Ok::<_, VaultError>(Some(sessions::end_all(&tx, user, now).await?))
    });
    Ok(done.await?)
}
