//! The rows of notifications.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, ExprTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

use super::entity::{Kind, notification};
use crate::{
    app::App,
    infra::{bus::Hint, clock::Instant, db::Tx, ids},
};

/// What was read is of no use after this: the list shows the newest alone, and what it told of has its own page.
const READ_KEPT_FOR: Duration = Duration::from_hours(90 * 24);
/// What nobody has read for so long nobody will.
const UNREAD_KEPT_FOR: Duration = Duration::from_hours(365 * 24);

/// Adds a notification for `user` about `subject`, which is read at `path`. Tell it after the commit with [`tell`].
pub async fn add(tx: &Tx, user: Uuid, kind: Kind, subject: Uuid, path: String, now: Instant) -> Result<Uuid, DbErr> {
    let id = ids::new(now);
    let row = notification::ActiveModel {
        id: Set(id),
        user_id: Set(user),
        kind: Set(kind),
        subject_id: Set(subject),
        path: Set(path),
        created_at: Set(now),
        read_at: Set(None),
    };
    notification::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(id)
}

/// Tells the open pages of `user` that notification `id` is there.
pub fn tell(app: &App, user: Uuid, id: Uuid) {
    app.bus.publish(Hint::with(super::topic(user), json!({ "notification": id })));
}

/// How many notifications `user` has not read.
pub async fn unread_count(connection: &impl ConnectionTrait, user: Uuid) -> Result<i64, DbErr> {
    let unread = notification::Entity::find()
        .filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::ReadAt.is_null());
    Ok(i64::try_from(unread.count(connection).await?).unwrap_or(i64::MAX))
}

/// The newest notifications of `user`, newest first.
pub(super) async fn newest(
    connection: &impl ConnectionTrait,
    user: Uuid,
    limit: u64,
) -> Result<Vec<notification::Model>, DbErr> {
    notification::Entity::find()
        .filter(notification::Column::UserId.eq(user))
        .order_by_desc(notification::Column::CreatedAt)
        .order_by_desc(notification::Column::Id)
        .limit(limit)
        .all(connection)
        .await
}

/// The notification `id` of `user`.
pub(super) async fn find(
    connection: &impl ConnectionTrait,
    user: Uuid,
    id: Uuid,
) -> Result<Option<notification::Model>, DbErr> {
    notification::Entity::find_by_id(id).filter(notification::Column::UserId.eq(user)).one(connection).await
}

/// Marks all of `user`'s notifications as read.
pub async fn mark_read(tx: &Tx, user: Uuid, now: Instant) -> Result<(), DbErr> {
    notification::Entity::update_many()
        .col_expr(notification::Column::ReadAt, Expr::value(now))
        .filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::ReadAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Drops old notifications.
pub(super) async fn tidy(tx: &Tx, now: Instant) -> Result<(), DbErr> {
    let old = notification::Column::CreatedAt.lt(now - READ_KEPT_FOR);
    let done_with = notification::Column::ReadAt.is_not_null();
    let done_with = done_with.or(notification::Column::CreatedAt.lt(now - UNREAD_KEPT_FOR));
    notification::Entity::delete_many().filter(old).filter(done_with).exec(tx).await?;
    Ok(())
}
