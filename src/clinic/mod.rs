//! What Praktik is about, one folder per feature, in the order in which they may use each other.

pub mod profile;

pub mod legal;

pub mod audit;
pub mod notifications;

pub mod accounts;
pub mod patients;

pub mod doctors;

pub mod appointments;

pub mod conversations;

pub mod calls;

pub mod pharmacy;
pub mod prescriptions;

pub mod encounter;
pub mod keys;
pub mod profiles;

pub mod home;
pub mod own_data;

pub mod admin;
