//! A phone number, of whoever has an account or is treated.

use crate::{
    infra::vault::Private,
    web::{Sentence, forms},
};

/// Far more than a number with its spaces has; a sentence counts what is beyond.
const LONGEST_NUMBER: usize = 100;

/// A phone number of Indonesia in E.164.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(Private);

impl Phone {
    /// Reads `08…`, `62…` or `+62…`, of which `+62 (0)8…` and `0062…` are other ways to write them; nothing typed is no
    /// phone.
    pub fn parse(text: &str) -> Result<Option<Self>, Sentence> {
        let Some(text) = forms::optional_code(text, LONGEST_NUMBER)? else {
            return Ok(None);
        };
        let wrong = || Sentence::new("accounts-phone-wrong");
        let digits: String = text.chars().filter(|letter| !matches!(letter, ' ' | '-' | '.' | '(' | ')')).collect();
        let abroad = ["+62", "62", "0062"].iter().find_map(|code| digits.strip_prefix(code));
        let national = abroad.map(|rest| rest.strip_prefix('0').unwrap_or(rest)).or_else(|| digits.strip_prefix('0'));
        let national = national.ok_or_else(wrong)?;
        let well_formed = (8..=12).contains(&national.len())
            && !national.starts_with(['0', '1'])
            && national.bytes().all(|digit| digit.is_ascii_digit());
        if well_formed { Ok(Some(Self(Private::new(format!("+62{national}"))))) } else { Err(wrong()) }
    }

    /// The number, with its plus.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_phone_number_is_kept_in_one_form() {
        let phone = |text| Phone::parse(text).ok().flatten().map(|phone| phone.reveal().to_owned());
        for text in [
            "081234567890",
            "6281234567890",
            "+6281234567890",
            "+62 812-3456-7890",
            "(0812) 3456.7890",
            "+62 (0)812 3456 7890",
            "0062 812 3456 7890",
            "\u{202a}+62 812\u{2011}3456\u{2011}7890\u{202c}",
            "\u{202d}0812\u{a0}3456\u{2009}7890\u{202c}",
            "０８１２３４５６７８９０",
            "٠٨١٢٣٤٥٦٧٨٩٠",
        ] {
            assert_eq!(phone(text).as_deref(), Some("+6281234567890"), "{text}");
        }
        assert!(Phone::parse("  ").is_ok_and(|phone| phone.is_none()));
        for wrong in [
            "0812",
            "+1 202 555 0100",
            "081234567890123",
            "0812345678a",
            "00812345678",
            "+62 00812345678",
            "\u{202e}0987654321",
            "😀",
        ] {
            assert_eq!(
                Phone::parse(wrong).err().map(|sentence| sentence.key()),
                Some("accounts-phone-wrong"),
                "{wrong}"
            );
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_a_number_or_refused(text in any::<String>()) {
            if let Ok(Some(phone)) = Phone::parse(&text) {
                prop_assert!(phone.reveal().starts_with("+62"));
            }
        }

        #[test]
        fn the_three_ways_to_write_a_phone_are_one(rest in "8[0-9]{8,10}") {
            let one = |text: String| Phone::parse(&text).ok().flatten().map(|phone| phone.reveal().to_owned());
            prop_assert_eq!(one(format!("0{rest}")), one(format!("+62{rest}")));
            prop_assert_eq!(one(format!("62{rest}")), Some(format!("+62{rest}")));
        }
    }
}
