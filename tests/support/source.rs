//! The project's own text, for tests that read it.

use std::{collections::BTreeMap, fs, sync::Mutex};

use regex::Regex;
use walkdir::WalkDir;

/// Files below `folder` that end in `.extension`, with their text.
pub fn files(folder: &str, extension: &str) -> BTreeMap<String, String> {
    let found: BTreeMap<String, String> = WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect(folder).into_path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| (path.to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect();
    assert!(!found.is_empty(), "no .{extension} in {folder}: are the tests run in the root of the project?");
    found
}

/// A pattern that is right. It is built once, however many texts are read with it: building takes longer than reading.
pub fn regex(pattern: &str) -> Regex {
    static BUILT: Mutex<BTreeMap<String, Regex>> = Mutex::new(BTreeMap::new());
    BUILT.lock().unwrap().entry(pattern.to_owned()).or_insert_with(|| Regex::new(pattern).unwrap()).clone()
}

/// No fault was found, or all of them are said.
#[expect(clippy::needless_pass_by_value, reason = "a check's faults end here")]
pub fn none(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
