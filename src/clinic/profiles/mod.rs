//! Profiles: what people keep up to date of themselves and of those in their care, their photos, the clinic's logo (P4).

mod logo;
mod patient;
mod photos;
mod rules;
mod staff;
pub mod web;

pub use logo::{remove_logo, set_logo};
pub use photos::{Refusal, keep_doctors_photo};
