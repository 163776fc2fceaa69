//! The first page, and what each role sees first after logging in (N3).

mod next;
pub mod notifications;
mod store;
mod warnings;
pub mod web;
