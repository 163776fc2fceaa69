//! Files, whose contents lie sealed in the file store, and what people keep in their profiles (P4, S3).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob_null, integer, text, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut files = crate::table(
            "files",
            [uuid("owner_id"), text("kind"), text("media_type"), big_integer("bytes"), big_integer("created_at")],
        );
        manager.create_table(files.take()).await?;
        manager.create_index(crate::index("files_owner", "files", &["owner_id"])).await?;

        let users = [uuid_null("photo_id"), blob_null("phone"), blob_null("address"), version()];
        let patients = [
            uuid_null("photo_id"),
            blob_null("allergies"),
            blob_null("weight"),
            blob_null("medicines_in_use"),
            uuid_null("health_changed_by"),
            big_integer_null("health_changed_at"),
            version(),
        ];
        // SQLite adds one column at a time.
        for (table, columns) in
            [("users", users.to_vec()), ("patients", patients.to_vec()), ("clinics", vec![uuid_null("logo_id")])]
        {
            for mut column in columns {
                manager.alter_table(Table::alter().table(table).add_column(&mut column).take()).await?;
            }
        }
        Ok(())
    }
}

/// Grows with each change, so that two people who edit at once do not overwrite each other.
fn version() -> ColumnDef {
    integer("profile_version").default(0).take()
}
