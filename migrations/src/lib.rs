//! The database, one change a file, in the order in which a clinic receives them.
//!
//! A released migration is never edited: a mistake is mended by the next one. Every statement runs on SQLite and on
//! PostgreSQL. Instants are UTC milliseconds (`bigint`), clinic days are text `YYYY-MM-DD`, sealed columns are `blob`.

use sea_orm_migration::prelude::*;

mod m0001_keep_data_keys;
mod m0002_create_people;
mod m0003_create_doctors;
mod m0004_create_appointments;
mod m0005_create_conversations;
mod m0006_create_calls;
mod m0007_create_prescriptions;
mod m0008_create_notifications_and_jobs;
mod m0009_chain_the_audit_log;
mod m0010_send_mail_and_level_sessions;
mod m0011_add_second_factors;
mod m0012_keep_files_and_profiles;
mod m0013_find_and_add_patients;
mod m0014_keep_who_is_away;
mod m0015_keep_settings_and_legal_texts;
mod m0016_name_the_master_key;
mod m0017_find_acts_and_consents;
mod m0018_recover_accounts;
mod m0020_note_ended_sessions;
mod m0022_keep_messages_where_the_clinic_says_so;
mod m0023_name_who_runs_a_job;
mod m0024_find_what_is_tidied;
mod m0025_say_which_page_a_call_belongs_to;
mod m0026_count_how_often_a_draft_was_kept;
mod m0027_find_unread_messages;
mod m0028_tell_products_apart_folded;

/// Brings a database to the version that this program understands.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_keep_data_keys::Migration),
            Box::new(m0002_create_people::Migration),
            Box::new(m0003_create_doctors::Migration),
            Box::new(m0004_create_appointments::Migration),
            Box::new(m0005_create_conversations::Migration),
            Box::new(m0006_create_calls::Migration),
            Box::new(m0007_create_prescriptions::Migration),
            Box::new(m0008_create_notifications_and_jobs::Migration),
            Box::new(m0009_chain_the_audit_log::Migration),
            Box::new(m0010_send_mail_and_level_sessions::Migration),
            Box::new(m0011_add_second_factors::Migration),
            Box::new(m0012_keep_files_and_profiles::Migration),
            Box::new(m0013_find_and_add_patients::Migration),
            Box::new(m0014_keep_who_is_away::Migration),
            Box::new(m0015_keep_settings_and_legal_texts::Migration),
            Box::new(m0016_name_the_master_key::Migration),
            Box::new(m0017_find_acts_and_consents::Migration),
            Box::new(m0018_recover_accounts::Migration),
            Box::new(m0020_note_ended_sessions::Migration),
            Box::new(m0022_keep_messages_where_the_clinic_says_so::Migration),
            Box::new(m0023_name_who_runs_a_job::Migration),
            Box::new(m0024_find_what_is_tidied::Migration),
            Box::new(m0025_say_which_page_a_call_belongs_to::Migration),
            Box::new(m0026_count_how_often_a_draft_was_kept::Migration),
            Box::new(m0027_find_unread_messages::Migration),
            Box::new(m0028_tell_products_apart_folded::Migration),
        ]
    }
}

/// A table whose first column is its `UUIDv7` `id`.
fn table(name: &'static str, columns: impl IntoIterator<Item = ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name).col(ColumnDef::new("id").uuid().not_null().primary_key());
    for column in columns {
        table.col(column);
    }
    table
}

/// A column that points at another table's `id`; rows that are pointed at stay.
fn references(table: &mut TableCreateStatement, column: &'static str, other: &'static str) {
    let from = table.get_table_name().cloned();
    let mut key = ForeignKey::create();
    if let Some(from) = from {
        key.from_tbl(from);
    }
    table.foreign_key(key.from_col(column).to_tbl(other).to_col("id"));
}

/// A unique index named `TABLE_COLUMNS_unique`, which refusals are recognised by.
fn unique(name: &'static str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(table).unique();
    for column in columns {
        index.col(*column);
    }
    index
}

/// An index that serves a listing.
fn index(name: &'static str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}
