//! What is asked for at each page of a patient: what they agreed to (S4); and, for their own page, acts on an account (S2).

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(crate::index("consents_user", "consents", &["user_id", "version"])).await?;
        manager.create_index(crate::index("audit_log_subject", "audit_log", &["subject_id", "at"])).await
    }
}
