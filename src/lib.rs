//! Praktik: telemedicine that a clinic runs by itself. ARCHITECTURE.md is the map.

// They break where nobody reads what is printed; `infra::print` does not.
#![warn(clippy::print_stderr, clippy::print_stdout)]

pub mod app;
pub mod clinic;
pub mod commands;
pub mod infra;
pub mod jobs;
pub mod live;
pub mod router;
pub mod server;
pub mod web;
