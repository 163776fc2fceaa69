//! A clinic of its own for each test, spoken to as people do: by pages and forms.

mod browser;
mod clinic;
pub mod front_desk;
pub mod matrix;
mod people;
mod pictures;
mod postgres;
mod raw;
mod restart;
mod room;
pub mod routes;
mod socket;

pub use browser::{Answer, Browser};
pub use clinic::{Engine, TestClinic};
pub use people::{PASSWORD, TestDoctor, TestPatient};
pub use pictures::picture;
pub use raw::Raw;
pub use restart::program;
pub use room::{LASTS, Room, Seat, WAIT};
pub use socket::Socket;

/// An id that nothing has.
pub fn new_id() -> uuid::Uuid {
    praktik::infra::ids::new(praktik::infra::clock::Instant::from_millis(0))
}
