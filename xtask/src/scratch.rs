//! Where the tests write: in memory where there is room. They make hundreds of databases, which a disk takes ten times as
//! long to copy; what would survive a power cut is not theirs to show.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::process;

/// Kept in memory by Linux.
const IN_MEMORY: &str = "/dev/shm";
/// What the databases of all tests come to, and as much again for the programs beside them.
const MEBIBYTES: u64 = 8 * 1024;

/// A folder for everything temporary.
pub(crate) fn folder() -> PathBuf {
    let roomy = [free_memory(), free_room(Path::new(IN_MEMORY))].into_iter().all(|free| free >= Some(MEBIBYTES));
    if roomy { PathBuf::from(IN_MEMORY) } else { std::env::temp_dir() }
}

fn free_memory() -> Option<u64> {
    available(&fs::read_to_string("/proc/meminfo").ok()?)
}

/// The line `MemAvailable:   24078260 kB`, in mebibytes.
fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? / 1024)
}

fn free_room(folder: &Path) -> Option<u64> {
    let table = process::output("df", &["--output=avail", "--block-size=1M", folder.to_str()?])?;
    table.lines().last()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::available;

    #[test]
    fn memory_that_is_free_is_read_in_mebibytes() {
        assert_eq!(available("MemTotal:  25165824 kB\nMemAvailable:   10485760 kB\n"), Some(10_240));
        assert_eq!(available("MemTotal:  25165824 kB\n"), None);
    }
}
