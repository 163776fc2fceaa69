//! What an admin does: doctors, their hours and days off, the front desk. An admin reads no health data.

mod bookings;
pub mod days_off;
mod doctor_page;
pub mod doctors;
pub mod patients;
