//! Who read or changed whose health data: rows that are linked once, and then neither changed nor deleted (S2).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob_null, text, uuid, uuid_null},
    sea_orm::{ConnectionTrait, DbBackend},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The only update that either engine lets through: giving a row its place and link, once.
const SQLITE_TRIGGERS: [&str; 2] = [
    "CREATE TRIGGER audit_log_keep BEFORE DELETE ON audit_log
     BEGIN SELECT RAISE(ABORT, 'audit rows are kept'); END",
    "CREATE TRIGGER audit_log_fixed BEFORE UPDATE ON audit_log
     WHEN OLD.link IS NOT NULL OR NEW.id IS NOT OLD.id OR NEW.at IS NOT OLD.at OR NEW.actor_id IS NOT OLD.actor_id
       OR NEW.action IS NOT OLD.action OR NEW.subject IS NOT OLD.subject OR NEW.subject_id IS NOT OLD.subject_id
       OR NEW.patient_id IS NOT OLD.patient_id OR NEW.period IS NOT OLD.period
     BEGIN SELECT RAISE(ABORT, 'audit rows are fixed'); END",
];

const POSTGRES_TRIGGERS: [&str; 2] = [
    "CREATE FUNCTION audit_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'audit rows are kept'; END IF;
       IF OLD.link IS NOT NULL OR (NEW.id, NEW.at, NEW.actor_id, NEW.action, NEW.subject, NEW.subject_id, NEW.patient_id, NEW.period)
         IS DISTINCT FROM (OLD.id, OLD.at, OLD.actor_id, OLD.action, OLD.subject, OLD.subject_id, OLD.patient_id, OLD.period)
       THEN RAISE EXCEPTION 'audit rows are fixed'; END IF;
       RETURN NEW;
     END $$",
    "CREATE TRIGGER audit_log_fixed BEFORE UPDATE OR DELETE ON audit_log
     FOR EACH ROW EXECUTE FUNCTION audit_log_refuse()",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut log = crate::table(
            "audit_log",
            [
                big_integer("at"),
                uuid("actor_id"),
                text("action"),
                text("subject"),
                uuid("subject_id"),
                uuid_null("patient_id"),
                big_integer("period"),
                big_integer_null("place"),
                blob_null("link"),
            ],
        );
        manager.create_table(log.take()).await?;
        manager
            .create_index(crate::unique(
                "audit_log_period_unique",
                "audit_log",
                &["actor_id", "action", "subject", "subject_id", "period"],
            ))
            .await?;
        manager.create_index(crate::unique("audit_log_place_unique", "audit_log", &["place"])).await?;
        manager.create_index(crate::index("audit_log_patient", "audit_log", &["patient_id", "at"])).await?;
        let mut unlinked = crate::index("audit_log_unlinked", "audit_log", &["at"]);
        unlinked.and_where(Expr::col("link").is_null());
        manager.create_index(unlinked).await?;

        let triggers = match manager.get_database_backend() {
            DbBackend::Sqlite => SQLITE_TRIGGERS,
            _ => POSTGRES_TRIGGERS,
        };
        for trigger in triggers {
            manager.get_connection().execute_unprepared(trigger).await?;
        }
        Ok(())
    }
}
