//! The doctor's own mark (P7): how patients see the doctor, and the switch with which a doctor says to be away.

use askama::Template;
use axum::{extract::State, response::Response};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    app::App,
    clinic::{
        appointments::store,
        doctors::{self, Doctor, entity::doctor, presence},
    },
    web::{
        Error, Form, Page,
        page::{draw, go},
    },
};

/// What a page of a doctor's own shows of their mark, drawn by `clinic/appointments/_presence.html`.
pub struct OwnPresence {
    /// The mark while this page is open: `available`, `busy` or `away`.
    pub state: &'static str,
    /// Whether the doctor said to be away.
    pub away: bool,
    /// The page that the switch leads back to.
    pub return_to: &'static str,
    /// What open pages are told of it.
    pub topic: String,
}

/// The pages that carry the switch; the one in the menu is last.
const PAGES: [&str; 3] = ["/dashboard", "/doctor/consultations", "/doctor/presence"];

impl OwnPresence {
    /// The mark of `doctor` for the page at `return_to`.
    pub async fn of(app: &App, doctor: &doctor::Model, return_to: &'static str) -> Result<Self, Error> {
        let busy = is_busy(app, doctor.id).await?;
        Ok(Self {
            state: presence::while_there(doctor, busy).name(),
            away: doctor.away_session.is_some(),
            return_to,
            topic: presence::topic(doctor.id),
        })
    }
}

/// Whether a room of `doctor` is open.
pub async fn is_busy(app: &App, doctor: Uuid) -> Result<bool, Error> {
    Ok(!store::busy_doctors(app.db.read(), vec![doctor]).await?.is_empty())
}

#[derive(Template)]
#[template(path = "clinic/appointments/presence.html")]
struct PresencePage {
    page: Page,
    own: OwnPresence,
}

/// `GET /doctor/presence`: the switch alone, as the menu shows it.
pub async fn own_presence(State(app): State<App>, doctor: Doctor, page: Page) -> Result<Response, Error> {
    let row = doctors::find(app.db.read(), doctor.id).await?.ok_or(Error::Forbidden)?;
    let [.., menu] = PAGES;
    draw(&PresencePage { own: OwnPresence::of(&app, &row, menu).await?, page })
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct PresenceForm {
    away: String,
    return_to: String,
}

/// `POST /doctor/presence`: away or back. Being away lasts as long as the session in which it was said.
pub async fn set_presence(State(app): State<App>, doctor: Doctor, form: Form<PresenceForm>) -> Result<Response, Error> {
    let session = match form.fields.away.as_str() {
        "yes" => Some(doctor.account.session),
        "no" => None,
        _ => return Err(Error::UnreadableForm),
    };
    let id = doctor.id;
    app.db.write(move |tx| async move { doctors::set_away(&tx, id, session).await }).await?;
    doctors::tell_presence(&app, id);
    let [.., menu] = PAGES;
    Ok(go(PAGES.into_iter().find(|path| *path == form.fields.return_to).unwrap_or(menu)))
}
