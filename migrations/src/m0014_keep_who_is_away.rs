//! A doctor who says to be away is so until they say otherwise or log out where they said it (P7).

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let uuid = match manager.get_database_backend() {
            DbBackend::Sqlite => "uuid_text",
            _ => "uuid",
        };
        // The end of the session ends the absence, whichever way it ends.
        let column = format!(
            "ALTER TABLE doctors ADD COLUMN away_session {uuid} NULL REFERENCES sessions (id) ON DELETE SET NULL"
        );
        manager.get_connection().execute_unprepared(&column).await?;
        manager.create_index(crate::index("doctors_away_session", "doctors", &["away_session"])).await
    }
}
