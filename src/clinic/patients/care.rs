//! Which accounts look after which patients (P8).

use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select, sea_query::LockType,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    Relationship,
    entity::{guardianship, patient},
};
use crate::{
    app::App,
    clinic::notifications,
    infra::{bus::Hint, clock::Instant, db::Tx, ids},
};

/// Puts `patient` into the care of `account`; `consent` is the version of the text that the account agreed to for the
/// patient. Refused by `Unique::Care` if the account looks after the patient already.
pub async fn look_after(
    tx: &Tx,
    account: Uuid,
    patient: Uuid,
    relationship: Relationship,
    consent: Option<i32>,
    now: Instant,
) -> Result<(), DbErr> {
    let care = guardianship::ActiveModel {
        id: Set(ids::new(now)),
        user_id: Set(account),
        patient_id: Set(patient),
        relationship: Set(relationship),
        created_at: Set(now),
        consent_version: Set(consent),
    };
    guardianship::Entity::insert(care).exec_without_returning(tx).await?;
    Ok(())
}

/// Ends the care of `account` for `patient`, who stays as they are; nobody's care for oneself ends. Says whether it
/// ended now.
pub async fn end(tx: &Tx, account: Uuid, patient: Uuid) -> Result<bool, DbErr> {
    let ended = guardianship::Entity::delete_many()
        .filter(guardianship::Column::UserId.eq(account))
        .filter(guardianship::Column::PatientId.eq(patient))
        .filter(guardianship::Column::Relationship.ne(Relationship::OneSelf))
        .exec(tx)
        .await?;
    Ok(ended.rows_affected == 1)
}

/// Has open pages of `account` settle anew what they may listen to, after an act that ended its care for somebody.
pub fn tell_ended(app: &App, account: Uuid, patient: Uuid) {
    app.bus.publish(Hint::with(notifications::topic(account), json!({ "care_ended": patient })));
}

/// The care of an account, the holder first.
pub async fn care_of(connection: &impl ConnectionTrait, user: Uuid) -> Result<Vec<guardianship::Model>, DbErr> {
    let mut care = guardianship::Entity::find()
        .filter(guardianship::Column::UserId.eq(user))
        .order_by_asc(guardianship::Column::CreatedAt)
        .order_by_asc(guardianship::Column::Id)
        .all(connection)
        .await?;
    care.sort_by_key(|care| care.relationship != Relationship::OneSelf);
    Ok(care)
}

/// Who looks after `patient`, and how they stand to the patient.
pub async fn guardians_of(connection: &impl ConnectionTrait, patient: Uuid) -> Result<Vec<guardianship::Model>, DbErr> {
    guardianship::Entity::find()
        .filter(guardianship::Column::PatientId.eq(patient))
        .order_by_asc(guardianship::Column::CreatedAt)
        .order_by_asc(guardianship::Column::Id)
        .all(connection)
        .await
}

/// Has whoever else changes the patient wait until the act ends.
pub(super) async fn lock(tx: &Tx, patient: Uuid) -> Result<(), DbErr> {
    patient::Entity::find_by_id(patient).lock(LockType::NoKeyUpdate).one(tx).await?;
    Ok(())
}

/// Whether `patient` has an account of their own. Nobody else gives them one until the act ends.
pub async fn has_own_account(tx: &Tx, patient: Uuid) -> Result<bool, DbErr> {
    lock(tx, patient).await?;
    let care = guardians_of(tx, patient).await?;
    Ok(care.iter().any(|care| care.relationship == Relationship::OneSelf))
}

/// The patients in the care of an account, the holder first.
pub async fn in_care_of(connection: &impl ConnectionTrait, user: Uuid) -> Result<Vec<Uuid>, DbErr> {
    Ok(care_of(connection, user).await?.into_iter().map(|care| care.patient_id).collect())
}

/// The accounts that look after `patient`, to tell them what concerns the patient.
pub async fn accounts_of(connection: &impl ConnectionTrait, patient: Uuid) -> Result<Vec<Uuid>, DbErr> {
    who_looks_after(patient).into_tuple().all(connection).await
}

/// The same; the care of each goes on until the act ends.
pub async fn hold_accounts_of(tx: &Tx, patient: Uuid) -> Result<Vec<Uuid>, DbErr> {
    who_looks_after(patient).lock_shared().into_tuple().all(tx).await
}

fn who_looks_after(patient: Uuid) -> Select<guardianship::Entity> {
    guardianship::Entity::find()
        .select_only()
        .column(guardianship::Column::UserId)
        .filter(guardianship::Column::PatientId.eq(patient))
        .order_by_asc(guardianship::Column::CreatedAt)
}

/// Whether `account` looks after `patient` now.
pub async fn looks_after(connection: &impl ConnectionTrait, account: Uuid, patient: Uuid) -> Result<bool, DbErr> {
    Ok(accounts_of(connection, patient).await?.contains(&account))
}
