//! Doctors, their weekly consultation hours and days off (P5, P6).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, integer, text, uuid},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut doctors = crate::table(
            "doctors",
            [
                uuid("user_id"),
                text("name"),
                text("specialty"),
                text("str_number"),
                text("sip_number"),
                text("sip_valid_until"),
                text("biography"),
                text("status"),
                big_integer("created_at"),
                big_integer("updated_at"),
            ],
        );
        crate::references(&mut doctors, "user_id", "users");
        manager.create_table(doctors).await?;
        manager.create_index(crate::unique("doctors_user_unique", "doctors", &["user_id"])).await?;

        let mut hours = crate::table(
            "consultation_hours",
            [uuid("doctor_id"), integer("weekday"), integer("starts_minute"), integer("ends_minute")],
        );
        crate::references(&mut hours, "doctor_id", "doctors");
        manager.create_table(hours).await?;
        manager
            .create_index(crate::unique(
                "consultation_hours_start_unique",
                "consultation_hours",
                &["doctor_id", "weekday", "starts_minute"],
            ))
            .await?;

        let mut days_off =
            crate::table("days_off", [uuid("doctor_id"), text("first_day"), text("last_day"), text("reason")]);
        crate::references(&mut days_off, "doctor_id", "doctors");
        manager.create_table(days_off).await?;
        manager.create_index(crate::index("days_off_doctor", "days_off", &["doctor_id", "first_day"])).await
    }
}
