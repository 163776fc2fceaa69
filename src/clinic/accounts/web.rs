//! Pages and forms of accounts.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;

use super::{
    SignedIn, identify, sessions, store,
};
use crate::{
    app::App,
    web::{Error, Form, Lang, page},
};

/// `POST /logout`.
pub async fn log_out(State(app): State<App>, signed_in: SignedIn) -> Result<Response, Error> {
    let session = signed_in.session;
    app.db.write(move |tx| async move { sessions::end(&tx, session).await }).await?;
    sessions::tell_ended(&app, session);
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
    signed_in: Option<axum::Extension<SignedIn>>,
    form: Form<LanguageForm>,
) -> Result<Response, Error> {
    let lang = Lang::from_code(&form.fields.lang).ok_or(Error::UnreadableForm)?;
    if let Some(axum::Extension(signed_in)) = signed_in {
        let now = app.now();
        app.db.write(move |tx| async move { store::set_language(&tx, signed_in.user, lang, now).await }).await?;
    }
    let mut response = page::go(own_path(&form.fields.return_to)).into_response();
    identify::set_cookie(&mut response, &identify::language_cookie(&app, lang));
    Ok(response)
}

/// A path of this clinic; the first page for anything that leads elsewhere.
pub(super) fn own_path(path: &str) -> &str {
    let own = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']);
    if own { path } else { "/" }
}
