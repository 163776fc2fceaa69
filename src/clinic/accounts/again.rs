//! Asking somebody who is signed in for their password again.

use sea_orm::EntityTrait as _;
use uuid::Uuid;

use super::{
    entity::{Status, user},
    rules::LONGEST_PASSWORD,
};
use crate::{app::App, web::Error};

/// Whether `password` is that of the account `user`.
pub async fn knows_password(app: &App, user: Uuid, password: &str) -> Result<bool, Error> {
    if password.is_empty() || password.chars().count() > LONGEST_PASSWORD {
        return Ok(false);
    }
    let row = user::Entity::find_by_id(user).one(app.db.read()).await?;
    let row = row.filter(|row| row.status == Status::Active);
    Ok(app.passwords.verify(password.into(), row.and_then(|row| row.password_hash)).await?)
}
