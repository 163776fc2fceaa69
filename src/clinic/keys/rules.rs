//! Which groups of a sheet are typed back, and its letters as a picture that a camera reads.

use sha2::{Digest as _, Sha256};

use crate::infra::sheet::{GROUPS, LINES};

/// A group of a sheet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Group {
    /// Its line, counted from one.
    pub line: usize,
    /// Its place on the line, counted from one.
    pub place: usize,
}

impl Group {
    fn at(index: usize) -> Self {
        Self { line: index / GROUPS + 1, place: index % GROUPS + 1 }
    }

    /// The letters of this group on `sheet`.
    pub(super) fn of(self, sheet: &str) -> Option<&str> {
        sheet.lines().nth(self.line - 1)?.split(' ').nth(self.place - 1)
    }
}

/// Two groups, drawn by chance for each `secret` and the same whenever it is asked: whoever types back cannot choose.
pub(super) fn asked(secret: &str) -> [Group; 2] {
    let drawn = Sha256::digest(secret.as_bytes());
    let number = |at: usize| {
        drawn.get(at..at + 2).map_or(0, |two| two.iter().fold(0, |sum, byte| sum * 256 + usize::from(*byte)))
    };
    let all = LINES * GROUPS;
    let first = number(0) % all;
    let second = (first + 1 + number(2) % (all - 1)) % all;
    [Group::at(first), Group::at(second)]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn two_different_groups_are_asked_and_every_one_may_be() {
        let mut seen = HashSet::new();
        for secret in 0..500 {
            let [one, other] = asked(&secret.to_string());
            assert_ne!(one, other);
            assert_eq!(asked(&secret.to_string()), [one, other]);
            seen.extend([one, other].map(|group| (group.line, group.place)));
        }
        assert_eq!(seen.len(), LINES * GROUPS);
        assert!(seen.iter().all(|(line, place)| (1..=LINES).contains(line) && (1..=GROUPS).contains(place)));
    }

    #[test]
    fn a_group_is_found_on_its_sheet() {
        let sheet = "AAAAA BBBBB CCCCC\nDDDDD EEEEE FFFFF";
        assert_eq!(Group { line: 2, place: 3 }.of(sheet), Some("FFFFF"));
        assert_eq!(Group { line: 3, place: 1 }.of(sheet), None);
    }
}
