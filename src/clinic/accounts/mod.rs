//! Accounts: signing up and in, sessions, and who is asking.

mod details;
pub mod entity;
mod holders;
pub mod identify;
mod phone;
pub mod rules;
pub mod sessions;
pub mod staff;
mod store;
pub mod web;

pub use details::{Details, NewDetails, details_of, name_of, photos_of, set_choices, set_details, set_photo};
pub use entity::{Level, Status};
pub use holders::{Holder, holders};
pub use identify::{AdminAccount, DoctorAccount, HalfSignedIn, PatientAccount, PharmacistAccount, SignedIn};
pub use phone::Phone;
pub use rules::{CONSENT_VERSION, Email};
pub use store::{
    NewAccount, add_consent, create, create_password_link, email_of, find_by_email, rename, set_status, write_to,
};
