//! Consultations: slots of a doctor's time, taken by one patient each (C1 to C5).

mod booking;
mod days;
pub mod entity;
mod rules;
mod schedule;
mod slots;
mod store;
pub mod web;

pub use booking::{
    Booked, CalledOff, NewConsultation, NotBooked, book, cancel, cancel_all_of, consultations_topic, insert,
    slots_topic, take_time, tell_called_off,
};
pub use days::compute_days;
pub use entity::{Kind, Status, appointment};
pub use schedule::schedule_of;
pub use slots::{Refusal, Schedule, Slot};
pub use store::{
    Side, all_of_patient, close, complaint_for_doctor, confirm_identity, find, find_for_doctor, find_for_patient,
    has_seen, history, note_came, open, open_complaint, todays_of, treats, upcoming_of_patient,
};

/// The job that opens a consultation's room; its subject is the appointment.
pub const OPEN_ROOM: &str = "open-room";
/// The job that closes a consultation's room; its subject is the appointment.
pub const CLOSE_ROOM: &str = "close-room";
