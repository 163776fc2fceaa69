//! Patients, and the accounts that look after them (P8).

mod actor;
pub mod entity;
mod registration;
pub mod rules;
mod store;
pub mod web;

pub use actor::Patient;
pub use entity::Relationship;
pub use rules::{BirthDate, BpjsNumber, Gender, Nik, Payer, Phone};
pub use store::{
    Identity, NewPatient, accounts_of, create, identity_of, in_care_of, name_of, names_of, relationships_of,
};
