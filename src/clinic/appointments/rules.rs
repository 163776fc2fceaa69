//! What a booking's fields must be.

use crate::{
    clinic::profile::Retention,
    infra::vault::Private,
    web::{Sentence, forms},
};

/// The longest complaint, in characters.
pub(super) const LONGEST_COMPLAINT: usize = 2_000;

/// A complaint as somebody typed it; nothing if blank.
pub(super) fn complaint(text: &str) -> Result<Option<Private>, Sentence> {
    Ok(forms::optional(text, LONGEST_COMPLAINT)?.map(Private::new))
}

/// What is promised of a consultation's messages: what the page said that it is booked from, if that still holds. A form
/// that says nothing of it is about what holds `now`.
pub(super) fn promised(shown: &str, now: Retention) -> Result<Retention, Sentence> {
    if shown.is_empty() || Retention::parse(shown) == Some(now) {
        Ok(now)
    } else {
        Err(Sentence::new("appointments-messages-changed"))
    }
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
    fn nothing_is_booked_on_a_promise_that_holds_no_more() {
        for now in [Retention::Ephemeral, Retention::Kept] {
            assert_eq!(promised("", now).ok(), Some(now));
            assert_eq!(promised(now.code(), now).ok(), Some(now));
        }
        assert!(promised("ephemeral", Retention::Kept).is_err());
        assert!(promised("kept", Retention::Ephemeral).is_err());
        assert!(promised("forever", Retention::Kept).is_err());
    }

    #[test]
    fn a_list_shows_the_first_line() {
        assert_eq!(first_line(&Private::new("Demam.\r\nSejak kemarin.")).reveal(), "Demam.");
    }
}
