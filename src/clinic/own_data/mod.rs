//! What people see of their own data: who read it, a copy of all of it, and what they agreed to (S2, S4).

mod archive;
mod export;
mod json;
mod lines;
mod rules;
pub mod web;

pub use rules::FORMAT_VERSION;
