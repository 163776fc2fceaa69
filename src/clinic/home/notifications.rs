//! The list of what is new. It stands here since who reads it is known to accounts, which come after notifications.

use askama::Template;
use axum::{extract::State, response::Response};

use crate::{
    app::App,
    clinic::{
        accounts::SignedIn,
        notifications::{self, NotificationView, recent, topic},
    },
    infra::bus::Hint,
    web::{Error, Form, NoFields, Page, page},
};

/// As far back as the list goes.
const LONGEST_LIST: u64 = 100;

#[derive(Template)]
#[template(path = "clinic/home/notifications.html")]
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

/// `POST /notifications/read`: all of them are read.
pub async fn read(State(app): State<App>, signed_in: SignedIn, _: Form<NoFields>) -> Result<Response, Error> {
    let (user, now) = (signed_in.user, app.now());
    app.db.write(move |tx| async move { notifications::mark_read(&tx, user, now).await }).await?;
    app.bus.publish(Hint::changed(topic(user)));
    Ok(page::go("/notifications"))
}
