//! Which master key wraps new data keys, and whose recovery sheet was typed back (S3).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, uuid},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut wrapping = crate::table("wrapping_key", [uuid("master_id"), big_integer("since")]);
        manager.create_table(wrapping.take()).await?;
        let mut sheets = crate::table("recovery_sheets", [uuid("confirmed_by"), big_integer("confirmed_at")]);
        crate::references(&mut sheets, "confirmed_by", "users");
        manager.create_table(sheets).await
    }
}
