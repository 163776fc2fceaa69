//! The list of what is new.

use askama::Template;
use axum::{extract::State, response::Response};
use serde::Deserialize;

use super::{NotificationView, recent, store, topic};
use crate::{
    app::App,
    clinic::accounts::SignedIn,
    infra::bus::Hint,
    web::{Error, Form, Page, page},
};

/// As far back as the list goes.
const LONGEST_LIST: u64 = 100;

#[derive(Template)]
#[template(path = "clinic/notifications/list.html")]
struct ListPage {
    page: Page,
    notifications: Vec<NotificationView>,
    unread: bool,
}

/// `GET /notifications`: newest first.
pub async fn list(State(app): State<App>, signed_in: SignedIn, page: Page) -> Result<Response, Error> {
    let notifications = recent(&app, &page, signed_in.user, LONGEST_LIST).await?;
    let unread = notifications.iter().any(|notification| notification.unread);
    page::draw(&ListPage { page: page.private(), notifications, unread })
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct ReadForm {}

/// `POST /notifications/read`: all of them are read.
pub async fn read(State(app): State<App>, signed_in: SignedIn, _: Form<ReadForm>) -> Result<Response, Error> {
    let (user, now) = (signed_in.user, app.now());
    app.db.write(move |tx| async move { store::mark_read(&tx, user, now).await }).await?;
    app.bus.publish(Hint::changed(topic(user)));
    Ok(page::go("/notifications"))
}
