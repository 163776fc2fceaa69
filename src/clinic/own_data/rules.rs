//! How the access log is paged, and how often a copy of one's data may be taken.

use std::time::Duration;

use uuid::Uuid;

use crate::infra::clock::Instant;

/// The shape of `data.json`, described in `docs/export.md`; a new number when something changes its meaning.
pub const FORMAT_VERSION: u32 = 1;

/// Lines of the access log on a page.
pub(super) const PAGE: usize = 50;

/// A login that is older has to give the password again before all data leave.
pub(super) const CONFIRMED_FOR: Duration = Duration::from_hours(1);
/// Copies that an account may take in [`EXPORT_PERIOD`].
pub(super) const MOST_EXPORTS: u64 = 5;
/// See [`MOST_EXPORTS`].
pub(super) const EXPORT_PERIOD: Duration = Duration::from_hours(1);

/// Copies that were taken before this are not counted any more.
pub(super) fn exports_count_from(now: Instant) -> Instant {
    let period = i64::try_from(EXPORT_PERIOD.as_millis()).unwrap_or(i64::MAX);
    Instant::from_millis(now.millis().saturating_sub(period))
}

/// The place in the log that an address names: `MILLISECONDS_ID`. Anything else is the beginning.
pub(super) fn place(text: &str) -> Option<(Instant, Uuid)> {
    let (at, id) = text.split_once('_')?;
    Some((Instant::from_millis(at.parse().ok()?), id.parse().ok()?))
}

/// The same place for an address.
pub(super) fn address_of((at, id): (Instant, Uuid)) -> String {
    format!("{}_{id}", at.millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written_and_nothing_else_is_one() {
        let here = (Instant::from_millis(1_763_604_000_123), Uuid::from_u128(7));
        assert_eq!(place(&address_of(here)), Some(here));
        for wrong in ["", "_", "1_", "_00000000-0000-0000-0000-000000000007", "x_y", "9999999999999999999_7"] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }
}
