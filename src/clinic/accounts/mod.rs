//! Accounts: signing up and in, sessions, and who is asking.

pub mod entity;
mod holders;
pub mod identify;
pub mod rules;
pub mod second_factor;
pub mod sessions;
mod store;
pub mod web;

pub use entity::{Level, Status};
pub use holders::{Holder, holders};
pub use identify::{
    AdminAccount, DoctorAccount, HalfSignedIn, Keeper, PatientAccount, PharmacistAccount, SignedIn, asker,
};
pub use rules::{CONSENT_VERSION, Email};
pub use second_factor::{confirm_first, confirmed_lately};
pub use store::{
    NewAccount, add_consent, create, create_password_link, email_of, find_by_email, rename, set_status, write_to,
};
