//! Appointments, and the two unique indexes that decide who gets a doctor's time and a patient's day (C2, C3).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob_null, boolean, text, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut appointments = crate::table(
            "appointments",
            [
                text("kind"),
                text("status"),
                uuid("patient_id"),
                uuid("doctor_id"),
                uuid("booked_by"),
                text("clinic_day"),
                big_integer_null("starts_at"),
                big_integer_null("ends_at"),
                boolean("takes_day"),
                blob_null("complaint"),
                big_integer("created_at"),
                big_integer("updated_at"),
                big_integer_null("opened_at"),
                big_integer_null("closed_at"),
                big_integer_null("patient_came_at"),
                big_integer_null("doctor_came_at"),
                big_integer_null("identity_confirmed_at"),
                uuid_null("cancelled_by"),
            ],
        );
        crate::references(&mut appointments, "patient_id", "patients");
        crate::references(&mut appointments, "doctor_id", "doctors");
        crate::references(&mut appointments, "booked_by", "users");
        manager.create_table(appointments).await?;
        let mut one_a_day =
            crate::unique("appointments_patient_day_unique", "appointments", &["patient_id", "clinic_day"]);
        one_a_day.and_where(Expr::col("takes_day").eq(true));
        manager.create_index(one_a_day).await?;
        manager
            .create_index(crate::index("appointments_doctor_start", "appointments", &["doctor_id", "starts_at"]))
            .await?;
        manager
            .create_index(crate::index("appointments_patient_start", "appointments", &["patient_id", "starts_at"]))
            .await?;
        // A doctor's day, whether a doctor is busy, and the clinic's day, each without reading what is long past.
        for (name, columns) in [
            ("appointments_doctor_day", &["doctor_id", "clinic_day"][..]),
            ("appointments_doctor_status", &["doctor_id", "status"]),
            ("appointments_day", &["clinic_day"]),
        ] {
            manager.create_index(crate::index(name, "appointments", columns)).await?;
        }

        let mut doctor_time = Table::create();
        doctor_time
            .table("doctor_time")
            .col(uuid("doctor_id"))
            .col(big_integer("starts_at"))
            .col(uuid("appointment_id"))
            .primary_key(Index::create().name("doctor_time_unique").col("doctor_id").col("starts_at"));
        crate::references(&mut doctor_time, "appointment_id", "appointments");
        manager.create_table(doctor_time).await?;
        manager.create_index(crate::index("doctor_time_appointment", "doctor_time", &["appointment_id"])).await
    }
}
