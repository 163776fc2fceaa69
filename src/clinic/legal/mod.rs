//! The texts that people agree to: the privacy notice and the terms of consent, in both languages, by version (S4).
//!
//! A clinic that has published none has the built-in ones, which are version 1.

mod entity;
mod rules;
mod store;
pub mod web;

pub use entity::Kind;
pub use rules::body;
pub use store::{FIRST_VERSION, Text, current, publish, version};
