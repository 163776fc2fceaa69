//! Writing audit rows.

use sea_orm::{ActiveValue::Set, DbErr, EntityTrait as _, sea_query::OnConflict};
use uuid::Uuid;

use super::entity::audit_row;
use crate::{
    app::App,
    infra::{clock::Instant, db::Tx, ids},
    web::Error,
};

/// What was done to what.
#[derive(Clone, Copy)]
pub struct Act {
    /// Who did it: the account.
    pub actor: Uuid,
    /// The verb, such as `view` or `issue`.
    pub action: &'static str,
    /// The kind of thing, such as `prescription`.
    pub subject: &'static str,
    /// Which one.
    pub subject_id: Uuid,
    /// Whose data it is, if it is a patient's.
    pub patient: Option<Uuid>,
}

/// Who acts by a command on the machine itself, without an account.
pub const OPERATOR: Uuid = Uuid::nil();

/// Views of one thing by one person share a row for this long.
const VIEW_PERIOD_MS: i64 = 15 * 60 * 1000;

/// Writes down a change, in the change's own transaction.
pub async fn record(tx: &Tx, act: Act, now: Instant) -> Result<(), DbErr> {
    let id = ids::new(now);
    // No two changes share a row, however alike they are: the period of a change is the random half of its id, which as
    // a number is below zero; those of views are above.
    let own = id.as_u64_pair().1.cast_signed();
    audit_row::Entity::insert(row(id, act, now, own)).exec_without_returning(tx).await.map(drop)
}

/// Writes down a view before it is shown: one row per person, thing and 15 minutes.
pub async fn record_view(app: &App, act: Act) -> Result<(), Error> {
    record_views(app, [act]).await
}

/// Writes down all that one page shows, in one act, before it is shown.
pub async fn record_views(app: &App, acts: impl IntoIterator<Item = Act>) -> Result<(), Error> {
    let now = app.now();
    let period = now.millis() / VIEW_PERIOD_MS;
    let rows: Vec<_> = acts.into_iter().map(|act| row(ids::new(now), act, now, period)).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let columns = [
        audit_row::Column::ActorId,
        audit_row::Column::Action,
        audit_row::Column::Subject,
        audit_row::Column::SubjectId,
        audit_row::Column::Period,
    ];
    let once = OnConflict::columns(columns).do_nothing().to_owned();
    let insert = audit_row::Entity::insert_many(rows).on_conflict(once);
    app.db.write(move |tx| async move { insert.exec_without_returning(&tx).await }).await?;
    Ok(())
}

fn row(id: Uuid, act: Act, now: Instant, period: i64) -> audit_row::ActiveModel {
    audit_row::ActiveModel {
        id: Set(id),
        at: Set(now),
        actor_id: Set(act.actor),
        action: Set(act.action.to_owned()),
        subject: Set(act.subject.to_owned()),
        subject_id: Set(act.subject_id),
        patient_id: Set(act.patient),
        period: Set(period),
        place: Set(None),
        link: Set(None),
    }
}
