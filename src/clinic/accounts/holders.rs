//! Whose an account is, for the front desk (R8): name, address, and whether one can enter with it.

use std::collections::HashMap;

use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::{Status, entity::user, store};
use crate::infra::vault::{Private, Vault, VaultError};

/// Whose an account is.
pub struct Holder {
    /// The account.
    pub user: Uuid,
    /// The holder's name.
    pub name: Private,
    /// The address to log in with.
    pub email: Private,
    /// Whether one may enter.
    pub status: Status,
    /// Whether a one-time link is still to set the password.
    pub awaits_password: bool,
}

/// Whose the accounts `users` are.
pub async fn holders(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    users: Vec<Uuid>,
) -> Result<HashMap<Uuid, Holder>, VaultError> {
    let mut holders = HashMap::new();
    for row in user::Entity::find().filter(user::Column::Id.is_in(users)).all(connection).await? {
        let holder = Holder {
            user: row.id,
            name: store::open_name(connection, vault, &row).await?,
            email: store::email_of(connection, vault, row.id).await?,
            status: row.status,
            awaits_password: row.password_hash.is_none(),
        };
        holders.insert(row.id, holder);
    }
    Ok(holders)
}
