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
mod home;
mod mail;
mod messages;
mod pages;
mod prescriptions;
mod presence;
mod products;
mod races;
mod rooms;
mod search;
mod second_factor;
mod strangers;
mod support;
