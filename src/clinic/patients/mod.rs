//! Patients, and the accounts that look after them (P8).

mod actor;
pub mod entity;
mod store;

pub use actor::Patient;
pub use entity::Relationship;
pub use store::{accounts_of, in_care_of, name_of, names_of};
