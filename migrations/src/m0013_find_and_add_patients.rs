//! What patients are found by though their names are sealed, newborns without a NIK, and changes of a NIK (P2, P8, R8).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, blob, blob_null, integer, integer_null, text, uuid},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite takes one new column a statement.
        let mut not_indexed = integer("search_version");
        not_indexed.default(0);
        let columns = [
            blob_null("mother_nik"),
            blob_null("birth_order"),
            blob_null("nik_claim"),
            blob_null("phone_index"),
            not_indexed,
        ];
        for column in columns {
            manager.alter_table(Table::alter().table("patients").add_column(column).take()).await?;
        }
        for (name, column) in [
            ("patients_nik_claim", "nik_claim"),
            ("patients_phone", "phone_index"),
            ("patients_search_version", "search_version"),
        ] {
            manager.create_index(crate::index(name, "patients", &[column])).await?;
        }
        let consent = integer_null("consent_version");
        manager.alter_table(Table::alter().table("guardianships").add_column(consent).take()).await?;

        let mut words = crate::table("patient_words", [uuid("patient_id"), blob("word_index")]);
        crate::references(&mut words, "patient_id", "patients");
        manager.create_table(words).await?;
        // In the order of its columns a word's patients are read newest first.
        let pair = crate::unique("patient_words_pair_unique", "patient_words", &["word_index", "patient_id"]);
        manager.create_index(pair).await?;
        manager.create_index(crate::index("patient_words_patient", "patient_words", &["patient_id"])).await?;

        let mut changes = crate::table(
            "nik_changes",
            [
                uuid("patient_id"),
                uuid("changed_by"),
                text("kind"),
                blob("old_nik"),
                blob("reason"),
                big_integer("created_at"),
            ],
        );
        crate::references(&mut changes, "patient_id", "patients");
        crate::references(&mut changes, "changed_by", "users");
        manager.create_table(changes).await?;
        manager.create_index(crate::index("nik_changes_patient", "nik_changes", &["patient_id"])).await
    }
}
