//! The recovery sheet: the master key on paper, shown to an admin who gives the password again, and typed back in part
//! (S3).

mod rules;
mod store;
pub mod web;

pub use store::sheet_confirmed;
