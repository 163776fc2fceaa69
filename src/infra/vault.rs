//! Sealing: what names a patient or says anything of health is kept encrypted (S3).
//!
//! A master key wraps data keys, one for each person; a data key seals values with XChaCha20-Poly1305 under the
//! value's place (table, row, column), so that a sealed value moved elsewhere does not open. Look-ups go by an HMAC
//! under a key of its own.

use std::{
    collections::HashMap,
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
use hmac::{Hmac, Mac as _};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, DeriveValueType, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::Expr,
};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    clock::Instant,
    db::Tx,
    master_keys::{KeyId, MasterKeys, derive, wrapped_by},
    random,
};

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

/// Where the content of a file is sealed: a content under another file's name does not open.
const fn file_place(id: Uuid) -> Place {
    Place::new("files", id, "content")
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
    /// The master key of this name is not at hand.
    #[error("the master key {0} is needed and not at hand")]
    NoMasterKey(KeyId),
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
        Self::from_bytes(owner, Zeroizing::new(random::bytes()))
    }

    pub(super) fn from_bytes(owner: Uuid, bytes: Zeroizing<[u8; 32]>) -> Self {
        Self { owner, key: Arc::new(bytes) }
    }

    pub(super) fn owner(&self) -> Uuid {
        self.owner
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.key.as_slice()
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

    /// A key for `purpose` that is derived from this one and tells nothing of it, as text: what it seals is sealed outside
    /// the clinic, and opens for as long as this one is there.
    pub fn derive(&self, purpose: &str) -> Private {
        Private::new(URL_SAFE_NO_PAD.encode(derive(self.bytes(), purpose).as_slice()))
    }

    /// Seals the content of the file `id`, as the file store keeps it.
    pub fn seal_file(&self, id: Uuid, content: &[u8]) -> Vec<u8> {
        self.seal_bytes(&file_place(id).bytes(), content)
    }

    /// Opens the content of the file `id`.
    pub fn open_file(&self, id: Uuid, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.open_bytes(&file_place(id).bytes(), sealed)
    }

    #[expect(clippy::expect_used, reason = "the cipher fails on lengths beyond 256 GiB alone")]
    pub(super) fn seal_bytes(&self, place: &[u8], plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE] = random::bytes();
        let cipher = XChaCha20Poly1305::new(self.key.as_slice().try_into().expect("a key has 32 bytes"));
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: place })
            .expect("a value is shorter than the cipher's limit");
        [&[FORMAT], self.owner.as_bytes().as_slice(), &nonce, &sealed].concat()
    }

    pub(super) fn open_bytes(&self, place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
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

/// The owners of the clinic's own keys: no person, each another. Two that were one would share a key, or refuse each
/// other's.
pub mod owners {
    use uuid::Uuid;

    /// Of the key that look-ups go by.
    pub(super) const LOOK_UPS: Uuid = Uuid::from_u128(1);
    /// Of the key that tokens of forms are made with.
    pub(super) const FORMS: Uuid = Uuid::from_u128(2);
    /// Of the key that links audit rows.
    pub(super) const AUDIT: Uuid = Uuid::from_u128(3);
    /// Of the key under which the clinic's own files are sealed, such as its logo.
    pub const FILES: Uuid = Uuid::from_u128(4);

    #[cfg(test)]
    pub(super) const ALL: [Uuid; 4] = [LOOK_UPS, FORMS, AUDIT, FILES];
}

/// Keys kept unwrapped; past that the memory is cleared and filled anew by use.
const LARGEST_MEMORY: usize = 50_000;

/// Seals and opens with the keys of the clinic's people.
pub struct Vault {
    master: Arc<MasterKeys>,
    look_up: DataKey,
    csrf: DataKey,
    audit: DataKey,
    opened: RwLock<HashMap<Uuid, DataKey>>,
}

impl Vault {
    /// Opens the vault of the database that `tx` writes to; makes the clinic's own keys at its first start.
    pub async fn open(tx: &Tx, master: Arc<MasterKeys>, now: Instant) -> Result<Self, VaultError> {
        if wrapping_key(tx).await?.is_none() {
            let by = master.newest()?.id();
            let row = wrapping::ActiveModel { id: Set(WRAPPING), master_id: Set(by), since: Set(now) };
            wrapping::Entity::insert(row).exec_without_returning(tx).await?;
        }
        let mut own = Vec::new();
        for owner in [owners::LOOK_UPS, owners::FORMS, owners::AUDIT] {
            own.push(match find_key(tx, owner).await? {
                Some(wrapped) => master.unwrap(owner, &wrapped)?,
                None => keep_key(tx, &master, DataKey::generate(owner), now).await?,
            });
        }
        let [look_up, csrf, audit] = own.try_into().map_err(|_| VaultError::DoesNotOpen)?;
        Ok(Self { master, look_up, csrf, audit, opened: RwLock::default() })
    }

    /// The master keys at hand.
    pub fn master(&self) -> &Arc<MasterKeys> {
        &self.master
    }

    /// A new data key for `owner`, kept in the same act as the owner's first row.
    pub async fn create_key(&self, tx: &Tx, owner: Uuid, now: Instant) -> Result<DataKey, VaultError> {
        keep_key(tx, &self.master, DataKey::generate(owner), now).await
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

    /// The data key of `owner`, made now if there is none: for what has no act that creates it, such as the clinic.
    pub async fn key_or_new(&self, tx: &Tx, owner: Uuid, now: Instant) -> Result<DataKey, VaultError> {
        match self.key(tx, owner).await {
            Err(VaultError::NoKey(_)) => self.create_key(tx, owner, now).await,
            other => other,
        }
    }

    /// What `value` of the kind `kind` (such as `nik`) is found by.
    pub fn look_up(&self, kind: &str, value: &str) -> LookUp {
        self.look_up_parts(kind, &[value])
    }

    /// What several values of the kind `kind` together are found by: each goes in with its length, so that no other
    /// values, cut elsewhere, are found by the same.
    pub fn look_up_parts(&self, kind: &str, values: &[&str]) -> LookUp {
        LookUp(keyed_hash(self.look_up.bytes(), &[&[kind], values].concat()).to_vec())
    }

    /// A token that only this clinic can have made for the forms of what `kind` (such as `session`) calls `name`.
    pub fn form_token(&self, kind: &str, name: &str) -> String {
        URL_SAFE_NO_PAD.encode(keyed_hash(self.csrf.bytes(), &["form", kind, name]))
    }

    /// The link of an audit row: what it says, bound to the row before it.
    pub fn audit_link(&self, previous: &[u8], row: &str) -> Vec<u8> {
        keyed_hash(self.audit.bytes(), &[&STANDARD.encode(previous), row]).to_vec()
    }
}

/// Has new data keys wrapped by `by` from this act on. Acts that began before have ended when this returns.
pub async fn wrap_by(tx: &Tx, by: KeyId, now: Instant) -> Result<(), DbErr> {
    wrapping::Entity::update_many()
        .col_expr(wrapping::Column::MasterId, Expr::value(by))
        .col_expr(wrapping::Column::Since, Expr::value(now))
        .filter(wrapping::Column::MasterId.ne(by))
        .exec(tx)
        .await?;
    Ok(())
}

/// Wraps anew, by `by`, what other master keys had wrapped among the next data keys after `after`. Says how many these
/// were and where to go on; nowhere after the last.
pub async fn wrap_anew(
    tx: &Tx,
    master: &MasterKeys,
    by: KeyId,
    after: Uuid,
) -> Result<(u64, Option<Uuid>), VaultError> {
    let rows = data_key::Entity::find()
        .filter(data_key::Column::Id.gt(after))
        .order_by_asc(data_key::Column::Id)
        .limit(AT_ONCE)
        .all(tx)
        .await?;
    let last = rows.last().map(|row| row.id);
    let mut wrapped = 0;
    for row in rows.into_iter().filter(|row| wrapped_by(&row.wrapped) != Some(by)) {
        let key = master.unwrap(row.id, &row.wrapped)?;
        let anew =
            data_key::ActiveModel { id: Set(row.id), wrapped: Set(master.wrap(by, &key)?), ..Default::default() };
        data_key::Entity::update(anew).exec(tx).await?;
        wrapped += 1;
    }
    Ok((wrapped, last))
}

/// The table of data keys.
pub const TABLE: &str = "data_keys";

/// The key of `owner`, `wrapped` and in base64 as a backup holds it, wrapped by `by` whoever had wrapped it.
pub fn wrap_text_anew(master: &MasterKeys, by: KeyId, owner: Uuid, wrapped: &str) -> Result<String, VaultError> {
    let wrapped = STANDARD.decode(wrapped).map_err(|_| VaultError::DoesNotOpen)?;
    if wrapped_by(&wrapped) == Some(by) {
        return Ok(STANDARD.encode(wrapped));
    }
    Ok(STANDARD.encode(master.wrap(by, &master.unwrap(owner, &wrapped)?)?))
}

/// How many data keys the clinic has.
pub async fn count_keys(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    data_key::Entity::find().count(connection).await
}

/// Data keys wrapped anew in one act.
const AT_ONCE: u64 = 200;

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

/// Which master key wraps new data keys. Every act that wraps one holds this row until it ends.
mod wrapping {
    use sea_orm::entity::prelude::*;

    use crate::infra::{clock::Instant, master_keys::KeyId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "wrapping_key")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub master_id: KeyId,
        pub since: Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The one row of `wrapping_key`.
const WRAPPING: Uuid = Uuid::from_u128(1);

/// The master key that wraps new data keys; nothing before a clinic's first start.
pub async fn wrapping_key(connection: &impl ConnectionTrait) -> Result<Option<KeyId>, DbErr> {
    Ok(wrapping::Entity::find_by_id(WRAPPING).one(connection).await?.map(|row| row.master_id))
}

async fn find_key(connection: &impl ConnectionTrait, owner: Uuid) -> Result<Option<Vec<u8>>, DbErr> {
    Ok(data_key::Entity::find_by_id(owner).one(connection).await?.map(|key| key.wrapped))
}

async fn keep_key(tx: &Tx, master: &MasterKeys, key: DataKey, now: Instant) -> Result<DataKey, VaultError> {
    let held = wrapping::Entity::find_by_id(WRAPPING).lock_shared().one(tx).await?;
    let by = held.ok_or(VaultError::DoesNotOpen)?.master_id;
    let wrapped = master.wrap(by, &key)?;
    let row = data_key::ActiveModel { id: Set(key.owner()), wrapped: Set(wrapped), created_at: Set(now) };
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
    fn a_derived_key_is_another_for_every_owner_and_purpose_and_the_same_each_time() {
        let key = DataKey::generate(Uuid::from_u128(3));
        let derived = |key: &DataKey, purpose| key.derive(purpose).reveal().to_owned();
        let drafts = derived(&key, "drafts");
        assert_eq!((drafts.len(), &drafts), (43, &derived(&key.clone(), "drafts")));
        assert_ne!(drafts, derived(&key, "name of drafts"));
        assert_ne!(drafts, derived(&DataKey::generate(Uuid::from_u128(4)), "drafts"));
        assert!(!URL_SAFE_NO_PAD.decode(drafts).is_ok_and(|bytes| bytes == key.bytes()));
    }

    #[test]
    fn a_sealed_file_opens_under_its_own_name_alone() {
        let key = DataKey::generate(Uuid::from_u128(3));
        let sealed = key.seal_file(Uuid::from_u128(7), b"pixels");
        assert!(!sealed.windows(6).any(|bytes| bytes == b"pixels"));
        assert!(key.open_file(Uuid::from_u128(7), &sealed).is_ok_and(|content| content.as_slice() == b"pixels"));
        assert!(key.open_file(Uuid::from_u128(8), &sealed).is_err());
    }

    #[test]
    fn no_two_keys_of_the_clinic_have_one_owner() {
        let different: std::collections::HashSet<Uuid> = owners::ALL.into_iter().collect();
        assert_eq!(different.len(), owners::ALL.len());
    }
}
