//! The clinic itself: its name and address, its zone, which decides days, the length of its slots, and what it keeps.

use jiff::{civil::Date, tz::TimeZone};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DbErr, DeriveActiveEnum, EntityTrait as _, EnumIter, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use crate::infra::{clock::Instant, db::Tx, ids};

/// How long messages stay.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Retention {
    /// Until the room closes.
    Ephemeral,
    /// As part of the record.
    Kept,
}

impl Retention {
    /// As forms say it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ephemeral => "ephemeral",
            Self::Kept => "kept",
        }
    }

    /// What a form says.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Ephemeral, Self::Kept].into_iter().find(|retention| retention.code() == code)
    }
}

/// The clinic's profile.
#[derive(Clone)]
pub struct Profile {
    /// The name that leads every page.
    pub name: String,
    /// Street and number.
    pub address: String,
    /// Where a prescription is dated.
    pub city: String,
    /// In E.164.
    pub phone: String,
    /// Decides what a day is (C3).
    pub zone: TimeZone,
    /// The length of a slot in minutes, a multiple of five (C1).
    pub slot_minutes: i32,
    /// How long records are kept at least, from the last visit (Permenkes 24/2022, article 39).
    pub retention_years: i32,
    /// What becomes of the messages of consultations that are booked from now on (C7).
    pub message_retention: Retention,
    /// The file of its logo.
    pub logo: Option<Uuid>,
}

const FIRST_NAME: &str = "Klinik";
const FIRST_ZONE: &str = "Asia/Jakarta";
const FIRST_SLOT_MINUTES: i32 = 15;
/// What the law asks for at least (Permenkes 24/2022, article 39).
pub const LEAST_RETENTION_YEARS: i32 = 25;

impl Profile {
    /// The clinic's day at `at`.
    pub fn day_of(&self, at: Instant) -> Date {
        at.day_in(&self.zone)
    }

    /// Reads the profile; nothing before the first start.
    pub async fn find(connection: &impl ConnectionTrait) -> Result<Option<Self>, DbErr> {
        Ok(row::Entity::find().order_by_asc(row::Column::CreatedAt).one(connection).await?.map(Self::from))
    }

    /// The profile, which nobody changes before the act ends, for acts that rely on it.
    pub async fn hold(tx: &Tx) -> Result<Option<Self>, DbErr> {
        let rows = row::Entity::find().order_by_asc(row::Column::CreatedAt).lock_shared();
        Ok(rows.one(tx).await?.map(Self::from))
    }

    /// Reads the profile, which nobody else changes or relies on before the act ends; makes a plain one at the first
    /// start.
    pub async fn find_or_create(tx: &Tx, now: Instant) -> Result<Self, DbErr> {
        let rows = row::Entity::find().order_by_asc(row::Column::CreatedAt).lock_exclusive();
        if let Some(row) = rows.one(tx).await? {
            return Ok(row.into());
        }
        let first = Self {
            name: FIRST_NAME.to_owned(),
            address: String::new(),
            city: String::new(),
            phone: String::new(),
            zone: TimeZone::get(FIRST_ZONE).unwrap_or(TimeZone::UTC),
            slot_minutes: FIRST_SLOT_MINUTES,
            retention_years: LEAST_RETENTION_YEARS,
            message_retention: Retention::Ephemeral,
            logo: None,
        };
        row::Entity::insert(first.row(ids::new(now), now)).exec_without_returning(tx).await?;
        Ok(first)
    }

    /// Keeps a changed profile; returns the clinic's id.
    pub async fn save(&self, tx: &Tx, now: Instant) -> Result<Uuid, DbErr> {
        if let Some(old) = row::Entity::find().order_by_asc(row::Column::CreatedAt).one(tx).await? {
            row::Entity::update(self.row(old.id, old.created_at)).exec(tx).await?;
            return Ok(old.id);
        }
        let id = ids::new(now);
        row::Entity::insert(self.row(id, now)).exec_without_returning(tx).await?;
        Ok(id)
    }

    fn row(&self, id: Uuid, created_at: Instant) -> row::ActiveModel {
        row::ActiveModel {
            id: Set(id),
            name: Set(self.name.clone()),
            address: Set(self.address.clone()),
            city: Set(self.city.clone()),
            phone: Set(self.phone.clone()),
            time_zone: Set(self.zone.iana_name().unwrap_or(FIRST_ZONE).to_owned()),
            slot_minutes: Set(self.slot_minutes),
            retention_years: Set(self.retention_years),
            message_retention: Set(self.message_retention),
            logo_id: Set(self.logo),
            created_at: Set(created_at),
        }
    }
}

/// Names another file as the clinic's logo, or none; says which it was.
pub async fn set_logo(tx: &Tx, logo: Option<Uuid>) -> Result<Option<Uuid>, DbErr> {
    let rows = row::Entity::find().order_by_asc(row::Column::CreatedAt).lock_exclusive();
    let Some(old) = rows.one(tx).await? else { return Ok(None) };
    let row = row::ActiveModel { id: Set(old.id), logo_id: Set(logo), ..Default::default() };
    row::Entity::update(row).exec(tx).await?;
    Ok(old.logo_id)
}

impl From<row::Model> for Profile {
    fn from(row: row::Model) -> Self {
        Self {
            name: row.name,
            address: row.address,
            city: row.city,
            phone: row.phone,
            zone: TimeZone::get(&row.time_zone).unwrap_or(TimeZone::UTC),
            slot_minutes: row.slot_minutes,
            retention_years: row.retention_years,
            message_retention: row.message_retention,
            logo: row.logo_id,
        }
    }
}

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "clinics")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub address: String,
        pub city: String,
        pub phone: String,
        pub time_zone: String,
        pub slot_minutes: i32,
        pub retention_years: i32,
        pub message_retention: super::Retention,
        pub logo_id: Option<Uuid>,
        pub created_at: crate::infra::clock::Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
