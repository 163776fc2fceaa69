//! One-time links that confirm an e-mail address: the account's own after signing up, or another that is to take its
//! place.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    Email, Status, devices,
    entity::{email_link, user},
    store::{self, token_hash},
};
use crate::{
    clinic::notifications::mail::{self, MailKind, NewMail},
    infra::{
        clock::Instant,
        db::Tx,
        ids, random,
        vault::{Place, Private, Vault, VaultError},
    },
    web::Lang,
};

const LIFE: Duration = Duration::from_hours(24);
/// Within [`COUNTED_FOR`] an account has at most so many letters with such links.
const MOST: u64 = 3;
const COUNTED_FOR: Duration = Duration::from_hours(1);
const TABLE: &str = "email_links";

/// Whether `user` may have another letter now.
pub(super) async fn may_add(connection: &impl ConnectionTrait, user: Uuid, now: Instant) -> Result<bool, DbErr> {
    let since = Instant::from_millis(now.millis() - i64::try_from(COUNTED_FOR.as_millis()).unwrap_or(i64::MAX));
    let recent = email_link::Entity::find()
        .filter(email_link::Column::UserId.eq(user))
        .filter(email_link::Column::CreatedAt.gt(since));
    Ok(recent.count(connection).await? < MOST)
}

/// Writes to `address` a letter whose link makes it, confirmed, the address of `user`. Links before it end.
async fn add(
    tx: &Tx,
    vault: &Vault,
    user: Uuid,
    (address, kind): (&Email, MailKind),
    now: Instant,
) -> Result<(), VaultError> {
    spend(tx, user, now).await?;
    let (id, token) = (ids::new(now), random::token());
    let key = vault.key(tx, user).await?;
    let row = email_link::ActiveModel {
        id: Set(id),
        user_id: Set(user),
        address: Set(key.seal(Place::new(TABLE, id, "address"), address.as_str())),
        token_hash: Set(token_hash(&token)),
        created_at: Set(now),
        expires_at: Set(now + LIFE),
        used_at: Set(None),
    };
    email_link::Entity::insert(row).exec_without_returning(tx).await?;
    let lang = user::Entity::find_by_id(user).one(tx).await?.and_then(|user| Lang::from_code(&user.language));
    let letter = NewMail {
        user,
        to: Private::new(address.as_str()),
        kind,
        path: Some(Private::new(format!("/email/confirm/{token}"))),
        lang: lang.unwrap_or_default(),
    };
    mail::add(tx, vault, letter, now).await
}

/// Asks the holder of a new account to confirm its address.
pub async fn welcome(tx: &Tx, vault: &Vault, user: Uuid, email: &Email, now: Instant) -> Result<(), VaultError> {
    add(tx, vault, user, (email, MailKind::Welcome), now).await
}

/// Asks the holder of `email` to let it take the place of the address of `user`, and tells the present address.
pub(super) async fn change(tx: &Tx, vault: &Vault, user: Uuid, email: &Email, now: Instant) -> Result<(), VaultError> {
    let security = Private::new("/settings/security");
    store::write_to(tx, vault, user, MailKind::EmailChanging, Some(security), now).await?;
    add(tx, vault, user, (email, MailKind::EmailConfirm), now).await
}

/// The unused link of `token`.
pub(super) async fn find(
    connection: &impl ConnectionTrait,
    token: &str,
    now: Instant,
) -> Result<Option<email_link::Model>, DbErr> {
    email_link::Entity::find()
        .filter(email_link::Column::TokenHash.eq(token_hash(token)))
        .filter(email_link::Column::UsedAt.is_null())
        .filter(email_link::Column::ExpiresAt.gt(now))
        .one(connection)
        .await
}

/// The address that waits to be confirmed, if it is not the account's own.
pub(super) async fn waiting(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    user: &user::Model,
    now: Instant,
) -> Result<Option<Private>, VaultError> {
    let link = email_link::Entity::find()
        .filter(email_link::Column::UserId.eq(user.id))
        .filter(email_link::Column::UsedAt.is_null())
        .filter(email_link::Column::ExpiresAt.gt(now))
        .order_by_desc(email_link::Column::Id)
        .one(connection)
        .await?;
    let Some(link) = link else { return Ok(None) };
    let address = address_of(connection, vault, &link).await?;
    Ok(Some(address).filter(|address| vault.look_up("email", address.reveal()) != user.email_index))
}

/// The address that `link` confirms.
pub(super) async fn address_of(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    link: &email_link::Model,
) -> Result<Private, VaultError> {
    vault.key(connection, link.user_id).await?.open(Place::new(TABLE, link.id, "address"), &link.address)
}

/// Uses `link` up and makes its address, confirmed, the account's; refused by `Unique::Email` if it has another account.
/// Links for a password that went to another address end. Says whether this was done: the link may be used meanwhile, or
/// the account be closed to its holder.
pub(super) async fn carry_out(
    tx: &Tx,
    vault: &Vault,
    link: &email_link::Model,
    now: Instant,
) -> Result<bool, VaultError> {
    let user = store::lock(tx, link.user_id).await?.ok_or(VaultError::NoKey(link.user_id))?;
    if user.status != Status::Active {
        return Ok(false);
    }
    let spent = email_link::Entity::update_many()
        .col_expr(email_link::Column::UsedAt, Expr::value(Some(now)))
        .filter(email_link::Column::Id.eq(link.id))
        .filter(email_link::Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    if spent.rows_affected == 0 {
        return Ok(false);
    }
    let address = address_of(tx, vault, link).await?;
    let index = vault.look_up("email", address.reveal());
    let mut update = user::Entity::update_many()
        .col_expr(user::Column::EmailConfirmedAt, Expr::value(Some(now)))
        .col_expr(user::Column::UpdatedAt, Expr::value(now));
    if index != user.email_index {
        let sealed = vault.key(tx, user.id).await?.seal(Place::new("users", user.id, "email"), address.reveal());
        update = update
            .col_expr(user::Column::Email, Expr::value(sealed))
            .col_expr(user::Column::EmailIndex, Expr::value(index));
        store::spend_links(tx, user.id, now).await?;
        devices::forget_all(tx, user.id).await?;
    }
    update.filter(user::Column::Id.eq(user.id)).exec(tx).await?;
    Ok(true)
}

/// Uses up every link of `user`.
pub(super) async fn spend(tx: &Tx, user: Uuid, now: Instant) -> Result<(), DbErr> {
    email_link::Entity::update_many()
        .col_expr(email_link::Column::UsedAt, Expr::value(Some(now)))
        .filter(email_link::Column::UserId.eq(user))
        .filter(email_link::Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Drops links that have been over for a day.
pub(super) async fn tidy(tx: &Tx, now: Instant) -> Result<(), DbErr> {
    let over = email_link::Column::ExpiresAt.lt(now - store::LINKS_KEPT_FOR);
    email_link::Entity::delete_many().filter(over).exec(tx).await?;
    Ok(())
}
