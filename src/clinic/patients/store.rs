//! The rows of patients.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::entity::{guardianship, patient};
use crate::infra::vault::{Place, Private, Vault, VaultError};

/// The patients in the care of an account, the holder first.
pub async fn in_care_of(connection: &impl ConnectionTrait, user: Uuid) -> Result<Vec<Uuid>, DbErr> {
    guardianship::Entity::find()
        .select_only()
        .column(guardianship::Column::PatientId)
        .filter(guardianship::Column::UserId.eq(user))
        .order_by_asc(guardianship::Column::CreatedAt)
        .order_by_asc(guardianship::Column::Id)
        .into_tuple()
        .all(connection)
        .await
}

/// The accounts that look after `patient`, to tell them what concerns the patient.
pub async fn accounts_of(connection: &impl ConnectionTrait, patient: Uuid) -> Result<Vec<Uuid>, DbErr> {
    guardianship::Entity::find()
        .select_only()
        .column(guardianship::Column::UserId)
        .filter(guardianship::Column::PatientId.eq(patient))
        .order_by_asc(guardianship::Column::CreatedAt)
        .into_tuple()
        .all(connection)
        .await
}

/// The name of a patient.
pub async fn name_of(connection: &impl ConnectionTrait, vault: &Vault, id: Uuid) -> Result<Private, VaultError> {
    names_of(connection, vault, vec![id]).await?.remove(&id).ok_or(VaultError::NoKey(id))
}

/// The names of several patients.
pub async fn names_of(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, Private>, VaultError> {
    let mut names = HashMap::new();
    for row in patient::Entity::find().filter(patient::Column::Id.is_in(ids)).all(connection).await? {
        let key = vault.key(connection, row.id).await?;
        names.insert(row.id, key.open(Place::new("patients", row.id, "name"), &row.name)?);
    }
    Ok(names)
}
