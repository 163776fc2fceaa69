//! What the documents name is there: tests, files, and sentences of browser tests.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says so by panicking")]

#[path = "support/source.rs"]
mod source;

use std::{collections::BTreeMap, fs, path::Path};

use source::{files, none, regex};

/// Tests and files that documents name, in backticks, and that are not there: `file.rs: name, name`, with further names
/// alone in backticks behind it, and whole paths; and sentences of browser tests behind their file's name in italics.
fn missing_places(documents: &BTreeMap<String, String>) -> Vec<String> {
    let code_blocks = regex("(?s)```.*?```");
    let breaks = regex(r"\n\s*\n|\n(?:\||- |[0-9]+\. )");
    let (backticks, sentences) = (regex("`([^`]+)`"), regex(r#"\*([A-Za-z-]+)\*:? ("[^"]+"(?:, "[^"]+")*)"#));
    let mut faults = Vec::new();
    for (path, text) in documents {
        for paragraph in breaks.split(&code_blocks.replace_all(text, "")) {
            let words = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
            let quoted: Vec<&str> =
                backticks.captures_iter(&words).map(|found| found.get(1).unwrap().as_str()).collect();
            let mut missing = unnamed(&quoted);
            for found in sentences.captures_iter(&words) {
                let source = source_of(&format!("{}.test.ts", found[1].to_lowercase())).unwrap_or_default();
                let begun =
                    found[2].split('"').map(|begun| begun.trim_end_matches('…')).filter(|begun| begun.len() > 2);
                missing.extend(begun.filter(|begun| !source.contains(begun)).map(str::to_owned));
            }
            faults.extend(missing.into_iter().map(|name| format!("{path} names {name}, which is not there")));
        }
    }
    faults
}

/// Of what stands in backticks in a paragraph, the names and paths that are not there.
fn unnamed(quoted: &[&str]) -> Vec<String> {
    let is_path = |text: &str| {
        text.contains('/') && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "/._-".contains(letter))
    };
    let tops = ["src/", "tests/", "e2e/", "docs/", "locales/", "migrations/", "bench/", "web/", "xtask/"];
    let is_name = |text: &str| {
        let letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        text.matches('_').count() >= 3 && !text.contains("__") && text.chars().all(letter)
    };
    let is_source = |text: &str| Path::new(text).extension().is_some_and(|extension| extension == "rs");
    let mut missing = Vec::new();
    let mut last = None;
    for text in quoted {
        if is_source(text) {
            last = source_of(text);
        }
        if let Some((file, names)) = text.split_once(": ").filter(|(file, _)| is_path(file) || is_source(file)) {
            last = source_of(file);
            match &last {
                Some(source) => {
                    missing.extend(names.split(", ").filter(|name| !defines(source, name)).map(str::to_owned));
                }
                None => missing.push(file.to_owned()),
            }
        } else if is_name(text) {
            let anywhere = || files("tests", "rs").into_values().collect();
            if !defines(&last.clone().unwrap_or_else(anywhere), text) {
                missing.push((*text).to_owned());
            }
        } else if is_path(text)
            && tops.iter().any(|top| text.starts_with(top))
            && !text.contains("NNNN")
            && !text.contains("FEATURE")
            && !is_made(text)
            && place_of(text).is_none()
        {
            missing.push((*text).to_owned());
        }
    }
    missing
}

/// Whether a path lies in a folder that a build or a test makes, and that no clean checkout has.
fn is_made(path: &str) -> bool {
    let ignored = fs::read_to_string(".gitignore").unwrap();
    ignored.lines().any(|made| Path::new(path).starts_with(made.trim_start_matches('/')))
}

/// Where a file or folder lies that documents name for short.
fn place_of(named: &str) -> Option<String> {
    let tops = ["tests/", "", "src/", "src/clinic/", "src/infra/", "e2e/tests/"];
    tops.iter().map(|top| format!("{top}{named}")).find(|place| Path::new(place).exists())
}

/// The text of a file, or of all in a folder, as documents name it for short.
fn source_of(named: &str) -> Option<String> {
    let place = place_of(named)?;
    let is_folder = Path::new(&place).is_dir();
    if is_folder { Some(files(&place, "rs").into_values().collect()) } else { fs::read_to_string(place).ok() }
}

/// Whether something in `source` is called `name`.
fn defines(source: &str, name: &str) -> bool {
    let name = name.rsplit("::").next().unwrap_or(name);
    ["fn", "struct", "enum", "type", "const", "mod"].iter().any(|kind| {
        let begun = format!("{kind} {name}");
        source.match_indices(&begun).any(|(at, _)| source[at + begun.len()..].starts_with([' ', '(', '<', ':', ';']))
    })
}

#[test]
fn what_the_documents_name_is_there() {
    let mut documents = files("docs", "md");
    for entry in fs::read_dir(".").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            documents.insert(path.display().to_string(), fs::read_to_string(&path).unwrap());
        }
    }
    assert!(documents.contains_key("./ARCHITECTURE.md") && documents.contains_key("docs/asvs.md"));
    none(missing_places(&documents));
}

#[test]
fn a_test_that_is_named_and_not_there_is_seen() {
    let document = |text: &str| BTreeMap::from([("planted".to_owned(), text.to_owned())]);
    for planted in [
        "`architecture.rs: rules_touch_something`",
        "`architecture.rs: rules_touch_nothing`,\n`a_test_that_nobody_has_written`",
        "| `architecture.rs:\nrules_touch_nothing, rules_touch_something` |",
        "`src/web/forms.rs: nothing_of_this_name`",
        "`planted.rs: rules_touch_nothing`",
        "`a_test_that_nobody_has_written`",
        "`architecture.rs`, all of it, first `a_test_that_nobody_has_written`",
        "in `src/web/planted.rs`",
        "*whole-way* \"a sentence that no browser test begins…\"",
    ] {
        assert_eq!(missing_places(&document(planted)).len(), 1, "{planted}");
    }
    none(missing_places(&document(
        "`architecture.rs: rules_touch_nothing`, `arrows_run_one_way`; `csp.rs` is none; `src/web/forms.rs: optional, line`; \
         *without-javascript* \"both write by…\", \"the patient reads the prescription\"",
    )));
}
