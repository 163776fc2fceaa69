//! Hashing passwords on a bounded pool, so that a flood of logins cannot take the machine (Argon2id, 19 MiB, two passes).

use std::sync::{Arc, LazyLock};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;

/// Hashes that run at once.
const AT_ONCE: usize = 2;
/// Requests that may wait for their turn; more are told to come back.
const WAITING: usize = 64;

/// Why a password was neither hashed nor compared.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// More people sign in at this moment than the machine can serve; in a few seconds it can.
    #[error("too many passwords are being checked")]
    Busy,
    /// The hash could not be computed.
    #[error("a password could not be hashed")]
    Broken,
}

/// What a comparison found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Match {
    /// It is another password.
    Wrong,
    /// It is the one.
    Right,
    /// It is the one, hashed as it was typed before passwords were prepared: hash it anew.
    RightInOldForm,
}

/// A password in the form that is hashed, whichever keyboard typed it: the profile `OpaqueString` of
/// [RFC 8265](https://www.rfc-editor.org/rfc/rfc8265#section-4.2), so spaces of ASCII and NFC.
pub fn prepare(password: &str) -> SecretString {
    let space = |letter: char| {
        letter.is_whitespace() && !letter.is_ascii() && !matches!(letter, '\u{85}' | '\u{2028}' | '\u{2029}')
    };
    SecretString::from(
        password.chars().map(|letter| if space(letter) { ' ' } else { letter }).nfc().collect::<String>(),
    )
}

/// The forms in which a password may be kept, the present one first. One, but for what differs from its prepared form.
fn forms(typed: &SecretString) -> Vec<SecretString> {
    let prepared = prepare(typed.expose_secret());
    if prepared.expose_secret() == typed.expose_secret() { vec![prepared] } else { vec![prepared, typed.clone()] }
}

/// The pool that all hashing goes through.
#[derive(Clone)]
pub struct Passwords {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

/// Compared with when there is no such account, so that the answer takes the same time.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash(&SecretString::from("nobody has this password")).unwrap_or_default());

impl Default for Passwords {
    fn default() -> Self {
        Self { running: Arc::new(Semaphore::new(AT_ONCE)), waiting: Arc::new(Semaphore::new(WAITING)) }
    }
}

impl Passwords {
    /// The hash to keep of `password`, prepared.
    pub async fn hash(&self, password: SecretString) -> Result<String, PasswordError> {
        self.run(move || hash(&prepare(password.expose_secret()))).await?.ok_or(PasswordError::Broken)
    }

    /// Whether `password` is the one that `kept` is the hash of. Without a hash it takes as long and is wrong: how often
    /// is hashed depends on what was typed alone.
    pub async fn verify(&self, password: SecretString, kept: Option<String>) -> Result<Match, PasswordError> {
        self.run(move || {
            let known = kept.is_some();
            let kept = kept.unwrap_or_else(|| NOBODY.clone());
            let Ok(kept) = PasswordHash::new(&kept) else { return Match::Wrong };
            let is_it = |form: &SecretString| argon2().verify_password(form.expose_secret().as_bytes(), &kept).is_ok();
            match forms(&password).iter().position(is_it) {
                Some(0) if known => Match::Right,
                Some(_) if known => Match::RightInOldForm,
                _ => Match::Wrong,
            }
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordError> {
        let place = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| PasswordError::Busy)?;
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(|_| PasswordError::Busy)?;
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop((turn, place));
            result
        })
        .await
        .map_err(|_| PasswordError::Broken)
    }
}

fn hash(password: &SecretString) -> Option<String> {
    argon2().hash_password(password.expose_secret().as_bytes()).ok().map(|hash| hash.to_string())
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COMPOSED: &str = "kafé di sudut";
    const DECOMPOSED: &str = "kafe\u{301} di sudut";

    async fn verified(typed: &str, kept: Option<String>) -> Match {
        Passwords::default().verify(typed.into(), kept).await.unwrap()
    }

    #[tokio::test]
    async fn a_password_opens_in_every_form_of_its_letters() {
        let kept = Passwords::default().hash(DECOMPOSED.into()).await.unwrap();
        for typed in [COMPOSED, DECOMPOSED, "kafé\u{a0}di sudut"] {
            assert_eq!(verified(typed, Some(kept.clone())).await, Match::Right, "{typed:?}");
        }
        assert_eq!(verified("kafe di sudut", Some(kept)).await, Match::Wrong);
    }

    #[tokio::test]
    async fn a_hash_of_before_opens_as_it_was_typed() {
        let old = hash(&SecretString::from(DECOMPOSED)).unwrap();
        assert_eq!(verified(DECOMPOSED, Some(old.clone())).await, Match::RightInOldForm);
        assert_eq!(verified(COMPOSED, Some(old)).await, Match::Wrong);
        assert_eq!(verified(DECOMPOSED, None).await, Match::Wrong);
        assert_eq!(verified("nobody has this password", None).await, Match::Wrong);
    }

    proptest! {
        #[test]
        fn a_password_is_hashed_twice_only_where_its_form_differs(typed in any::<String>()) {
            let forms = forms(&SecretString::from(typed.as_str()));
            let prepared = prepare(&typed);
            prop_assert_eq!(forms.len(), if prepared.expose_secret() == typed { 1 } else { 2 });
            let again = prepare(prepared.expose_secret());
            prop_assert_eq!(again.expose_secret(), prepared.expose_secret());
        }

        #[test]
        fn a_password_of_the_keyboards_of_ascii_is_hashed_as_it_is_typed(typed in "[ -~]{0,40}") {
            let prepared = prepare(&typed);
            prop_assert_eq!(prepared.expose_secret(), typed.as_str());
        }
    }
}
