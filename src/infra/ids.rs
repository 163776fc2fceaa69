//! Identifiers: `UUIDv7` (RFC 9562), so that rows of one time lie together and 74 random bits keep them unguessable.

use uuid::{Builder, Uuid};

use super::{clock::Instant, random};

/// A new identifier of the moment `now`.
pub fn new(now: Instant) -> Uuid {
    Builder::from_unix_timestamp_millis(now.millis().max(0).unsigned_abs(), &random::bytes()).into_uuid()
}
