//! The pages of one's own data.

mod access_log;
mod consent;
mod data;
mod export;

pub use access_log::access_log;
pub use consent::{agree, consent_page};
pub use data::data;
pub use export::{export, export_confirmed};
