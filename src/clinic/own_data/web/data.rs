//! `GET /settings/data`: what can be done with one's own data, and what one agreed to (S4).

use askama::Template;
use axum::{extract::State, response::Response};

use crate::{
    app::App,
    clinic::accounts::{self, SignedIn},
    web::{Error, Page, page::draw, words::TimeWords},
};

struct Given {
    version: i32,
    at: TimeWords,
}

#[derive(Template)]
#[template(path = "clinic/own_data/data.html")]
struct DataPage {
    page: Page,
    is_patient: bool,
    consents: Vec<Given>,
    clinic_phone: String,
}

/// The page.
pub async fn data(State(app): State<App>, signed_in: SignedIn, page: Page) -> Result<Response, Error> {
    let given = accounts::consents_of(app.db.read(), signed_in.user).await?;
    let consents = given.iter().map(|row| Given { version: row.version, at: page.words.day_and_time(row.given_at) });
    draw(&DataPage {
        is_patient: signed_in.role.is_patient(),
        consents: consents.collect(),
        clinic_phone: app.clinic().phone.clone(),
        page: page.private(),
    })
}
