//! What recovering an account needs: asked-for links, addresses to confirm, how often a secret was tried, and the
//! browsers that are known (P3).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob, integer, uuid},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(crate::table("reset_requests", [blob("email_index"), big_integer("created_at")])).await?;

        let mut links = crate::table(
            "email_links",
            [
                uuid("user_id"),
                blob("address"),
                blob("token_hash"),
                big_integer("created_at"),
                big_integer("expires_at"),
                big_integer_null("used_at"),
            ],
        );
        crate::references(&mut links, "user_id", "users");
        manager.create_table(links).await?;
        manager.create_index(crate::unique("email_links_token_unique", "email_links", &["token_hash"])).await?;
        manager.create_index(crate::index("email_links_user", "email_links", &["user_id"])).await?;
        manager.create_index(crate::index("password_links_user", "password_links", &["user_id"])).await?;

        let tries = [blob("key"), integer("count"), big_integer("free_at"), big_integer("last_at")];
        manager.create_table(crate::table("tries", tries)).await?;
        manager.create_index(crate::unique("tries_key_unique", "tries", &["key"])).await?;

        let mut devices = crate::table("known_devices", [uuid("user_id"), blob("key"), big_integer("created_at")]);
        crate::references(&mut devices, "user_id", "users");
        manager.create_table(devices).await?;
        manager.create_index(crate::unique("known_devices_key_unique", "known_devices", &["key"])).await?;
        manager.create_index(crate::index("known_devices_user", "known_devices", &["user_id"])).await
    }
}
