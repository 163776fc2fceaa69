//! The tables of this feature, as `migrations` makes them.

use sea_orm::{DeriveActiveEnum, EnumIter};

/// Whether a conversation can be read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Status {
    /// Its messages are there, and more may come.
    Open,
    /// Its messages are there for good; nobody writes any more.
    Closed,
    /// Its key is destroyed and its messages are gone.
    Erased,
}

/// What a message holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum MessageType {
    /// Written.
    Text,
    /// A picture.
    Image,
    /// A document.
    File,
    /// The entry of a voice call.
    VoiceCall,
    /// The entry of a video call.
    VideoCall,
}

/// What a patient and a doctor write to each other about one appointment.
pub mod conversation {
    use sea_orm::entity::prelude::*;

    use super::Status;
    use crate::{clinic::profile::Retention, infra::clock::Instant};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "conversations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub appointment_id: Uuid,
        pub patient_id: Uuid,
        pub doctor_id: Uuid,
        pub status: Status,
        pub retention: Retention,
        pub last_seq: i64,
        pub last_message_at: Option<Instant>,
        pub created_at: Instant,
        pub erased_at: Option<Instant>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// One message, numbered by the server.
pub mod message {
    use sea_orm::entity::prelude::*;

    use super::MessageType;
    use crate::infra::{clock::Instant, vault::Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "messages")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub conversation_id: Uuid,
        pub seq: i64,
        pub sender_id: Uuid,
        pub client_id: Uuid,
        #[sea_orm(column_name = "type")]
        pub r#type: MessageType,
        pub message: Option<Sealed>,
        pub metadata: Option<String>,
        pub sent_at: Instant,
        pub read_at: Option<Instant>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
