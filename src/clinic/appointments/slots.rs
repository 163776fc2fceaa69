//! Slots: a doctor's time, cut from consultation hours. Pure; the one place that makes a [`Slot`].

use std::{collections::HashSet, time::Duration};

use jiff::{ToSpan as _, civil::Date, tz::TimeZone};

use crate::{clinic::doctors::HoursRange, infra::clock::Instant, web::Sentence};

/// How many days ahead a slot can be taken.
pub const FURTHEST_DAYS: i32 = 60;
/// Slots offered to who lost a race.
const NEAREST: usize = 3;
/// How far around the wished moment free slots are looked for.
const NEAREST_DAYS: i32 = 14;
/// The cells of `doctor_time`.
const CELL_MINUTES: u64 = 5;

/// What a doctor's slots are cut from.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The weekly hours.
    pub hours: Vec<HoursRange>,
    /// First and last days off.
    pub days_off: Vec<(Date, Date)>,
    /// The clinic's zone.
    pub zone: TimeZone,
    /// The length of a slot.
    pub slot_minutes: i32,
}

/// Time that can be booked: inside the hours, on the grid, not past. [`Slot::check`] makes it, and nothing else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slot {
    day: Date,
    starts_at: Instant,
    ends_at: Instant,
}

/// Why a moment is no slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Outside the hours, off the grid, or on a day off.
    NotOffered,
    /// It has begun.
    Past,
    /// Too many days ahead.
    TooFar,
}

impl Refusal {
    /// What the patient reads.
    pub fn sentence(self) -> Sentence {
        match self {
            Self::NotOffered => Sentence::new("appointments-slot-not-offered"),
            Self::Past => Sentence::new("appointments-slot-past"),
            Self::TooFar => Sentence::new("appointments-slot-too-far").with("days", FURTHEST_DAYS),
        }
    }
}

/// What a slot is to somebody who looks at the schedule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Can be taken.
    Free,
    /// Somebody has it.
    Taken,
    /// It has begun.
    Past,
}

/// A piece of a doctor's day, as the schedule shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// The clinic's day.
    pub day: Date,
    /// Its first minute.
    pub starts_at: Instant,
    /// Its end.
    pub ends_at: Instant,
    /// Its first minute on the clinic's wall clock, counted from midnight.
    pub minute: i32,
    /// Whether it can be taken.
    pub state: State,
}

impl Slot {
    /// The slot that begins at `starts_at`, if it can be booked at `now`. Whether somebody has it already is for the
    /// database to say.
    pub fn check(starts_at: Instant, schedule: &Schedule, now: Instant) -> Result<Self, Refusal> {
        let day = starts_at.day_in(&schedule.zone);
        let piece =
            schedule.cut(day).into_iter().find(|piece| piece.starts_at == starts_at).ok_or(Refusal::NotOffered)?;
        if starts_at <= now {
            return Err(Refusal::Past);
        }
        if day > last_day(now, &schedule.zone) {
            return Err(Refusal::TooFar);
        }
        Ok(Self { day, starts_at, ends_at: piece.ends_at })
    }

    /// The clinic's day, which the slot takes from the patient (C3).
    pub fn day(&self) -> Date {
        self.day
    }

    /// When its room opens.
    pub fn starts_at(&self) -> Instant {
        self.starts_at
    }

    /// When its room closes.
    pub fn ends_at(&self) -> Instant {
        self.ends_at
    }
}

impl Schedule {
    /// The pieces of `day`, earliest first; a rest that is too short for a slot is none.
    fn cut(&self, day: Date) -> Vec<Piece> {
        let off = self.days_off.iter().any(|(first, last)| (*first..=*last).contains(&day));
        if off || self.slot_minutes <= 0 {
            return Vec::new();
        }
        let weekday = i32::from(day.weekday().to_monday_one_offset());
        let mut pieces: Vec<Piece> = self
            .hours
            .iter()
            .filter(|range| range.weekday == weekday)
            .flat_map(|range| self.cut_range(day, *range))
            .collect();
        pieces.sort_by_key(|piece| piece.starts_at);
        pieces
    }

    fn cut_range(&self, day: Date, range: HoursRange) -> impl Iterator<Item = Piece> {
        let length = self.slot_minutes;
        let starts = (range.starts_minute..).step_by(length.unsigned_abs() as usize);
        starts.take_while(move |minute| minute + length <= range.ends_minute).filter_map(move |minute| {
            let starts_at = Instant::of_day(day, minute, &self.zone)?;
            let ends_at = starts_at + Duration::from_secs(u64::from(length.unsigned_abs()) * 60);
            // Where summer time begins, some minutes of a wall clock do not exist.
            let wall = starts_at.in_zone(&self.zone);
            let exists = i32::from(wall.hour()) * 60 + i32::from(wall.minute()) == minute;
            exists.then_some(Piece { day, starts_at, ends_at, minute, state: State::Free })
        })
    }

    /// The pieces of `day` as they stand at `now`, with the doctor's `taken` cells.
    pub fn day(&self, day: Date, taken: &HashSet<Instant>, now: Instant) -> Vec<Piece> {
        let mut pieces = self.cut(day);
        for piece in &mut pieces {
            piece.state = if piece.starts_at <= now {
                State::Past
            } else if cells(piece.starts_at, piece.ends_at).any(|cell| taken.contains(&cell)) {
                State::Taken
            } else {
                State::Free
            };
        }
        if day > last_day(now, &self.zone) { Vec::new() } else { pieces }
    }

    /// The first free piece from `now` on, within `days` days.
    pub fn first_free(&self, taken: &HashSet<Instant>, now: Instant, days: i32) -> Option<Piece> {
        let today = now.day_in(&self.zone);
        days_from(today, days)
            .find_map(|day| self.day(day, taken, now).into_iter().find(|piece| piece.state == State::Free))
    }

    /// Up to three free pieces around `wished`, the nearest first and a later one before an earlier one that is as near;
    /// those of its day before those of later days.
    pub fn nearest(&self, wished: Instant, taken: &HashSet<Instant>, now: Instant) -> Vec<Piece> {
        let day = wished.day_in(&self.zone);
        let free = |day| self.day(day, taken, now).into_iter().filter(|piece| piece.state == State::Free);
        let mut around: Vec<Piece> = free(day).filter(|piece| piece.starts_at != wished).collect();
        around.sort_by_key(|piece| ((piece.starts_at.millis() - wished.millis()).abs(), piece.starts_at < wished));
        let next_days = days_from(day, NEAREST_DAYS).skip(1).flat_map(free);
        around.into_iter().chain(next_days).take(NEAREST).collect()
    }

    /// The moments between which [`Schedule::nearest`] looks.
    pub fn around(&self, wished: Instant) -> (Instant, Instant) {
        let day = Duration::from_hours(24);
        (wished - day, wished + day * (NEAREST_DAYS.unsigned_abs() + 1))
    }
}

/// The last day on which a slot can be taken.
pub fn last_day(now: Instant, zone: &TimeZone) -> Date {
    let today = now.day_in(zone);
    today.checked_add(FURTHEST_DAYS.days()).unwrap_or(today)
}

/// `count` days from `first` on.
pub fn days_from(first: Date, count: i32) -> impl Iterator<Item = Date> {
    (0..count).filter_map(move |ahead| first.checked_add(ahead.days()).ok())
}

/// The five-minute cells from `starts_at` to `ends_at`, ascending.
pub fn cells(starts_at: Instant, ends_at: Instant) -> impl Iterator<Item = Instant> {
    let cell = Duration::from_mins(CELL_MINUTES);
    std::iter::successors(Some(starts_at), move |at| Some(*at + cell)).take_while(move |at| *at < ends_at)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const FRIDAY: Date = date(2026, 11, 20);

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn schedule(hours: Vec<HoursRange>, slot_minutes: i32) -> Schedule {
        Schedule { hours, days_off: Vec::new(), zone: zone("Asia/Makassar"), slot_minutes }
    }

    fn friday(starts_minute: i32, ends_minute: i32) -> HoursRange {
        HoursRange { weekday: 5, starts_minute, ends_minute }
    }

    fn at(day: Date, minute: i32) -> Instant {
        Instant::of_day(day, minute, &zone("Asia/Makassar")).unwrap()
    }

    #[test]
    fn a_last_piece_that_is_too_short_is_dropped() {
        let minutes = |schedule: Schedule| schedule.cut(FRIDAY).iter().map(|piece| piece.minute).collect::<Vec<_>>();
        assert_eq!(minutes(schedule(vec![friday(480, 520)], 15)), [480, 495]);
        assert_eq!(minutes(schedule(vec![friday(780, 800), friday(485, 505)], 20)), [485, 780]);
    }

    #[test]
    fn a_day_off_gives_no_slots() {
        let mut schedule = schedule(vec![friday(480, 540)], 15);
        assert_eq!(schedule.cut(FRIDAY).len(), 4);
        schedule.days_off.push((date(2026, 11, 18), FRIDAY));
        assert_eq!(schedule.cut(FRIDAY).len(), 0);
        assert_eq!(schedule.cut(date(2026, 11, 27)).len(), 4);
    }

    #[test]
    fn a_slot_is_inside_the_hours_on_the_grid_and_still_to_come() {
        let schedule = schedule(vec![friday(480, 540)], 15);
        let now = at(FRIDAY, 490);
        assert!(Slot::check(at(FRIDAY, 495), &schedule, now).is_ok_and(|slot| slot.ends_at() == at(FRIDAY, 510)));
        assert_eq!(Slot::check(at(FRIDAY, 500), &schedule, now), Err(Refusal::NotOffered));
        assert_eq!(Slot::check(at(FRIDAY, 540), &schedule, now), Err(Refusal::NotOffered));
        assert_eq!(Slot::check(at(date(2026, 11, 21), 495), &schedule, now), Err(Refusal::NotOffered));
        assert_eq!(Slot::check(at(FRIDAY, 480), &schedule, now), Err(Refusal::Past));
        assert_eq!(Slot::check(at(FRIDAY, 495), &schedule, at(FRIDAY, 495)), Err(Refusal::Past));
        assert!(Slot::check(at(date(2027, 1, 15), 495), &schedule, now).is_ok(), "56 days ahead");
        assert_eq!(Slot::check(at(date(2027, 1, 22), 495), &schedule, now), Err(Refusal::TooFar));
    }

    #[test]
    fn the_nearest_free_slots_are_those_nearest_in_time_then_those_of_later_days() {
        let now = at(FRIDAY, 400);
        let starts = |hours: Vec<HoursRange>, taken: &[i32]| {
            let taken = taken.iter().map(|minute| at(FRIDAY, *minute)).collect();
            let nearest = schedule(hours, 15).nearest(at(FRIDAY, 510), &taken, now);
            nearest.into_iter().map(|piece| (piece.day, piece.minute)).collect::<Vec<_>>()
        };
        let morning = || vec![friday(480, 540)];
        assert_eq!(starts(morning(), &[510]), [(FRIDAY, 525), (FRIDAY, 495), (FRIDAY, 480)]);
        let next = date(2026, 11, 27);
        assert_eq!(starts(morning(), &[510, 530, 490]), [(FRIDAY, 495), (next, 480), (next, 495)]);
        let and_night = vec![friday(480, 540), friday(1380, 1440)];
        assert_eq!(starts(and_night, &[510, 525]), [(FRIDAY, 495), (FRIDAY, 480), (FRIDAY, 1380)]);
    }

    prop_compose! {
        fn a_schedule()(
            slot in 1..=12_i32,
            ranges in prop::collection::vec((1..=7_i32, 0..288_i32, 1..=96_i32), 1..6),
            zone_name in prop::sample::select(vec!["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Europe/Berlin"]),
        ) -> Schedule {
            let mut hours: Vec<HoursRange> = Vec::new();
            for (weekday, start, length) in ranges {
                let range = HoursRange { weekday, starts_minute: start * 5, ends_minute: ((start + length) * 5).min(1440) };
                let apart = |other: &HoursRange| other.weekday != range.weekday
                    || other.ends_minute <= range.starts_minute || range.ends_minute <= other.starts_minute;
                if hours.iter().all(apart) {
                    hours.push(range);
                }
            }
            Schedule { hours, days_off: Vec::new(), zone: zone(zone_name), slot_minutes: slot * 5 }
        }
    }

    proptest! {
        #[test]
        fn slots_never_overlap_and_lie_inside_the_hours(schedule in a_schedule(), ahead in 0..400_i32) {
            let day = FRIDAY.checked_add(ahead.days()).unwrap();
            let pieces = schedule.cut(day);
            for pair in pieces.windows(2) {
                prop_assert!(pair[0].ends_at <= pair[1].starts_at);
            }
            let weekday = i32::from(day.weekday().to_monday_one_offset());
            for piece in pieces {
                prop_assert_eq!(piece.starts_at.day_in(&schedule.zone), day);
                prop_assert_eq!(piece.ends_at.since(piece.starts_at).as_secs(), u64::from(schedule.slot_minutes.unsigned_abs()) * 60);
                prop_assert!(schedule.hours.iter().any(|range| range.weekday == weekday
                    && range.starts_minute <= piece.minute && piece.minute + schedule.slot_minutes <= range.ends_minute));
            }
        }

        #[test]
        fn cells_cover_a_slot_exactly(start in 0..1_000_000_i64, count in 1..48_u64) {
            let starts_at = Instant::from_millis(start * 300_000);
            let ends_at = starts_at + Duration::from_secs(count * 300);
            let all: Vec<Instant> = cells(starts_at, ends_at).collect();
            prop_assert_eq!(all.len() as u64, count);
            prop_assert_eq!(all[0], starts_at);
            prop_assert_eq!(*all.last().unwrap() + Duration::from_mins(5), ends_at);
            prop_assert!(all.windows(2).all(|pair| pair[1].since(pair[0]) == Duration::from_mins(5)));
        }

        #[test]
        fn what_the_rule_accepts_is_what_the_schedule_shows(schedule in a_schedule(), minute in 0..2880_i32) {
            let now = Instant::of_day(FRIDAY, 0, &schedule.zone).unwrap();
            let wished = now + Duration::from_secs(u64::from(minute.unsigned_abs()) * 60);
            let day = wished.day_in(&schedule.zone);
            let shown = schedule.day(day, &HashSet::new(), now).iter()
                .any(|piece| piece.starts_at == wished && piece.state == State::Free);
            prop_assert_eq!(Slot::check(wished, &schedule, now).is_ok(), shown);
        }
    }
}
