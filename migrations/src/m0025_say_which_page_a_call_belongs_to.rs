//! The page at either end of a call, and when both were last in it (K7, K2). What runs from before is looked after too.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, text_null},
    sea_orm::ConnectionTrait,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [text_null("caller_page"), text_null("receiver_page"), big_integer_null("last_together_at")] {
            let mut calls = Table::alter();
            calls.table("call_sessions").add_column(column);
            manager.alter_table(calls).await?;
        }
        let watched = "INSERT INTO jobs (id, kind, subject_id, run_at, attempts, created_at) \
                       SELECT id, 'watch-call', id, 0, 0, 0 FROM call_sessions \
                       WHERE status = 'ongoing' AND ended_at IS NULL";
        manager.get_connection().execute_unprepared(watched).await?;
        Ok(())
    }
}
