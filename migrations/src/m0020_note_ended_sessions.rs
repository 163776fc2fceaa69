//! Which sessions have ended of late, so that a running program hears of those that another one ended.

use sea_orm_migration::{prelude::*, schema::big_integer};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(crate::table("ended_sessions", [big_integer("ended_at")])).await?;
        manager.create_index(crate::index("ended_sessions_at", "ended_sessions", &["ended_at"])).await
    }
}
