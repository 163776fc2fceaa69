//! The tables of this feature, as `migrations` makes them.

use sea_orm::{DeriveActiveEnum, EnumIter};

/// Which text it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Kind {
    /// What the clinic does with data.
    Privacy,
    /// What a patient agrees to.
    Terms,
}

impl Kind {
    /// The kind of a name in an address.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Privacy, Self::Terms].into_iter().find(|kind| kind.name() == name)
    }

    /// As addresses and keys name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Privacy => "privacy",
            Self::Terms => "terms",
        }
    }
}

/// An edition of a text: what was readable from its moment until the next.
pub(super) mod legal_text {
    use sea_orm::entity::prelude::*;

    use super::Kind;
    use crate::infra::clock::Instant;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "legal_texts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: Kind,
        pub language: String,
        /// Rises when the text changes materially, so that people are asked again.
        pub version: i32,
        /// Rises with every correction within a version.
        pub edition: i32,
        pub body: String,
        pub published_at: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
