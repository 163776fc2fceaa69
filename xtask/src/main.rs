//! The project's commands: everything that proves or runs the program, the same here and in CI.

mod checks;
mod dev;
mod needs;
mod process;
mod report;
mod scratch;
mod suites;

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

use report::Report;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  test          installs what the tests need, runs every suite, closes with a summary
  check         format, the web sources, and what the program may be built from
  bench NAME    measures; NAME is one of bench/README.md
  dev [ARGS]    a demo clinic from this tree; says when sources change, Enter rebuilds (ARGS go to `praktik demo`)";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let root = root();
    let outcome = match arguments.split_first() {
        Some((command, [])) if command == "test" => test(&root),
        Some((command, [])) if command == "check" => check(&root),
        Some((command, [name])) if command == "bench" => Ok(bench(&root, name)),
        Some((command, rest)) if command == "dev" => dev::run(&root, rest),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(code) => code,
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn test(root: &Path) -> Result<ExitCode, String> {
    needs::provide(needs::SUITES)?;
    let mut report = Report::start();
    if suites::build(root, &mut report) {
        suites::run(root, &mut report);
    }
    Ok(report.close())
}

fn check(root: &Path) -> Result<ExitCode, String> {
    needs::provide(needs::CHECKS)?;
    match checks::failed(root).as_slice() {
        [] => Ok(ExitCode::SUCCESS),
        failed => Err(format!("{} failed; the messages above say why", failed.join(", "))),
    }
}

/// Measures with a program of `bench/`, in a build without debugging aids.
fn bench(root: &Path, name: &str) -> ExitCode {
    let program = format!("bench-{name}");
    let run = process::command(root, "cargo", &["run", "--release", "--locked", "--example", &program]);
    if process::run(run).succeeded { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The repository: the folder above this crate, wherever the command was called from.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
