//! The tables of this feature, as `migrations` makes them.

use sea_orm::{DeriveActiveEnum, EnumIter};

/// What is carried.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Kind {
    /// Sound.
    Voice,
    /// Sound and picture.
    Video,
}

/// Where a call stands (K2).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Status {
    /// It rings.
    Calling,
    /// Both are in it.
    Ongoing,
    /// It was answered, and is over.
    Ended,
    /// Nobody answered.
    Missed,
    /// The other side declined.
    Rejected,
}

/// One call, from ringing to its end.
pub mod call_session {
    use sea_orm::entity::prelude::*;

    use super::{Kind, Status};
    use crate::infra::clock::Instant;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "call_sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub conversation_id: Uuid,
        pub caller_id: Uuid,
        pub receiver_id: Uuid,
        #[sea_orm(column_name = "type")]
        pub r#type: Kind,
        pub status: Status,
        pub created_at: Instant,
        pub reached_at: Option<Instant>,
        pub started_at: Option<Instant>,
        pub ended_at: Option<Instant>,
        pub duration_seconds: Option<i64>,
        pub caller_page: Option<String>,
        pub receiver_page: Option<String>,
        pub last_together_at: Option<Instant>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
