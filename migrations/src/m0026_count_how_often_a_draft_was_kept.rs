//! How often a prescription's draft was kept, so that a form in another tab does not put older text back (P12).

use sea_orm_migration::{prelude::*, schema::integer};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut changed = Table::alter();
        changed.table("prescriptions").add_column(integer("draft_revision").default(1));
        manager.alter_table(changed).await
    }
}
