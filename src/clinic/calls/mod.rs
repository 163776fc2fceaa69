//! Calls: ringing, answering, ending, and what remains of them (K1, K2). Sound and picture never reach the server.

mod ends;
pub mod entity;
mod jobs;
pub mod live;
pub mod pages;
mod store;
pub mod web;

pub use entity::{Kind, Status};
pub use jobs::{MISS_CALL, WATCH_CALL, end_of_conversation, miss, watch};
pub use live::kind_name;
pub use store::{of_conversation, status_name};
