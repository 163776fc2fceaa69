//! What must not be lost: notifications, jobs, and the keys of forms that were acted on already (N1).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, integer, text, text_null, uuid},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut notifications = crate::table(
            "notifications",
            [
                uuid("user_id"),
                text("kind"),
                uuid("subject_id"),
                text("path"),
                big_integer("created_at"),
                big_integer_null("read_at"),
            ],
        );
        crate::references(&mut notifications, "user_id", "users");
        manager.create_table(notifications).await?;
        manager.create_index(crate::index("notifications_user", "notifications", &["user_id", "created_at"])).await?;
        let mut unread = crate::index("notifications_unread", "notifications", &["user_id"]);
        unread.and_where(Expr::col("read_at").is_null());
        manager.create_index(unread).await?;

        let mut jobs = crate::table(
            "jobs",
            [
                text("kind"),
                uuid("subject_id"),
                big_integer("run_at"),
                integer("attempts"),
                big_integer_null("claimed_until"),
                big_integer_null("done_at"),
                text_null("last_error"),
                big_integer("created_at"),
            ],
        );
        manager.create_table(jobs.take()).await?;
        manager.create_index(crate::unique("jobs_subject_unique", "jobs", &["kind", "subject_id"])).await?;
        let mut waiting = crate::index("jobs_waiting", "jobs", &["run_at"]);
        waiting.and_where(Expr::col("done_at").is_null());
        manager.create_index(waiting).await?;

        let mut acts = crate::table(
            "form_acts",
            [uuid("user_id"), text("idempotency_key"), text("path"), big_integer("created_at")],
        );
        crate::references(&mut acts, "user_id", "users");
        manager.create_table(acts).await?;
        manager.create_index(crate::unique("form_acts_key_unique", "form_acts", &["user_id", "idempotency_key"])).await
    }
}
