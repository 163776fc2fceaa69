//! Time as an argument: the server's clock decides, and tests move one of their own.
//!
//! The running clock starts from the wall clock, goes on with the monotonic one and follows only slow corrections of
//! the wall clock. A step of more than two seconds is kept as a fact to report and is not followed: what a patient
//! was promised does not depend on somebody setting the server's time.

use std::{
    ops::{Add, Sub},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp, Zoned, civil::Date, tz::TimeZone};
use sea_orm::DeriveValueType;
use tokio::sync::watch;

/// A moment in UTC, cut to milliseconds so that both engines keep it whole.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, DeriveValueType)]
pub struct Instant(i64);

impl Instant {
    /// The moment `millis` milliseconds after the beginning of 1970, UTC.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the beginning of 1970, UTC.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Reads an RFC 3339 instant, of any offset.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<Timestamp>().ok().map(|at| Self(at.as_millisecond()))
    }

    /// RFC 3339 in UTC with milliseconds, as pages and forms carry it.
    pub fn rfc3339(self) -> String {
        format!("{:.3}", self.timestamp())
    }

    /// How long after `earlier` this is; nothing if it is not after.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The wall clock of `zone` at this moment.
    pub fn in_zone(self, zone: &TimeZone) -> Zoned {
        self.timestamp().to_zoned(zone.clone())
    }

    /// The calendar day of `zone` at this moment.
    pub fn day_in(self, zone: &TimeZone) -> Date {
        self.in_zone(zone).date()
    }

    /// The moment at which `minute` minutes of `day` have passed on the wall clock of `zone`.
    pub fn of_day(day: Date, minute: i32, zone: &TimeZone) -> Option<Self> {
        let wall = day.at(0, 0, 0, 0).checked_add(SignedDuration::from_mins(i64::from(minute))).ok()?;
        wall.to_zoned(zone.clone()).ok().map(|at| Self(at.timestamp().as_millisecond()))
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl Add<Duration> for Instant {
    type Output = Self;
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;
    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// The clock that everything asks: the system's, or one that a test moves.
#[derive(Clone)]
pub struct Clock(Arc<Source>);

enum Source {
    System(Steady),
    Movable(Movable),
}

/// The wall clock at start, carried on by the monotonic clock.
struct Steady {
    wall_at_start: i64,
    started: std::time::Instant,
    correction: AtomicI64,
    step: AtomicI64,
}

/// A clock that stands, or runs along with real time, and is moved forward by hand.
struct Movable {
    base: Mutex<i64>,
    running_since: Option<std::time::Instant>,
    moved: watch::Sender<()>,
}

/// Steps of the wall clock up to this are followed slowly; larger ones are reported and not followed.
const LARGEST_CORRECTION: i64 = 2_000;
const CORRECTION_A_CHECK: i64 = 100;
const CHECK_EVERY: Duration = Duration::from_secs(10);

impl Clock {
    /// The clock of a running clinic.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clocks")]
    pub fn system() -> Self {
        Self(Arc::new(Source::System(Steady {
            wall_at_start: Timestamp::now().as_millisecond(),
            started: std::time::Instant::now(),
            correction: AtomicI64::new(0),
            step: AtomicI64::new(0),
        })))
    }

    /// A clock that stands at `at` until [`Clock::advance`] moves it.
    pub fn standing(at: Instant) -> Self {
        Self(Arc::new(Source::Movable(Movable {
            base: Mutex::new(at.0),
            running_since: None,
            moved: watch::Sender::new(()),
        })))
    }

    /// A clock that runs on from `at`, whatever the machine's time is, and can be moved forward.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clocks")]
    pub fn running_from(at: Instant) -> Self {
        Self(Arc::new(Source::Movable(Movable {
            base: Mutex::new(at.0),
            running_since: Some(std::time::Instant::now()),
            moved: watch::Sender::new(()),
        })))
    }

    /// The moment that it is now.
    pub fn now(&self) -> Instant {
        Instant(match &*self.0 {
            Source::System(steady) => {
                steady.wall_at_start + millis(steady.started.elapsed()) + steady.correction.load(Ordering::Relaxed)
            }
            Source::Movable(movable) => {
                let base = *movable.base.lock().unwrap_or_else(PoisonError::into_inner);
                base + movable.running_since.map_or(0, |since| millis(since.elapsed()))
            }
        })
    }

    /// Moves a movable clock forward and wakes whoever sleeps until a moment that has come. Does nothing to the
    /// system's clock.
    pub fn advance(&self, by: Duration) {
        if let Source::Movable(movable) = &*self.0 {
            *movable.base.lock().unwrap_or_else(PoisonError::into_inner) += millis(by);
            movable.moved.send_replace(());
        }
    }

    /// Sleeps until `at`.
    pub async fn sleep_until(&self, at: Instant) {
        loop {
            let mut moved = match &*self.0 {
                Source::System(_) => None,
                Source::Movable(movable) => Some(movable.moved.subscribe()),
            };
            let now = self.now();
            if now >= at {
                return;
            }
            let left = at.since(now).min(CHECK_EVERY);
            match (&*self.0, &mut moved) {
                (Source::Movable(Movable { running_since: None, .. }), Some(moved)) => {
                    let _ = moved.changed().await;
                }
                (_, Some(moved)) => {
                    let _ = tokio::time::timeout(left, moved.changed()).await;
                }
                (_, None) => tokio::time::sleep(left).await,
            }
        }
    }

    /// Sleeps for `duration`.
    pub async fn sleep(&self, duration: Duration) {
        self.sleep_until(self.now() + duration).await;
    }

    /// The step of the wall clock, in milliseconds, that was seen and not followed; nothing if there was none.
    pub fn unfollowed_step(&self) -> Option<i64> {
        match &*self.0 {
            Source::System(steady) => Some(steady.step.load(Ordering::Relaxed)).filter(|step| *step != 0),
            Source::Movable(_) => None,
        }
    }

    /// Follows the machine's wall clock while it is corrected slowly, for as long as the program runs.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clocks")]
    pub async fn follow_corrections(self) {
        let Source::System(steady) = &*self.0 else { return };
        loop {
            tokio::time::sleep(CHECK_EVERY).await;
            let difference = Timestamp::now().as_millisecond() - self.now().0;
            if difference.abs() > LARGEST_CORRECTION {
                if steady.step.swap(difference, Ordering::Relaxed) == 0 {
                    tracing::error!(difference, "the machine's clock was set; Praktik keeps its own until restarted");
                }
            } else {
                steady.step.store(0, Ordering::Relaxed);
                let correction = difference.clamp(-CORRECTION_A_CHECK, CORRECTION_A_CHECK);
                steady.correction.fetch_add(correction, Ordering::Relaxed);
            }
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_keeps_its_milliseconds_through_text() {
        let at = Instant::from_millis(1_795_000_000_123);
        assert_eq!(Instant::parse(&at.rfc3339()), Some(at));
    }

    #[test]
    fn a_clinic_day_begins_at_the_clinics_midnight() {
        let makassar = TimeZone::get("Asia/Makassar").unwrap_or(TimeZone::UTC);
        let start = Instant::of_day(jiff::civil::date(2026, 11, 21), 0, &makassar);
        assert_eq!(start.map(Instant::rfc3339).as_deref(), Some("2026-11-20T16:00:00.000Z"));
    }

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_clock_is_moved_past_its_moment() {
        let clock = Clock::standing(Instant::from_millis(0));
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_mins(1)).await }
        });
        tokio::task::yield_now().await;
        clock.advance(Duration::from_secs(59));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_secs(1));
        assert!(sleeper.await.is_ok());
    }
}
