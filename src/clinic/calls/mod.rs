//! Calls: ringing, answering, ending, and what remains of them (K1, K2). Sound and picture never reach the server.

pub mod entity;
pub mod live;
mod store;
pub mod web;

pub use entity::{Kind, Status};
pub use store::{end_of_conversation, live_of, miss, of_conversation};

/// The job that makes a call missed that nobody answered.
pub const MISS_CALL: &str = "miss-call";
