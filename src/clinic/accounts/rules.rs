//! What an account's fields must be: e-mail, password, language.

use crate::web::{Sentence, forms};

/// The consent text that people agree to at present (S4); its words are the keys `accounts-consent-…`.
pub const CONSENT_VERSION: i32 = 1;

const LARGEST_EMAIL: usize = 254;
const SHORTEST_PASSWORD: usize = 10;
/// Longer ones are refused before hashing, so that a password cannot keep the machine busy.
pub(super) const LONGEST_PASSWORD: usize = 200;

/// An address that can be an account's: checked in form, folded to lower case.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads an address as somebody typed it.
    pub fn parse(text: &str) -> Result<Self, Sentence> {
        let text = forms::required(text, LARGEST_EMAIL)?;
        let well_formed = text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && domain.contains('.')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
                && !domain.contains("..")
                && !domain.contains('@')
        });
        let letters = text.chars().all(|letter| letter.is_ascii_graphic() && !"<>()[],;:\\\"".contains(letter));
        if well_formed && letters { Ok(Self(text.to_lowercase())) } else { Err(Sentence::new("accounts-email-wrong")) }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password that may be set. NIST SP 800-63B: length counts, not the mix of letters.
pub fn password(text: &str) -> Result<secrecy::SecretString, Sentence> {
    let length = text.chars().count();
    if length == 0 {
        return Err(Sentence::new("form-required"));
    }
    if length < SHORTEST_PASSWORD {
        return Err(Sentence::new("accounts-password-short")
            .with("length", length)
            .with("shortest", SHORTEST_PASSWORD));
    }
    if length > LONGEST_PASSWORD {
        return Err(Sentence::new("form-too-long").with("length", length).with("largest", LONGEST_PASSWORD));
    }
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_folded_so_that_one_person_has_one_account() {
        assert!(Email::parse(" Siti@Contoh.ID ").is_ok_and(|email| email.as_str() == "siti@contoh.id"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for wrong in ["", "siti", "siti@", "@contoh.id", "siti@contoh", "a@b@c.id", "siti@.id", "<b>@x.id", "😀@x.id"]
        {
            assert!(Email::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_short_password_is_refused() {
        assert!(password("rahasia").is_err());
        assert!(password("kucing di atas atap").is_ok());
    }
}
