//! Checks of the chain that are asked for from a page: a row when asked, its answer when a job has followed the chain.

use sea_orm::ColumnTrait as _;
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _, sea_query::Expr,
};
use uuid::Uuid;

use super::{Fault, Head, entity::audit_check, verify::verify};
use crate::{
    app::App,
    infra::{clock::Instant, db::Tx, ids, jobs},
};

/// The job that follows the chain; its subject is the check.
pub const CHECK_AUDIT: &str = "check-audit";

/// Asks for a check of the whole chain.
pub async fn ask(tx: &Tx, now: Instant) -> Result<Uuid, DbErr> {
    let id = ids::new(now);
    let row = audit_check::ActiveModel {
        id: Set(id),
        asked_at: Set(now),
        finished_at: Set(None),
        rows: Set(None),
        broken_place: Set(None),
    };
    audit_check::Entity::insert(row).exec_without_returning(tx).await?;
    jobs::add(tx, CHECK_AUDIT, id, now, now).await?;
    Ok(id)
}

/// Follows the chain and writes down what was found.
pub async fn run(app: &App, id: Uuid) -> anyhow::Result<()> {
    let kept = app.room_keys.audit_head().await?.map(|(place, link)| Head { place, link });
    let now = app.now();
    let found = verify(app.db.read(), &app.vault, now, kept.as_slice()).await?;
    let rows = found.head.map_or(0, |head| head.place);
    if let Some(fault) = &found.fault {
        tracing::error!(%fault, "the audit chain is broken");
    }
    let broken = found.fault.map(|fault| first_wrong(&fault, rows));
    app.db
        .write(move |tx| async move {
            audit_check::Entity::update_many()
                .col_expr(audit_check::Column::FinishedAt, Expr::value(now))
                .col_expr(audit_check::Column::Rows, Expr::value(rows))
                .col_expr(audit_check::Column::BrokenPlace, Expr::value(broken))
                .filter(audit_check::Column::Id.eq(id))
                .exec(&tx)
                .await
        })
        .await?;
    Ok(())
}

/// The place of the first row that is not as it was written, after `whole` that are.
const fn first_wrong(fault: &Fault, whole: i64) -> i64 {
    match fault {
        Fault::Missing(place) | Fault::Altered(place) | Fault::Another(place) => *place,
        Fault::Cut { last, .. } => *last + 1,
        Fault::Unlinked(_) => whole + 1,
    }
}

/// The check that was asked for last.
pub async fn last(connection: &impl ConnectionTrait) -> Result<Option<audit_check::Model>, DbErr> {
    let newest = audit_check::Entity::find().order_by_desc(audit_check::Column::AskedAt);
    newest.order_by_desc(audit_check::Column::Id).one(connection).await
}
