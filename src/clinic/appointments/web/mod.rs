//! Pages and forms of booking: doctors, a doctor's schedule, the patient's consultations, the doctor's day.

mod booking;
mod consultations;
mod day;
mod doctors;
mod doctors_day;
mod front_desk;
mod presence;
mod slot_page;

pub use booking::{book, doctor};
pub use consultations::{cancel, consultations};
pub use doctors::doctors;
pub use doctors_day::{cancel as cancel_by_doctor, doctors_day};
pub use front_desk::{book as book_at_desk, cancel as cancel_at_desk, choose as choose_at_desk};
pub use presence::{OwnPresence, is_busy, own_presence, set_presence};

use std::collections::HashSet;

use axum::extract::{Query, rejection::QueryRejection};
use uuid::Uuid;

use crate::{
    app::App,
    clinic::doctors::{entity::doctor::Model, presence_of},
    infra::clock::Instant,
    web::{Page, page::initials, words::TimeWords},
};

/// What an address carries after `?`; what is unreadable is as if it were not there.
type Asked<T> = Result<Query<T>, QueryRejection>;

fn asked<T: Default>(query: Asked<T>) -> T {
    query.map(|Query(asked)| asked).unwrap_or_default()
}

/// A doctor as patients see them.
struct DoctorCard {
    id: Uuid,
    name: String,
    initials: String,
    specialty: String,
    presence: &'static str,
}

impl DoctorCard {
    fn of(app: &App, doctor: &Model, busy: &HashSet<Uuid>) -> Self {
        Self {
            id: doctor.id,
            name: doctor.name.clone(),
            initials: initials(&doctor.name),
            specialty: doctor.specialty.clone(),
            presence: presence_of(app, doctor, busy.contains(&doctor.id)).name(),
        }
    }
}

/// "hari ini, 13.45 WITA", "besok, …", or the day in words.
fn soon(page: &Page, at: Instant, now: Instant) -> TimeWords {
    let day = at.day_in(&page.words.zone);
    let today = now.day_in(&page.words.zone);
    let time = page.words.time(at);
    let key = if day == today {
        "appointments-today-at"
    } else if today.tomorrow().is_ok_and(|tomorrow| day == tomorrow) {
        "appointments-tomorrow-at"
    } else {
        return page.words.day_and_time(at);
    };
    TimeWords { words: page.t1(key, "time", &time.words), iso: time.iso }
}
