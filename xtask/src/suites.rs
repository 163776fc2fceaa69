//! Every suite: the Rust tests of the workspace, then two people in a browser against the same build.

use std::{num::NonZero, path::Path, thread};

use crate::{
    process::{self, Outcome, command},
    report::{Report, Row},
    scratch,
};

/// Builds all that is tested, the program and the examples that the browser tests start among it; false if it does not
/// build.
pub(crate) fn build(root: &Path, report: &mut Report) -> bool {
    let tests = ["test", "--workspace", "--locked", "--no-run"];
    let Outcome { succeeded, seconds } = process::run(command(root, "cargo", &tests));
    report.add_check("build of the Rust tests", succeeded, seconds);
    succeeded
}

pub(crate) fn run(root: &Path, report: &mut Report) {
    let scratch = scratch::folder();
    rust(root, &scratch, report);
    browser(root, &scratch, report);
}

/// `cargo test` prints a line for each test program it starts and a result line when it ends.
fn rust(root: &Path, scratch: &Path, report: &mut Report) {
    let tests = ["test", "--workspace", "--locked", "--no-fail-fast"];
    let mut rows: Vec<Row> = Vec::new();
    let mut running = None;
    let mut cargo = command(root, "cargo", &tests);
    cargo.env("TMPDIR", scratch).env("RUST_TEST_THREADS", at_once().to_string());
    let Outcome { succeeded, .. } = process::stream(cargo, |line| {
        if let Some(name) = test_program(line) {
            running = Some(name);
        } else if let Some(mut row) = result_line(line) {
            row.name = running.take().unwrap_or_else(|| "rust".to_owned());
            rows.push(row);
        }
    });
    let counted = rows.iter().any(|row| row.failed > 0);
    if let Some(name) = running {
        // A program that crashed left its name without a result.
        report.add_check(&name, false, 0.0);
    } else if !succeeded && !counted {
        report.add_check("rust", false, 0.0);
    }
    for row in rows {
        // Most binaries have no tests of their own.
        if row.passed + row.failed + row.ignored > 0 {
            report.add(row);
        }
    }
}

/// Tests that run at once: one more than there are processors, since each waits now and then for a database or for time.
fn at_once() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get) + 1
}

fn browser(root: &Path, scratch: &Path, report: &mut Report) {
    let folder = root.join("e2e");
    let packages = process::npm_packages(&folder);
    if !packages.succeeded {
        report.add_check("browser", false, packages.seconds);
        return;
    }
    let mut totals = None;
    let mut tests = command(&folder, "npm", &["test", "--silent"]);
    tests.env("TMPDIR", scratch);
    let outcome = process::stream(tests, |line| {
        totals = browser_totals(line).or(totals);
    });
    let (passed, failed) = totals.unwrap_or_default();
    report.add(Row {
        name: "browser".to_owned(),
        passed,
        failed,
        ignored: 0,
        seconds: packages.seconds + outcome.seconds,
        broken: !outcome.succeeded || totals.is_none(),
    });
}

/// `     Running unittests src/lib.rs (target/debug/deps/praktik-0123)` or `   Doc-tests praktik`.
fn test_program(line: &str) -> Option<String> {
    let line = line.trim_start();
    if let Some(name) = line.strip_prefix("Doc-tests ") {
        return Some(format!("{name} (documentation)"));
    }
    let (source, program) = line.strip_prefix("Running ")?.split_once(" (")?;
    let program = program.rsplit('/').next()?;
    let (name, _hash) = program.rsplit_once('-')?;
    let source = source.trim_start_matches("unittests ");
    Some(format!("{name} {source}"))
}

/// `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.53s`
fn result_line(line: &str) -> Option<Row> {
    let (_verdict, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let count = |word: &str| counts.split("; ").find_map(|part| part.strip_suffix(word)?.trim().parse().ok());
    let seconds =
        counts.rsplit_once("finished in ").and_then(|(_, seconds)| seconds.trim_end_matches('s').parse().ok());
    Some(Row {
        name: String::new(),
        passed: count("passed")?,
        failed: count("failed")?,
        ignored: count("ignored").unwrap_or_default(),
        seconds: seconds.unwrap_or_default(),
        broken: false,
    })
}

/// The browser suite's last line: `browser: 5 passed, 0 failed`.
fn browser_totals(line: &str) -> Option<(u64, u64)> {
    let (passed, failed) = line.strip_prefix("browser: ")?.split_once(" passed, ")?;
    Some((passed.parse().ok()?, failed.strip_suffix(" failed")?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{browser_totals, result_line, test_program};

    #[test]
    fn a_result_line_gives_its_counts() {
        let line = "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.53s";
        let row = result_line(line).expect("it is a result line");
        assert_eq!((row.passed, row.failed, row.ignored), (12, 2, 1));
        assert!((row.seconds - 0.53).abs() < f64::EPSILON);
        assert!(result_line("test rules::a_slot ... ok").is_none());
    }

    #[test]
    fn a_test_program_is_named_by_its_source() {
        let line = "     Running unittests src/lib.rs (target/debug/deps/praktik-0123abc)";
        assert_eq!(test_program(line).as_deref(), Some("praktik src/lib.rs"));
        let line = "   Doc-tests praktik";
        assert_eq!(test_program(line).as_deref(), Some("praktik (documentation)"));
        assert_eq!(test_program("test a ... ok"), None);
    }

    #[test]
    fn the_browser_suites_last_line_is_read() {
        assert_eq!(browser_totals("browser: 5 passed, 1 failed"), Some((5, 1)));
        assert_eq!(browser_totals("browser: it passed, nothing failed"), None);
    }
}
