//! Accounts, the patients whom they look after, sessions, one-time links and consents (P1-P3, P8, S4).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob, blob_null, integer, text, text_null, uuid},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    #[expect(clippy::too_many_lines, reason = "one table after another, no logic")]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut clinic = crate::table(
            "clinics",
            [
                text("name"),
                text("address"),
                text("city"),
                text("phone"),
                text("time_zone"),
                integer("slot_minutes"),
                big_integer("created_at"),
            ],
        );
        manager.create_table(clinic.take()).await?;

        let mut users = crate::table(
            "users",
            [
                text("role"),
                text("status"),
                blob("name"),
                blob("email"),
                blob("email_index"),
                text_null("password_hash"),
                text("language"),
                text_null("time_zone"),
                big_integer("created_at"),
                big_integer("updated_at"),
            ],
        );
        manager.create_table(users.take()).await?;
        manager.create_index(crate::unique("users_email_unique", "users", &["email_index"])).await?;

        let mut patients = crate::table(
            "patients",
            [
                blob("name"),
                blob("nik"),
                blob("nik_index"),
                blob("birth_place"),
                blob("birth_date"),
                blob("gender"),
                blob("address"),
                blob_null("phone"),
                blob("payer"),
                blob_null("bpjs_number"),
                big_integer("created_at"),
                big_integer("updated_at"),
            ],
        );
        manager.create_table(patients.take()).await?;
        manager.create_index(crate::unique("patients_nik_unique", "patients", &["nik_index"])).await?;

        let mut guardianships = crate::table(
            "guardianships",
            [uuid("user_id"), uuid("patient_id"), text("relationship"), big_integer("created_at")],
        );
        crate::references(&mut guardianships, "user_id", "users");
        crate::references(&mut guardianships, "patient_id", "patients");
        manager.create_table(guardianships).await?;
        manager
            .create_index(crate::unique("guardianships_pair_unique", "guardianships", &["user_id", "patient_id"]))
            .await?;
        manager.create_index(crate::index("guardianships_patient", "guardianships", &["patient_id"])).await?;

        let mut sessions = crate::table(
            "sessions",
            [
                uuid("user_id"),
                blob("token_hash"),
                blob("user_agent"),
                blob("address"),
                big_integer("created_at"),
                big_integer("last_used_at"),
                big_integer("expires_at"),
            ],
        );
        crate::references(&mut sessions, "user_id", "users");
        manager.create_table(sessions).await?;
        manager.create_index(crate::unique("sessions_token_unique", "sessions", &["token_hash"])).await?;
        manager.create_index(crate::index("sessions_user", "sessions", &["user_id"])).await?;

        let mut links = crate::table(
            "password_links",
            [
                uuid("user_id"),
                blob("token_hash"),
                big_integer("created_at"),
                big_integer("expires_at"),
                big_integer_null("used_at"),
            ],
        );
        crate::references(&mut links, "user_id", "users");
        manager.create_table(links).await?;
        manager.create_index(crate::unique("password_links_token_unique", "password_links", &["token_hash"])).await?;

        let mut consents =
            crate::table("consents", [uuid("user_id"), integer("version"), text("language"), big_integer("given_at")]);
        crate::references(&mut consents, "user_id", "users");
        manager.create_table(consents).await
    }
}
