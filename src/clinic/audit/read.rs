//! Reading the part of the log that is about somebody.

use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::entity::audit_row::{self, Column};
use crate::infra::clock::Instant;

/// Whose part of the log is read.
pub struct About {
    /// Acts on these patients' data.
    pub patients: Vec<Uuid>,
    /// Acts on this account itself, such as a new password.
    pub account: Uuid,
    /// Whose acts are left out.
    pub but_by: Option<Uuid>,
}

/// The row after which a list goes on.
pub type Before = (Instant, Uuid);

/// Up to `limit` rows of a part of the log, newest first.
pub async fn about(
    connection: &impl ConnectionTrait,
    about: &About,
    before: Option<Before>,
    limit: u64,
) -> Result<Vec<audit_row::Model>, DbErr> {
    let account = Condition::all().add(Column::Subject.eq("account")).add(Column::SubjectId.eq(about.account));
    let whose = Condition::any().add(Column::PatientId.is_in(about.patients.clone())).add(account);
    let mut rows = audit_row::Entity::find().filter(whose);
    if let Some(actor) = about.but_by {
        rows = rows.filter(Column::ActorId.ne(actor));
    }
    if let Some((at, id)) = before {
        let same_moment = Condition::all().add(Column::At.eq(at)).add(Column::Id.lt(id));
        rows = rows.filter(Condition::any().add(Column::At.lt(at)).add(same_moment));
    }
    rows.order_by_desc(Column::At).order_by_desc(Column::Id).limit(limit).all(connection).await
}

/// When the newest row was written; ids run with the time.
pub async fn last_written(connection: &impl ConnectionTrait) -> Result<Option<Instant>, DbErr> {
    let newest = audit_row::Entity::find().select_only().column(Column::At).order_by_desc(Column::Id).limit(1);
    newest.into_tuple().one(connection).await
}

/// How often `actor` did `action` to `subject` after `since`.
pub async fn count_by(
    connection: &impl ConnectionTrait,
    actor: Uuid,
    (action, subject): (&str, &str),
    since: Instant,
) -> Result<u64, DbErr> {
    audit_row::Entity::find()
        .filter(Column::ActorId.eq(actor))
        .filter(Column::Action.eq(action))
        .filter(Column::Subject.eq(subject))
        .filter(Column::At.gt(since))
        .count(connection)
        .await
}
