//! What a person agreed to, in which version, and when (S4).

use sea_orm::{ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use super::{add_consent, entity::consent};
use crate::{
    clinic::legal::{self, Kind},
    infra::{clock::Instant, db::Tx},
    web::Lang,
};

/// Every consent of `user`, newest first.
pub async fn consents_of(connection: &impl ConnectionTrait, user: Uuid) -> Result<Vec<consent::Model>, DbErr> {
    consent::Entity::find()
        .filter(consent::Column::UserId.eq(user))
        .order_by_desc(consent::Column::GivenAt)
        .order_by_desc(consent::Column::Id)
        .all(connection)
        .await
}

/// Whether `user` agreed to the text that is in force.
pub async fn has_consented(connection: &impl ConnectionTrait, user: Uuid) -> Result<bool, DbErr> {
    let in_force = legal::version(connection, Kind::Terms).await?;
    has_agreed_to(connection, user, in_force).await
}

async fn has_agreed_to(connection: &impl ConnectionTrait, user: Uuid, version: i32) -> Result<bool, DbErr> {
    let given = consent::Entity::find()
        .filter(consent::Column::UserId.eq(user))
        .filter(consent::Column::Version.gte(version))
        .one(connection)
        .await?;
    Ok(given.is_some())
}

/// Notes that `user` agrees to the text of `version`, which is the one that they were shown. Says whether that is new.
pub async fn agree(tx: &Tx, user: Uuid, version: i32, lang: Lang, now: Instant) -> Result<bool, DbErr> {
    if has_agreed_to(tx, user, version).await? {
        return Ok(false);
    }
    add_consent(tx, user, version, lang, now).await?;
    Ok(true)
}
