//! What becomes of a consultation's messages at its close: the clinic's choice, and on each appointment what was promised
//! when it was booked (C7). A visit's are always kept.

use sea_orm_migration::{prelude::*, schema::text, sea_orm::ConnectionTrait};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [("clinics", "message_retention"), ("appointments", "retention")] {
            let mut changed = Table::alter();
            changed.table(table).add_column(text(column).default("ephemeral"));
            manager.alter_table(changed).await?;
        }
        let visits = "UPDATE appointments SET retention = 'kept' WHERE kind = 'visit'";
        manager.get_connection().execute_unprepared(visits).await?;
        Ok(())
    }
}
