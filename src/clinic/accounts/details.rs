//! What the holder of an account keeps up to date: phone, address, language, zone, photo (P4).

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _, QuerySelect as _,
    sea_query::Expr,
};
use uuid::Uuid;

use super::{Phone, entity::user, store};
use crate::{
    infra::{
        clock::Instant,
        db::Tx,
        vault::{Place, Private, Vault, VaultError},
    },
    web::Lang,
};

/// An account's details, opened for its holder.
pub struct Details {
    /// The holder's name.
    pub name: Private,
    /// Where the account is reached.
    pub email: Private,
    /// In E.164.
    pub phone: Option<Private>,
    /// Where the holder lives or works.
    pub address: Option<Private>,
    /// Of pages and mail.
    pub lang: Lang,
    /// Nothing is the clinic's.
    pub time_zone: Option<String>,
    /// The file of the photo.
    pub photo: Option<Uuid>,
    /// What a change must name, so that it does not overwrite another.
    pub version: i32,
    /// When the account was made.
    pub created_at: Instant,
}

/// Details that a rule has passed.
pub struct NewDetails {
    /// In E.164.
    pub phone: Option<Phone>,
    /// Where the holder lives or works.
    pub address: Option<Private>,
    /// Of pages and mail.
    pub lang: Lang,
    /// Nothing is the clinic's.
    pub time_zone: Option<String>,
}

const fn place(id: Uuid, column: &'static str) -> Place {
    Place::new("users", id, column)
}

async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<user::Model, VaultError> {
    user::Entity::find_by_id(id).one(connection).await?.ok_or(VaultError::NoKey(id))
}

/// The details of the account `id`, for its holder.
pub async fn details_of(connection: &impl ConnectionTrait, vault: &Vault, id: Uuid) -> Result<Details, VaultError> {
    let row = find(connection, id).await?;
    let key = vault.key(connection, id).await?;
    Ok(Details {
        name: key.open(place(id, "name"), &row.name)?,
        email: key.open(place(id, "email"), &row.email)?,
        phone: key.open_maybe(place(id, "phone"), row.phone.as_ref())?,
        address: key.open_maybe(place(id, "address"), row.address.as_ref())?,
        lang: Lang::from_code(&row.language).unwrap_or_default(),
        time_zone: row.time_zone,
        photo: row.photo_id,
        version: row.profile_version,
        created_at: row.created_at,
    })
}

/// The name of an account's holder, for those who may know who did something.
pub async fn name_of(connection: &impl ConnectionTrait, vault: &Vault, id: Uuid) -> Result<Private, VaultError> {
    let row = find(connection, id).await?;
    store::open_name(connection, vault, &row).await
}

/// Keeps changed details; false if somebody has changed them since `version`.
pub async fn set_details(
    tx: &Tx,
    vault: &Vault,
    (id, version): (Uuid, i32),
    new: NewDetails,
    now: Instant,
) -> Result<bool, VaultError> {
    let key = vault.key(tx, id).await?;
    let phone = new.phone.as_ref().map(|phone| key.seal(place(id, "phone"), phone.reveal()));
    let address = new.address.as_ref().map(|address| key.seal(place(id, "address"), address.reveal()));
    let changed = user::Entity::update_many()
        .col_expr(user::Column::Phone, Expr::value(phone))
        .col_expr(user::Column::Address, Expr::value(address))
        .col_expr(user::Column::ProfileVersion, Expr::col(user::Column::ProfileVersion).add(1))
        .filter(user::Column::Id.eq(id))
        .filter(user::Column::ProfileVersion.eq(version))
        .exec(tx)
        .await?;
    if changed.rows_affected == 0 {
        return Ok(false);
    }
    set_choices(tx, id, new.lang, new.time_zone, now).await?;
    Ok(true)
}

/// Keeps the language and the zone of an account.
pub async fn set_choices(tx: &Tx, id: Uuid, lang: Lang, time_zone: Option<String>, now: Instant) -> Result<(), DbErr> {
    user::Entity::update_many()
        .col_expr(user::Column::Language, Expr::value(lang.code()))
        .col_expr(user::Column::TimeZone, Expr::value(time_zone))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// The photos of several accounts, of those that have one.
pub async fn photos_of(connection: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Uuid>, DbErr> {
    let rows: Vec<(Uuid, Option<Uuid>)> = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .column(user::Column::PhotoId)
        .filter(user::Column::Id.is_in(ids))
        .filter(user::Column::PhotoId.is_not_null())
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().filter_map(|(user, photo)| Some((user, photo?))).collect())
}

/// Gives an account a photo, or none; says which it had. Changes of one account's photo wait for each other.
pub async fn set_photo(tx: &Tx, id: Uuid, photo: Option<Uuid>, now: Instant) -> Result<Option<Uuid>, DbErr> {
    let old = user::Entity::find_by_id(id).lock_exclusive().one(tx).await?.and_then(|row| row.photo_id);
    user::Entity::update_many()
        .col_expr(user::Column::PhotoId, Expr::value(photo))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(old)
}
