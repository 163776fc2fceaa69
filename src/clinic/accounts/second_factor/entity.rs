//! The tables of second factors, as `migrations` makes them.

/// What an account's authenticator app shares with the clinic; one for an account.
pub mod totp {
    use sea_orm::entity::prelude::*;

    use crate::infra::{clock::Instant, vault::Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "totp_secrets")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub secret: Sealed,
        /// The step (RFC 6238) of the newest code that was accepted: neither it nor an older one is accepted again.
        pub last_step: i64,
        pub created_at: Instant,
        pub last_used_at: Option<Instant>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A passkey, under the name that its holder gave it.
pub mod passkey {
    use sea_orm::entity::prelude::*;

    use crate::infra::{
        clock::Instant,
        vault::{LookUp, Sealed},
    };

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "passkeys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub credential_index: LookUp,
        pub credential: Sealed,
        /// How often it signed, as far as we know; a copy of the passkey shows by a number that is not higher.
        pub counter: i64,
        pub name: Sealed,
        pub created_at: Instant,
        pub last_used_at: Option<Instant>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A code for when phone and passkey are lost; only its hash is kept.
pub mod recovery_code {
    use sea_orm::entity::prelude::*;

    use crate::infra::clock::Instant;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "recovery_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub user_id: Uuid,
        pub code_hash: Vec<u8>,
        pub created_at: Instant,
        pub used_at: Option<Instant>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A passkey that is being made or asked for: what our side must remember until the browser answers, once.
pub mod ceremony {
    use sea_orm::entity::prelude::*;

    use crate::infra::{clock::Instant, vault::Sealed};

    /// What a browser was asked for.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
    pub enum Kind {
        /// To make a passkey.
        Add,
        /// To sign in with one.
        Use,
    }

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "passkey_ceremonies")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub session_id: Uuid,
        pub user_id: Uuid,
        pub kind: Kind,
        pub state: Sealed,
        pub expires_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// How many wrong tries an account has had since the last right one, and until when no other is taken.
pub mod tries {
    use sea_orm::entity::prelude::*;

    use crate::infra::clock::Instant;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "code_tries")]
    pub struct Model {
        /// The account.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub wrong: i32,
        pub wait_until: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
