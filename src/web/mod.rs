//! How people reach Praktik: pages, forms, languages, errors and live sockets. It knows roles, but no person.

pub mod assets;
pub mod csrf;
pub mod dates;
pub mod errors;
mod field_order;
pub mod forms;
pub mod headers;
pub mod languages;
pub mod limits;
pub mod page;
pub mod parts;
pub mod qr;
pub mod route;
pub mod unread;
pub mod uploads;
pub mod words;

pub use errors::Error;
pub use forms::{FieldErrors, Form, FormState, NoFields};
pub use languages::{Lang, Sentence};
pub use page::{Page, Role, Viewer, Visit};
pub use route::{Id, IdAndNumber};
pub use uploads::Upload;
