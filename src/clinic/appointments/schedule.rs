//! A doctor's schedule, put together from their hours, their days off and what is taken.

use jiff::civil::Date;
use sea_orm::{ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use super::slots::{Range, Schedule};
use crate::{
    app::App,
    clinic::doctors::{
        Status,
        entity::{consultation_hours, day_off, doctor},
    },
};

/// What the slots of `doctor` are cut from.
pub async fn schedule_of(app: &App, connection: &impl ConnectionTrait, doctor: Uuid) -> Result<Schedule, DbErr> {
    let clinic = app.clinic();
    Ok(Schedule {
        hours: hours_of(connection, doctor).await?,
        days_off: days_off_of(connection, doctor).await?,
        zone: clinic.zone.clone(),
        slot_minutes: clinic.slot_minutes,
    })
}

async fn hours_of(connection: &impl ConnectionTrait, doctor: Uuid) -> Result<Vec<Range>, DbErr> {
    let rows = consultation_hours::Entity::find()
        .filter(consultation_hours::Column::DoctorId.eq(doctor))
        .order_by_asc(consultation_hours::Column::Weekday)
        .order_by_asc(consultation_hours::Column::StartsMinute)
        .all(connection)
        .await?;
    let range = |row: consultation_hours::Model| Range {
        weekday: row.weekday,
        starts_minute: row.starts_minute,
        ends_minute: row.ends_minute,
    };
    Ok(rows.into_iter().map(range).collect())
}

async fn days_off_of(connection: &impl ConnectionTrait, doctor: Uuid) -> Result<Vec<(Date, Date)>, DbErr> {
    let rows = day_off::Entity::find().filter(day_off::Column::DoctorId.eq(doctor)).all(connection).await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.first_day.parse().ok()?, row.last_day.parse().ok()?))).collect())
}

/// The doctors who take consultations, by name.
pub(super) async fn active(connection: &impl ConnectionTrait) -> Result<Vec<doctor::Model>, DbErr> {
    doctor::Entity::find()
        .filter(doctor::Column::Status.eq(Status::Active))
        .order_by_asc(doctor::Column::Name)
        .all(connection)
        .await
}
