//! Doctors: who they are, when they can be booked, and whether they are there.

mod actor;
pub mod entity;
mod store;

pub use actor::Doctor;
pub use entity::Status;
pub use store::{find, find_many, find_of_user};
