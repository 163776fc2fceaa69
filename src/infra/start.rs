//! Whether the clock of a start can be believed: a machine without a battery clock begins years off. What is due is
//! neither closed nor erased before somebody has looked, or a while has passed.

use std::time::Duration;

use tokio::sync::watch;

use super::clock::{Clock, Instant};

/// A program that was off for so long, or so it seems, says so.
const LONG_OFF: Duration = Duration::from_hours(14 * 24);
/// How far a clock may lie before what was written last; machines that share a database differ a little.
const TOLERATED: Duration = Duration::from_secs(2);
/// Nothing waits longer for somebody to look.
const LONGEST_WAIT: Duration = Duration::from_mins(10);

/// What makes a start's clock doubtful: it lies before what was written last, or long after.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Doubt {
    /// When something was written last.
    pub last: Instant,
    /// What the clock said at the start.
    pub started: Instant,
}

impl Doubt {
    /// Whether the clock lies before what was written last.
    pub fn is_before(self) -> bool {
        self.started < self.last
    }
}

/// The doubt of this start, until somebody has looked.
pub struct Trust(watch::Sender<Option<Doubt>>);

impl Trust {
    /// At a start when it is `now`, of a clinic that has written something `last`.
    pub fn at_start(last: Option<Instant>, now: Instant) -> Self {
        let doubtful = |last: &Instant| now + TOLERATED < *last || now.since(*last) >= LONG_OFF;
        Self(watch::Sender::new(last.filter(doubtful).map(|last| Doubt { last, started: now })))
    }

    /// The doubt, until it is confirmed that the clock is right.
    pub fn doubt(&self) -> Option<Doubt> {
        *self.0.borrow()
    }

    /// Whether what is due at `now` waits.
    pub fn holds(&self, now: Instant) -> bool {
        self.doubt().is_some_and(|doubt| now.since(doubt.started) < LONGEST_WAIT)
    }

    /// Somebody has looked, and the clock is right.
    pub fn confirm(&self) {
        self.0.send_replace(None);
    }

    /// Waits until nothing is held any more.
    pub async fn settled(&self, clock: &Clock) {
        let mut changed = self.0.subscribe();
        while let Some(doubt) = self.doubt().filter(|_| self.holds(clock.now())) {
            tokio::select! {
                _ = changed.changed() => {}
                () = clock.sleep_until(doubt.started + LONGEST_WAIT) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_before_the_last_row_or_two_weeks_after_it_is_doubted() {
        let last = Instant::from_millis(1_795_000_000_000);
        let doubted = |now| Trust::at_start(Some(last), now).doubt().is_some();
        assert!(doubted(last - Duration::from_secs(3)));
        assert!(!doubted(last - Duration::from_secs(1)) && !doubted(last));
        assert!(!doubted(last + Duration::from_hours(13 * 24)));
        assert!(doubted(last + Duration::from_hours(14 * 24)));
        assert_eq!(Trust::at_start(None, last).doubt(), None);
    }

    #[test]
    fn what_is_due_waits_ten_minutes_at_most() {
        let last = Instant::from_millis(1_795_000_000_000);
        let now = last - Duration::from_hours(1);
        let trust = Trust::at_start(Some(last), now);
        assert!(trust.holds(now) && trust.holds(now + Duration::from_mins(9)));
        assert!(!trust.holds(now + Duration::from_mins(10)));
        assert!(trust.doubt().is_some(), "it is said until somebody has looked");
        trust.confirm();
        assert!(!trust.holds(now));
    }
}
