//! Forms that were acted on already: a resend of the same form finds where the first one led, and acts no second time.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};
use uuid::Uuid;

use super::{clock::Instant, db::Tx, ids};

/// Keys are drawn by our own pages; a longer one is from somewhere else.
pub const LONGEST_KEY: usize = 100;

/// Notes, first of all in the form's act, that `user` sent the form `key`, and that it leads to `path`. Refused by
/// [`super::unique::Unique::FormAct`] if it was sent before.
pub async fn add(tx: &Tx, user: Uuid, key: &str, path: &str, now: Instant) -> Result<(), DbErr> {
    let row = form_act::ActiveModel {
        id: Set(ids::new(now)),
        user_id: Set(user),
        idempotency_key: Set(key.to_owned()),
        path: Set(path.to_owned()),
        created_at: Set(now),
    };
    form_act::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Where the form `key` of `user` led, if it was acted on.
pub async fn path_of(connection: &impl ConnectionTrait, user: Uuid, key: &str) -> Result<Option<String>, DbErr> {
    form_act::Entity::find()
        .select_only()
        .column(form_act::Column::Path)
        .filter(form_act::Column::UserId.eq(user))
        .filter(form_act::Column::IdempotencyKey.eq(key))
        .into_tuple()
        .one(connection)
        .await
}

/// A form that lay open for longer than this is sent as a new one; its session has ended by then.
const KEPT_FOR: Duration = Duration::from_hours(40 * 24);

/// Drops the keys of forms that nobody sends again.
pub async fn tidy(tx: &Tx, now: Instant) -> Result<(), DbErr> {
    form_act::Entity::delete_many().filter(form_act::Column::CreatedAt.lt(now - KEPT_FOR)).exec(tx).await?;
    Ok(())
}

mod form_act {
    use sea_orm::entity::prelude::*;

    use crate::infra::clock::Instant;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "form_acts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub idempotency_key: String,
        pub path: String,
        pub created_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
