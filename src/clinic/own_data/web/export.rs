//! `GET,POST /settings/export`: a copy of all of one's data as one file (S4).

use askama::Template;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;

use crate::{
    app::App,
    clinic::{
        accounts::{self, SignedIn},
        audit::{self, Act},
        own_data::{archive::Archive, export, rules},
        patients,
    },
    web::{Error, FieldErrors, Form, FormState, Page, page::draw_with},
};

#[derive(Template)]
#[template(path = "clinic/own_data/export.html")]
struct ConfirmPage {
    page: Page,
    form: FormState,
}

fn ask(page: Page, form: FormState, status: StatusCode) -> Result<Response, Error> {
    draw_with(status, &ConfirmPage { page: page.private(), form })
}

/// The file; if the login is older than an hour, the password is asked for first.
pub async fn export(State(app): State<App>, signed_in: SignedIn, page: Page) -> Result<Response, Error> {
    if !accounts::confirmed_lately(&app, &signed_in, rules::CONFIRMED_FOR).await? {
        return ask(page, FormState::default(), StatusCode::OK);
    }
    file(&app, &signed_in, &page).await
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct ConfirmForm {
    password: String,
}

/// The file, with the password.
pub async fn export_confirmed(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    form: Form<ConfirmForm>,
) -> Result<Response, Error> {
    match accounts::confirm_password(&app, &signed_in, &form.fields.password).await? {
        Ok(confirmed) => Ok(confirmed.on(file(&app, &signed_in, &page).await)),
        Err(sentence) => {
            let errors = FieldErrors::of("password", sentence);
            ask(page.clone(), form.state.refused(&errors, page.language()), StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// Writes down that a copy was taken, for the account and for each patient, and makes it; not too often.
async fn file(app: &App, signed_in: &SignedIn, page: &Page) -> Result<Response, Error> {
    let (user, now) = (signed_in.user, app.now());
    let in_care = patients::in_care_of(app.db.read(), user).await?;
    let noted = app.db.write(move |tx| async move {
        let since = rules::exports_count_from(now);
        if audit::count_by(&tx, user, ("export", "account"), since).await? >= rules::MOST_EXPORTS {
            return Ok::<_, sea_orm::DbErr>(false);
        }
        let account = Act { actor: user, action: "export", subject: "account", subject_id: user, patient: None };
        audit::record(&tx, account, now).await?;
        for patient in in_care {
            let act = Act { subject: "patient", subject_id: patient, patient: Some(patient), ..account };
            audit::record(&tx, act, now).await?;
        }
        Ok(true)
    });
    if !noted.await? {
        return Err(Error::TooMany(rules::EXPORT_PERIOD.as_secs()));
    }
    let archive = Archive::read(app, signed_in, page).await?;
    let bytes = export::pack(&archive, page)?;
    let day = app.clinic().day_of(now);
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"praktik-{day}.zip\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
