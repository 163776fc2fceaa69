//! Calls: ringing, answering, ending, and what remains of them (K1, K2). Sound and picture never reach the server.

pub mod entity;
mod jobs;
pub mod live;
mod store;
pub mod web;

pub use entity::{Kind, Status};
pub use jobs::{MISS_CALL, end_of_conversation, miss};
pub use live::kind_name;
pub use store::{of_conversation, status_name};
