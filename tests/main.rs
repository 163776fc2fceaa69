//! What the clinic does, through HTTP, on both databases. One binary, so that it is linked once.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails says so by panicking")]

mod accounts;
mod audit;
mod audit_page;
mod booking;
mod calls;
mod care;
mod doctors;
mod durability;
mod erasing;
mod files;
mod front_desk;
mod fuzz;
mod headers;
mod home;
mod hostile;
mod mail;
mod messages;
mod oversize;
mod pages;
mod people;
mod photos;
mod prescriptions;
mod presence;
mod products;
mod profile;
mod races;
mod rooms;
mod search;
mod settings;
mod sockets;
mod strangers;
mod support;
