//! Prescriptions on pages: the doctor's form, and what patients read.

mod doctor;

pub use doctor::create;
