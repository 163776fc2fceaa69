//! The rows of prescriptions.

mod read;
mod write;

pub use read::{ActivePrescriptions, Issued, active_of_patient, issued_of_appointment, of_appointment_for_doctor};
pub(super) use read::{
    OpenedItem, Standing, find_for_doctor, find_for_patient, newest_of_doctor, of_patients, open, standing_of,
    successor_of, typed,
};

pub use write::{Refusal, Sent, Writing, issue, keep_draft, tell};
pub(super) use write::{cancel, change};

use uuid::Uuid;

use crate::infra::vault::Place;

pub(super) const fn prescription_place(id: Uuid, column: &'static str) -> Place {
    Place::new("prescriptions", id, column)
}

const fn item_place(id: Uuid, column: &'static str) -> Place {
    Place::new("prescription_items", id, column)
}
