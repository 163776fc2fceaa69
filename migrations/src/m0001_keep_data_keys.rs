//! Data keys, each wrapped by the master key: one for every person whose data is sealed, and one for look-ups (S3).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, blob},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut keys = crate::table("data_keys", [blob("wrapped"), big_integer("created_at")]);
        manager.create_table(keys.take()).await
    }
}
