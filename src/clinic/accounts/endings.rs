//! Ends of sessions, written down in the act that ends them: an operator's command, or another node, ends sessions whose
//! open pages hang on this program, and its hints do not come here.

use std::{collections::HashSet, time::Duration};

use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QuerySelect as _,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::{entity::ended_session, sessions};
use crate::{
    app::App,
    infra::{clock::Instant, db::Tx},
};

/// Whoever is put out is out within a second: the look, and what it finds, have to fit into it.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Two programs' clocks differ, and an act is written a little after its moment: each look goes back this far.
const LOOK_BACK: Duration = Duration::from_mins(1);
/// Rows that no look goes back to.
const KEPT_FOR: Duration = Duration::from_mins(10);

/// Notes that the sessions `ended` have ended.
pub(super) async fn note(tx: &Tx, ended: &[Uuid], now: Instant) -> Result<(), DbErr> {
    if ended.is_empty() {
        return Ok(());
    }
    let rows = ended.iter().map(|id| ended_session::ActiveModel { id: Set(*id), ended_at: Set(now) });
    let once = OnConflict::column(ended_session::Column::Id).do_nothing().to_owned();
    ended_session::Entity::insert_many(rows).on_conflict(once).exec_without_returning(tx).await?;
    Ok(())
}

/// Closes open pages whose session another program ended, for as long as this one runs. However many pages are open, it
/// is one look at the few rows of the last minute.
pub async fn keep(app: App) {
    let mut told = HashSet::new();
    loop {
        match since(app.db.read(), app.now() - LOOK_BACK).await {
            Ok(ended) => {
                for session in ended.difference(&told) {
                    sessions::tell_ended(&app, *session);
                }
                told = ended;
            }
            // Until it can be read again each page looks at its own session, once a minute.
            Err(error) => tracing::warn!(%error, "it could not be seen which sessions have ended"),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn since(connection: &impl ConnectionTrait, earliest: Instant) -> Result<HashSet<Uuid>, DbErr> {
    let rows: Vec<Uuid> = ended_session::Entity::find()
        .select_only()
        .column(ended_session::Column::Id)
        .filter(ended_session::Column::EndedAt.gt(earliest))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Drops the rows that everybody has seen.
pub(super) async fn tidy(tx: &Tx, now: Instant) -> Result<(), DbErr> {
    ended_session::Entity::delete_many().filter(ended_session::Column::EndedAt.lt(now - KEPT_FOR)).exec(tx).await?;
    Ok(())
}
