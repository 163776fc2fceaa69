//! The file of a backup: sealed parts, one after the other, then a sealed list of them.
//!
//! Every byte is vouched for: the parts by their hashes in the list, the list by its seal, and the end by a mark, so
//! that a file which was cut off, or changed anywhere, is told apart and the part is named. Without the master key it
//! shows that key's name, how many parts there are, and how long each is.

use std::io::{self, Read, Seek, SeekFrom, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{
    master_keys::{KeyId, MasterKey, MasterKeys, wrapped_by},
    vault::DataKey,
};

const BEGIN: &[u8; 18] = b"praktik backup 2\n\n";
/// Of a backup whose list lay in the open.
const OPEN_LIST: &[u8; 18] = b"praktik backup 1\n\n";
const END: &[u8; 8] = b"\n\nwhole\n";
/// The length of the list, and the end.
const TAIL: u64 = 8 + END.len() as u64;
/// Of a sealed value: its beginning, which names the key.
const HEAD: usize = 17;
/// What the list is sealed for.
const LIST: &[u8] = b"list";
/// A list of ten million parts would be larger; nothing is read into memory on the word of a damaged file.
const LARGEST_LIST: u64 = 1 << 30;

/// What a backup says of itself.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// The last migration that its database had.
    pub schema: String,
    /// When it was made, in UTC milliseconds.
    pub made_at: i64,
    /// The head of the audit chain, as `PLACE:LINK`.
    pub audit_head: Option<String>,
    /// Its parts, in their order.
    pub parts: Vec<Part>,
}

/// One sealed part.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// What is in it, such as `rows/patients/1`.
    pub name: String,
    /// Its length in the file.
    pub bytes: u64,
    /// The SHA-256 of what lies in the file, in hexadecimal digits.
    pub sha256: String,
}

/// A part's name and what is in it.
pub type Opened = (String, Zeroizing<Vec<u8>>);

/// Why a backup is not read.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// Something else, or its first bytes are changed.
    #[error("this is no backup of Praktik, or its beginning is damaged")]
    Beginning,
    /// The end is not there.
    #[error("the backup is not whole: its end is missing; copy it again")]
    CutOff,
    /// An earlier version made it.
    #[error("an earlier version of Praktik made the backup; restore it with that version and then start this one")]
    Older,
    /// The list of parts is changed.
    #[error("the backup's list of parts is damaged; copy it again, or take another backup")]
    List,
    /// Another master key made it.
    #[error("the backup was made with the master key {0}; give that key with --master-key, or its recovery sheet")]
    OtherKey(KeyId),
    /// A part is changed.
    #[error("{0} in the backup is damaged; copy it again, or take another backup")]
    Part(String),
    /// The file cannot be read.
    #[error("the backup cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// The two keys of a backup: one seals parts, one the list.
struct Keys {
    parts: DataKey,
    list: DataKey,
}

impl Keys {
    fn of(master: &MasterKey) -> Self {
        let key = |purpose| DataKey::from_bytes(master.id().uuid(), master.derive(purpose));
        Self { parts: key("backup parts"), list: key("backup list") }
    }
}

/// Writes a backup from its beginning to its end.
pub struct Writer<W> {
    to: W,
    keys: Keys,
    parts: Vec<Part>,
    bytes: u64,
}

impl<W: Write> Writer<W> {
    /// Begins a backup that `master` seals.
    pub fn begin(mut to: W, master: &MasterKey) -> io::Result<Self> {
        to.write_all(BEGIN)?;
        Ok(Self { to, keys: Keys::of(master), parts: Vec::new(), bytes: BEGIN.len() as u64 })
    }

    /// Adds a part.
    pub fn add(&mut self, name: String, content: &[u8]) -> io::Result<()> {
        let sealed = self.keys.parts.seal_bytes(name.as_bytes(), content);
        self.to.write_all(&sealed)?;
        let bytes = sealed.len() as u64;
        self.bytes += bytes;
        self.parts.push(Part { name, bytes, sha256: hash(&sealed) });
        Ok(())
    }

    /// Ends it with the list; `contents` come without parts. Gives back what was written to, and its length.
    pub fn end(mut self, contents: Contents) -> io::Result<(W, u64)> {
        let list = serde_json::to_vec(&Contents { parts: self.parts, ..contents })?;
        let list = self.keys.list.seal_bytes(LIST, &list);
        self.to.write_all(&list)?;
        self.to.write_all(&(list.len() as u64).to_be_bytes())?;
        self.to.write_all(END)?;
        self.to.flush()?;
        Ok((self.to, self.bytes + list.len() as u64 + TAIL))
    }
}

/// Reads a backup whose list was found whole.
pub struct Reader<R> {
    from: R,
    keys: Keys,
    contents: Contents,
}

impl<R: Read + Seek> Reader<R> {
    /// Opens a backup with one of the keys of `master`.
    pub fn open(mut from: R, master: &MasterKeys) -> Result<Self, Damage> {
        let length = from.seek(SeekFrom::End(0))?;
        from.rewind()?;
        let mut begin = [0; BEGIN.len()];
        if length < BEGIN.len() as u64 || from.read_exact(&mut begin).is_err() {
            return Err(Damage::Beginning);
        }
        match &begin {
            BEGIN => {}
            OPEN_LIST => return Err(Damage::Older),
            _ => return Err(Damage::Beginning),
        }
        let tail_at = length.checked_sub(TAIL).filter(|at| *at >= BEGIN.len() as u64).ok_or(Damage::CutOff)?;
        let list_length = read_tail(&mut from, tail_at)?;
        let list_at = tail_at.checked_sub(list_length).filter(|at| *at >= BEGIN.len() as u64).ok_or(Damage::List)?;
        if list_length > LARGEST_LIST {
            return Err(Damage::List);
        }
        let first = read_at(&mut from, BEGIN.len() as u64, HEAD as u64)?;
        let list = read_at(&mut from, list_at, list_length)?;
        let id = wrapped_by(&list).ok_or(Damage::List)?;
        // A name that stands in one place alone is a changed byte.
        let unknown = || if wrapped_by(&first) == Some(id) { Damage::OtherKey(id) } else { Damage::List };
        let keys = Keys::of(&master.find(id).map_err(|_| unknown())?);
        let list = keys.list.open_bytes(LIST, &list).map_err(|_| Damage::List)?;
        let contents: Contents = serde_json::from_slice(&list).map_err(|_| Damage::List)?;
        let parts: u64 = contents.parts.iter().map(|part| part.bytes).sum();
        if parts + BEGIN.len() as u64 != list_at {
            return Err(Damage::List);
        }
        from.seek(SeekFrom::Start(BEGIN.len() as u64))?;
        Ok(Self { from, keys, contents })
    }

    /// What the backup says of itself.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Opens every part in its order and hands it to `take`; names the first that is damaged.
    pub fn each<E: From<Damage>>(
        &mut self,
        mut take: impl FnMut(&str, Zeroizing<Vec<u8>>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.from.seek(SeekFrom::Start(BEGIN.len() as u64)).map_err(Damage::from)?;
        for index in 0..self.contents.parts.len() {
            if let Some((name, content)) = self.next(index)? {
                take(&name, content)?;
            }
        }
        Ok(())
    }

    /// Puts the reader before the first part, for [`Self::next`].
    pub fn rewind(&mut self) -> Result<(), Damage> {
        self.from.seek(SeekFrom::Start(BEGIN.len() as u64))?;
        Ok(())
    }

    /// The part `index`, which has to be the one after the last that was read; nothing after the last.
    pub fn next(&mut self, index: usize) -> Result<Option<Opened>, Damage> {
        let Some(part) = self.contents.parts.get(index) else { return Ok(None) };
        let mut sealed = Vec::new();
        self.from.by_ref().take(part.bytes).read_to_end(&mut sealed)?;
        if hash(&sealed) != part.sha256 {
            return Err(Damage::Part(part.name.clone()));
        }
        let content = self.keys.parts.open_bytes(part.name.as_bytes(), &sealed);
        Ok(Some((part.name.clone(), content.map_err(|_| Damage::Part(part.name.clone()))?)))
    }
}

fn read_at(from: &mut (impl Read + Seek), at: u64, bytes: u64) -> Result<Vec<u8>, Damage> {
    let mut read = Vec::new();
    from.seek(SeekFrom::Start(at))?;
    from.take(bytes).read_to_end(&mut read)?;
    Ok(read)
}

fn read_tail(from: &mut (impl Read + Seek), at: u64) -> Result<u64, Damage> {
    from.seek(SeekFrom::Start(at))?;
    let (mut length, mut end) = ([0; 8], [0; END.len()]);
    from.read_exact(&mut length)?;
    from.read_exact(&mut end)?;
    if end == *END { Ok(u64::from_be_bytes(length)) } else { Err(Damage::CutOff) }
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn written(master: &MasterKeys) -> Vec<u8> {
        let key = master.newest().unwrap();
        let mut writer = Writer::begin(Vec::new(), &key).unwrap();
        for number in 0..3 {
            writer.add(format!("part {number}"), format!("content {number}").as_bytes()).unwrap();
        }
        let contents = Contents { schema: "m1".to_owned(), made_at: 7, audit_head: None, parts: Vec::new() };
        let (bytes, length) = writer.end(contents).unwrap();
        assert_eq!(bytes.len() as u64, length);
        bytes
    }

    fn read(bytes: Vec<u8>, master: &MasterKeys) -> Result<Vec<String>, Damage> {
        let mut found = Vec::new();
        Reader::open(Cursor::new(bytes), master)?.each(|name, content| {
            found.push(format!("{name}: {}", String::from_utf8_lossy(&content)));
            Ok::<_, Damage>(())
        })?;
        Ok(found)
    }

    #[test]
    fn what_was_written_is_read() {
        let master = MasterKeys::generate();
        let found = read(written(&master), &master).unwrap();
        assert_eq!(found, ["part 0: content 0", "part 1: content 1", "part 2: content 2"]);
    }

    #[test]
    fn every_changed_byte_and_every_missing_one_is_noticed() {
        let master = MasterKeys::generate();
        let whole = written(&master);
        for place in 0..whole.len() {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            assert!(read(changed, &master).is_err(), "byte {place}");
            let cut = read(whole[..place].to_vec(), &master);
            assert!(matches!(cut, Err(Damage::CutOff | Damage::Beginning)), "cut at {place}");
        }
        let mut more = whole.clone();
        more.push(b'\n');
        assert!(matches!(read(more, &master), Err(Damage::CutOff)));
    }

    #[test]
    fn each_damage_is_named() {
        let master = MasterKeys::generate();
        let whole = written(&master);
        let second = BEGIN.len() + (whole.len() - BEGIN.len()) / 8;
        let mut changed = whole.clone();
        changed[second] ^= 1;
        assert!(matches!(read(changed, &master), Err(Damage::Part(name)) if name.starts_with("part")));
        let name = BEGIN.len() + 1;
        let mut changed = whole.clone();
        changed[name] ^= 1;
        assert!(matches!(read(changed, &master), Err(Damage::Part(name)) if name == "part 0"));
        let tail = whole.len() - usize::try_from(TAIL).unwrap();
        let length: [u8; 8] = whole[tail..tail + 8].try_into().unwrap();
        let list = tail - usize::try_from(u64::from_be_bytes(length)).unwrap();
        for place in list..tail + 8 {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            assert!(matches!(read(changed, &master), Err(Damage::List)), "byte {place}");
        }
        assert!(matches!(read(whole.clone(), &MasterKeys::generate()), Err(Damage::OtherKey(_))));
        let older = [OPEN_LIST, &whole[BEGIN.len()..]].concat();
        assert!(matches!(read(older, &master), Err(Damage::Older)));
        assert!(matches!(read(b"SQLite format 3\0 and so on".to_vec(), &master), Err(Damage::Beginning)));
    }
}
