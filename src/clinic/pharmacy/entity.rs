//! The tables of this feature, as `migrations` makes them.

use sea_orm::{DeriveActiveEnum, EnumIter};

/// What kind of product.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Category {
    /// Can be prescribed.
    Medicine,
    /// Cannot.
    Other,
}

/// Golongan obat; BPOM and Permenkes decide who may sell what, and how.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum MedicineClass {
    /// Over the counter.
    Bebas,
    /// Over the counter, with a warning.
    BebasTerbatas,
    /// On prescription.
    Keras,
    /// Obat-obat tertentu: not sent by online pharmacies.
    Oot,
    /// Precursor: not sent by online pharmacies.
    Prekursor,
    /// Never prescribed remotely (R7).
    Psikotropika,
    /// Never prescribed remotely (R7).
    Narkotika,
}

/// Whether it can be prescribed anew.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Status {
    /// Yes.
    Active,
    /// No longer.
    Retired,
}

/// Something that the pharmacy has; medicines can be prescribed.
pub mod product {
    use sea_orm::entity::prelude::*;

    use super::{Category, MedicineClass, Status};
    use crate::infra::clock::Instant;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "products")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub category: Category,
        pub name: String,
        pub form: String,
        pub strength: String,
        /// What makes it one product and no other: name, form and strength, folded.
        pub identity: String,
        pub medicine_class: MedicineClass,
        pub kfa_code: Option<String>,
        pub status: Status,
        pub created_at: Instant,
        pub updated_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
