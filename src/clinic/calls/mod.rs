//! x
pub mod entity;
