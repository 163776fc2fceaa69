//! Which run of a job holds its lease; and which jobs are to be looked at, without reading those that are done.

use sea_orm_migration::{prelude::*, schema::uuid_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut jobs = Table::alter();
        jobs.table("jobs").add_column(uuid_null("claim"));
        manager.alter_table(jobs).await?;
        let undone = || Expr::col("done_at").is_null();
        let mut of_kind = crate::index("jobs_waiting_kind", "jobs", &["kind", "run_at"]);
        of_kind.and_where(undone());
        manager.create_index(of_kind).await?;
        let mut claimed = crate::index("jobs_claimed", "jobs", &["claimed_until"]);
        claimed.and_where(undone()).and_where(Expr::col("claimed_until").is_not_null());
        manager.create_index(claimed).await?;
        let mut done = crate::index("jobs_done", "jobs", &["done_at"]);
        done.and_where(Expr::col("done_at").is_not_null());
        manager.create_index(done).await
    }
}
