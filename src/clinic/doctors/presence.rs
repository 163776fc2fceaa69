//! Whether a doctor is there (P7): told by the leases of the doctor's own open pages, never by what was last heard.

use uuid::Uuid;

use super::entity::doctor;
use crate::{app::App, infra::bus::Hint};

/// The topic on which pages hear that any doctor's mark has changed.
pub const TOPIC: &str = "presence";

/// The topic on which pages hear that the mark of `doctor` has changed.
pub fn topic(doctor: Uuid) -> String {
    format!("{TOPIC}:{doctor}")
}

/// A doctor's mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presence {
    /// A page of the doctor's is open.
    Available,
    /// The same, and a consultation is going on.
    Busy,
    /// A page is open, but the doctor said to be away.
    Away,
    /// No page is open, or its line has been silent for too long.
    Offline,
}

impl Presence {
    /// The word of the `data-presence` attribute.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Busy => "busy",
            Self::Away => "away",
            Self::Offline => "offline",
        }
    }
}

/// The mark of `doctor` as everybody sees it; `has_ongoing` says that a room of the doctor's is open.
pub fn presence_of(app: &App, doctor: &doctor::Model, has_ongoing: bool) -> Presence {
    if app.presence.is_held(doctor.id, app.now()) { while_there(doctor, has_ongoing) } else { Presence::Offline }
}

/// The mark of `doctor` while a page of theirs is open.
pub(in crate::clinic) fn while_there(doctor: &doctor::Model, has_ongoing: bool) -> Presence {
    match (has_ongoing, doctor.away_session) {
        (true, _) => Presence::Busy,
        (false, Some(_)) => Presence::Away,
        (false, None) => Presence::Available,
    }
}

/// Tells every open page that shows `doctor` to look again.
pub fn tell_presence(app: &App, doctor: Uuid) {
    app.bus.publish(Hint::changed(TOPIC));
    app.bus.publish(Hint::changed(topic(doctor)));
}

/// Tells of leases that run out without a socket closing, for as long as the program runs: a line that is cut says
/// nothing at all.
pub async fn keep(app: App) {
    loop {
        for doctor in app.presence.expire(app.now()) {
            tell_presence(&app, doctor);
        }
        match app.presence.next_end() {
            Some(end) => app.clock.sleep_until(end).await,
            None => app.presence.begun().await,
        }
    }
}
