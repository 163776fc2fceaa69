//! Reading the log a page at a time, newest first.

use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use super::entity::audit_row::{Column, Entity, Model};
use crate::infra::clock::Instant;

/// What is looked for.
#[derive(Default, Clone)]
pub struct Search {
    /// Acts of this account.
    pub actor: Option<Uuid>,
    /// Acts of this name.
    pub action: Option<String>,
    /// From this moment on.
    pub from: Option<Instant>,
    /// Before this moment.
    pub until: Option<Instant>,
    /// Older than this row.
    pub before: Option<Cursor>,
}

/// A place in the log; what is added later does not move it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cursor {
    at: Instant,
    id: Uuid,
}

impl Cursor {
    /// The place of a row.
    pub const fn of(row: &Model) -> Self {
        Self { at: row.at, id: row.id }
    }

    /// Reads what [`Self::text`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        Some(Self { at: Instant::from_millis(at.parse().ok()?), id: id.parse().ok()? })
    }

    /// As an address carries it.
    pub fn text(self) -> String {
        format!("{}.{}", self.at.millis(), self.id)
    }
}

/// At most `most` rows that fit, newest first.
pub async fn search(connection: &impl ConnectionTrait, wanted: &Search, most: u64) -> Result<Vec<Model>, DbErr> {
    let mut all = Condition::all();
    if let Some(actor) = wanted.actor {
        all = all.add(Column::ActorId.eq(actor));
    }
    if let Some(action) = &wanted.action {
        all = all.add(Column::Action.eq(action));
    }
    if let Some(from) = wanted.from {
        all = all.add(Column::At.gte(from));
    }
    if let Some(until) = wanted.until {
        all = all.add(Column::At.lt(until));
    }
    if let Some(Cursor { at, id }) = wanted.before {
        let same = Condition::all().add(Column::At.eq(at)).add(Column::Id.lt(id));
        all = all.add(Condition::any().add(Column::At.lt(at)).add(same));
    }
    Entity::find().filter(all).order_by_desc(Column::At).order_by_desc(Column::Id).limit(most).all(connection).await
}
