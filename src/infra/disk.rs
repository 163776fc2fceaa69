//! Names that outlast a power cut: a file that is on the disk is lost all the same while its folder does not name it.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

/// Brings to the disk that `path` is in its folder, and under which name.
pub fn keep_name(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fail::fail_point!(&format!("keep-name-in {}", folder.display()), |_| Err(io::Error::other("the disk failed")));
    File::open(folder)?.sync_all()
}

/// Makes the folder `path` and those that it lies in, where there are none; on the disk when this returns.
pub fn make_folder(path: &Path) -> io::Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent() {
        make_folder(above)?;
    }
    match fs::create_dir(path) {
        // Another program was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
        made => made?,
    }
    keep_name(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_on_the_disk_by_each_that_it_lies_in() {
        let scenario = fail::FailScenario::setup();
        let root = tempfile::TempDir::new().unwrap();
        let (above, data) = (root.path().join("clinics"), root.path().join("clinics/one"));
        for folder in [root.path(), &above] {
            let point = format!("keep-name-in {}", folder.display());
            fail::cfg(&point, "return").unwrap();
            assert!(make_folder(&data).is_err(), "{}", folder.display());
            fail::remove(&point);
            fs::remove_dir_all(&above).unwrap();
        }
        make_folder(&data).unwrap();
        make_folder(&data).unwrap();
        assert!(data.is_dir());
        fs::write(data.join("file"), "").unwrap();
        assert!(make_folder(&data.join("file")).is_err(), "a file is no folder");
        scenario.teardown();
    }
}
