//! The tables of this feature, as `migrations` makes them.

/// Who read or changed whose data, when.
pub mod audit_row {
    use sea_orm::entity::prelude::*;

    use crate::infra::clock::Instant;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_log")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub at: Instant,
        pub actor_id: Uuid,
        pub action: String,
        pub subject: String,
        pub subject_id: Uuid,
        pub patient_id: Option<Uuid>,
        pub period: i64,
        pub place: Option<i64>,
        pub link: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A check of the whole chain that an admin asked for.
pub mod audit_check {
    use sea_orm::entity::prelude::*;

    use crate::infra::clock::Instant;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_checks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub asked_at: Instant,
        pub finished_at: Option<Instant>,
        /// Rows of the chain when it was checked.
        pub rows: Option<i64>,
        /// The first row that is altered, dropped or out of order.
        pub broken_place: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
