//! What nobody needs any longer is found by its age, without reading all that is still needed.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const AGES: [(&str, &str, &str); 7] = [
    ("notifications_age", "notifications", "created_at"),
    ("form_acts_age", "form_acts", "created_at"),
    ("sessions_end", "sessions", "expires_at"),
    ("password_links_end", "password_links", "expires_at"),
    ("email_links_end", "email_links", "expires_at"),
    ("known_devices_age", "known_devices", "created_at"),
    ("tries_last", "tries", "last_at"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, age) in AGES {
            manager.create_index(crate::index(name, table, &[age])).await?;
        }
        let mut failed = crate::index("mails_failed", "mails", &["last_error"]);
        failed.and_where(Expr::col("last_error").is_not_null());
        manager.create_index(failed).await
    }
}
