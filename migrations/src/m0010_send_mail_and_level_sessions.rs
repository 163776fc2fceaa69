//! Letters that wait to be sent, how far a session has come, and whether an e-mail address was confirmed (P2, P3).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob, blob_null, integer, text, text_null, uuid},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut mails = crate::table(
            "mails",
            [
                uuid("user_id"),
                text("kind"),
                blob("address"),
                blob_null("path"),
                text("language"),
                integer("attempts"),
                text_null("last_error"),
                big_integer("created_at"),
            ],
        );
        crate::references(&mut mails, "user_id", "users");
        manager.create_table(mails).await?;
        manager.create_index(crate::index("mails_user", "mails", &["user_id"])).await?;

        let mut users = Table::alter();
        users.table("users").add_column(big_integer_null("email_confirmed_at"));
        manager.alter_table(users).await?;

        let mut sessions = Table::alter();
        sessions.table("sessions").add_column(text("level").default("full"));
        manager.alter_table(sessions).await?;
        let mut confirmed = Table::alter();
        confirmed.table("sessions").add_column(big_integer_null("confirmed_at"));
        manager.alter_table(confirmed).await
    }
}
