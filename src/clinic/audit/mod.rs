//! Who read or changed whose health data, in a chain that shows tampering (S2).
//!
//! A row is written in the act's own transaction; if it cannot be, the view is refused. Rows are linked within a
//! second by [`chain::keep`].

mod chain;
pub mod checks;
pub mod entity;
mod search;
mod store;

pub use chain::{keep, verify};
pub use search::{Cursor, Search, search};
pub use store::{Act, record, record_view};
