//! What the choices of a profile must be: language, zone, the version that was on the page.

use std::sync::LazyLock;

use jiff::tz::TimeZone;

use crate::web::{Lang, Sentence};

/// Regions whose zones people live in; what else a database of zones holds are old names and offsets.
const REGIONS: [&str; 9] =
    ["Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/"];

/// Indonesia's three zones, each by its largest city.
pub(super) const INDONESIAN: [(&str, &str); 3] =
    [("Asia/Jakarta", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")];

static ALL: LazyLock<Vec<String>> = LazyLock::new(|| {
    let known = jiff::tz::db().available().map(|name| name.to_string());
    let mut all: Vec<String> = known.filter(|name| REGIONS.iter().any(|region| name.starts_with(region))).collect();
    all.sort();
    all.dedup();
    all
});

/// Every other zone, by its IANA name.
pub(super) fn other_zones() -> impl Iterator<Item = &'static String> {
    ALL.iter().filter(|name| INDONESIAN.iter().all(|(known, _)| known != name))
}

/// A zone by its IANA name; nothing typed is the clinic's.
pub(super) fn time_zone(text: &str) -> Result<Option<String>, Sentence> {
    if text.is_empty() {
        return Ok(None);
    }
    let known = ALL.iter().any(|name| name == text) && TimeZone::get(text).is_ok();
    if known { Ok(Some(text.to_owned())) } else { Err(Sentence::new("profiles-zone-choose")) }
}

/// A language by its code.
pub(super) fn language(text: &str) -> Result<Lang, Sentence> {
    Lang::from_code(text).ok_or(Sentence::new("profiles-language-choose"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_that_is_offered_can_be_chosen() {
        let offered: Vec<&str> =
            INDONESIAN.iter().map(|(name, _)| *name).chain(other_zones().map(String::as_str)).collect();
        assert!(offered.len() > 300, "{}", offered.len());
        assert!(offered.contains(&"Asia/Pontianak") && offered.contains(&"Europe/Amsterdam"));
        for name in offered {
            assert_eq!(time_zone(name), Ok(Some(name.to_owned())));
        }
    }

    #[test]
    fn what_is_no_zone_is_refused() {
        assert_eq!(time_zone(""), Ok(None));
        for wrong in ["asia/jakarta", "WIB", "Asia/Atlantis", "../etc/passwd", "posix/Asia/Jakarta", " Asia/Jakarta"] {
            assert!(time_zone(wrong).is_err(), "{wrong}");
        }
    }
}
