//! `GET,POST /consent`: the text that is in force, to agree to or to read again (S4).

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use crate::{
    app::App,
    clinic::{
        accounts::{self, PatientAccount, SignedIn},
        audit::{self, Act},
        legal::{self, Kind, Text},
    },
    web::{
        Error, Form, Page,
        page::{draw, draw_with, go_with_notice},
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
    terms: Text,
    last: Option<Last>,
    /// Whether that is the text in force.
    agreed: bool,
    /// Whether the text changed between reading and agreeing.
    just_changed: bool,
    clinic_phone: String,
}

impl ConsentPage {
    async fn of(app: &App, account: &SignedIn, page: Page) -> Result<Self, Error> {
        let clinic = app.clinic();
        let terms = legal::current(app.db.read(), Kind::Terms, page.language(), &clinic).await?;
        let given = accounts::consents_of(app.db.read(), account.user).await?;
        let last = given.first().map(|row| Last { version: row.version, at: page.words.day_and_time(row.given_at) });
        Ok(Self {
            agreed: last.as_ref().is_some_and(|last| last.version >= terms.version),
            terms,
            last,
            just_changed: false,
            clinic_phone: clinic.phone.clone(),
            page: page.private(),
        })
    }
}

/// What is new, and the text.
pub async fn consent_page(State(app): State<App>, patient: PatientAccount, page: Page) -> Result<Response, Error> {
    draw(&ConsentPage::of(&app, &patient.0, page).await?)
}

/// What was read.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct ConsentForm {
    version: String,
}

/// Agrees to what was read; if another text came into force meanwhile, that one is shown. A second click finds it done.
pub async fn agree(
    State(app): State<App>,
    patient: PatientAccount,
    page: Page,
    form: Form<ConsentForm>,
) -> Result<Response, Error> {
    let shown = ConsentPage::of(&app, &patient.0, page.clone()).await?;
    if shown.terms.is_newer_than(&form.fields.version) {
        let shown = ConsentPage { just_changed: true, ..shown };
        return draw_with(StatusCode::UNPROCESSABLE_ENTITY, &shown);
    }
    let version = shown.terms.version;
    let (user, lang, now) = (patient.0.user, page.language(), app.now());
    app.db
        .write(move |tx| async move {
            if accounts::agree(&tx, user, version, lang, now).await? {
                let act = Act { actor: user, action: "agree", subject: "account", subject_id: user, patient: None };
                audit::record(&tx, act, now).await?;
            }
            Ok::<_, sea_orm::DbErr>(())
        })
        .await?;
    Ok(go_with_notice(HOME, "own-data-consent-noted"))
}
