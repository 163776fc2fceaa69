//! What codes are: how they are typed, when they are right, and how long one waits after wrong ones.

use std::time::Duration;

use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::{
    infra::{clock::Instant, vault::Private},
    web::{Sentence, forms},
};

/// Recovery codes that are made at a time.
pub const RECOVERY_CODES: usize = 10;
/// With so few left, one is told to make new ones.
pub const FEW_CODES: u64 = 3;
/// Wrong tries after which one has to wait, each time.
pub const TRIES: i32 = 5;

const DIGITS: usize = 6;
const STEP_SECONDS: u64 = 30;
/// Steps that a phone's clock may be off by, either way.
const SKEW: u16 = 1;
const RECOVERY_LETTERS: usize = 16;
/// Crockford's base 32: no letter is taken for another.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LONGEST_NAME: usize = 60;
const LONGEST_WAIT_MINUTES: u64 = 60;

/// A code as somebody typed it: of which kind it is shows by its length.
pub enum Code {
    /// Six digits of an authenticator app.
    Totp(String),
    /// A recovery code, in the letters that it was made of.
    Recovery(String),
}

impl Code {
    /// Reads a code as it is seen; spaces, hyphens and capitals do not matter.
    pub fn parse(text: &str) -> Result<Self, Sentence> {
        let text = forms::code(text, 100)?;
        let bare: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect();
        if bare.len() == DIGITS && bare.bytes().all(|digit| digit.is_ascii_digit()) {
            return Ok(Self::Totp(bare));
        }
        let plain: String = bare.to_lowercase().chars().map(mistaken).collect();
        let known = plain.bytes().all(|letter| ALPHABET.contains(&letter));
        if known && plain.len() == RECOVERY_LETTERS {
            return Ok(Self::Recovery(plain));
        }
        Err(Sentence::new("accounts-code-form"))
    }
}

/// The letter that was meant, where two look alike.
fn mistaken(letter: char) -> char {
    match letter {
        'i' | 'l' => '1',
        'o' => '0',
        other => other,
    }
}

/// A recovery code of 80 random bits, as [`Code::parse`] gives it back.
pub fn recovery_code(chance: [u8; 10]) -> Private {
    let mut bits = chance.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    let mut code = String::with_capacity(RECOVERY_LETTERS);
    for _ in 0..RECOVERY_LETTERS {
        let place = usize::try_from(bits & 31).unwrap_or_default();
        code.push(ALPHABET.get(place).copied().map_or('0', char::from));
        bits >>= 5;
    }
    Private::new(code)
}

/// Text in groups of four, to be read and typed.
pub fn in_groups(text: &str, between: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(between)
}

/// A new secret for an authenticator app, in base 32 (RFC 4226 asks for 160 bits).
pub fn secret(chance: [u8; 20]) -> Private {
    Private::new(Secret::from(chance).to_base32())
}

/// SHA-1, six digits and thirty seconds: what every app understands. HMAC does not need SHA-1 to resist collisions.
fn builder(secret: &Private) -> Option<Builder> {
    let secret = Secret::try_from_base32(secret.reveal()).ok()?;
    let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_secret(secret);
    Some(builder.with_step_duration(STEP_SECONDS).with_skew(SKEW))
}

/// The step (RFC 6238) whose code `code` is, if it is one of those that are good at `now`.
pub fn step_of(secret: &Private, code: &str, now: Instant) -> Option<i64> {
    let totp: Totp = builder(secret)?.build().ok()?;
    let seconds = u64::try_from(now.millis() / 1000).ok()?;
    totp.check(code, seconds).and_then(|step| i64::try_from(step).ok())
}

/// The same at any of several moments: the program's clock and the machine's, while a step of the latter waits to be
/// accepted. Phones go by the true time, and whoever could accept it has to come in first. It lets nobody in who holds no
/// code of this minute by either clock; a code is good once by both, as a step that was used is kept.
pub fn step_at_any(secret: &Private, code: &str, moments: [Instant; 2]) -> Option<i64> {
    moments.into_iter().find_map(|at| step_of(secret, code, at))
}

/// What an authenticator app reads from the QR code: the secret, under the clinic's name and the account's address.
pub fn address(secret: &Private, clinic: &str, email: &str) -> Option<Private> {
    let plain = |text: &str| text.replace(':', " ");
    let builder = builder(secret)?.with_issuer(Some(plain(clinic))).with_account_name(plain(email));
    builder.build().ok()?.to_url().ok().map(Private::new)
}

/// How long no try is taken after so many wrong ones; nothing while there are tries left.
pub fn wait_after(wrong: i32) -> Option<Duration> {
    if wrong <= 0 || wrong % TRIES != 0 {
        return None;
    }
    let doublings = u32::try_from(wrong / TRIES - 1).unwrap_or_default().min(6);
    Some(Duration::from_mins((1 << doublings).min(LONGEST_WAIT_MINUTES)))
}

/// What somebody calls a passkey.
pub fn passkey_name(text: &str) -> Result<Private, Sentence> {
    forms::required(text, LONGEST_NAME).map(Private::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_read_as_people_write_it() {
        let code = recovery_code([0x5a; 10]);
        let written = in_groups(code.reveal(), "-").to_uppercase().replace('0', "O").replace('1', "l");
        assert!(matches!(Code::parse(&format!(" {written} ")), Ok(Code::Recovery(read)) if read == code.reveal()));
        assert_eq!(written.len(), 19);
    }

    #[test]
    fn six_digits_are_an_apps_code_and_other_text_is_none() {
        assert!(matches!(Code::parse("123 456"), Ok(Code::Totp(code)) if code == "123456"));
        for wrong in ["", "12345", "1234567", "abcdef", "uuuu-uuuu-uuuu-uuuu", "😀😀😀😀😀😀", "+12345"] {
            assert!(Code::parse(wrong).is_err(), "{wrong}");
        }
    }

    /// RFC 6238, appendix B (SHA-1), of whose eight digits the last six count.
    #[test]
    fn codes_are_those_of_the_standard_a_step_early_or_late() {
        let secret = Private::new(Secret::from(*b"12345678901234567890").to_base32());
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            let at = |offset: i64| step_of(&secret, code, Instant::from_millis((seconds + offset) * 1000));
            let step = seconds / 30;
            assert_eq!([at(0), at(30), at(-30)], [Some(step); 3], "{code}");
            assert_eq!([at(60), at(-60)], [None; 2], "{code}");
        }
    }

    #[test]
    fn an_app_is_told_the_clinic_and_the_account() {
        let address = address(&secret([7; 20]), "Klinik: Sehat", "siti@contoh.test").unwrap();
        assert!(address.reveal().starts_with("otpauth://totp/Klinik"));
        assert!(address.reveal().contains("issuer=Klinik") && address.reveal().contains("secret="));
    }

    #[test]
    fn whoever_goes_on_guessing_waits_longer_and_longer() {
        let waits: Vec<u64> = (1..=40).filter_map(wait_after).map(|wait| wait.as_secs() / 60).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(wait_after(0), None);
    }
}
