//! Checks of the chain that are asked for from a page: a row when asked, its answer when a job has followed the chain.

use sea_orm::ColumnTrait as _;
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    sea_query::Expr,
};
use uuid::Uuid;

use super::{
    chain,
    entity::{audit_check, audit_row},
};
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
    let reader = app.db.read();
    let linked = audit_row::Entity::find().filter(audit_row::Column::Place.is_not_null());
    let rows = i64::try_from(linked.count(reader).await?)?;
    let broken = chain::verify(reader, &app.vault).await?;
    if let Some(place) = broken {
        tracing::error!(place, "the audit chain is broken");
    }
    let now = app.now();
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

/// The check that was asked for last.
pub async fn last(connection: &impl ConnectionTrait) -> Result<Option<audit_check::Model>, DbErr> {
    let newest = audit_check::Entity::find().order_by_desc(audit_check::Column::AskedAt);
    newest.order_by_desc(audit_check::Column::Id).one(connection).await
}
