//! The doctor's side of a request: what it may reach goes through this.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use uuid::Uuid;

use super::store;
use crate::{
    app::App,
    clinic::accounts::{DoctorAccount, SignedIn},
    web::Error,
};

/// A signed-in doctor.
#[derive(Clone)]
pub struct Doctor {
    /// The account.
    pub account: Arc<SignedIn>,
    /// The doctor's own id, which appointments name.
    pub id: Uuid,
    /// The name with titles.
    pub name: String,
}

impl FromRequestParts<App> for Doctor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let DoctorAccount(account) = DoctorAccount::from_request_parts(parts, app).await?;
        let doctor = store::find_of_user(app.db.read(), account.user).await?.ok_or(Error::Forbidden)?;
        Ok(Self { account, id: doctor.id, name: doctor.name })
    }
}
