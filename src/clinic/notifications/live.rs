//! A notification as a page shows it: in the list, and live at the edge of whatever page is open.

use askama::Template;
use uuid::Uuid;

use super::{Kind, entity::notification::Model, store};
use crate::{
    app::App,
    infra::clock::Instant,
    web::{Error, Page, words::TimeWords},
};

/// What is drawn of a notification.
pub struct NotificationView {
    /// Its row.
    pub id: String,
    /// Where it leads.
    pub href: String,
    /// A lucide icon.
    pub icon: &'static str,
    /// What is new, in the reader's language.
    pub sentence: String,
    /// Since when.
    pub at: TimeWords,
    /// Whether it is still to be read.
    pub unread: bool,
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
    let drawn = OneNotification { page, notification: view(page, &row, app.now()) };
    drawn.render().map(Some).map_err(Error::broken)
}

/// The newest notifications of `user`, newest first.
pub async fn recent(app: &App, page: &Page, user: Uuid, limit: u64) -> Result<Vec<NotificationView>, Error> {
    let now = app.now();
    let rows = store::newest(app.db.read(), user, limit).await?;
    Ok(rows.iter().map(|row| view(page, row, now)).collect())
}

/// The row in the reader's words.
fn view(page: &Page, row: &Model, now: Instant) -> NotificationView {
    let (icon, key) = match row.kind {
        Kind::ConsultationBooked => ("calendar-plus", "notifications-consultation-booked"),
        Kind::ConsultationCancelled => ("calendar-days", "notifications-consultation-cancelled"),
        Kind::RoomOpen => ("message-square-text", "notifications-room-open"),
        Kind::PrescriptionIssued => ("pill", "notifications-prescription-issued"),
        Kind::PrescriptionReplaced => ("pill", "notifications-prescription-replaced"),
        Kind::PrescriptionCancelled => ("circle-x", "notifications-prescription-cancelled"),
        Kind::CallMissed => ("phone-missed", "notifications-call-missed"),
        Kind::ConsultationBookedFor => ("calendar-plus", "notifications-consultation-booked-for"),
        Kind::CareChanged => ("users", "notifications-care-changed"),
        Kind::NumberClaimed => ("triangle-alert", "notifications-number-claimed"),
    };
    NotificationView {
        id: row.id.to_string(),
        href: row.path.clone(),
        icon,
        sentence: page.t(key),
        at: when(page, row.created_at, now),
        unread: row.read_at.is_none(),
    }
}

/// "Hari ini, 14.15 WITA": the nearest days by their names.
fn when(page: &Page, at: Instant, now: Instant) -> TimeWords {
    let (day, today) = (at.day_in(&page.words.zone), now.day_in(&page.words.zone));
    let time = page.words.time(at);
    if day == today {
        TimeWords { words: page.t1("notifications-today", "time", &time.words), ..time }
    } else if today.yesterday().is_ok_and(|yesterday| day == yesterday) {
        TimeWords { words: page.t1("notifications-yesterday", "time", &time.words), ..time }
    } else {
        page.words.day_and_time(at)
    }
}
