//! The patient's side of a request: what it may reach goes through this.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use uuid::Uuid;

use super::care;
use crate::{
    app::App,
    clinic::accounts::{PatientAccount, SignedIn},
    web::Error,
};

/// A signed-in account with the patients whom it looks after.
#[derive(Clone)]
pub struct Patient {
    /// The account.
    pub account: Arc<SignedIn>,
    /// Everybody in its care, the account's holder first.
    pub in_care: Vec<Uuid>,
}

impl Patient {
    /// Whether `patient` is in this account's care.
    pub fn looks_after(&self, patient: Uuid) -> bool {
        self.in_care.contains(&patient)
    }

    /// The account holder's own patient, or the first in their care.
    pub fn own(&self) -> Result<Uuid, Error> {
        self.in_care.first().copied().ok_or_else(|| Error::broken("an account looks after nobody"))
    }
}

impl FromRequestParts<App> for Patient {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let PatientAccount(account) = PatientAccount::from_request_parts(parts, app).await?;
        let in_care = care::in_care_of(app.db.read(), account.user).await?;
        Ok(Self { account, in_care })
    }
}
