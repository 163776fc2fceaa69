//! The tables of this feature, as `migrations` makes them.

use sea_orm::{DeriveActiveEnum, EnumIter};

/// What is new (N1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Kind {
    /// A patient took a slot.
    ConsultationBooked,
    /// A consultation was called off.
    ConsultationCancelled,
    /// A room has opened.
    RoomOpen,
    /// A prescription was sent.
    PrescriptionIssued,
    /// A prescription was sent that replaces one.
    PrescriptionReplaced,
    /// A prescription was called off.
    PrescriptionCancelled,
    /// A call was missed.
    CallMissed,
    /// The clinic, or another account, booked for a patient in the reader's care.
    ConsultationBookedFor,
    /// Who looks after a patient in the reader's care has changed.
    CareChanged,
    /// Somebody else was added with the number of a patient in the reader's care.
    NumberClaimed,
}

/// Something new for one person: ids and a place to go, no content.
pub mod notification {
    use sea_orm::entity::prelude::*;

    use super::Kind;
    use crate::infra::clock::Instant;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "notifications")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub kind: Kind,
        pub subject_id: Uuid,
        pub path: String,
        pub created_at: Instant,
        pub read_at: Option<Instant>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A letter that waits to be sent.
pub mod mail {
    use sea_orm::entity::prelude::*;

    use crate::{
        clinic::notifications::mail::MailKind,
        infra::{clock::Instant, vault::Sealed},
    };

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "mails")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub kind: MailKind,
        pub address: Sealed,
        pub path: Option<Sealed>,
        pub language: String,
        pub attempts: i32,
        pub last_error: Option<String>,
        pub created_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
