//! Second factors: secrets of authenticator apps, passkeys, recovery codes, and what is tried with them (P3).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob, integer, text, uuid},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut secrets = crate::table(
            "totp_secrets",
            [
                uuid("user_id"),
                blob("secret"),
                big_integer("last_step"),
                big_integer("created_at"),
                big_integer_null("last_used_at"),
            ],
        );
        crate::references(&mut secrets, "user_id", "users");
        manager.create_table(secrets).await?;
        manager.create_index(crate::unique("totp_secrets_user_unique", "totp_secrets", &["user_id"])).await?;

        let mut passkeys = crate::table(
            "passkeys",
            [
                uuid("user_id"),
                blob("credential_index"),
                blob("credential"),
                big_integer("counter"),
                blob("name"),
                big_integer("created_at"),
                big_integer_null("last_used_at"),
            ],
        );
        crate::references(&mut passkeys, "user_id", "users");
        manager.create_table(passkeys).await?;
        manager.create_index(crate::unique("passkeys_credential_unique", "passkeys", &["credential_index"])).await?;
        manager.create_index(crate::index("passkeys_user", "passkeys", &["user_id"])).await?;

        let mut codes = crate::table(
            "recovery_codes",
            [uuid("user_id"), blob("code_hash"), big_integer("created_at"), big_integer_null("used_at")],
        );
        crate::references(&mut codes, "user_id", "users");
        manager.create_table(codes).await?;
        manager
            .create_index(crate::unique("recovery_codes_hash_unique", "recovery_codes", &["user_id", "code_hash"]))
            .await?;

        let mut ceremonies = crate::table(
            "passkey_ceremonies",
            [uuid("session_id"), uuid("user_id"), text("kind"), blob("state"), big_integer("expires_at")],
        );
        crate::references(&mut ceremonies, "user_id", "users");
        manager.create_table(ceremonies).await?;
        let columns = ["session_id", "kind"];
        manager
            .create_index(crate::unique("passkey_ceremonies_session_unique", "passkey_ceremonies", &columns))
            .await?;

        // A row's id is the account's.
        let tries = crate::table("code_tries", [integer("wrong"), big_integer("wait_until")]).take();
        manager.create_table(tries).await
    }
}
