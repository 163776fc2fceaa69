//! Who read or changed whose health data, in a chain that shows tampering (S2).
//!
//! A row is written in the act's own transaction; if it cannot be, the view is refused. Rows are linked within a
//! second by [`chain::keep`]. The chain's head is kept outside the database too, so that rows cut from its end are noticed.

mod chain;
pub mod checks;
pub mod entity;
mod head;
mod read;
mod search;
mod store;
mod verify;

pub use chain::{head, keep, link_new};
pub use head::Head;
pub use read::{About, Before, about, count_by, last_written};
pub use search::{Cursor, Search, search};
pub use store::{Act, OPERATOR, record, record_view, record_views};
pub use verify::{Fault, Found, verify};
