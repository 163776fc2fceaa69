//! Who is there: a holder is present while one of its connections has renewed its lease.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;
use uuid::Uuid;

use super::clock::Instant;

/// A connection that says nothing for this long is gone. Every browser is asked for a sign of life each five seconds,
/// so three answers may be lost, and what is left of the thirty seconds (P7) is for the news to arrive.
pub const LEASE: Duration = Duration::from_secs(20);

/// The leases of one node.
#[derive(Default)]
pub struct Leases {
    holders: Mutex<Holders>,
    begun: Notify,
}

/// For each holder, until when each of its connections holds.
type Holders = HashMap<Uuid, HashMap<Uuid, Instant>>;

impl Leases {
    /// Renews what `connection` holds for `holder`. Says whether the holder was away before.
    pub fn renew(&self, holder: Uuid, connection: Uuid, now: Instant) -> bool {
        let mut holders = self.holders();
        let nobody = holders.is_empty();
        let connections = holders.entry(holder).or_default();
        let was_away = !connections.values().any(|until| *until > now);
        connections.insert(connection, now + LEASE);
        drop(holders);
        if nobody {
            self.begun.notify_one();
        }
        was_away
    }

    /// Gives back what `connection` holds. Says whether the holder is away by that.
    pub fn release(&self, holder: Uuid, connection: Uuid, now: Instant) -> bool {
        let mut holders = self.holders();
        let Some(connections) = holders.get_mut(&holder) else { return false };
        let held = connections.remove(&connection).is_some();
        let away = !connections.values().any(|until| *until > now);
        if connections.is_empty() {
            holders.remove(&holder);
        }
        held && away
    }

    /// Whether `holder` is there.
    pub fn is_held(&self, holder: Uuid, now: Instant) -> bool {
        self.holders().get(&holder).is_some_and(|connections| connections.values().any(|until| *until > now))
    }

    /// Takes leases away that have run out; returns the holders who have none any more.
    pub fn expire(&self, now: Instant) -> Vec<Uuid> {
        let mut gone = Vec::new();
        self.holders().retain(|holder, connections| {
            connections.retain(|_, until| *until > now);
            if connections.is_empty() {
                gone.push(*holder);
            }
            !connections.is_empty()
        });
        gone
    }

    /// When the next lease runs out unless it is renewed; nothing while nobody is there.
    pub fn next_end(&self) -> Option<Instant> {
        self.holders().values().flat_map(HashMap::values).min().copied()
    }

    /// Waits until somebody comes after nobody was there.
    pub async fn begun(&self) {
        self.begun.notified().await;
    }

    fn holders(&self) -> MutexGuard<'_, Holders> {
        self.holders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_millis(0);

    #[test]
    fn a_holder_is_there_until_its_last_lease_ends() {
        let (leases, holder) = (Leases::default(), Uuid::from_u128(1));
        assert!(leases.renew(holder, Uuid::from_u128(10), NOW));
        assert!(!leases.renew(holder, Uuid::from_u128(11), NOW));
        assert!(!leases.release(holder, Uuid::from_u128(10), NOW));
        assert!(leases.is_held(holder, NOW));
        assert!(!leases.is_held(holder, NOW + LEASE));
    }

    #[test]
    fn who_runs_out_is_named_once() {
        let (leases, holder, connection) = (Leases::default(), Uuid::from_u128(1), Uuid::from_u128(10));
        assert_eq!(leases.next_end(), None);
        leases.renew(holder, connection, NOW);
        assert_eq!(leases.next_end(), Some(NOW + LEASE));
        assert!(leases.expire(NOW + (LEASE.saturating_sub(Duration::from_millis(1)))).is_empty());
        assert_eq!(leases.expire(NOW + LEASE), [holder]);
        assert!(leases.expire(NOW + LEASE).is_empty());
        assert!(!leases.release(holder, connection, NOW + LEASE), "its end was told already");
    }

    #[tokio::test]
    async fn whoever_waits_is_woken_by_the_first_that_comes() {
        let leases = Leases::default();
        leases.renew(Uuid::from_u128(1), Uuid::from_u128(10), NOW);
        leases.begun().await;
    }
}
