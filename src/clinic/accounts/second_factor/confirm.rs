//! Before something weighty is changed, the password is asked for again: whoever finds a browser open cannot take the
//! account over.

use std::time::Duration;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

use crate::{
    app::App,
    clinic::accounts::{SignedIn, security::confirm_password, sessions, web},
    web::{Error, FieldErrors, Form, FormState, Page, page},
};

#[derive(Template)]
#[template(path = "clinic/accounts/second_factor/confirm.html")]
struct ConfirmPage {
    page: Page,
    form: FormState,
}

/// Whether `signed_in` has given the password or a second factor in this session within `period`.
pub async fn confirmed_lately(app: &App, signed_in: &SignedIn, period: Duration) -> Result<bool, Error> {
    Ok(sessions::confirmed_lately(app.db.read(), signed_in.session, period, app.now()).await?)
}

/// Where `signed_in` must go before a weighty act on the page `path`; nothing if the password was given lately.
pub async fn confirm_first(app: &App, signed_in: &SignedIn, path: &str) -> Result<Option<Response>, Error> {
    Ok((!confirmed_lately(app, signed_in, sessions::CONFIRMED_FOR).await?).then(|| page::go(&address(path))))
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

/// `POST /settings/security/confirm`: goes back to where the change is made.
pub async fn confirm(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    form: Form<ConfirmForm>,
) -> Result<Response, Error> {
    let ConfirmForm { password, return_to } = form.fields;
    let confirmed = match confirm_password(&app, &signed_in, &password).await? {
        Ok(confirmed) => confirmed,
        Err(sentence) => {
            let form = form.state.refused(&FieldErrors::of("password", sentence), page.language());
            return page::draw_with(StatusCode::UNPROCESSABLE_ENTITY, &ConfirmPage { page: page.private(), form });
        }
    };
    let path = web::own_path(&return_to);
    Ok(confirmed.on(page::go(if path == "/" { super::PAGE } else { path })))
}
