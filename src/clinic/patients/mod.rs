//! Patients, and the accounts that look after them (P8).

mod actor;
pub mod entity;
mod kept;
mod registration;
pub mod rules;
mod store;
pub mod web;

pub use crate::clinic::accounts::Phone;
pub use actor::Patient;
pub use entity::Relationship;
pub use kept::{Change, Health, Kept, NewHealth, NewKept, health_of, keep, keep_health, kept_of, photo_of, set_photo};
pub use rules::{BirthDate, BpjsNumber, Gender, Nik, Payer};
pub use store::{Identity, NewPatient, accounts_of, create, identity_of, in_care_of, name_of, names_of};
