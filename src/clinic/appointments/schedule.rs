//! A doctor's schedule, put together from their hours, their days off and the clinic's zone and slot length.

use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::slots::Schedule;
use crate::{
    app::App,
    clinic::{doctors, profile::Profile},
};

/// What the slots of `doctor` are cut from.
pub async fn schedule_of(app: &App, connection: &impl ConnectionTrait, doctor: Uuid) -> Result<Schedule, DbErr> {
    schedule_in(&app.clinic(), connection, doctor).await
}

/// The same in a clinic with this profile.
pub(super) async fn schedule_in(
    clinic: &Profile,
    connection: &impl ConnectionTrait,
    doctor: Uuid,
) -> Result<Schedule, DbErr> {
    Ok(Schedule {
        hours: doctors::hours_of(connection, doctor).await?,
        days_off: doctors::days_off_of(connection, doctor).await?,
        zone: clinic.zone.clone(),
        slot_minutes: clinic.slot_minutes,
    })
}
