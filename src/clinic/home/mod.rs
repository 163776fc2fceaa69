//! The first page, and what each role sees first after logging in (N3).

mod next;
mod store;
pub mod web;
