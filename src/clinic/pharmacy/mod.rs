//! The pharmacy's products: what can be prescribed, and how the list is kept.

pub mod entity;
pub mod import;
pub mod rules;
mod store;
pub mod web;

pub use entity::{Category, MedicineClass, Status};
pub use rules::{NewProduct, ProductForm};
pub use store::{Change, Counts, active_medicines, find_products, upsert, upsert_all};

/// A list of common Indonesian medicines to begin with, in the form that the import takes.
pub const SAMPLE: &str = include_str!("../../../docs/products-sample.csv");
