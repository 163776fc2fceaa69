//! What a booking's fields must be.

use crate::{
    infra::vault::Private,
    web::{Sentence, forms},
};

/// The longest complaint, in characters.
pub(super) const LONGEST_COMPLAINT: usize = 2_000;

/// A complaint as somebody typed it; nothing if blank.
pub(super) fn complaint(text: &str) -> Result<Option<Private>, Sentence> {
    Ok(forms::optional(text, LONGEST_COMPLAINT)?.map(Private::new))
}

/// The first line of a complaint, for a list.
pub(super) fn first_line(complaint: &Private) -> Private {
    Private::new(complaint.reveal().lines().next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_optional_and_at_most_two_thousand_characters() {
        assert!(complaint("  \n ").is_ok_and(|none| none.is_none()));
        assert!(complaint(&"ñ".repeat(2_000)).is_ok_and(|some| some.is_some()));
        assert!(complaint(&"ñ".repeat(2_001)).is_err());
        assert!(complaint("batuk\u{7}").is_err());
    }

    #[test]
    fn a_list_shows_the_first_line() {
        assert_eq!(first_line(&Private::new("Demam.\r\nSejak kemarin.")).reveal(), "Demam.");
    }
}
