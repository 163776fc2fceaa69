//! Who is behind an account, for pages that name people.

use std::collections::HashMap;

use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::{entity::user, store};
use crate::{
    infra::{
        clock::Instant,
        vault::{Private, Vault, VaultError},
    },
    web::Role,
};

/// Somebody with an account.
pub struct Person {
    /// What they are to the clinic.
    pub role: Role,
    /// The holder's name.
    pub name: Private,
}

/// Who is behind several accounts.
pub async fn people_of(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, Person>, VaultError> {
    let mut people = HashMap::new();
    for row in user::Entity::find().filter(user::Column::Id.is_in(ids)).all(connection).await? {
        let name = store::open_name(connection, vault, &row).await?;
        people.insert(row.id, Person { role: row.role, name });
    }
    Ok(people)
}

/// What is kept of an account itself.
pub struct Account {
    /// The holder's name.
    pub name: Private,
    /// The address.
    pub email: Private,
    /// The language of its pages.
    pub language: String,
    /// The holder's zone, if it is not the clinic's.
    pub time_zone: Option<String>,
    /// When it was made.
    pub created_at: Instant,
}

/// The account `id`, opened for its holder.
pub async fn account_of(connection: &impl ConnectionTrait, vault: &Vault, id: Uuid) -> Result<Account, VaultError> {
    let row = user::Entity::find_by_id(id).one(connection).await?.ok_or(VaultError::NoKey(id))?;
    Ok(Account {
        name: store::open_name(connection, vault, &row).await?,
        email: store::email_of(connection, vault, id).await?,
        language: row.language,
        time_zone: row.time_zone,
        created_at: row.created_at,
    })
}
