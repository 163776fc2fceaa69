//! The tables of this feature, as `migrations` makes them.

use sea_orm::{DeriveActiveEnum, EnumIter};

/// Where a prescription stands (R1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Status {
    /// Seen by its doctor alone.
    Draft,
    /// Issued.
    Active,
    /// Dispensed, or its time is over.
    Completed,
    /// Called off by its doctor.
    Cancelled,
    /// A newer version was issued.
    Replaced,
}

/// One version of a prescription.
pub mod prescription {
    use sea_orm::entity::prelude::*;

    use super::Status;
    use crate::infra::{clock::Instant, vault::Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "prescriptions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub appointment_id: Uuid,
        pub doctor_id: Uuid,
        pub patient_id: Uuid,
        pub status: Status,
        pub number: Option<String>,
        pub version: i32,
        /// How often it was kept while it was a draft.
        pub draft_revision: i32,
        pub replaces_id: Option<Uuid>,
        pub diagnosis: Sealed,
        pub notes: Option<Sealed>,
        pub sheet: Option<Sealed>,
        pub prescription_date: Option<String>,
        pub issued_at: Option<Instant>,
        pub created_at: Instant,
        pub updated_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// One medicine of a prescription.
pub mod prescription_item {
    use sea_orm::entity::prelude::*;

    use crate::infra::vault::Sealed;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "prescription_items")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub prescription_id: Uuid,
        pub position: i32,
        /// Which medicine, and how much of it: whoever reads a copy of the database learns neither from numbers and ids.
        pub product_id: Sealed,
        pub dosage: Sealed,
        pub quantity: Sealed,
        pub duration_days: Sealed,
        pub instructions: Sealed,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The last number that was given to a prescription of a clinic day.
pub mod prescription_number {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "prescription_numbers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub clinic_day: String,
        pub last_number: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
