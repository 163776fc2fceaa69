//! All that is kept of an account, opened for a copy of it (S4). Of secrets it says when they were made and used.

use sea_orm::{
    ActiveEnum as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};
use uuid::Uuid;

use super::{
    details, email_links,
    entity::{email_link, known_device, password_link, session, user},
    second_factor::{self, KeptFactors},
    sessions,
};
use crate::infra::{
    clock::Instant,
    vault::{Private, Vault, VaultError},
};

/// What is kept of an account itself.
pub struct Account {
    /// The holder's name.
    pub name: Private,
    /// The address.
    pub email: Private,
    /// When its holder showed that it is theirs.
    pub email_confirmed_at: Option<Instant>,
    /// In E.164.
    pub phone: Option<Private>,
    /// Where the holder lives or works.
    pub address: Option<Private>,
    /// The word in the database, such as `patient`.
    pub role: String,
    /// The word in the database, such as `active`.
    pub status: String,
    /// The language of its pages.
    pub language: String,
    /// The holder's zone, if it is not the clinic's.
    pub time_zone: Option<String>,
    /// The file of the photo.
    pub photo: Option<Uuid>,
    /// Whether it has a password.
    pub has_password: bool,
    /// When it was made.
    pub created_at: Instant,
    /// When it was changed last.
    pub updated_at: Instant,
    /// Browsers that are signed in, or were until a little while ago; the last used first.
    pub sessions: Vec<KeptSession>,
    /// Since when browsers are known, oldest first.
    pub known_browsers: Vec<Instant>,
    /// One-time links, newest first.
    pub links: Vec<KeptLink>,
    /// What a login asks for beside the password.
    pub factors: KeptFactors,
}

/// A browser that is signed in.
pub struct KeptSession {
    /// As it named itself.
    pub user_agent: Private,
    /// Where it asked from.
    pub address: Private,
    /// The word in the database, such as `full`.
    pub level: String,
    /// Since when.
    pub created_at: Instant,
    /// Noted by the minute.
    pub last_used_at: Instant,
    /// At its latest.
    pub expires_at: Instant,
    /// When password or second factor were last given.
    pub confirmed_at: Option<Instant>,
}

/// A one-time link, without its secret.
pub struct KeptLink {
    /// The address that it confirms; nothing of a link that sets the password.
    pub address: Option<Private>,
    /// When it was written.
    pub created_at: Instant,
    /// Until when it is good.
    pub expires_at: Instant,
    /// When it was used, or given up for another.
    pub used_at: Option<Instant>,
}

/// The account `id`, opened for its holder.
pub async fn account_of(connection: &impl ConnectionTrait, vault: &Vault, id: Uuid) -> Result<Account, VaultError> {
    let row = user::Entity::find_by_id(id).one(connection).await?.ok_or(VaultError::NoKey(id))?;
    let details = details::details_of(connection, vault, id).await?;
    Ok(Account {
        name: details.name,
        email: details.email,
        email_confirmed_at: row.email_confirmed_at,
        phone: details.phone,
        address: details.address,
        role: row.role.to_value(),
        status: row.status.to_value(),
        language: row.language,
        time_zone: row.time_zone,
        photo: row.photo_id,
        has_password: row.password_hash.is_some(),
        created_at: row.created_at,
        updated_at: row.updated_at,
        sessions: sessions_of(connection, vault, id).await?,
        known_browsers: known_browsers_of(connection, id).await?,
        links: links_of(connection, vault, id).await?,
        factors: second_factor::kept_factors(connection, vault, id).await?,
    })
}

async fn sessions_of(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    user: Uuid,
) -> Result<Vec<KeptSession>, VaultError> {
    let key = vault.key(connection, user).await?;
    let rows = session::Entity::find()
        .filter(session::Column::UserId.eq(user))
        .order_by_desc(session::Column::LastUsedAt)
        .order_by_desc(session::Column::Id)
        .all(connection)
        .await?;
    let kept = rows.iter().map(|row| {
        let device = sessions::open_device(&key, row)?;
        Ok(KeptSession {
            user_agent: device.user_agent,
            address: device.address,
            level: row.level.to_value(),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
            confirmed_at: row.confirmed_at,
        })
    });
    kept.collect()
}

async fn known_browsers_of(connection: &impl ConnectionTrait, user: Uuid) -> Result<Vec<Instant>, VaultError> {
    let known = known_device::Entity::find().filter(known_device::Column::UserId.eq(user));
    let known = known.order_by_asc(known_device::Column::Id).all(connection).await?;
    Ok(known.into_iter().map(|row| row.created_at).collect())
}

async fn links_of(connection: &impl ConnectionTrait, vault: &Vault, user: Uuid) -> Result<Vec<KeptLink>, VaultError> {
    let mut links = Vec::new();
    let of_email = email_link::Entity::find().filter(email_link::Column::UserId.eq(user)).all(connection).await?;
    for row in of_email {
        links.push(KeptLink {
            address: Some(email_links::address_of(connection, vault, &row).await?),
            created_at: row.created_at,
            expires_at: row.expires_at,
            used_at: row.used_at,
        });
    }
    let of_password =
        password_link::Entity::find().filter(password_link::Column::UserId.eq(user)).all(connection).await?;
    links.extend(of_password.into_iter().map(|row| KeptLink {
        address: None,
        created_at: row.created_at,
        expires_at: row.expires_at,
        used_at: row.used_at,
    }));
    links.sort_by_key(|link| std::cmp::Reverse(link.created_at));
    Ok(links)
}
