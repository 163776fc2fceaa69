//! Time as an argument: the server's clock decides, and tests move one of their own.
//!
//! The running clock starts from the wall clock, goes on with the monotonic one and follows only slow corrections of
//! the wall clock. A step of more than two seconds is reported and not followed until somebody accepts it: what a
//! patient was promised does not depend on the server's time being set unnoticed.

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
    /// Held while a step is looked at and followed.
    accepting: Mutex<()>,
    moved: watch::Sender<()>,
}

/// A clock that stands, or runs along with real time, and is moved forward by hand.
struct Movable {
    base: Mutex<i64>,
    running_since: Option<std::time::Instant>,
    /// How far the machine's wall clock is ahead, in what a test makes of it.
    step: AtomicI64,
    moved: watch::Sender<()>,
}

/// Steps of the wall clock up to this are followed slowly; larger ones are reported and not followed.
const LARGEST_CORRECTION: i64 = 2_000;
/// The clock goes on while an admin reads of a step, in milliseconds; one that differs by more is another one.
pub const SAME_STEP: u64 = 2_000;
const CORRECTION_A_CHECK: i64 = 100;
const CHECK_EVERY: Duration = Duration::from_secs(10);

impl Clock {
    /// The clock of a running clinic.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clocks")]
    pub fn system() -> Self {
        Self(Arc::new(Source::System(Steady {
            wall_at_start: Timestamp::now().as_millisecond(),
            started: std::time::Instant::now(),
            accepting: Mutex::default(),
            correction: AtomicI64::new(0),
            moved: watch::Sender::new(()),
        })))
    }

    /// A clock that stands at `at` until [`Clock::advance`] moves it.
    pub fn standing(at: Instant) -> Self {
        Self(Arc::new(Source::Movable(Movable {
            base: Mutex::new(at.0),
            running_since: None,
            step: AtomicI64::new(0),
            moved: watch::Sender::new(()),
        })))
    }

    /// A clock that runs on from `at`, whatever the machine's time is, and can be moved forward.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clocks")]
    pub fn running_from(at: Instant) -> Self {
        Self(Arc::new(Source::Movable(Movable {
            base: Mutex::new(at.0),
            running_since: Some(std::time::Instant::now()),
            step: AtomicI64::new(0),
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

    /// Sets the wall clock beneath a movable clock by `by` milliseconds, as somebody sets a machine's. Does nothing to the
    /// system's clock.
    pub fn set_wall(&self, by: i64) {
        if let Source::Movable(movable) = &*self.0 {
            movable.step.fetch_add(by, Ordering::Relaxed);
        }
    }

    /// Sleeps until `at`.
    pub async fn sleep_until(&self, at: Instant) {
        let moved = match &*self.0 {
            Source::System(steady) => &steady.moved,
            Source::Movable(movable) => &movable.moved,
        };
        loop {
            let mut moved = moved.subscribe();
            let now = self.now();
            if now >= at {
                return;
            }
            if matches!(&*self.0, Source::Movable(Movable { running_since: None, .. })) {
                let _ = moved.changed().await;
            } else {
                let _ = tokio::time::timeout(at.since(now).min(CHECK_EVERY), moved.changed()).await;
            }
        }
    }

    /// Sleeps for `duration`.
    pub async fn sleep(&self, duration: Duration) {
        self.sleep_until(self.now() + duration).await;
    }

    /// How far the wall clock is ahead of this clock (behind it, if negative), in milliseconds, because of a step that was
    /// not followed; nothing if there was none.
    pub fn unfollowed_step(&self) -> Option<i64> {
        Some(self.ahead()).filter(|step| step.abs() > LARGEST_CORRECTION)
    }

    /// What the machine's wall clock says: another moment than [`Clock::now`] while a step is not followed.
    pub fn wall(&self) -> Instant {
        let now = self.now();
        Instant(now.0.saturating_add(self.unfollowed_step().unwrap_or(0)))
    }

    /// Goes on from what the wall clock says now, if it is still `seen` milliseconds ahead or nearly so, and wakes whoever
    /// sleeps. Says by how many milliseconds it moved; nothing if there is no such step to follow. Of two at once one
    /// moves it.
    pub fn accept_step(&self, seen: i64) -> Option<i64> {
        let still_seen = || self.unfollowed_step().filter(|step| step.abs_diff(seen) <= SAME_STEP);
        let (step, moved) = match &*self.0 {
            Source::System(steady) => {
                let _alone = steady.accepting.lock().unwrap_or_else(PoisonError::into_inner);
                let step = still_seen()?;
                steady.correction.fetch_add(step, Ordering::Relaxed);
                (step, &steady.moved)
            }
            Source::Movable(movable) => {
                let mut base = movable.base.lock().unwrap_or_else(PoisonError::into_inner);
                let step = still_seen()?;
                *base += step;
                movable.step.fetch_sub(step, Ordering::Relaxed);
                (step, &movable.moved)
            }
        };
        moved.send_replace(());
        Some(step)
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clocks")]
    fn ahead(&self) -> i64 {
        match &*self.0 {
            Source::System(_) => Timestamp::now().as_millisecond() - self.now().0,
            Source::Movable(movable) => movable.step.load(Ordering::Relaxed),
        }
    }

    /// Follows the machine's wall clock while it is corrected slowly, for as long as the program runs.
    pub async fn follow_corrections(self) {
        let Source::System(steady) = &*self.0 else { return };
        let mut reported = false;
        loop {
            tokio::time::sleep(CHECK_EVERY).await;
            let difference = self.ahead();
            if difference.abs() > LARGEST_CORRECTION {
                if !reported {
                    tracing::error!(
                        difference,
                        "the machine's clock was set; Praktik goes on with the old time until an admin accepts the new \
                         one on the dashboard, or until it is restarted"
                    );
                }
                reported = true;
            } else {
                reported = false;
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
    async fn a_sleeper_wakes_when_a_step_past_its_moment_is_accepted() {
        let clock = Clock::standing(Instant::from_millis(0));
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_mins(1)).await }
        });
        tokio::task::yield_now().await;
        clock.set_wall(2_000);
        assert_eq!((clock.unfollowed_step(), clock.accept_step(0)), (None, None), "so little is no step");
        clock.set_wall(58_000);
        assert_eq!((clock.now().millis(), clock.wall().millis()), (0, 60_000));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished(), "a step that nobody accepted moves nothing");
        assert_eq!(clock.accept_step(50_000), None, "another step than the one that was seen");
        assert_eq!(clock.accept_step(60_000), Some(60_000));
        assert_eq!(clock.accept_step(60_000), None, "of two at once one moves it");
        assert!(sleeper.await.is_ok());
        assert_eq!((clock.now().millis(), clock.unfollowed_step()), (60_000, None));
    }

    #[tokio::test]
    async fn the_systems_clock_follows_a_step_only_when_it_is_accepted() {
        let clock = Clock::system();
        let Source::System(steady) = &*clock.0 else { return };
        steady.correction.fetch_add(-3_600_000, Ordering::Relaxed);
        let step = clock.unfollowed_step().unwrap_or_default();
        assert!((3_599_000..3_601_000).contains(&step), "{step}");
        assert!(clock.wall().since(clock.now()) > Duration::from_mins(59));
        assert!(clock.accept_step(step).is_some());
        assert_eq!(clock.unfollowed_step(), None);
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
