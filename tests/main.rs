//! What the clinic does, through HTTP, on both databases. One binary, so that it is linked once.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails says so by panicking")]

mod access_log;
mod accounts;
mod audit;
mod booking;
mod calls;
mod care;
mod consent;
mod doctors;
mod durability;
mod erasing;
mod export;
mod files;
mod front_desk;
mod fuzz;
mod headers;
mod home;
mod hostile;
mod limits;
mod mail;
mod messages;
mod oversize;
mod pages;
mod photos;
mod prescriptions;
mod presence;
mod products;
mod profile;
mod races;
mod recovery;
mod rooms;
mod search;
mod sessions;
mod sockets;
mod strangers;
mod support;
