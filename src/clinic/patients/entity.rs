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

/// What the front desk did to a NIK.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum NikChange {
    /// Another number, or the first one of a newborn.
    Correct,
    /// No number, so that the rightful person can sign up with it.
    Release,
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
        /// Of a newborn without a NIK of their own.
        pub mother_nik: Option<Sealed>,
        pub birth_order: Option<Sealed>,
        /// By which a patient is found whose number another patient holds, until the front desk has looked at both.
        pub nik_claim: Option<LookUp>,
        pub phone_index: Option<LookUp>,
        /// By which way of folding the words of the name were indexed.
        pub search_version: i32,
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
        /// The consent text that the account agreed to for this patient; of oneself it stands with the account.
        pub consent_version: Option<i32>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A word of a patient's name, as it is looked up (R8).
pub mod patient_word {
    use sea_orm::entity::prelude::*;

    use crate::infra::vault::LookUp;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "patient_words")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub patient_id: Uuid,
        pub word_index: LookUp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A NIK that the front desk corrected, added or released, and why (P2).
pub mod nik_change {
    use sea_orm::entity::prelude::*;

    use super::NikChange;
    use crate::infra::{clock::Instant, vault::Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "nik_changes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub patient_id: Uuid,
        pub changed_by: Uuid,
        pub kind: NikChange,
        pub old_nik: Sealed,
        pub reason: Sealed,
        pub created_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
