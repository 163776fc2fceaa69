//! What an admin settles: how long records are kept, the texts that people agree to, and checks of the audit chain
//! (P5, S2, S4). A deactivated doctor's account is shut like the doctor.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, integer, text},
    sea_orm::ConnectionTrait,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut clinics = Table::alter();
        clinics.table("clinics").add_column(integer("retention_years").default(25));
        manager.alter_table(clinics).await?;

        let texts = crate::table(
            "legal_texts",
            [
                text("kind"),
                text("language"),
                integer("version"),
                integer("edition"),
                text("body"),
                big_integer("published_at"),
            ],
        );
        manager.create_table(texts).await?;
        manager
            .create_index(crate::unique(
                "legal_texts_edition_unique",
                "legal_texts",
                &["kind", "language", "version", "edition"],
            ))
            .await?;

        let checks = crate::table(
            "audit_checks",
            [
                big_integer("asked_at"),
                big_integer_null("finished_at"),
                big_integer_null("rows"),
                big_integer_null("broken_place"),
            ],
        );
        manager.create_table(checks).await?;
        manager.create_index(crate::index("audit_log_at", "audit_log", &["at", "id"])).await?;
        manager.create_index(crate::index("audit_log_actor", "audit_log", &["actor_id", "at"])).await?;

        let shut = "UPDATE users SET status = 'deactivated'
                    WHERE id IN (SELECT user_id FROM doctors WHERE status = 'deactivated')";
        manager.get_connection().execute_unprepared(shut).await?;
        Ok(())
    }
}
