//! The tables of this feature, as `migrations` makes them.

use sea_orm::{DeriveActiveEnum, EnumIter};

/// How an account stands to a patient.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Relationship {
    /// The patient themself.
    OneSelf,
    /// The account holder's child.
    Child,
    /// The account holder's parent.
    Parent,
    /// Somebody else in their care.
    Other,
}

/// Somebody who is treated.
pub mod patient {
    use sea_orm::entity::prelude::*;

    use crate::infra::{
        clock::Instant,
        vault::{LookUp, Sealed},
    };

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "patients")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: Sealed,
        pub nik: Sealed,
        pub nik_index: LookUp,
        pub birth_place: Sealed,
        pub birth_date: Sealed,
        pub gender: Sealed,
        pub address: Sealed,
        pub phone: Option<Sealed>,
        pub payer: Sealed,
        pub bpjs_number: Option<Sealed>,
        pub created_at: Instant,
        pub updated_at: Instant,
        pub photo_id: Option<Uuid>,
        pub allergies: Option<Sealed>,
        pub weight: Option<Sealed>,
        pub medicines_in_use: Option<Sealed>,
        pub health_changed_by: Option<Uuid>,
        pub health_changed_at: Option<Instant>,
        pub profile_version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An account that looks after a patient (P8).
pub mod guardianship {
    use sea_orm::entity::prelude::*;

    use super::Relationship;
    use crate::infra::clock::Instant;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "guardianships")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub patient_id: Uuid,
        pub relationship: Relationship,
        pub created_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
