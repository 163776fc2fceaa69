//! Products, prescriptions with their versions and items, and the day's last prescription number (R1, R2).

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob, blob_null, integer, text, text_null, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    #[expect(clippy::too_many_lines, reason = "one table after another, no logic")]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut products = crate::table(
            "products",
            [
                text("category"),
                text("name"),
                text("form"),
                text("strength"),
                text("medicine_class"),
                text_null("kfa_code"),
                text("status"),
                big_integer("created_at"),
                big_integer("updated_at"),
            ],
        );
        manager.create_table(products.take()).await?;
        manager.create_index(crate::unique("products_name_unique", "products", &["name", "form", "strength"])).await?;

        let mut prescriptions = crate::table(
            "prescriptions",
            [
                uuid("appointment_id"),
                uuid("doctor_id"),
                uuid("patient_id"),
                text("status"),
                text_null("number"),
                integer("version"),
                uuid_null("replaces_id"),
                blob("diagnosis"),
                blob_null("notes"),
                blob_null("sheet"),
                text_null("prescription_date"),
                big_integer_null("issued_at"),
                big_integer("created_at"),
                big_integer("updated_at"),
            ],
        );
        crate::references(&mut prescriptions, "appointment_id", "appointments");
        crate::references(&mut prescriptions, "doctor_id", "doctors");
        crate::references(&mut prescriptions, "patient_id", "patients");
        manager.create_table(prescriptions).await?;
        manager
            .create_index(crate::unique("prescriptions_number_unique", "prescriptions", &["number", "version"]))
            .await?;
        let mut one_draft = crate::unique("prescriptions_draft_unique", "prescriptions", &["appointment_id"]);
        one_draft.and_where(Expr::col("status").eq("draft"));
        manager.create_index(one_draft).await?;
        manager
            .create_index(crate::index("prescriptions_patient", "prescriptions", &["patient_id", "issued_at"]))
            .await?;
        for (name, columns) in [
            ("prescriptions_doctor", &["doctor_id", "created_at"][..]),
            ("prescriptions_appointment", &["appointment_id"]),
            ("prescriptions_replaces", &["replaces_id"]),
        ] {
            manager.create_index(crate::index(name, "prescriptions", columns)).await?;
        }

        let mut items = crate::table(
            "prescription_items",
            [
                uuid("prescription_id"),
                integer("position"),
                blob("product_id"),
                blob("dosage"),
                blob("quantity"),
                blob("duration_days"),
                blob("instructions"),
            ],
        );
        crate::references(&mut items, "prescription_id", "prescriptions");
        manager.create_table(items).await?;
        manager
            .create_index(crate::unique(
                "prescription_items_position_unique",
                "prescription_items",
                &["prescription_id", "position"],
            ))
            .await?;

        let mut numbers = Table::create();
        numbers
            .table("prescription_numbers")
            .col(ColumnDef::new("clinic_day").text().not_null().primary_key())
            .col(integer("last_number"));
        manager.create_table(numbers).await
    }
}
