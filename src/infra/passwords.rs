//! Hashing passwords on a bounded pool, so that a flood of logins cannot take the machine (Argon2id, 19 MiB, two passes).

use std::sync::{Arc, LazyLock};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;

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
    /// The hash to keep of `password`.
    pub async fn hash(&self, password: SecretString) -> Result<String, PasswordError> {
        self.run(move || hash(&password)).await?.ok_or(PasswordError::Broken)
    }

    /// Whether `password` is the one that `kept` is the hash of. Without a hash it takes as long and is false.
    pub async fn verify(&self, password: SecretString, kept: Option<String>) -> Result<bool, PasswordError> {
        self.run(move || {
            let known = kept.is_some();
            let kept = kept.unwrap_or_else(|| NOBODY.clone());
            let matches = PasswordHash::new(&kept)
                .is_ok_and(|kept| argon2().verify_password(password.expose_secret().as_bytes(), &kept).is_ok());
            known && matches
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
