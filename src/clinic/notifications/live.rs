//! A notification as a page shows it: in the list, and live at the edge of whatever page is open.

use askama::Template;
use uuid::Uuid;

use super::{
    Kind,
    entity::notification::Model,
    store,
};
use crate::{
    app::App,
    web::{Error, Page, words::TimeWords},
};

/// What is drawn of a notification.
pub(super) struct NotificationView {
    id: String,
    href: String,
    icon: &'static str,
    sentence: String,
    at: TimeWords,
    unread: bool,
}

#[derive(Template)]
#[template(path = "clinic/notifications/_notification.html")]
struct OneNotification<'a> {
    page: &'a Page,
    notification: NotificationView,
}

/// Notification `id` of `user` as a piece of page; nothing if it is not theirs.
pub async fn draw(app: &App, page: &Page, user: Uuid, id: Uuid) -> Result<Option<String>, Error> {
    let Some(row) = store::find(app.db.read(), user, id).await? else { return Ok(None) };
    let drawn = OneNotification { page, notification: view(page, &row) };
    drawn.render().map(Some).map_err(|error| Error::broken(error))
}

/// The row in the reader's words.
pub(super) fn view(page: &Page, row: &Model) -> NotificationView {
    let (icon, key) = match row.kind {
        Kind::ConsultationBooked => ("calendar-plus", "notifications-consultation-booked"),
        Kind::ConsultationCancelled => ("calendar-days", "notifications-consultation-cancelled"),
        Kind::RoomOpen => ("message-square-text", "notifications-room-open"),
        Kind::PrescriptionIssued => ("pill", "notifications-prescription-issued"),
        Kind::CallMissed => ("phone-missed", "notifications-call-missed"),
    };
    NotificationView {
        id: row.id.to_string(),
        href: row.path.clone(),
        icon,
        sentence: page.t(key),
        at: page.words.day_and_time(row.created_at),
        unread: row.read_at.is_none(),
    }
}
