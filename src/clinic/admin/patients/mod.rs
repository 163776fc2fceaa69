//! The front desk: finds patients, registers them, corrects who they are and who looks after them (P2, P8, R8).
//!
//! Identity alone: no complaint, diagnosis or allergy. Each view is written down before it is shown (S2).

mod account;
mod care;
mod edit;
mod list;
mod patient;
mod register;

pub use account::{lock, unlock};
pub use care::{link, unlink};
pub use edit::{identity, nik};
pub use list::{list, search};
pub use patient::show;
pub use register::{create, new};

use uuid::Uuid;

use crate::{
    app::App,
    clinic::{
        accounts::Status,
        audit::{self, Act},
    },
    web::Error,
};

/// Writes down that `admin` looks at who a patient is; if it cannot be, nothing is shown.
async fn record_view(app: &App, admin: Uuid, patient: Uuid) -> Result<(), Error> {
    audit::record_view(app, act(admin, "view", patient)).await
}

const fn act(actor: Uuid, action: &'static str, patient: Uuid) -> Act {
    Act { actor, action, subject: "patient", subject_id: patient, patient: Some(patient) }
}

fn page_of(patient: Uuid) -> String {
    format!("/admin/patients/{patient}")
}

/// What is said of an account.
const fn status_key(status: Status, awaits_password: bool) -> &'static str {
    match (status, awaits_password) {
        (Status::Active, false) => "desk-account-active",
        (Status::Active, true) => "desk-account-awaits",
        (Status::Locked, _) => "desk-account-locked",
        (Status::Deactivated, _) => "desk-account-deactivated",
    }
}
