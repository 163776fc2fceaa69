//! What the clinic does, through HTTP, on both databases. One binary, so that it is linked once.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails says so by panicking")]

mod accounts;
mod audit;
mod booking;
mod calls;
mod care;
mod doctors;
mod durability;
mod erasing;
mod front_desk;
mod fuzz;
mod headers;
mod home;
mod hostile;
mod mail;
mod messages;
mod oversize;
mod pages;
mod prescriptions;
mod presence;
mod products;
mod races;
mod rooms;
mod search;
mod second_factor;
mod sockets;
mod strangers;
mod support;
