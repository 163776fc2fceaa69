//! The rows of appointments: found through who may see them, and moved from state to state.

use std::collections::HashSet;

use jiff::civil::Date;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select, UpdateMany, sea_query::Expr,
};
use uuid::Uuid;

use super::entity::{
    Kind, Status, appointment,
    appointment::{Column, Entity, Model},
    doctor_time,
};
use crate::{
    clinic::{doctors::Doctor, patients::Patient},
    infra::{
        clock::Instant,
        db::Tx,
        vault::{Place, Private, Vault, VaultError},
    },
};

/// Past consultations that a list shows.
const LONGEST_HISTORY: u64 = 100;

/// One of the two people of an appointment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// The patient, or who looks after them.
    Patient,
    /// The doctor.
    Doctor,
}

/// Where the complaint of an appointment is sealed, under the patient's key.
pub(super) const fn complaint_place(id: Uuid) -> Place {
    Place::new("appointments", id, "complaint")
}

/// The appointment `id`, whoever asks: for jobs and other features' acts.
pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(connection).await
}

/// The appointment `id` of somebody in `patient`'s care.
pub async fn find_for_patient(
    connection: &impl ConnectionTrait,
    patient: &Patient,
    id: Uuid,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(Column::PatientId.is_in(patient.in_care.clone())).one(connection).await
}

/// Whether `doctor` treats `patient`, or has: the time of a consultation or visit is taken, has come, or is over.
pub async fn treats(connection: &impl ConnectionTrait, doctor: Uuid, patient: Uuid) -> Result<bool, DbErr> {
    has_one_of(connection, doctor, patient, &[Status::Confirmed, Status::Ongoing, Status::Completed]).await
}

/// Whether the two ever agreed to meet, also if nobody came or it was called off.
pub async fn has_seen(connection: &impl ConnectionTrait, doctor: Uuid, patient: Uuid) -> Result<bool, DbErr> {
    let agreed = [Status::Confirmed, Status::Ongoing, Status::Completed, Status::NoShow, Status::Cancelled];
    has_one_of(connection, doctor, patient, &agreed).await
}

async fn has_one_of(
    connection: &impl ConnectionTrait,
    doctor: Uuid,
    patient: Uuid,
    statuses: &[Status],
) -> Result<bool, DbErr> {
    let found: Option<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::DoctorId.eq(doctor))
        .filter(Column::PatientId.eq(patient))
        .filter(Column::Status.is_in(statuses.iter().copied()))
        .filter(Column::StartsAt.is_not_null())
        .into_tuple()
        .one(connection)
        .await?;
    Ok(found.is_some())
}

/// The appointment `id` with `doctor`.
pub async fn find_for_doctor(
    connection: &impl ConnectionTrait,
    doctor: &Doctor,
    id: Uuid,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(Column::DoctorId.eq(doctor.id)).one(connection).await
}

/// What the patient wrote beforehand; nothing if they wrote nothing.
pub async fn open_complaint(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    appointment: &Model,
) -> Result<Option<Private>, VaultError> {
    let Some(sealed) = &appointment.complaint else { return Ok(None) };
    let key = vault.key(connection, appointment.patient_id).await?;
    key.open(complaint_place(appointment.id), sealed).map(Some)
}

/// The same as its doctor reads it: what was called off is no longer theirs to read.
pub async fn complaint_for_doctor(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    appointment: &Model,
) -> Result<Option<Private>, VaultError> {
    match appointment.status {
        Status::Cancelled | Status::Declined => Ok(None),
        _ => open_complaint(connection, vault, appointment).await,
    }
}

/// The consultation that takes `day` from `patient` (C3).
pub(super) async fn of_patients_day(
    connection: &impl ConnectionTrait,
    patient: Uuid,
    day: Date,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::PatientId.eq(patient))
        .filter(Column::ClinicDay.eq(day.to_string()))
        .filter(Column::TakesDay.eq(true))
        .one(connection)
        .await
}

fn consultations() -> Select<Entity> {
    Entity::find().filter(Column::Kind.eq(Kind::Consultation))
}

/// A doctor's consultations of `day`, from the earliest to the latest (C5).
pub async fn todays_of(connection: &impl ConnectionTrait, doctor: Uuid, day: Date) -> Result<Vec<Model>, DbErr> {
    consultations()
        .filter(Column::DoctorId.eq(doctor))
        .filter(Column::ClinicDay.eq(day.to_string()))
        .order_by_asc(Column::StartsAt)
        .order_by_asc(Column::Id)
        .all(connection)
        .await
}

/// What is still to come or open for `patients`, earliest first.
pub async fn upcoming_of_patient(connection: &impl ConnectionTrait, patients: &[Uuid]) -> Result<Vec<Model>, DbErr> {
    consultations()
        .filter(Column::PatientId.is_in(patients.to_vec()))
        .filter(Column::Status.is_in([Status::Confirmed, Status::Ongoing]))
        .order_by_asc(Column::StartsAt)
        .order_by_asc(Column::Id)
        .all(connection)
        .await
}

/// What is over for `patients`, newest first.
pub async fn history(connection: &impl ConnectionTrait, patients: &[Uuid]) -> Result<Vec<Model>, DbErr> {
    consultations()
        .filter(Column::PatientId.is_in(patients.to_vec()))
        .filter(Column::Status.is_not_in([Status::Confirmed, Status::Ongoing]))
        .order_by_desc(Column::StartsAt)
        .order_by_desc(Column::Id)
        .limit(LONGEST_HISTORY)
        .all(connection)
        .await
}

/// Every appointment of `patient`, newest first, for a copy of all their data (S4).
pub async fn all_of_patient(connection: &impl ConnectionTrait, patient: Uuid) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::PatientId.eq(patient))
        .order_by_desc(Column::StartsAt)
        .order_by_desc(Column::Id)
        .all(connection)
        .await
}

/// The cells that a doctor has given away between `from` and `to`.
pub(super) async fn taken_cells(
    connection: &impl ConnectionTrait,
    doctor: Uuid,
    from: Instant,
    to: Instant,
) -> Result<HashSet<Instant>, DbErr> {
    let cells: Vec<Instant> = doctor_time::Entity::find()
        .select_only()
        .column(doctor_time::Column::StartsAt)
        .filter(doctor_time::Column::DoctorId.eq(doctor))
        .filter(doctor_time::Column::StartsAt.between(from, to))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(cells.into_iter().collect())
}

/// The doctors among `doctors` who are in a consultation.
pub(super) async fn busy_doctors(
    connection: &impl ConnectionTrait,
    doctors: Vec<Uuid>,
) -> Result<HashSet<Uuid>, DbErr> {
    let busy: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::DoctorId)
        .filter(Column::DoctorId.is_in(doctors))
        .filter(Column::Status.eq(Status::Ongoing))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(busy.into_iter().collect())
}

fn update(id: Uuid, expected: impl IntoIterator<Item = Status>, now: Instant) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.is_in(expected))
}

/// Opens: confirmed becomes ongoing. Says whether this call did it.
pub async fn open(tx: &Tx, id: Uuid, now: Instant) -> Result<bool, DbErr> {
    let opened = update(id, [Status::Confirmed], now)
        .col_expr(Column::Status, Expr::value(Status::Ongoing))
        .col_expr(Column::OpenedAt, Expr::value(now))
        .exec(tx)
        .await?;
    Ok(opened.rows_affected == 1)
}

/// Closes: ongoing becomes completed if somebody came, else no-show; so does one whose room never opened because the
/// program was not running. Says what it became; nothing if it was closed before.
pub async fn close(tx: &Tx, id: Uuid, now: Instant) -> Result<Option<Status>, DbErr> {
    let somebody_came =
        Condition::any().add(Column::PatientCameAt.is_not_null()).add(Column::DoctorCameAt.is_not_null());
    for (outcome, when) in [(Status::Completed, somebody_came), (Status::NoShow, Condition::all())] {
        let closed = update(id, [Status::Confirmed, Status::Ongoing], now)
            .col_expr(Column::Status, Expr::value(outcome))
            .col_expr(Column::ClosedAt, Expr::value(now))
            .filter(when)
            .exec(tx)
            .await?;
        if closed.rows_affected == 1 {
            return Ok(Some(outcome));
        }
    }
    Ok(None)
}

/// Notes that `who` came to the open room. Says whether it was the first time.
pub async fn note_came(tx: &Tx, id: Uuid, who: Side, now: Instant) -> Result<bool, DbErr> {
    let came = match who {
        Side::Patient => Column::PatientCameAt,
        Side::Doctor => Column::DoctorCameAt,
    };
    let noted =
        update(id, [Status::Ongoing], now).col_expr(came, Expr::value(now)).filter(came.is_null()).exec(tx).await?;
    Ok(noted.rows_affected == 1)
}

/// Notes that the doctor made sure who is there (C11). Says whether it was the first time.
pub async fn confirm_identity(tx: &Tx, id: Uuid, now: Instant) -> Result<bool, DbErr> {
    let confirmed = update(id, [Status::Ongoing], now)
        .col_expr(Column::IdentityConfirmedAt, Expr::value(now))
        .filter(Column::IdentityConfirmedAt.is_null())
        .exec(tx)
        .await?;
    Ok(confirmed.rows_affected == 1)
}

/// The consultations with `doctor` that are booked and have not begun, earliest first.
pub(super) async fn booked_of_doctor(
    connection: &impl ConnectionTrait,
    doctor: Uuid,
    now: Instant,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::DoctorId.eq(doctor))
        .filter(Column::Kind.eq(Kind::Consultation))
        .filter(Column::Status.eq(Status::Confirmed))
        .filter(Column::StartsAt.gt(now))
        .order_by_asc(Column::StartsAt)
        .all(connection)
        .await
}

/// Calls off a consultation that has not begun; its time and its day are free again. Says whether this call did it.
pub(super) async fn cancel(tx: &Tx, id: Uuid, by: Uuid, now: Instant) -> Result<bool, DbErr> {
    let cancelled = update(id, [Status::Confirmed], now)
        .col_expr(Column::Status, Expr::value(Status::Cancelled))
        .col_expr(Column::TakesDay, Expr::value(false))
        .col_expr(Column::CancelledBy, Expr::value(by))
        .filter(Column::Kind.eq(Kind::Consultation))
        .filter(Column::StartsAt.gt(now))
        .exec(tx)
        .await?;
    if cancelled.rows_affected == 0 {
        return Ok(false);
    }
    doctor_time::Entity::delete_many().filter(doctor_time::Column::AppointmentId.eq(id)).exec(tx).await?;
    Ok(true)
}

/// Inserts the row of an appointment.
pub(super) async fn insert(tx: &Tx, row: appointment::ActiveModel) -> Result<(), DbErr> {
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Takes cells of a doctor's time, ascending, so that two acts wait for each other in one order.
pub(super) async fn take_cells(
    tx: &Tx,
    doctor: Uuid,
    appointment: Uuid,
    cells: impl Iterator<Item = Instant>,
) -> Result<(), DbErr> {
    let rows = cells.map(|cell| doctor_time::ActiveModel {
        doctor_id: sea_orm::ActiveValue::Set(doctor),
        starts_at: sea_orm::ActiveValue::Set(cell),
        appointment_id: sea_orm::ActiveValue::Set(appointment),
    });
    doctor_time::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}
