//! Whether a doctor is there (P7): told by the leases of the doctor's own open pages, never by what was last heard.

use uuid::Uuid;

use crate::app::App;

/// The topic on which pages hear that a doctor's mark has changed.
pub const TOPIC: &str = "presence";

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

/// The mark of the doctor whose account is `doctor_user`.
pub fn presence_of(app: &App, doctor_user: Uuid, has_ongoing: bool) -> Presence {
    match (app.presence.is_held(doctor_user, app.now()), has_ongoing) {
        (false, _) => Presence::Offline,
        (true, true) => Presence::Busy,
        (true, false) => Presence::Available,
    }
}
