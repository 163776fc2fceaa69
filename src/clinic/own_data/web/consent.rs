//! `GET,POST /consent`: the text that is in force, to agree to or to read again (S4).

use askama::Template;
use axum::{extract::State, response::Response};

use crate::{
    app::App,
    clinic::{
        accounts::{self, CONSENT_VERSION, PatientAccount},
        audit::{self, Act},
    },
    web::{
        Error, Form, NoFields, Page,
        page::{draw, go_with_notice},
        words::TimeWords,
    },
};

const HOME: &str = "/dashboard";

/// What was agreed to last.
struct Last {
    version: i32,
    at: TimeWords,
}

#[derive(Template)]
#[template(path = "clinic/own_data/consent.html")]
struct ConsentPage {
    page: Page,
    version: i32,
    last: Option<Last>,
    /// Whether that is the text in force.
    agreed: bool,
    clinic_phone: String,
}

/// What is new, and the text.
pub async fn consent_page(State(app): State<App>, patient: PatientAccount, page: Page) -> Result<Response, Error> {
    let given = accounts::consents_of(app.db.read(), patient.0.user).await?;
    let last = given.first().map(|row| Last { version: row.version, at: page.words.day_and_time(row.given_at) });
    draw(&ConsentPage {
        agreed: last.as_ref().is_some_and(|last| last.version >= CONSENT_VERSION),
        version: CONSENT_VERSION,
        last,
        clinic_phone: app.clinic().phone.clone(),
        page: page.private(),
    })
}

/// Agrees. A second click finds it done.
pub async fn agree(
    State(app): State<App>,
    patient: PatientAccount,
    page: Page,
    _form: Form<NoFields>,
) -> Result<Response, Error> {
    let (user, lang, now) = (patient.0.user, page.language(), app.now());
    app.db
        .write(move |tx| async move {
            if accounts::agree(&tx, user, lang, now).await? {
                let act = Act { actor: user, action: "agree", subject: "account", subject_id: user, patient: None };
                audit::record(&tx, act, now).await?;
            }
            Ok::<_, sea_orm::DbErr>(())
        })
        .await?;
    Ok(go_with_notice(HOME, "own-data-consent-noted"))
}
