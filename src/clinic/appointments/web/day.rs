//! A doctor's days and slots in words, for the page where one is chosen.

use std::{collections::HashSet, time::Duration};

use jiff::{ToSpan as _, civil::Date};
use uuid::Uuid;

use crate::{
    app::App,
    clinic::appointments::{
        booking::slots_topic,
        schedule,
        slots::{self, Piece, Schedule, State},
        store,
    },
    infra::clock::Instant,
    web::{Error, Page, words::TimeWords},
};

const DAYS_SHOWN: i32 = 7;
/// Slots of the day that are over and stand open; more of them are folded.
const PAST_SHOWN: usize = 6;
/// Where the parts of a day begin, in minutes after midnight, with what they are called.
const PARTS: [(i32, &str); 4] = [
    (0, "appointments-morning"),
    (11 * 60, "appointments-midday"),
    (15 * 60, "appointments-afternoon"),
    (18 * 60, "appointments-evening"),
];

/// A day in the row of days.
pub(super) struct DayTab {
    pub(super) href: String,
    pub(super) weekday: String,
    pub(super) number: i8,
    pub(super) whole: String,
    pub(super) free: usize,
    pub(super) has_slots: bool,
    pub(super) chosen: bool,
}

/// A part of the day, or what is over of it.
pub(super) struct Part {
    pub(super) key: &'static str,
    pub(super) past: bool,
    pub(super) tiles: Vec<Tile>,
}

/// A slot as the page shows it.
pub(super) struct Tile {
    pub(super) id: String,
    pub(super) starts_at: String,
    pub(super) clock: TimeWords,
    /// The clinic's clock, where the reader's shows another time.
    pub(super) clinic_clock: Option<String>,
    /// The reader's weekday, where it is another than that of the day that is shown.
    pub(super) other_weekday: Option<String>,
    /// The reader's date.
    pub(super) day: String,
    pub(super) whole: String,
    pub(super) state: State,
}

impl Tile {
    pub(super) fn is_free(&self) -> bool {
        self.state == State::Free
    }

    pub(super) fn is_taken(&self) -> bool {
        self.state == State::Taken
    }

    pub(super) fn of(page: &Page, piece: &Piece) -> Self {
        let clock = page.words.clock(piece.starts_at);
        let clinics = page.words.minute_of_day(piece.minute);
        Self {
            id: format!("slot-{}-{}", piece.day, piece.minute),
            starts_at: piece.starts_at.rfc3339(),
            clinic_clock: (clinics != clock.words).then_some(clinics),
            clock,
            other_weekday: page.words.other_weekday(piece.starts_at, piece.day),
            day: page.words.day(piece.starts_at.day_in(&page.words.zone)),
            whole: page.words.day_and_span(piece.starts_at, piece.ends_at).words,
            state: piece.state,
        }
    }
}

/// The days of a week and the slots of one of them.
pub(super) struct Days {
    pub(super) tabs: Vec<DayTab>,
    pub(super) earlier: Option<String>,
    pub(super) later: Option<String>,
    /// The chosen day, `YYYY-MM-DD`.
    pub(super) iso: String,
    /// The chosen day in words.
    pub(super) day: String,
    pub(super) zone: String,
    pub(super) parts: Vec<Part>,
    pub(super) topics: String,
}

/// Reads the week of `asked`, the day asked for; today's where it cannot be booked. `address` is what a
/// day's address begins with.
pub(super) async fn read(
    app: &App,
    page: &Page,
    doctor: Uuid,
    (asked, address): (Option<Date>, &str),
) -> Result<Days, Error> {
    let now = app.now();
    let schedule = schedule::schedule_of(app, app.db.read(), doctor).await?;
    let today = now.day_in(&schedule.zone);
    let last = slots::last_day(now, &schedule.zone);
    let day = asked.filter(|day| (today..=last).contains(day)).unwrap_or(today);
    let weeks = today.until(day).map_or(0, |ahead| ahead.get_days() / DAYS_SHOWN);
    let first = today.checked_add((weeks * DAYS_SHOWN).days()).unwrap_or(today);
    let taken = taken_from(app, doctor, first, &schedule).await?;
    let address = |day: Date| format!("{address}{day}");
    let tabs: Vec<DayTab> = slots::days_from(first, DAYS_SHOWN)
        .filter(|shown| *shown <= last)
        .map(|shown| {
            let pieces = schedule.day(shown, &taken, now);
            DayTab {
                href: address(shown),
                weekday: page.words.weekday(shown),
                number: shown.day(),
                whole: page.words.day(shown),
                free: pieces.iter().filter(|piece| piece.state == State::Free).count(),
                has_slots: !pieces.is_empty(),
                chosen: shown == day,
            }
        })
        .collect();
    let topics: Vec<String> = slots::days_from(first, DAYS_SHOWN).map(|day| slots_topic(doctor, day)).collect();
    let week = |days: i32| first.checked_add(days.days()).ok().filter(|day| (today..=last).contains(day)).map(address);
    let noon = Instant::of_day(day, 12 * 60, &schedule.zone).unwrap_or(now);
    Ok(Days {
        tabs,
        earlier: week(-DAYS_SHOWN),
        later: week(DAYS_SHOWN),
        iso: day.to_string(),
        day: page.words.day(day),
        zone: page.words.zone_name(noon),
        parts: parts(page, &schedule.day(day, &taken, now)),
        topics: topics.join(" "),
    })
}

async fn taken_from(app: &App, doctor: Uuid, first: Date, schedule: &Schedule) -> Result<HashSet<Instant>, Error> {
    let from = Instant::of_day(first, 0, &schedule.zone).unwrap_or(app.now());
    let days = Duration::from_hours(24) * (DAYS_SHOWN.unsigned_abs() + 1);
    Ok(store::taken_cells(app.db.read(), doctor, from, from + days).await?)
}

fn parts(page: &Page, pieces: &[Piece]) -> Vec<Part> {
    let ends = PARTS.iter().skip(1).map(|(start, _)| *start).chain([i32::MAX]);
    let drawn = |key, past, pieces: Vec<&Piece>| Part {
        key,
        past,
        tiles: pieces.into_iter().map(|piece| Tile::of(page, piece)).collect(),
    };
    let over = pieces.iter().filter(|piece| piece.state == State::Past).count();
    let (past, rest) = pieces.split_at_checked(if over > PAST_SHOWN { over } else { 0 }).unwrap_or_default();
    let parts = PARTS.iter().zip(ends).map(|((start, key), end)| {
        drawn(*key, false, rest.iter().filter(|piece| (*start..end).contains(&piece.minute)).collect())
    });
    let folded = drawn("appointments-hours-over", true, past.iter().collect());
    [folded].into_iter().chain(parts).filter(|part| !part.tiles.is_empty()).collect()
}
