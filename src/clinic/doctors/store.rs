//! The rows of doctors, their hours and days off.

use std::collections::HashMap;

use sea_orm::{ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::entity::doctor;

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
