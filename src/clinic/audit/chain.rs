//! The chain: each row's link is an HMAC over the row and the link before it.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::{Head, entity::audit_row};
use crate::{
    app::App,
    infra::{db::Tx, vault::Vault},
};

const EVERY: Duration = Duration::from_secs(1);
const AT_ONCE: u64 = 500;

/// Another program may link at the same moment; a place is taken once, and the loser tries again.
const TRIES: usize = 5;
/// The head is written to the log this often.
const SAY_EVERY: Duration = Duration::from_hours(1);

/// Links new rows, for as long as the program runs.
pub async fn keep(app: App) {
    let mut say_at = app.now();
    loop {
        app.clock.sleep(EVERY).await;
        if let Err(error) = link_new(&app).await {
            tracing::error!(%error, "audit rows could not be linked");
        }
        if app.now() >= say_at {
            say_at = app.now() + SAY_EVERY;
            match head(app.db.read()).await {
                Ok(Some(head)) => tracing::info!(%head, "the audit log has come this far"),
                Ok(None) => {}
                Err(error) => tracing::error!(%error, "the audit log's head could not be read"),
            }
        }
    }
}

/// Links the rows that wait for it, and keeps the new head outside the database.
pub async fn link_new(app: &App) -> Result<(), DbErr> {
    if !is_waiting(app).await? {
        return Ok(());
    }
    loop {
        let (head, linked) = link_some(app).await?;
        if linked < AT_ONCE {
            return app.room_keys.keep_audit_head(head.place, head.link).await;
        }
    }
}

async fn is_waiting(app: &App) -> Result<bool, DbErr> {
    let waiting = audit_row::Entity::find().filter(audit_row::Column::Link.is_null());
    let first = waiting.select_only().column(audit_row::Column::Id).into_tuple::<uuid::Uuid>();
    Ok(first.one(app.db.read()).await?.is_some())
}

/// The head of the chain once the next rows are linked, and how many these were.
async fn link_some(app: &App) -> Result<(Head, u64), DbErr> {
    for _ in 1..TRIES {
        let linking = app.clone();
        match app.db.write(move |tx| async move { link(&tx, &linking.vault).await }).await {
            Ok(linked) => return Ok(linked),
            Err(error) => tracing::debug!(%error, "somebody else links the audit log"),
        }
    }
    let linking = app.clone();
    app.db.write(move |tx| async move { link(&tx, &linking.vault).await }).await
}

/// The head of the chain as it is in the database.
pub async fn head(connection: &impl ConnectionTrait) -> Result<Option<Head>, DbErr> {
    let last = audit_row::Entity::find()
        .filter(audit_row::Column::Place.is_not_null())
        .order_by_desc(audit_row::Column::Place)
        .one(connection)
        .await?;
    Ok(last.map(|row| Head { place: row.place.unwrap_or(0), link: row.link.unwrap_or_default() }))
}

async fn link(tx: &Tx, vault: &Vault) -> Result<(Head, u64), DbErr> {
    let mut head = head(tx).await?.unwrap_or(Head { place: 0, link: Vec::new() });
    let rows = audit_row::Entity::find()
        .filter(audit_row::Column::Link.is_null())
        .order_by_asc(audit_row::Column::At)
        .order_by_asc(audit_row::Column::Id)
        .limit(AT_ONCE)
        .all(tx)
        .await?;
    let mut linked = 0;
    for row in rows {
        let place = head.place + 1;
        head = Head { place, link: vault.audit_link(&head.link, &said(&row, place)) };
        let row = audit_row::ActiveModel {
            id: Set(row.id),
            place: Set(Some(head.place)),
            link: Set(Some(head.link.clone())),
            ..Default::default()
        };
        audit_row::Entity::update(row).exec(tx).await?;
        linked += 1;
    }
    Ok((head, linked))
}

/// What a link binds of a row.
pub(super) fn said(row: &audit_row::Model, place: i64) -> String {
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
