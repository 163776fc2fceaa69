//! Master keys: the one that wraps data keys, and older ones until nothing is wrapped by them any more (S3).
//!
//! A wrapped key says which master key wrapped it. Which one wraps new keys is said where they are kept, so that a
//! running program and a rotation beside it agree; a program that meets a name it does not know reads the key file
//! again.

use std::{
    fmt, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{PoisonError, RwLock},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hkdf::Hkdf;
use sea_orm::DeriveValueType;
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    disk, random, sheet,
    vault::{DataKey, VaultError},
};

/// The name of a master key: it says nothing of the key, and may stand in logs and on paper.
#[derive(Clone, Copy, PartialEq, Eq, Debug, DeriveValueType)]
pub struct KeyId(Uuid);

impl KeyId {
    /// The name as an id, for a row about this key.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl From<Uuid> for KeyId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.simple().to_string().to_uppercase();
        let (first, rest) = digits.split_at(4);
        write!(to, "{first}-{}", rest.get(..4).unwrap_or_default())
    }
}

/// A key that wraps others.
#[derive(Clone)]
pub struct MasterKey(DataKey);

/// What master keys are not read from.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NotAKey {
    /// Neither base64 of 32 bytes nor the groups of a recovery sheet.
    #[error("a master key is 32 bytes in base64, or the twelve groups of a recovery sheet")]
    Shape,
    /// Groups of a recovery sheet with a line that is not as it was printed.
    #[error(transparent)]
    Sheet(#[from] sheet::Misread),
}

impl MasterKey {
    /// A new one.
    pub fn generate() -> Self {
        Self::from_bytes(&Zeroizing::new(random::bytes()))
    }

    fn from_bytes(bytes: &Zeroizing<[u8; 32]>) -> Self {
        let mut id = [0; 16];
        id.copy_from_slice(derive(bytes.as_slice(), "id").get(..16).unwrap_or(&[0; 16]));
        Self(DataKey::from_bytes(Uuid::from_bytes(id), bytes.clone()))
    }

    /// Its name.
    pub fn id(&self) -> KeyId {
        KeyId(self.0.owner())
    }

    /// A key for one purpose that only the holder of this one can make.
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        derive(self.0.bytes(), purpose)
    }

    /// The key in base64, as the key file holds it.
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.0.bytes()))
    }

    /// The key as the lines of a recovery sheet.
    pub fn sheet(&self) -> Zeroizing<String> {
        sheet::write(self.0.bytes())
    }

    fn wrap(&self, key: &DataKey) -> Vec<u8> {
        self.0.seal_bytes(key.owner().as_bytes(), key.bytes())
    }

    fn unwrap(&self, owner: Uuid, wrapped: &[u8]) -> Result<DataKey, VaultError> {
        let bytes = self.0.open_bytes(owner.as_bytes(), wrapped)?;
        let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| VaultError::DoesNotOpen)?;
        Ok(DataKey::from_bytes(owner, Zeroizing::new(key)))
    }
}

/// A key for `purpose` that is derived from another (HKDF).
pub(super) fn derive(from: &[u8], purpose: &str) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    let derived = Hkdf::<Sha256>::new(None, from).expand(purpose.as_bytes(), key.as_mut_slice());
    debug_assert!(derived.is_ok(), "32 bytes are within what HKDF gives");
    key
}

/// The master keys at hand, the newest first.
pub struct MasterKeys {
    file: Option<PathBuf>,
    keys: RwLock<Vec<MasterKey>>,
}

impl MasterKeys {
    /// A new key in memory alone, for tests.
    pub fn generate() -> Self {
        Self::of(vec![MasterKey::generate()], None)
    }

    fn of(keys: Vec<MasterKey>, file: Option<PathBuf>) -> Self {
        Self { file, keys: RwLock::new(keys) }
    }

    /// Reads keys that were given: in base64 or as groups of a recovery sheet; several, the newest first, with commas.
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        Ok(Self::of(read(text)?, None))
    }

    /// Reads the key file at `path`; makes one, readable by its owner alone, where there is none.
    pub fn read_or_create(path: &Path) -> io::Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => {
                let keys = read(&Zeroizing::new(text)).map_err(io::Error::other)?;
                Ok(Self::of(keys, Some(path.to_owned())))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let keys = vec![MasterKey::generate()];
                create_file(path, &keys)?;
                Ok(Self::of(keys, Some(path.to_owned())))
            }
            Err(error) => Err(error),
        }
    }

    /// Adds the keys of `other` behind its own.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        let known = self.all();
        let more: Vec<_> = other.all().into_iter().filter(|key| known.iter().all(|own| own.id() != key.id())).collect();
        self.keys.write().unwrap_or_else(PoisonError::into_inner).extend(more);
        self
    }

    /// Every key at hand.
    pub fn all(&self) -> Vec<MasterKey> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The newest key.
    ///
    /// # Errors
    ///
    /// If there is none, which no way of making a `MasterKeys` allows.
    pub fn newest(&self) -> Result<MasterKey, VaultError> {
        self.all().into_iter().next().ok_or(VaultError::DoesNotOpen)
    }

    /// The file that holds the keys, unless they were given.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Has the key file hold `keys` and nothing else, all at once.
    pub fn keep(&self, keys: &[MasterKey]) -> io::Result<()> {
        let Some(path) = &self.file else { return Ok(()) };
        let mut beside = path.clone().into_os_string();
        beside.push(".new");
        let beside = PathBuf::from(beside);
        write_file(&beside, keys, false)?;
        fs::rename(&beside, path)?;
        disk::keep_name(path)
    }

    /// Puts the keys into a new file at `path`, readable by its owner alone.
    pub fn keep_in(&self, path: &Path) -> io::Result<()> {
        create_file(path, &self.all())
    }

    /// The key with this name. One that is not known is looked for in the file: a rotation may have brought it.
    pub fn find(&self, id: KeyId) -> Result<MasterKey, VaultError> {
        let known = |keys: Vec<MasterKey>| keys.into_iter().find(|key| key.id() == id);
        if let Some(key) = known(self.all()) {
            return Ok(key);
        }
        self.read_again();
        known(self.all()).ok_or(VaultError::NoMasterKey(id))
    }

    /// Takes in what the file holds by now. Keys that have left it are forgotten with the program: somebody may have
    /// read a key wrapped by them a moment ago.
    fn read_again(&self) {
        let Some(path) = &self.file else { return };
        let newer = fs::read_to_string(path).ok().and_then(|text| read(&Zeroizing::new(text)).ok()).unwrap_or_default();
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let older: Vec<_> = keys.iter().filter(|key| newer.iter().all(|new| new.id() != key.id())).cloned().collect();
        *keys = newer.into_iter().chain(older).collect();
    }

    /// Wraps `key` by the master key `by`, for keeping beside the name of its owner.
    pub fn wrap(&self, by: KeyId, key: &DataKey) -> Result<Vec<u8>, VaultError> {
        Ok(self.find(by)?.wrap(key))
    }

    /// Unwraps the key of `owner`.
    pub fn unwrap(&self, owner: Uuid, wrapped: &[u8]) -> Result<DataKey, VaultError> {
        let by = wrapped_by(wrapped).ok_or(VaultError::DoesNotOpen)?;
        self.find(by)?.unwrap(owner, wrapped)
    }
}

/// The name of the master key that made `wrapped`.
pub(super) fn wrapped_by(wrapped: &[u8]) -> Option<KeyId> {
    wrapped.get(1..17).and_then(|id| Uuid::from_slice(id).ok()).map(KeyId)
}

fn read(text: &str) -> Result<Vec<MasterKey>, NotAKey> {
    let mut keys = Vec::new();
    for part in text.split(',') {
        if part.contains('=') {
            for word in part.split_whitespace() {
                let bytes = Zeroizing::new(STANDARD.decode(word).map_err(|_| NotAKey::Shape)?);
                let bytes: [u8; 32] = bytes.as_slice().try_into().map_err(|_| NotAKey::Shape)?;
                keys.push(MasterKey::from_bytes(&Zeroizing::new(bytes)));
            }
        } else {
            keys.push(MasterKey::from_bytes(&sheet::read(part)?));
        }
    }
    if keys.is_empty() { Err(NotAKey::Shape) } else { Ok(keys) }
}

/// What is sealed under keys that a power cut takes away is lost: they are on the disk when this returns.
fn create_file(path: &Path, keys: &[MasterKey]) -> io::Result<()> {
    write_file(path, keys, true)?;
    disk::keep_name(path)
}

fn write_file(path: &Path, keys: &[MasterKey], new: bool) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(!new).create_new(new).truncate(!new);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    for key in keys {
        file.write_all(key.text().as_bytes())?;
        file.write_all(b"\n")?;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: Uuid = Uuid::from_u128(3);

    #[test]
    fn a_wrapped_key_says_who_wrapped_it() {
        let (one, other) = (MasterKey::generate(), MasterKey::generate());
        let both = MasterKeys::of(vec![other.clone(), one.clone()], None);
        let wrapped = both.wrap(one.id(), &DataKey::generate(OWNER)).unwrap_or_default();
        assert_eq!(wrapped_by(&wrapped), Some(one.id()));
        assert!(both.unwrap(OWNER, &wrapped).is_ok());
        let without = MasterKeys::of(vec![other], None);
        assert!(matches!(without.unwrap(OWNER, &wrapped), Err(VaultError::NoMasterKey(id)) if id == one.id()));
    }

    #[test]
    fn a_new_key_is_used_only_once_its_folder_names_it_on_the_disk() {
        let scenario = fail::FailScenario::setup();
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("clinic.key");
        let keys = MasterKeys::generate();
        let ways: [&dyn Fn() -> io::Result<()>; 3] =
            [&|| MasterKeys::read_or_create(&file).map(|_| ()), &|| keys.keep_in(&file), &|| {
                MasterKeys::of(keys.all(), Some(file.clone())).keep(&keys.all())
            }];
        for way in ways {
            let point = format!("keep-name-in {}", folder.path().display());
            fail::cfg(&point, "return").unwrap();
            assert!(way().is_err());
            fail::remove(&point);
            fs::remove_file(&file).unwrap();
            way().unwrap();
            fs::remove_file(&file).unwrap();
        }
        scenario.teardown();
    }

    #[test]
    fn several_keys_are_read_from_one_text() {
        let (one, other) = (MasterKey::generate(), MasterKey::generate());
        let texts = [
            format!("{},{}", *one.text(), *other.text()),
            format!("{}\n{}\n", *one.text(), *other.text()),
            format!("{},\n{}", *one.sheet(), *other.text()),
        ];
        for text in texts {
            let ids: Vec<_> = read(&text).unwrap_or_default().iter().map(MasterKey::id).collect();
            assert_eq!(ids, [one.id(), other.id()]);
        }
        assert!(read("AAAA=").is_err() && read("").is_err() && read("hello").is_err());
    }
}
