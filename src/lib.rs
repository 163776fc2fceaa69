//! Praktik: telemedicine that a clinic runs by itself. ARCHITECTURE.md is the map.

pub mod app;
pub mod clinic;
pub mod commands;
pub mod infra;
pub mod jobs;
pub mod live;
pub mod router;
pub mod server;
pub mod web;
