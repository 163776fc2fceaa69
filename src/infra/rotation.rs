//! Replacing the master key while the clinic is open (S3).
//!
//! The new key is in the file before anything is wrapped by it; then new keys are wrapped by it, then the old ones are
//! wrapped anew, and last the old key leaves the file. Whatever step it stops at, running it again goes on from there.

use uuid::Uuid;

use super::{
    clock::Instant,
    db::Db,
    master_keys::{KeyId, MasterKey, MasterKeys},
    room_keys::RoomKeys,
    vault::{self, VaultError},
};

/// What a rotation did.
#[derive(Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The master key that everything is wrapped by now.
    pub by: KeyId,
    /// Data keys that it wrapped anew.
    pub data_keys: u64,
    /// Keys of rooms that it wrapped anew.
    pub room_keys: u64,
}

/// Why a rotation stopped.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// The key file could not be written.
    #[error("the key file could not be written: {0}")]
    File(#[from] std::io::Error),
    /// A key did not open, or a database failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A database failed.
    #[error(transparent)]
    Database(#[from] sea_orm::DbErr),
    /// A test stopped it.
    #[error("stopped at {0}")]
    Here(&'static str),
}

/// The key to turn to: a new one, put before the old one in the key file, or the one that an unfinished rotation had
/// put there. Of keys that were given the first.
pub fn next_key(master: &MasterKeys) -> Result<MasterKey, Stopped> {
    let Some(path) = master.file() else { return Ok(master.newest()?) };
    let kept = MasterKeys::read_or_create(path)?;
    let newest = kept.newest()?;
    if kept.all().len() > 1 {
        return Ok(newest);
    }
    let next = MasterKey::generate();
    master.keep(&[next.clone(), newest])?;
    Ok(next)
}

/// Wraps everything by `next` and takes the older keys out of the key file.
pub async fn turn_to(
    next: &MasterKey,
    db: &Db,
    (master, rooms): (&std::sync::Arc<MasterKeys>, &RoomKeys),
    now: Instant,
) -> Result<Rotated, Stopped> {
    let by = next.id();
    let old = master.all().iter().map(MasterKey::id).find(|id| *id != by);
    stop(old, "after-file")?;
    db.write(move |tx| async move { vault::wrap_by(&tx, by, now).await }).await?;
    stop(old, "after-turn")?;
    let (mut data_keys, mut after) = (0, Uuid::nil());
    loop {
        let master = std::sync::Arc::clone(master);
        let (wrapped, last) =
            db.write(move |tx| async move { vault::wrap_anew(&tx, &master, by, after).await }).await?;
        data_keys += wrapped;
        stop(old, "after-batch")?;
        let Some(last) = last else { break };
        after = last;
    }
    let room_keys = rooms.wrap_anew(by).await?;
    stop(old, "before-end")?;
    master.keep(std::slice::from_ref(next))?;
    Ok(Rotated { by, data_keys, room_keys })
}

/// Where a test may end the program.
pub const STEPS: [&str; 4] = ["after-file", "after-turn", "after-batch", "before-end"];

fn stop(old: Option<KeyId>, step: &'static str) -> Result<(), Stopped> {
    let Some(old) = old else { return Ok(()) };
    // Without failpoints nothing else names them.
    let _ = (old, step);
    fail::fail_point!(&format!("rotate-{step} {old}"), |_| Err(Stopped::Here(step)));
    Ok(())
}
