//! Something new for somebody: a row in the act itself, then live on their open pages (N1).

pub mod entity;
pub mod live;
pub mod mail;
mod store;
pub mod web;

pub use entity::Kind;
pub use live::{NotificationView, recent};
pub use store::{add, mark_read, tell, unread_count};

use uuid::Uuid;

use crate::infra::{clock::Instant, db::Tx};

/// The topic on which a person's open pages hear what is theirs.
pub fn topic(user: Uuid) -> String {
    format!("user:{user}")
}

/// Drops what nobody looks for any more: old notifications, and letters that will not be sent.
pub async fn tidy(tx: &Tx, now: Instant) -> Result<(), sea_orm::DbErr> {
    store::tidy(tx, now).await?;
    mail::tidy(tx, now).await
}
