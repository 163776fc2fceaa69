//! Before something weighty is changed, the password is asked for again: whoever finds a browser open cannot take the
//! account over.

use std::time::Duration;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Deserialize;

use super::{
    store,
    tries::{self, Try},
};
use crate::{
    app::App,
    clinic::accounts::{SignedIn, rules, sessions, store as accounts, web},
    web::{Error, FieldErrors, Form, FormState, Page, Sentence, page},
};

#[derive(Template)]
#[template(path = "clinic/accounts/second_factor/confirm.html")]
struct ConfirmPage {
    page: Page,
    form: FormState,
}

/// Whether `signed_in` has given the password or a second factor within the last ten minutes.
pub async fn confirmed_lately(app: &App, signed_in: &SignedIn) -> Result<bool, Error> {
    Ok(sessions::confirmed_lately(app.db.read(), signed_in.session, app.now()).await?)
}

/// Where `signed_in` must go before a weighty act on the page `path`; nothing if the password was given lately.
pub async fn confirm_first(app: &App, signed_in: &SignedIn, path: &str) -> Result<Option<Response>, Error> {
    Ok((!confirmed_lately(app, signed_in).await?).then(|| page::go(&address(path))))
}

/// The page that asks for the password on the way to `path`.
pub(super) fn address(path: &str) -> String {
    let to: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
    format!("/settings/security/confirm?return_to={to}")
}

/// `GET /settings/security/confirm?return_to=`.
pub async fn page(_: SignedIn, page: Page, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let query = query.unwrap_or_default();
    let known = form_urlencoded::parse(query.as_bytes()).into_owned();
    let known = known.filter(|(name, path)| name == "return_to" && web::own_path(path) == path);
    page::draw(&ConfirmPage { page: page.private(), form: FormState::of(known) })
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct ConfirmForm {
    password: String,
    return_to: String,
}

/// What became of a password.
enum Given {
    Right,
    Wrong,
    Wait(Duration),
}

/// `POST /settings/security/confirm`: goes back to where the change is made.
pub async fn confirm(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    form: Form<ConfirmForm>,
) -> Result<Response, Error> {
    let ConfirmForm { password, return_to } = form.fields;
    let length = password.chars().count();
    if length == 0 {
        return refuse(page, form.state, Sentence::new("form-required"), None);
    }
    let given = if length > rules::LONGEST_PASSWORD { Given::Wrong } else { give(&app, &signed_in, password).await? };
    match given {
        Given::Right => {
            let path = web::own_path(&return_to);
            Ok(page::go(if path == "/" { super::PAGE } else { path }))
        }
        Given::Wrong => refuse(page, form.state, Sentence::new("accounts-confirm-wrong"), None),
        Given::Wait(wait) => refuse(page, form.state, tries::sentence(wait), Some(wait)),
    }
}

fn refuse(page: Page, form: FormState, sentence: Sentence, wait: Option<Duration>) -> Result<Response, Error> {
    let form = form.refused(&FieldErrors::of("password", sentence), page.language());
    let status = if wait.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut response = page::draw_with(status, &ConfirmPage { page: page.private(), form })?;
    if let Some(wait) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
    }
    Ok(response)
}

/// Tries a password: counted before it is hashed, forgotten if it was right.
async fn give(app: &App, signed_in: &SignedIn, password: String) -> Result<Given, Error> {
    let (user, session, now) = (signed_in.user, signed_in.session, app.now());
    let counted = app.db.write(move |tx| async move {
        store::lock(&tx, user, now).await?;
        let taken = tries::count(&tx, user, now).await?;
        if let Try::Taken(wrong) = taken {
            tries::wait(&tx, user, wrong, now).await?;
        }
        Ok::<_, sea_orm::DbErr>(taken)
    });
    if let Try::Wait(wait) = counted.await? {
        return Ok(Given::Wait(wait));
    }
    let kept = accounts::password_hash(app.db.read(), user).await?;
    if !app.passwords.verify(password.into(), kept).await? {
        return Ok(Given::Wrong);
    }
    let confirmed = app.db.write(move |tx| async move {
        tries::forget(&tx, user).await?;
        sessions::confirm(&tx, session, now).await
    });
    confirmed.await?;
    Ok(Given::Right)
}
