//! The chain: each row's link is an HMAC over the row and the link before it.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::entity::audit_row;
use crate::{
    app::App,
    infra::{db::Tx, vault::Vault},
};

const EVERY: Duration = Duration::from_secs(1);
const AT_ONCE: u64 = 500;

/// Links new rows, for as long as the program runs.
pub async fn keep(app: App) {
    loop {
        app.clock.sleep(EVERY).await;
        if let Err(error) = link_new(&app).await {
            tracing::error!(%error, "audit rows could not be linked");
        }
    }
}

async fn link_new(app: &App) -> Result<(), DbErr> {
    let waiting = audit_row::Entity::find().filter(audit_row::Column::Link.is_null());
    if waiting
        .select_only()
        .column(audit_row::Column::Id)
        .into_tuple::<uuid::Uuid>()
        .one(app.db.read())
        .await?
        .is_none()
    {
        return Ok(());
    }
    let app = app.clone();
    app.db.clone().write(move |tx| async move { link(&tx, &app.vault).await }).await
}

async fn link(tx: &Tx, vault: &Vault) -> Result<(), DbErr> {
    let last = audit_row::Entity::find()
        .filter(audit_row::Column::Place.is_not_null())
        .order_by_desc(audit_row::Column::Place)
        .one(tx)
        .await?;
    let (mut place, mut previous) =
        last.map_or((0, Vec::new()), |row| (row.place.unwrap_or(0), row.link.unwrap_or_default()));
    let rows = audit_row::Entity::find()
        .filter(audit_row::Column::Link.is_null())
        .order_by_asc(audit_row::Column::At)
        .order_by_asc(audit_row::Column::Id)
        .limit(AT_ONCE)
        .all(tx)
        .await?;
    for row in rows {
        place += 1;
        previous = vault.audit_link(&previous, &said(&row, place));
        let linked = audit_row::ActiveModel {
            id: Set(row.id),
            place: Set(Some(place)),
            link: Set(Some(previous.clone())),
            ..Default::default()
        };
        audit_row::Entity::update(linked).exec(tx).await?;
    }
    Ok(())
}

/// Follows the chain; names the place of the first row that is altered, dropped or out of order.
pub async fn verify(connection: &impl ConnectionTrait, vault: &Vault) -> Result<Option<i64>, DbErr> {
    let (mut place, mut previous) = (0, Vec::new());
    loop {
        let rows = audit_row::Entity::find()
            .filter(audit_row::Column::Place.gt(place))
            .order_by_asc(audit_row::Column::Place)
            .limit(AT_ONCE)
            .all(connection)
            .await?;
        if rows.is_empty() {
            return Ok(None);
        }
        for row in rows {
            place += 1;
            previous = vault.audit_link(&previous, &said(&row, place));
            if row.place != Some(place) || row.link.as_deref() != Some(previous.as_slice()) {
                return Ok(Some(place));
            }
        }
    }
}

fn said(row: &audit_row::Model, place: i64) -> String {
    let patient = row.patient_id.map(|id| id.to_string()).unwrap_or_default();
    [
        place.to_string(),
        row.id.to_string(),
        row.at.millis().to_string(),
        row.actor_id.to_string(),
        row.action.clone(),
        row.subject.clone(),
        row.subject_id.to_string(),
        patient,
        row.period.to_string(),
    ]
    .join("\u{1f}")
}
