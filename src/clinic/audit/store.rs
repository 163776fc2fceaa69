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
    insert(tx, act, now, now.millis()).await
}

/// Writes down a view before it is shown: one row per person, thing and 15 minutes.
pub async fn record_view(app: &App, act: Act) -> Result<(), Error> {
    let now = app.now();
    app.db.write(move |tx| async move { insert(&tx, act, now, now.millis() / VIEW_PERIOD_MS).await }).await?;
    Ok(())
}

async fn insert(tx: &Tx, act: Act, now: Instant, period: i64) -> Result<(), DbErr> {
    let row = audit_row::ActiveModel {
        id: Set(ids::new(now)),
        at: Set(now),
        actor_id: Set(act.actor),
        action: Set(act.action.to_owned()),
        subject: Set(act.subject.to_owned()),
        subject_id: Set(act.subject_id),
        patient_id: Set(act.patient),
        period: Set(period),
        place: Set(None),
        link: Set(None),
    };
    let columns = [
        audit_row::Column::ActorId,
        audit_row::Column::Action,
        audit_row::Column::Subject,
        audit_row::Column::SubjectId,
        audit_row::Column::Period,
    ];
    let once = OnConflict::columns(columns).do_nothing().to_owned();
    audit_row::Entity::insert(row).on_conflict(once).exec_without_returning(tx).await?;
    Ok(())
}
