//! Call sessions: one that rings or runs at a time in a conversation (K1, K2).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, text, uuid},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut calls = crate::table(
            "call_sessions",
            [
                uuid("conversation_id"),
                uuid("caller_id"),
                uuid("receiver_id"),
                text("type"),
                text("status"),
                big_integer("created_at"),
                big_integer_null("reached_at"),
                big_integer_null("started_at"),
                big_integer_null("ended_at"),
                big_integer_null("duration_seconds"),
            ],
        );
        crate::references(&mut calls, "conversation_id", "conversations");
        crate::references(&mut calls, "caller_id", "users");
        crate::references(&mut calls, "receiver_id", "users");
        manager.create_table(calls).await?;
        let mut one_at_a_time = crate::unique("call_sessions_live_unique", "call_sessions", &["conversation_id"]);
        one_at_a_time.and_where(Expr::col("ended_at").is_null());
        manager.create_index(one_at_a_time).await?;
        manager.create_index(crate::index("call_sessions_conversation", "call_sessions", &["conversation_id"])).await
    }
}
