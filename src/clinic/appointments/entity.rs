//! The tables of this feature, as `migrations` makes them.

use sea_orm::{DeriveActiveEnum, EnumIter};

/// Which door an appointment came through.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Kind {
    /// A slot, taken by the patient.
    Consultation,
    /// A request that the doctor confirms (janji temu).
    Visit,
}

/// Where an appointment stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Status {
    /// The patient has asked for a visit.
    Requested,
    /// The doctor has proposed another time.
    Proposed,
    /// Its time is taken.
    Confirmed,
    /// Its room is open, or the time of the visit has come.
    Ongoing,
    /// Closed, and somebody came.
    Completed,
    /// Closed, and nobody came.
    NoShow,
    /// The doctor declined.
    Declined,
    /// Called off before it began.
    Cancelled,
}

/// A consultation or a visit.
pub mod appointment {
    use sea_orm::entity::prelude::*;

    use super::{Kind, Status};
    use crate::{
        clinic::profile::Retention,
        infra::{clock::Instant, vault::Sealed},
    };

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "appointments")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: Kind,
        pub status: Status,
        pub patient_id: Uuid,
        pub doctor_id: Uuid,
        pub booked_by: Uuid,
        pub clinic_day: String,
        pub starts_at: Option<Instant>,
        pub ends_at: Option<Instant>,
        pub takes_day: bool,
        pub complaint: Option<Sealed>,
        pub created_at: Instant,
        pub updated_at: Instant,
        pub opened_at: Option<Instant>,
        pub closed_at: Option<Instant>,
        pub patient_came_at: Option<Instant>,
        pub doctor_came_at: Option<Instant>,
        pub identity_confirmed_at: Option<Instant>,
        pub cancelled_by: Option<Uuid>,
        pub retention: Retention,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Five minutes of a doctor that an appointment has taken.
pub mod doctor_time {
    use sea_orm::entity::prelude::*;

    use crate::infra::clock::Instant;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "doctor_time")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub doctor_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub starts_at: Instant,
        pub appointment_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
