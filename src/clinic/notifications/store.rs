//! The rows of notifications.

use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

use super::entity::{Kind, notification};
use crate::{
    app::App,
    infra::{bus::Hint, clock::Instant, db::Tx, ids},
};

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
