//! Doctors: who they are, when they can be booked, and whether they are there.

mod actor;
pub mod entity;
pub mod presence;
pub mod rules;
mod store;

pub use actor::Doctor;
pub use entity::Status;
pub use presence::{Presence, presence_of, tell_presence};
pub use rules::{DaysOff, Details, DetailsForm, Hours, HoursRange};
pub use store::{
    NewDoctor, active, add_days_off, all, bookable, create, days_off_of, days_off_rows, find, find_bookable, find_many,
    find_of_user, hold_bookable, hours_of, lock_of_user, remove_days_off, set_away, set_biography, set_hours,
    set_status, update,
};
