//! What Praktik stands on: database, clock, keys, jobs and hints, none of which knows a person or a clinic.

pub mod archive;
pub mod bus;
pub mod clock;
pub mod config;
pub mod db;
pub mod disk;
pub mod files;
pub mod form_acts;
pub mod hold;
pub mod ids;
pub mod images;
pub mod jobs;
pub mod leases;
pub mod mail;
pub mod master_keys;
pub mod passwords;
pub mod postgres;
pub mod print;
pub mod random;
pub mod room_keys;
pub mod rotation;
pub mod sheet;
mod sqlite;
pub mod tables;
pub mod tls;
pub mod unique;
pub mod vault;
