//! Who is there: a holder is present while one of its connections has renewed its lease.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use uuid::Uuid;

use super::clock::Instant;

/// A connection that says nothing for this long is gone; renewed every ten seconds (P7: at most 30 s to tell).
pub const LEASE: Duration = Duration::from_secs(25);

/// The leases of one node.
#[derive(Default)]
pub struct Leases(Mutex<HashMap<Uuid, HashMap<Uuid, Instant>>>);

impl Leases {
    /// Renews what `connection` holds for `holder`. Says whether the holder was away before.
    pub fn renew(&self, holder: Uuid, connection: Uuid, now: Instant) -> bool {
        let mut holders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let connections = holders.entry(holder).or_default();
        let was_away = !connections.values().any(|until| *until > now);
        connections.insert(connection, now + LEASE);
        was_away
    }

    /// Gives back what `connection` holds. Says whether the holder is away now.
    pub fn release(&self, holder: Uuid, connection: Uuid, now: Instant) -> bool {
        let mut holders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(connections) = holders.get_mut(&holder) else { return false };
        connections.remove(&connection);
        let away = !connections.values().any(|until| *until > now);
        if connections.is_empty() {
            holders.remove(&holder);
        }
        away
    }

    /// Whether `holder` is there.
    pub fn is_held(&self, holder: Uuid, now: Instant) -> bool {
        let holders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        holders.get(&holder).is_some_and(|connections| connections.values().any(|until| *until > now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_is_there_until_its_last_lease_ends() {
        let (leases, holder) = (Leases::default(), Uuid::from_u128(1));
        let now = Instant::from_millis(0);
        assert!(leases.renew(holder, Uuid::from_u128(10), now));
        assert!(!leases.renew(holder, Uuid::from_u128(11), now));
        assert!(!leases.release(holder, Uuid::from_u128(10), now));
        assert!(leases.is_held(holder, now));
        assert!(!leases.is_held(holder, now + LEASE));
    }
}
