//! When an account's second factors were set up and used, for a copy of what is kept of it (S4); none of their secrets.

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::store;
use crate::infra::{
    clock::Instant,
    vault::{Private, Vault, VaultError},
};

/// What a login asks for beside the password.
pub struct KeptFactors {
    /// An authenticator app.
    pub app: Option<KeptApp>,
    /// Passkeys, oldest first.
    pub passkeys: Vec<KeptPasskey>,
    /// Recovery codes, each by when it was used.
    pub codes: Vec<KeptCode>,
}

/// An authenticator app.
pub struct KeptApp {
    /// When it was set up.
    pub created_at: Instant,
    /// When a code of it was last given.
    pub last_used_at: Option<Instant>,
}

/// A passkey.
pub struct KeptPasskey {
    /// As its holder calls it.
    pub name: Private,
    /// When it was added.
    pub created_at: Instant,
    /// When it last signed.
    pub last_used_at: Option<Instant>,
    /// How often it signed, as far as it counts.
    pub counter: i64,
}

/// A recovery code.
pub struct KeptCode {
    /// When it was made.
    pub created_at: Instant,
    /// When it was used.
    pub used_at: Option<Instant>,
}

/// The second factors of `user`.
pub async fn kept_factors(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    user: Uuid,
) -> Result<KeptFactors, VaultError> {
    let key = vault.key(connection, user).await?;
    let app = store::find_totp(connection, user).await?;
    let mut passkeys = Vec::new();
    for row in store::passkeys(connection, user).await? {
        passkeys.push(KeptPasskey {
            name: key.open(store::passkey_place(row.id, "name"), &row.name)?,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            counter: row.counter,
        });
    }
    let codes = store::codes(connection, user).await?;
    Ok(KeptFactors {
        app: app.map(|row| KeptApp { created_at: row.created_at, last_used_at: row.last_used_at }),
        passkeys,
        codes: codes.into_iter().map(|row| KeptCode { created_at: row.created_at, used_at: row.used_at }).collect(),
    })
}
