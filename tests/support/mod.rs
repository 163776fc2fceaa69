//! A clinic of its own for each test, spoken to as people do: by pages and forms.

mod browser;
mod clinic;
mod factors;
pub mod front_desk;
pub mod matrix;
mod passkey;
mod people;
mod postgres;
mod raw;
mod restart;
mod room;
pub mod routes;
mod socket;

pub use browser::{Answer, Browser};
pub use clinic::{Engine, TestClinic};
pub use factors::{Authenticator, codes_on};
pub use passkey::Passkey;
pub use people::{PASSWORD, TestDoctor, TestPatient};
pub use raw::Raw;
pub use restart::program;
pub use room::{LASTS, Room, Seat, WAIT};
pub use socket::Socket;

/// An id that nothing has.
pub fn new_id() -> uuid::Uuid {
    praktik::infra::ids::new(praktik::infra::clock::Instant::from_millis(0))
}
