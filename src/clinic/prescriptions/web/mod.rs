//! Prescriptions on pages: the doctor's form and list, the patient's list, and the sheet that both read.

mod doctor;
mod patient;
mod sheet;
mod viewer;
mod writing;

pub use doctor::{cancel, doctors_list};
pub use patient::list;
pub use sheet::show;
pub use writing::{add_row, create, draw_alone, edit, remove_row, update};
