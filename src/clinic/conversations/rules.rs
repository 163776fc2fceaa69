//! When a room can be used, and what a message may be.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::{
    clinic::{
        appointments::{Kind, Side, Status, appointment},
        profile::Retention,
    },
    infra::{clock::Instant, typed},
    web::{Sentence, forms},
};

/// The longest message, in characters.
pub const LONGEST_MESSAGE: usize = 10_000;

/// A visit's conversation is kept, and can be written in for so long after the visit (V3).
pub const WRITABLE_AFTER_VISIT: Duration = Duration::from_hours(168);

/// A room's three states; it goes through them once and in this order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RoomState {
    /// Its time has not come: every door answers 425.
    Waiting,
    /// Both may write and call.
    Open,
    /// For good: every door answers 410.
    Closed,
}

impl RoomState {
    /// As the page's `data-room` says it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// The state of an appointment's room at `now` (C6, C7). What has happened is a stored fact: a closed room stays so
/// whatever the clock says; and an open one is closed to everybody at its end, even before its erasing has begun.
pub fn room_state(appointment: &appointment::Model, now: Instant) -> RoomState {
    let (Some(starts), Some(ends)) = (appointment.starts_at, appointment.ends_at) else { return RoomState::Closed };
    match appointment.status {
        Status::Confirmed | Status::Ongoing | Status::Completed if appointment.kind == Kind::Visit => {
            if now < ends + WRITABLE_AFTER_VISIT { RoomState::Open } else { RoomState::Closed }
        }
        Status::Confirmed if now < starts => RoomState::Waiting,
        Status::Confirmed | Status::Ongoing if now < ends => RoomState::Open,
        _ => RoomState::Closed,
    }
}

/// How long the messages of `appointment` stay: a consultation's as was said when it was booked, a visit's for good.
pub const fn retention_of(appointment: &appointment::Model) -> Retention {
    match appointment.kind {
        Kind::Consultation => appointment.retention,
        Kind::Visit => Retention::Kept,
    }
}

/// What its two people may do in a conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Nothing yet: 425.
    Early,
    /// Read, write and call.
    Whole,
    /// Read what was kept; writing and calling are 410.
    ReadOnly,
    /// Nothing any more: 410.
    Gone,
}

/// What may be done at `now` in the conversation of `appointment` (C6, C7).
pub fn access(appointment: &appointment::Model, now: Instant) -> Access {
    match (room_state(appointment, now), retention_of(appointment)) {
        (RoomState::Waiting, _) => Access::Early,
        (RoomState::Open, _) => Access::Whole,
        (RoomState::Closed, Retention::Kept) => Access::ReadOnly,
        (RoomState::Closed, Retention::Ephemeral) => Access::Gone,
    }
}

/// Whether `side` may call at `now` in the conversation of a visit that starts at `starts` (V3): either side from ten
/// minutes before until the end of the clinic's day, the doctor always.
pub fn may_call_about_visit(side: Side, starts: Instant, now: Instant, zone: &TimeZone) -> bool {
    let its_day = starts.day_in(zone) == now.day_in(zone);
    side == Side::Doctor || (now + CALLS_BEFORE_VISIT >= starts && its_day)
}

const CALLS_BEFORE_VISIT: Duration = Duration::from_mins(10);

/// The text of a message, as it was typed.
pub fn message(text: &str) -> Result<String, Sentence> {
    let text = typed::text(text);
    let length = text.chars().count();
    if length > LONGEST_MESSAGE {
        let too_long = Sentence::new("conversations-message-too-long");
        return Err(too_long.with("length", length).with("largest", LONGEST_MESSAGE));
    }
    forms::optional(&text, LONGEST_MESSAGE)?.ok_or(Sentence::new("conversations-message-empty"))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn consultation(status: Status) -> appointment::Model {
        appointment::Model {
            id: Uuid::nil(),
            kind: Kind::Consultation,
            status,
            patient_id: Uuid::nil(),
            doctor_id: Uuid::nil(),
            booked_by: Uuid::nil(),
            clinic_day: String::new(),
            starts_at: Some(Instant::from_millis(1_000)),
            ends_at: Some(Instant::from_millis(2_000)),
            takes_day: true,
            complaint: None,
            created_at: Instant::from_millis(0),
            updated_at: Instant::from_millis(0),
            opened_at: None,
            closed_at: None,
            patient_came_at: None,
            doctor_came_at: None,
            identity_confirmed_at: None,
            cancelled_by: None,
            retention: Retention::Ephemeral,
        }
    }

    #[test]
    fn what_is_kept_is_read_after_the_close_and_written_no_more() {
        let at = |appointment: &appointment::Model, millis| access(appointment, Instant::from_millis(millis));
        let ephemeral = consultation(Status::Confirmed);
        let kept = appointment::Model { retention: Retention::Kept, ..ephemeral.clone() };
        for both in [&ephemeral, &kept] {
            assert_eq!(
                [at(both, 999), at(both, 1_000), at(both, 1_999)],
                [Access::Early, Access::Whole, Access::Whole]
            );
        }
        assert_eq!((at(&ephemeral, 2_000), at(&kept, 2_000)), (Access::Gone, Access::ReadOnly));
        for status in [Status::Completed, Status::NoShow, Status::Cancelled] {
            assert_eq!(at(&appointment::Model { status, ..ephemeral.clone() }, 1_500), Access::Gone);
            assert_eq!(at(&appointment::Model { status, ..kept.clone() }, 1_500), Access::ReadOnly);
        }
    }

    #[test]
    fn a_visits_conversation_is_kept_whatever_its_row_says() {
        let visit = appointment::Model { kind: Kind::Visit, ..consultation(Status::Completed) };
        assert_eq!(retention_of(&visit), Retention::Kept);
        let week_after = Instant::from_millis(2_000) + WRITABLE_AFTER_VISIT;
        assert_eq!(
            (access(&visit, Instant::from_millis(2_000)), access(&visit, week_after)),
            (Access::Whole, Access::ReadOnly)
        );
    }

    #[test]
    fn a_room_opens_at_the_start_and_closes_at_the_end_to_the_millisecond() {
        let state = |at| room_state(&consultation(Status::Confirmed), Instant::from_millis(at));
        assert_eq!(
            [state(999), state(1_000), state(1_999), state(2_000)],
            [RoomState::Waiting, RoomState::Open, RoomState::Open, RoomState::Closed]
        );
    }

    #[test]
    fn a_patient_calls_about_a_visit_on_its_day_alone_and_the_doctor_always() {
        let zone = TimeZone::get("Asia/Makassar").unwrap();
        let at = |text| Instant::parse(text).unwrap();
        let starts = at("2026-11-23T02:00:00Z");
        let may = |side, now| may_call_about_visit(side, starts, at(now), &zone);
        assert!(!may(Side::Patient, "2026-11-23T01:49:59Z"));
        assert!(may(Side::Patient, "2026-11-23T01:50:00Z"));
        assert!(may(Side::Patient, "2026-11-23T15:59:59Z"));
        assert!(!may(Side::Patient, "2026-11-23T16:00:00Z"));
        assert!(may(Side::Doctor, "2026-11-24T16:00:00Z"));
    }

    #[test]
    fn a_closed_room_stays_closed_when_the_clock_is_set_back() {
        for status in [Status::Completed, Status::NoShow, Status::Cancelled] {
            assert_eq!(room_state(&consultation(status), Instant::from_millis(1_500)), RoomState::Closed);
        }
    }

    #[test]
    fn a_message_of_ten_thousand_characters_is_sent_and_one_more_is_refused() {
        assert!(message(&"ä".repeat(LONGEST_MESSAGE)).is_ok());
        assert!(message(&"a".repeat(LONGEST_MESSAGE + 1)).is_err());
        assert!(message(" \n ").is_err());
    }
}
