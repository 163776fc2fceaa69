//! Prescriptions: written by the doctor of an appointment, kept as a draft, issued, changed by a new version (R1, R2, R7).

pub mod entity;
mod export;
mod panel;
pub mod rules;
mod snapshot;
mod store;
pub mod web;
pub mod writing;

pub use entity::Status;
pub use export::{ExportedItem, ExportedPerson, ExportedPrescription, export_of};
pub use panel::{IssuedLine, Meanwhile, PrescriptionPanel, ProductOption, Row};
pub use store::{
    ActivePrescriptions, Issued, Refusal, Sent, Writing, active_of_patient, issue, issued_of_appointment, keep_draft,
    of_appointment_for_doctor, tell,
};
