//! The rows of doctors, their hours and days off.

use std::collections::HashMap;

use jiff::civil::Date;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    QueryTrait as _, Select,
    sea_query::{Expr, LockType},
};
use uuid::Uuid;

use super::{
    DaysOff, Details, Hours, HoursRange, Status,
    entity::{consultation_hours, day_off, doctor},
};
use crate::{
    clinic::accounts::{self, Email, NewAccount, entity::user},
    infra::{
        clock::Instant,
        db::Tx,
        ids,
        vault::{Private, Vault, VaultError},
    },
    web::{Lang, Role},
};

/// What a doctor begins with.
pub struct NewDoctor {
    /// Of the account.
    pub email: Email,
    /// Nothing while a one-time link is to set it.
    pub password_hash: Option<String>,
    /// Of the account's pages and mail.
    pub lang: Lang,
    /// Who it is.
    pub details: Details,
    /// When it can be booked.
    pub hours: Hours,
}

/// Creates a doctor with account and hours; refused by `Unique::Email` if the address has an account.
pub async fn create(tx: &Tx, vault: &Vault, new: NewDoctor, now: Instant) -> Result<Uuid, VaultError> {
    let account = NewAccount {
        role: Role::Doctor,
        name: Private::new(new.details.name.as_str()),
        email: new.email,
        password_hash: new.password_hash,
        lang: new.lang,
        time_zone: None,
    };
    let user = accounts::create(tx, vault, account, now).await?;
    let id = ids::new(now);
    let row = doctor::ActiveModel {
        id: Set(id),
        user_id: Set(user),
        name: Set(new.details.name),
        specialty: Set(new.details.specialty),
        str_number: Set(new.details.str_number),
        sip_number: Set(new.details.sip_number),
        sip_valid_until: Set(new.details.sip_valid_until.to_string()),
        biography: Set(new.details.biography),
        status: Set(Status::Active),
        away_session: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    };
    doctor::Entity::insert(row).exec_without_returning(tx).await?;
    insert_hours(tx, id, &new.hours, now).await?;
    Ok(id)
}

/// Changes what is known of a doctor, and the name of the account with it.
pub async fn update(
    tx: &Tx,
    vault: &Vault,
    old: &doctor::Model,
    details: Details,
    now: Instant,
) -> Result<(), VaultError> {
    lock(tx, old.id).await?;
    if old.name != details.name {
        accounts::rename(tx, vault, old.user_id, &Private::new(details.name.as_str()), now).await?;
    }
    doctor::Entity::update_many()
        .col_expr(doctor::Column::Name, Expr::value(details.name))
        .col_expr(doctor::Column::Specialty, Expr::value(details.specialty))
        .col_expr(doctor::Column::StrNumber, Expr::value(details.str_number))
        .col_expr(doctor::Column::SipNumber, Expr::value(details.sip_number))
        .col_expr(doctor::Column::SipValidUntil, Expr::value(details.sip_valid_until.to_string()))
        .col_expr(doctor::Column::Biography, Expr::value(details.biography))
        .col_expr(doctor::Column::UpdatedAt, Expr::value(now))
        .filter(doctor::Column::Id.eq(old.id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Keeps what a doctor says of themself; false if the doctor's row was changed since `seen`.
pub async fn set_biography(tx: &Tx, id: Uuid, seen: Instant, biography: String, now: Instant) -> Result<bool, DbErr> {
    let changed = doctor::Entity::update_many()
        .col_expr(doctor::Column::Biography, Expr::value(biography))
        .col_expr(doctor::Column::UpdatedAt, Expr::value(now))
        .filter(doctor::Column::Id.eq(id))
        .filter(doctor::Column::UpdatedAt.eq(seen))
        .exec(tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Lets a doctor be booked, or no longer.
pub async fn set_status(tx: &Tx, id: Uuid, status: Status, now: Instant) -> Result<(), DbErr> {
    doctor::Entity::update_many()
        .col_expr(doctor::Column::Status, Expr::value(status))
        .col_expr(doctor::Column::UpdatedAt, Expr::value(now))
        .filter(doctor::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Notes the session in which a doctor said to be away, or that the doctor is back. Ends with the session.
pub async fn set_away(tx: &Tx, id: Uuid, session: Option<Uuid>) -> Result<(), DbErr> {
    doctor::Entity::update_many()
        .col_expr(doctor::Column::AwaySession, Expr::value(session))
        .filter(doctor::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Has whoever else changes the doctor, their hours or days off, or relies on them ([`hold_bookable`]), wait until the act
/// ends.
async fn lock(tx: &Tx, id: Uuid) -> Result<(), DbErr> {
    doctor::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx).await?;
    Ok(())
}

/// Replaces a doctor's hours.
pub async fn set_hours(tx: &Tx, doctor: Uuid, hours: &Hours, now: Instant) -> Result<(), DbErr> {
    lock(tx, doctor).await?;
    consultation_hours::Entity::delete_many().filter(consultation_hours::Column::DoctorId.eq(doctor)).exec(tx).await?;
    fail::fail_point!(&format!("hours-amid {doctor}"));
    insert_hours(tx, doctor, hours, now).await
}

async fn insert_hours(tx: &Tx, doctor: Uuid, hours: &Hours, now: Instant) -> Result<(), DbErr> {
    let rows: Vec<_> = hours
        .ranges()
        .iter()
        .map(|range| consultation_hours::ActiveModel {
            id: Set(ids::new(now)),
            doctor_id: Set(doctor),
            weekday: Set(range.weekday),
            starts_minute: Set(range.starts_minute),
            ends_minute: Set(range.ends_minute),
        })
        .collect();
    if !rows.is_empty() {
        consultation_hours::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// The doctor `id`.
pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<doctor::Model>, DbErr> {
    doctor::Entity::find_by_id(id).one(connection).await
}

/// Several doctors.
pub async fn find_many(
    connection: &impl ConnectionTrait,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, doctor::Model>, DbErr> {
    let doctors = doctor::Entity::find().filter(doctor::Column::Id.is_in(ids)).all(connection).await?;
    Ok(doctors.into_iter().map(|doctor| (doctor.id, doctor)).collect())
}

/// The doctor of an account.
pub async fn find_of_user(connection: &impl ConnectionTrait, user: Uuid) -> Result<Option<doctor::Model>, DbErr> {
    doctor::Entity::find().filter(doctor::Column::UserId.eq(user)).one(connection).await
}

/// The doctor of an account, whom nobody else changes or relies on until the act ends. Whoever locks a doctor and the
/// account takes the doctor first, so that two acts cannot wait for each other.
pub async fn lock_of_user(tx: &Tx, user: Uuid) -> Result<Option<doctor::Model>, DbErr> {
    let doctor = doctor::Entity::find().filter(doctor::Column::UserId.eq(user));
    doctor.lock(LockType::NoKeyUpdate).one(tx).await
}

/// Every doctor, by name.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<doctor::Model>, DbErr> {
    doctor::Entity::find().order_by_asc(doctor::Column::Name).order_by_asc(doctor::Column::Id).all(connection).await
}

/// The doctors who can be booked, by name: whoever cannot log in cannot be there.
pub async fn bookable(connection: &impl ConnectionTrait) -> Result<Vec<doctor::Model>, DbErr> {
    let doctors = who_can_be_booked().order_by_asc(doctor::Column::Name).order_by_asc(doctor::Column::Id);
    doctors.all(connection).await
}

/// The doctor `id`, if they can be booked.
pub async fn find_bookable(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<doctor::Model>, DbErr> {
    who_can_be_booked().filter(doctor::Column::Id.eq(id)).one(connection).await
}

/// The doctor `id`, if they can be booked; that, their hours and their days off stay as they are until the act ends.
pub async fn hold_bookable(tx: &Tx, id: Uuid) -> Result<Option<doctor::Model>, DbErr> {
    let doctor = doctor::Entity::find_by_id(id).filter(doctor::Column::Status.eq(Status::Active)).lock_shared();
    let Some(doctor) = doctor.one(tx).await? else { return Ok(None) };
    Ok(accounts::hold_active(tx, doctor.user_id).await?.then_some(doctor))
}

fn who_can_be_booked() -> Select<doctor::Entity> {
    let let_in = user::Entity::find().select_only().column(user::Column::Id);
    let let_in = let_in.filter(user::Column::Status.eq(accounts::Status::Active)).into_query();
    doctor::Entity::find()
        .filter(doctor::Column::Status.eq(Status::Active))
        .filter(doctor::Column::UserId.in_subquery(let_in))
}

/// The doctors who are with the clinic, by name.
pub async fn active(connection: &impl ConnectionTrait) -> Result<Vec<doctor::Model>, DbErr> {
    doctor::Entity::find()
        .filter(doctor::Column::Status.eq(Status::Active))
        .order_by_asc(doctor::Column::Name)
        .order_by_asc(doctor::Column::Id)
        .all(connection)
        .await
}

/// A doctor's weekly hours in order.
pub async fn hours_of(connection: &impl ConnectionTrait, doctor: Uuid) -> Result<Vec<HoursRange>, DbErr> {
    let rows = consultation_hours::Entity::find()
        .filter(consultation_hours::Column::DoctorId.eq(doctor))
        .order_by_asc(consultation_hours::Column::Weekday)
        .order_by_asc(consultation_hours::Column::StartsMinute)
        .all(connection)
        .await?;
    let range = |row: consultation_hours::Model| HoursRange {
        weekday: row.weekday,
        starts_minute: row.starts_minute,
        ends_minute: row.ends_minute,
    };
    Ok(rows.into_iter().map(range).collect())
}

/// A doctor's days off, first and last of each, in order.
pub async fn days_off_of(connection: &impl ConnectionTrait, doctor: Uuid) -> Result<Vec<(Date, Date)>, DbErr> {
    let rows = days_off_rows(connection, doctor, Date::MIN).await?;
    rows.iter().map(|row| Ok((kept_day(&row.first_day)?, kept_day(&row.last_day)?))).collect()
}

/// The rows of a doctor's days off that end on `from` or later, in order.
pub async fn days_off_rows(
    connection: &impl ConnectionTrait,
    doctor: Uuid,
    from: Date,
) -> Result<Vec<day_off::Model>, DbErr> {
    let query = day_off::Entity::find().filter(day_off::Column::DoctorId.eq(doctor));
    let query = if from == Date::MIN { query } else { query.filter(day_off::Column::LastDay.gte(from.to_string())) };
    query.order_by_asc(day_off::Column::FirstDay).order_by_asc(day_off::Column::Id).all(connection).await
}

/// A day as a column keeps it.
pub(super) fn kept_day(text: &str) -> Result<Date, DbErr> {
    text.parse().map_err(|_| DbErr::Type(format!("{text:?} is no day")))
}

/// Takes days off a doctor's calendar; consultations booked on them stay.
pub async fn add_days_off(tx: &Tx, doctor: Uuid, days: &DaysOff, now: Instant) -> Result<Uuid, DbErr> {
    lock(tx, doctor).await?;
    let id = ids::new(now);
    let row = day_off::ActiveModel {
        id: Set(id),
        doctor_id: Set(doctor),
        first_day: Set(days.first.to_string()),
        last_day: Set(days.last.to_string()),
        reason: Set(days.reason.clone()),
    };
    day_off::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(id)
}

/// Gives days off back; returns what they were, or nothing if they are gone.
pub async fn remove_days_off(tx: &Tx, id: Uuid) -> Result<Option<day_off::Model>, DbErr> {
    let row = day_off::Entity::find_by_id(id).one(tx).await?;
    day_off::Entity::delete_by_id(id).exec(tx).await?;
    Ok(row)
}
