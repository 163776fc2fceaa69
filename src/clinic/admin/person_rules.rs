//! What an admin may type of a pharmacist or admin.

use crate::web::{Role, Sentence, forms};

const LARGEST_NAME: usize = 120;

/// What a person can be made from a page: nothing that treats, and no patient.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum StaffRole {
    Pharmacist,
    Admin,
}

impl StaffRole {
    pub(super) fn parse(text: &str) -> Result<Self, Sentence> {
        match text {
            "pharmacist" => Ok(Self::Pharmacist),
            "admin" => Ok(Self::Admin),
            _ => Err(Sentence::new("admin-person-role-needed")),
        }
    }

    pub(super) const fn role(self) -> Role {
        match self {
            Self::Pharmacist => Role::Pharmacist,
            Self::Admin => Role::Admin,
        }
    }
}

/// A name on one line, of letters that are seen.
#[derive(Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// The name as `text` writes it.
    pub fn parse(text: &str) -> Result<Self, Sentence> {
        forms::line(text, LARGEST_NAME).map(Self)
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_made_a_doctor_or_a_patient_by_a_radio_button() {
        assert_eq!(StaffRole::parse("admin").map(StaffRole::role), Ok(Role::Admin));
        assert_eq!(StaffRole::parse("pharmacist").map(StaffRole::role), Ok(Role::Pharmacist));
        for wrong in ["", "doctor", "patient", "Admin", "admin ", "root"] {
            assert!(StaffRole::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_name_stands_on_one_line() {
        assert!(Name::parse(" Rudi Hartono ").is_ok_and(|name| name.as_str() == "Rudi Hartono"));
        let unseen = ["Ru\u{200b}di", "\u{202e}iduR", "Rudi\u{2066}", "\u{feff}Rudi", "\u{3164}"];
        for wrong in ["", "  ", "Rudi\nHartono", "Rudi\u{7}", &"x".repeat(121)].into_iter().chain(unseen) {
            assert!(Name::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
