//! The tables of this feature, as `migrations` makes them.

use sea_orm::{DeriveActiveEnum, EnumIter};

/// Whether somebody may sign in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Status {
    /// Signs in.
    Active,
    /// Kept out by an admin until further notice.
    Locked,
    /// No longer with the clinic.
    Deactivated,
}

/// How far somebody has come who signs in: the password alone opens nothing where a second factor is due (P3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Level {
    /// The password was right; the second factor is asked for.
    SecondFactor,
    /// The password was right; a second factor must be set up first.
    Enrolment,
    /// Signed in.
    Full,
}

/// An account: somebody who can sign in.
pub mod user {
    use sea_orm::entity::prelude::*;

    use super::Status;
    use crate::infra::{
        clock::Instant,
        vault::{LookUp, Sealed},
    };
    use crate::web::Role;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub role: Role,
        pub status: Status,
        pub name: Sealed,
        pub email: Sealed,
        pub email_index: LookUp,
        pub password_hash: Option<String>,
        pub language: String,
        pub time_zone: Option<String>,
        pub email_confirmed_at: Option<Instant>,
        pub created_at: Instant,
        pub updated_at: Instant,
        pub photo_id: Option<Uuid>,
        pub phone: Option<Sealed>,
        pub address: Option<Sealed>,
        pub profile_version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A browser that is signed in; only the hash of its token is kept.
pub mod session {
    use sea_orm::entity::prelude::*;

    use super::Level;
    use crate::infra::{clock::Instant, vault::Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub token_hash: Vec<u8>,
        /// Opened for its holder alone: a request is let in without it.
        pub user_agent: Sealed,
        pub address: Sealed,
        pub level: Level,
        pub created_at: Instant,
        pub last_used_at: Instant,
        pub expires_at: Instant,
        /// When password or second factor were last given in this session.
        pub confirmed_at: Option<Instant>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A session that has ended of late; its row is gone.
pub mod ended_session {
    use sea_orm::entity::prelude::*;

    use crate::infra::clock::Instant;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "ended_sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub ended_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A one-time link that sets a password.
pub mod password_link {
    use sea_orm::entity::prelude::*;

    use crate::infra::clock::Instant;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "password_links")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub token_hash: Vec<u8>,
        pub created_at: Instant,
        pub expires_at: Instant,
        pub used_at: Option<Instant>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a person agreed to, and when (S4).
pub mod consent {
    use sea_orm::entity::prelude::*;

    use crate::infra::clock::Instant;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "consents")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub version: i32,
        pub language: String,
        pub given_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Somebody asked for a link to set the password of an address, which may have no account.
pub mod reset_request {
    use sea_orm::entity::prelude::*;

    use crate::infra::{clock::Instant, vault::LookUp};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "reset_requests")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub email_index: LookUp,
        pub created_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A one-time link that confirms an address: the account's own, or the one that is to take its place.
pub mod email_link {
    use sea_orm::entity::prelude::*;

    use crate::infra::{clock::Instant, vault::Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "email_links")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub address: Sealed,
        pub token_hash: Vec<u8>,
        pub created_at: Instant,
        pub expires_at: Instant,
        pub used_at: Option<Instant>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// How often a secret was tried of late; whose and from where, the key alone tells.
pub mod tries {
    use sea_orm::entity::prelude::*;

    use crate::infra::{clock::Instant, vault::LookUp};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "tries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub key: LookUp,
        pub count: i32,
        pub free_at: Instant,
        pub last_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A browser in which somebody signed in before.
pub mod known_device {
    use sea_orm::entity::prelude::*;

    use crate::infra::{clock::Instant, vault::LookUp};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "known_devices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub key: LookUp,
        /// When somebody last signed in there.
        pub created_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
