//! The clinic's days of what is booked, computed anew when the clinic's zone changes (C3).

use std::{collections::HashSet, time::Duration};

use jiff::tz::TimeZone;
use sea_orm::{
    ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, LockType},
};
use uuid::Uuid;

use super::entity::appointment::{Column, Entity, Model};
use crate::infra::{clock::Instant, db::Tx};

/// What began longer ago lies on a day that is over in every zone, and keeps it.
const REACH: Duration = Duration::from_hours(2 * 24);
/// Rows that one statement names.
const BATCH: usize = 500;

/// A row whose day is another, or which takes the patient's day no more.
struct Change {
    id: Uuid,
    day: String,
    takes_day: bool,
}

/// Gives every appointment from about today on the day that it has in `zone`. Where two then share a patient's day both
/// stand; the earlier takes it.
pub async fn compute_days(tx: &Tx, zone: &TimeZone, now: Instant) -> Result<(), DbErr> {
    let from = now - REACH;
    let rows = Entity::find()
        .filter(Column::StartsAt.gte(from - REACH))
        .order_by_asc(Column::StartsAt)
        .order_by_asc(Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(tx)
        .await?;
    let changes = changes(rows, zone, from);
    // None of them takes a day before each has its own: on their way two may meet that end apart.
    for some in changes.chunks(BATCH) {
        Entity::update_many()
            .col_expr(Column::TakesDay, Expr::value(false))
            .filter(Column::Id.is_in(some.iter().map(|change| change.id)))
            .exec(tx)
            .await?;
    }
    for change in changes {
        Entity::update_many()
            .col_expr(Column::ClinicDay, Expr::value(change.day))
            .col_expr(Column::TakesDay, Expr::value(change.takes_day))
            .filter(Column::Id.eq(change.id))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// What becomes of `rows`, the earliest first, in `zone`; those before `from` keep their day.
fn changes(rows: Vec<Model>, zone: &TimeZone, from: Instant) -> Vec<Change> {
    let mut taken = HashSet::new();
    let mut changes = Vec::new();
    for row in rows {
        let Some(starts) = row.starts_at else { continue };
        let day = if starts < from { row.clinic_day.clone() } else { starts.day_in(zone).to_string() };
        let takes_day = row.takes_day && taken.insert((row.patient_id, day.clone()));
        if day != row.clinic_day || takes_day != row.takes_day {
            changes.push(Change { id: row.id, day, takes_day });
        }
    }
    changes
}
