//! Who is at work on a data folder: programs that serve its clinic share it, whoever replaces the clinic has it alone.

use std::{fs::File, path::Path};

use anyhow::Context as _;

/// A data folder that is held until this is dropped, or the program ends however it ends.
pub struct Held {
    _lock: File,
}

/// Holds `data` together with other programs that work on the clinic in it; refused while it is being replaced.
pub fn shared(data: &Path) -> anyhow::Result<Held> {
    let lock = lock(data)?;
    lock.try_lock_shared().with_context(|| format!("the clinic in {} is being replaced; wait", data.display()))?;
    Ok(Held { _lock: lock })
}

/// Holds `data` alone; refused while a program works on the clinic in it.
pub fn alone(data: &Path) -> anyhow::Result<Held> {
    let lock = lock(data)?;
    lock.try_lock().with_context(|| format!("the clinic in {} is being served; stop it first", data.display()))?;
    Ok(Held { _lock: lock })
}

fn lock(data: &Path) -> anyhow::Result<File> {
    let path = data.join("lock");
    File::create(&path).with_context(|| format!("{} cannot be written", path.display()))
}
