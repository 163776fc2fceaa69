//! One's own e-mail address: confirming it after signing up, putting another in its place (P3).

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

use super::{
    Email, SignedIn, email_links,
    recovery::link_gone,
    security::{act, own_password, still_signed_in},
    store,
};
use crate::{
    app::App,
    clinic::audit,
    infra::{
        unique::{Unique, violated},
        vault::{Private, VaultError},
    },
    web::{Error, FieldErrors, Form, FormState, Page, Sentence, forms::NoFields, page},
};

const SECURITY: &str = "/settings/security";

#[derive(Template)]
#[template(path = "clinic/accounts/email.html")]
struct EmailPage {
    page: Page,
    form: FormState,
    email: Private,
    sends_mail: bool,
    clinic_phone: String,
}

async fn draw(app: &App, signed_in: &SignedIn, page: Page, form: FormState) -> Result<Response, Error> {
    let status = if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let email = store::email_of(app.db.read(), &app.vault, signed_in.user).await?;
    let (sends_mail, clinic_phone) = (app.mail.sends(), app.clinic().phone.clone());
    page::draw_with(status, &EmailPage { page: page.private(), form, email, sends_mail, clinic_phone })
}

/// `GET /settings/security/email`.
pub async fn show(State(app): State<App>, signed_in: SignedIn, page: Page) -> Result<Response, Error> {
    draw(&app, &signed_in, page, FormState::default()).await
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct EmailForm {
    email: String,
    current_password: String,
}

/// `POST /settings/security/email`. The answer, and what is written, are the same for an address that has an account
/// already: its owner alone learns of that, by opening the letter's link.
pub async fn change(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    form: Form<EmailForm>,
) -> Result<Response, Error> {
    if !app.mail.sends() {
        return Ok(page::go("/settings/security/email"));
    }
    let mut errors = FieldErrors::default();
    let email = errors.take("email", Email::parse(&form.fields.email));
    if let Err(sentence) = own_password(&app, &signed_in, &form.fields.current_password).await? {
        errors.add("current_password", sentence);
    }
    let now = app.now();
    if errors.is_empty() && !email_links::may_add(app.db.read(), signed_in.user, now).await? {
        errors.add("email", Sentence::new("accounts-email-enough"));
    }
    let email = match email {
        Some(email) if errors.is_empty() => email,
        _ => return draw(&app, &signed_in, page.clone(), form.state.refused(&errors, page.language())).await,
    };
    let (parts, user) = (app.clone(), signed_in.user);
    let done = app.db.write(move |tx| async move {
        if !still_signed_in(&tx, user, signed_in.session, now).await? {
            return Ok(false);
        }
        audit::record(&tx, act(user, "change-email"), now).await?;
        email_links::change(&tx, &parts.vault, user, &email, now).await?;
        Ok::<_, VaultError>(true)
    });
    if !done.await? {
        return Err(Error::SignInNeeded);
    }
    app.job_nudge.notify_one();
    Ok(page::go_with_notice(SECURITY, "accounts-email-sent"))
}

/// `POST /settings/security/email/confirm`: sends the letter with the link for the present address again.
pub async fn send_again(State(app): State<App>, signed_in: SignedIn, _: Form<NoFields>) -> Result<Response, Error> {
    let (connection, user, now) = (app.db.read(), signed_in.user, app.now());
    let account = store::find(connection, user).await?.ok_or(Error::NotFound)?;
    if account.email_confirmed_at.is_some() || !app.mail.sends() {
        return Ok(page::go(SECURITY));
    }
    if !email_links::may_add(connection, user, now).await? {
        return Ok(page::go_with_notice(SECURITY, "accounts-email-enough"));
    }
    let address = store::open_email(connection, &app.vault, &account).await?;
    let Ok(email) = Email::known(address.reveal()) else { return Err(Error::broken("an account without an address")) };
    let parts = app.clone();
    app.db.write(move |tx| async move { email_links::welcome(&tx, &parts.vault, user, &email, now).await }).await?;
    app.job_nudge.notify_one();
    Ok(page::go_with_notice(SECURITY, "accounts-email-sent"))
}

#[derive(Template)]
#[template(path = "clinic/accounts/confirm_email.html")]
struct ConfirmPage {
    page: Page,
    form: FormState,
    email: Private,
}

fn gone(app: &App, page: Page) -> Result<Response, Error> {
    link_gone(app, page, "accounts-email-link-gone", false)
}

/// `GET /email/confirm/{token}`: the page of a one-time link. Looking at it, as mail scanners do, confirms nothing.
pub async fn confirm_page(State(app): State<App>, page: Page, Path(token): Path<String>) -> Result<Response, Error> {
    let Some(link) = email_links::find(app.db.read(), &token, app.now()).await? else { return gone(&app, page) };
    let email = email_links::address_of(app.db.read(), &app.vault, &link).await?;
    page::draw(&ConfirmPage { page: page.private(), form: FormState::default(), email })
}

/// `POST /email/confirm/{token}`.
pub async fn confirm(
    State(app): State<App>,
    signed_in: Option<axum::Extension<SignedIn>>,
    page: Page,
    Path(token): Path<String>,
    form: Form<NoFields>,
) -> Result<Response, Error> {
    let now = app.now();
    let Some(link) = email_links::find(app.db.read(), &token, now).await? else { return gone(&app, page) };
    let (parts, chosen) = (app.clone(), link.clone());
    let done = app.db.write(move |tx| async move {
        let done = email_links::carry_out(&tx, &parts.vault, &chosen, now).await?;
        if done {
            audit::record(&tx, act(chosen.user_id, "confirm-email"), now).await?;
        }
        Ok::<_, VaultError>(done)
    });
    match done.await {
        Ok(true) => {
            let path = if signed_in.is_some() { SECURITY } else { "/login" };
            Ok(page::go_with_notice(path, "accounts-email-confirmed"))
        }
        Ok(false) => gone(&app, page),
        Err(VaultError::Database(error)) if violated(&error) == Some(Unique::Email) => {
            // Whoever reads this reads the mail of that address.
            let email = email_links::address_of(app.db.read(), &app.vault, &link).await?;
            let errors = FieldErrors::message(Sentence::new("accounts-email-has-account"));
            let form = form.state.refused(&errors, page.language());
            page::draw_with(StatusCode::CONFLICT, &ConfirmPage { page: page.private(), form, email })
        }
        Err(error) => Err(error.into()),
    }
}
