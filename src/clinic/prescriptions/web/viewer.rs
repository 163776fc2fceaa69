//! Who reads a prescription: somebody who looks after its patient, or its doctor.

use axum::{extract::FromRequestParts, http::request::Parts};
use uuid::Uuid;

use crate::{
    app::App,
    clinic::{
        accounts::SignedIn,
        audit,
        doctors::Doctor,
        patients::Patient,
        prescriptions::{
            entity::{Status, prescription},
            store,
        },
    },
    web::{Error, Role},
};

/// A reader with the right to some prescriptions.
pub enum Viewer {
    /// Reads what was issued for those in their care.
    Patient(Patient),
    /// Reads what they wrote; each reading is written down (S2).
    Doctor(Doctor),
}

impl FromRequestParts<App> for Viewer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        match SignedIn::from_request_parts(parts, app).await?.role {
            Role::Patient => Ok(Self::Patient(Patient::from_request_parts(parts, app).await?)),
            Role::Doctor => Ok(Self::Doctor(Doctor::from_request_parts(parts, app).await?)),
            Role::Admin | Role::Pharmacist => Err(Error::Forbidden),
        }
    }
}

impl Viewer {
    /// The issued prescription `id`, if this reader may see it.
    pub(super) async fn find(&self, app: &App, id: Uuid) -> Result<prescription::Model, Error> {
        let found = match self {
            Self::Patient(patient) => store::find_for_patient(app.db.read(), patient, id).await?,
            Self::Doctor(doctor) => store::find_for_doctor(app.db.read(), doctor, id).await?,
        };
        found.filter(|row| row.status != Status::Draft).ok_or(Error::NotFound)
    }
}

/// Writes down that `doctor` reads `row`, before it is shown.
pub(super) async fn record_view(app: &App, doctor: &Doctor, row: &prescription::Model) -> Result<(), Error> {
    let act = audit::Act {
        actor: doctor.account.user,
        action: "view",
        subject: "prescription",
        subject_id: row.id,
        patient: Some(row.patient_id),
    };
    audit::record_view(app, act).await
}
