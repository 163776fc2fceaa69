//! Who read or changed whose health data, in a chain that shows tampering (S2).
//!
//! A row is written in the act's own transaction; if it cannot be, the view is refused. Rows are linked within a
//! second by [`chain::keep`].

mod chain;
pub mod entity;
mod store;

pub use chain::{keep, verify};
pub use store::{Act, record, record_view};
