//! A clinic of its own for each test, spoken to as people do: by pages and forms.

mod browser;
pub mod bucket;
mod clinic;
mod command;
mod factors;
pub mod filled;
pub mod front_desk;
mod gate;
mod mail_server;
pub mod matrix;
mod passkey;
mod people;
mod pictures;
mod postgres;
mod raw;
mod restart;
mod room;
pub mod routes;
mod sheet;
mod socket;

pub use browser::{Answer, Browser};
pub use clinic::{Engine, TestClinic, new_database};
pub use command::{praktik, said};
pub use factors::{Authenticator, codes_on};
pub use gate::Gate;
pub use mail_server::MailServer;
pub use passkey::Passkey;
pub use people::{PASSWORD, TestDoctor, TestPatient};
pub use pictures::picture;
pub use raw::Raw;
pub use restart::{Remains, program};
pub use room::{LASTS, Room, Seat, WAIT, prescription_form};
pub use sheet::asked_groups;
pub use socket::Socket;

/// An id that nothing has.
pub fn new_id() -> uuid::Uuid {
    praktik::infra::ids::new(praktik::infra::clock::Instant::from_millis(0))
}
