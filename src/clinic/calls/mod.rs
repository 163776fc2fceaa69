//! Calls: ringing, answering, ending, and what remains of them (K1, K2). Sound and picture never reach the server.

pub mod entity;
pub mod live;
mod store;
pub mod web;

pub use entity::{Kind, Status};
pub use live::kind_name;
pub use store::{end_of_conversation, miss, of_conversation, status_name};

/// The job that makes a call missed that nobody answered.
pub const MISS_CALL: &str = "miss-call";
