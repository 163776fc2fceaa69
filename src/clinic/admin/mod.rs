//! What an admin does: doctors, their hours and days off, the front desk, pharmacists and admins, settings, the audit
//! log. An admin reads no health data.

pub mod audit_log;
mod bookings;
pub mod clock;
pub mod days_off;
mod doctor_page;
pub mod doctors;
mod invitations;
pub mod logo;
pub mod menu;
pub mod patients;
pub mod people;
mod person_rules;
pub mod photo;
pub mod settings;
mod settings_rules;

pub use person_rules::Name;
