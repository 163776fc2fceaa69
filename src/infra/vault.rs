//! Sealing: what names a patient or says anything of health is kept encrypted (S3).
//!
//! The master key wraps data keys, one for each person; a data key seals values with XChaCha20-Poly1305 under the
//! value's place (table, row, column), so that a sealed value moved elsewhere does not open. Look-ups go by an HMAC
//! under a key of its own.

use std::{
    collections::HashMap,
    fs,
    io::{self, Write as _},
    path::Path,
    sync::{Arc, PoisonError, RwLock},
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead as _, KeyInit as _, Payload},
};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, DeriveValueType, EntityTrait as _};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{clock::Instant, db::Tx, random};

/// A sealed value, as a column keeps it.
#[derive(Clone, PartialEq, Eq, Debug, DeriveValueType)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// As text, for a hidden field of a form that comes back to us.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.0)
    }

    /// What [`Self::to_text`] wrote; nothing for any other text. Whether it is ours shows when it is opened.
    pub fn from_text(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok().map(Self)
    }
}

/// The HMAC of a value by which it is found again; it says nothing of the value.
#[derive(Clone, PartialEq, Eq, Debug, DeriveValueType)]
pub struct LookUp(Vec<u8>);

/// Text that was sealed. It has neither `Debug` nor `Serialize`, and is wiped when dropped.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Private(Zeroizing<String>);

impl Private {
    /// Text that must not reach a log.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself, for a page or a rule.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Where a sealed value lies.
#[derive(Clone, Copy)]
pub struct Place {
    table: &'static str,
    row: Uuid,
    column: &'static str,
}

impl Place {
    /// The value of `column` in the row `row` of `table`.
    pub const fn new(table: &'static str, row: Uuid, column: &'static str) -> Self {
        Self { table, row, column }
    }

    fn bytes(self) -> Vec<u8> {
        [self.table.as_bytes(), b"\0", self.row.as_bytes(), b"\0", self.column.as_bytes()].concat()
    }
}

/// Why a sealed value was not opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The value, its place or its key is not the one that it was sealed with.
    #[error("a sealed value does not open with its key at its place")]
    DoesNotOpen,
    /// There is no data key of this owner.
    #[error("no data key of {0}")]
    NoKey(Uuid),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// 256 bits that seal values of one owner.
#[derive(Clone)]
pub struct DataKey {
    owner: Uuid,
    key: Arc<Zeroizing<[u8; 32]>>,
}

const FORMAT: u8 = 1;
const HEAD: usize = 1 + 16;
const NONCE: usize = 24;

impl DataKey {
    /// A new key for values of `owner`.
    pub fn generate(owner: Uuid) -> Self {
        Self { owner, key: Arc::new(Zeroizing::new(random::bytes())) }
    }

    /// Seals `text` for `place`.
    pub fn seal(&self, place: Place, text: &str) -> Sealed {
        Sealed(self.seal_bytes(&place.bytes(), text.as_bytes()))
    }

    /// Opens what was sealed for `place`.
    pub fn open(&self, place: Place, sealed: &Sealed) -> Result<Private, VaultError> {
        let bytes = self.open_bytes(&place.bytes(), &sealed.0)?;
        let text = String::from_utf8(bytes.to_vec()).map_err(|_| VaultError::DoesNotOpen)?;
        Ok(Private::new(text))
    }

    /// Opens a value that may be absent.
    pub fn open_maybe(&self, place: Place, sealed: Option<&Sealed>) -> Result<Option<Private>, VaultError> {
        sealed.map(|sealed| self.open(place, sealed)).transpose()
    }

    #[expect(clippy::expect_used, reason = "the cipher fails on lengths beyond 256 GiB alone")]
    fn seal_bytes(&self, place: &[u8], plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE] = random::bytes();
        let cipher = XChaCha20Poly1305::new(self.key.as_slice().try_into().expect("a key has 32 bytes"));
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: place })
            .expect("a value is shorter than the cipher's limit");
        [&[FORMAT], self.owner.as_bytes().as_slice(), &nonce, &sealed].concat()
    }

    fn open_bytes(&self, place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (head, rest) = sealed.split_at_checked(HEAD).ok_or(VaultError::DoesNotOpen)?;
        let (nonce, text) = rest.split_at_checked(NONCE).ok_or(VaultError::DoesNotOpen)?;
        if head.first() != Some(&FORMAT) || head.get(1..) != Some(self.owner.as_bytes()) {
            return Err(VaultError::DoesNotOpen);
        }
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| VaultError::DoesNotOpen)?;
        let cipher = XChaCha20Poly1305::new(self.key.as_slice().try_into().map_err(|_| VaultError::DoesNotOpen)?);
        cipher
            .decrypt(&XNonce::from(nonce), Payload { msg: text, aad: place })
            .map(Zeroizing::new)
            .map_err(|_| VaultError::DoesNotOpen)
    }
}

/// The key that wraps all others.
pub struct MasterKey(DataKey);

impl MasterKey {
    fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(DataKey { owner: Uuid::nil(), key: Arc::new(Zeroizing::new(bytes)) })
    }

    /// A new master key, for tests and for a demo that begins anew.
    pub fn generate() -> Self {
        Self(DataKey::generate(Uuid::nil()))
    }

    /// Reads base64 of 32 bytes, as the key file and `PRAKTIK_MASTER_KEY` hold it.
    pub fn parse(text: &str) -> io::Result<Self> {
        let bytes = STANDARD.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self::from_bytes).ok_or_else(|| io::Error::other("a master key is 32 bytes in base64"))
    }

    /// Reads the key file at `path`; makes one, readable by its owner alone, where there is none.
    pub fn read_or_create(path: &Path) -> io::Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = Self::generate();
                let mut options = fs::OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                let mut file = options.open(path)?;
                file.write_all(STANDARD.encode(key.0.key.as_slice()).as_bytes())?;
                file.sync_all()?;
                Ok(key)
            }
            Err(error) => Err(error),
        }
    }

    /// Wraps `key` for keeping beside the name of its owner.
    pub fn wrap(&self, key: &DataKey) -> Vec<u8> {
        self.0.seal_bytes(key.owner.as_bytes(), key.key.as_slice())
    }

    /// Unwraps the key of `owner`.
    pub fn unwrap(&self, owner: Uuid, wrapped: &[u8]) -> Result<DataKey, VaultError> {
        let bytes = self.0.open_bytes(owner.as_bytes(), wrapped)?;
        let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| VaultError::DoesNotOpen)?;
        Ok(DataKey { owner, key: Arc::new(Zeroizing::new(key)) })
    }

    fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        let derived = Hkdf::<Sha256>::new(None, self.0.key.as_slice()).expand(purpose.as_bytes(), key.as_mut_slice());
        debug_assert!(derived.is_ok(), "32 bytes are within what HKDF gives");
        key
    }
}

/// Owner of the key that look-ups go by.
const LOOK_UP_KEY: Uuid = Uuid::from_u128(1);
/// Keys kept unwrapped; past that the memory is cleared and filled anew by use.
const LARGEST_MEMORY: usize = 50_000;

/// Seals and opens with the keys of the clinic's people.
pub struct Vault {
    master: Arc<MasterKey>,
    look_up: DataKey,
    csrf: Zeroizing<[u8; 32]>,
    opened: RwLock<HashMap<Uuid, DataKey>>,
}

impl Vault {
    /// Opens the vault of the database that `tx` writes to; makes the look-up key at a clinic's first start.
    pub async fn open(tx: &Tx, master: Arc<MasterKey>, now: Instant) -> Result<Self, VaultError> {
        let look_up = match find_key(tx, LOOK_UP_KEY).await? {
            Some(wrapped) => master.unwrap(LOOK_UP_KEY, &wrapped)?,
            None => create_key(tx, &master, LOOK_UP_KEY, now).await?,
        };
        let csrf = master.derive("csrf");
        Ok(Self { master, look_up, csrf, opened: RwLock::default() })
    }

    /// A new data key for `owner`, kept in the same act as the owner's first row.
    pub async fn create_key(&self, tx: &Tx, owner: Uuid, now: Instant) -> Result<DataKey, VaultError> {
        create_key(tx, &self.master, owner, now).await
    }

    /// The data key of `owner`.
    pub async fn key(&self, connection: &impl ConnectionTrait, owner: Uuid) -> Result<DataKey, VaultError> {
        if let Some(key) = self.opened.read().unwrap_or_else(PoisonError::into_inner).get(&owner) {
            return Ok(key.clone());
        }
        let wrapped = find_key(connection, owner).await?.ok_or(VaultError::NoKey(owner))?;
        let key = self.master.unwrap(owner, &wrapped)?;
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        if opened.len() >= LARGEST_MEMORY {
            opened.clear();
        }
        opened.insert(owner, key.clone());
        Ok(key)
    }

    /// What `value` of the kind `kind` (such as `nik`) is found by.
    pub fn look_up(&self, kind: &str, value: &str) -> LookUp {
        LookUp(keyed_hash(self.look_up.key.as_slice(), &[kind, value]).to_vec())
    }

    /// A token that only this clinic can have made for `secret`.
    pub fn form_token(&self, secret: &str) -> String {
        URL_SAFE_NO_PAD.encode(keyed_hash(self.csrf.as_slice(), &["form", secret]))
    }

    /// The link of an audit row: what it says, bound to the row before it.
    pub fn audit_link(&self, previous: &[u8], row: &str) -> Vec<u8> {
        let key = self.master.derive("audit");
        keyed_hash(key.as_slice(), &[&STANDARD.encode(previous), row]).to_vec()
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
fn keyed_hash(key: &[u8], parts: &[&str]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("HMAC takes keys of every length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

mod data_key {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "data_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub wrapped: Vec<u8>,
        pub created_at: crate::infra::clock::Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

async fn find_key(connection: &impl ConnectionTrait, owner: Uuid) -> Result<Option<Vec<u8>>, DbErr> {
    Ok(data_key::Entity::find_by_id(owner).one(connection).await?.map(|key| key.wrapped))
}

async fn create_key(tx: &Tx, master: &MasterKey, owner: Uuid, now: Instant) -> Result<DataKey, VaultError> {
    let key = DataKey::generate(owner);
    let row = data_key::ActiveModel { id: Set(owner), wrapped: Set(master.wrap(&key)), created_at: Set(now) };
    data_key::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place::new("patients", Uuid::from_u128(7), "nik");

    #[test]
    fn a_sealed_value_opens_at_its_own_place_alone() {
        let key = DataKey::generate(Uuid::from_u128(3));
        let sealed = key.seal(PLACE, "7371015203910001");
        assert_eq!(key.open(PLACE, &sealed).ok().as_ref().map(Private::reveal), Some("7371015203910001"));
        let elsewhere = Place::new("patients", Uuid::from_u128(8), "nik");
        assert!(key.open(elsewhere, &sealed).is_err());
        assert!(DataKey::generate(Uuid::from_u128(3)).open(PLACE, &sealed).is_err());
    }

    #[test]
    fn a_wrapped_key_opens_what_its_original_sealed() {
        let master = MasterKey::generate();
        let key = DataKey::generate(Uuid::from_u128(3));
        let sealed = key.seal(PLACE, "rahasia");
        let again = master.unwrap(Uuid::from_u128(3), &master.wrap(&key));
        assert_eq!(again.and_then(|key| key.open(PLACE, &sealed)).ok().as_ref().map(Private::reveal), Some("rahasia"));
    }
}
