//! What nobody has read yet is found without the rest (M2): a clinic keeps messages for years, and counts the unread ones
//! whenever a page asks.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut unread = crate::index("messages_unread", "messages", &["conversation_id", "seq"]);
        manager.create_index(unread.and_where(Expr::col("read_at").is_null()).to_owned()).await
    }
}
