//! Who is behind an account, for pages that name people: the one way to open an account's row for others than its holder.

use std::collections::HashMap;

use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::{Status, entity::user, store};
use crate::{
    infra::vault::{Private, Vault, VaultError},
    web::Role,
};

/// Somebody with an account.
pub struct Person {
    /// The account.
    pub user: Uuid,
    /// What they are to the clinic.
    pub role: Role,
    /// Whether they may sign in.
    pub status: Status,
    /// Whom it belongs to.
    pub name: Private,
    /// The address to log in with, and where letters go.
    pub email: Private,
    /// Whether a one-time link is still to set the password.
    pub awaits_password: bool,
}

/// Who is behind several accounts.
pub async fn people_of(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, Person>, VaultError> {
    let mut people = HashMap::new();
    for row in user::Entity::find().filter(user::Column::Id.is_in(ids)).all(connection).await? {
        people.insert(row.id, open(connection, vault, row).await?);
    }
    Ok(people)
}

/// Who is behind a row that was read already.
pub(super) async fn open(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    row: user::Model,
) -> Result<Person, VaultError> {
    Ok(Person {
        user: row.id,
        role: row.role,
        status: row.status,
        name: store::open_name(connection, vault, &row).await?,
        email: store::open_email(connection, vault, &row).await?,
        awaits_password: row.password_hash.is_none(),
    })
}
