//! What CI asks beside the tests: format, the web sources, and what the program may be built from. Lints come with the
//! build of the tests.

use std::path::Path;

use crate::{
    process::{self, Outcome, command},
    report::Report,
};

/// Pinned, so that a new release of the tool cannot turn a commit red.
const CARGO_DENY: &str = "0.20.2";

pub(crate) fn run(root: &Path, report: &mut Report) {
    let mut check = |name: &str, outcome: Outcome| {
        report.add_check(name, outcome.succeeded, outcome.seconds);
    };
    check("format", process::run(command(root, "cargo", &["fmt", "--all", "--check"])));
    check("web", npm_check(&root.join("web")));
    check("browser tests' sources", npm_check(&root.join("e2e")));
}

fn npm_check(folder: &Path) -> Outcome {
    let packages = process::npm_packages(folder);
    if !packages.succeeded {
        return packages;
    }
    let check = process::run(command(folder, "npm", &["run", "--silent", "check"]));
    Outcome { succeeded: check.succeeded, seconds: packages.seconds + check.seconds }
}

/// What the program may be built from, by its licence and its source.
pub(crate) fn licences(root: &Path) -> Outcome {
    let folder = root.join("target/tools");
    let tool = folder.join("bin/cargo-deny");
    let installed = install_cargo_deny(&folder, &tool);
    if !installed.succeeded {
        return installed;
    }
    let kinds = ["bans", "licenses", "sources"];
    let arguments = [&["--workspace", "--locked", "check"][..], &kinds].concat();
    let check = process::run(command(root, &tool.to_string_lossy(), &arguments));
    Outcome { succeeded: check.succeeded, seconds: installed.seconds + check.seconds }
}

/// Builds the tool where it is missing: in the debug profile, which is fast enough for one run, and of what the suites leave
/// idle, since nobody waits for it before their end.
fn install_cargo_deny(folder: &Path, tool: &Path) -> Outcome {
    let version = process::output(&tool.to_string_lossy(), &["--version"]);
    if version.is_some_and(|version| version == format!("cargo-deny {CARGO_DENY}")) {
        return Outcome { succeeded: true, seconds: 0.0 };
    }
    let mut install =
        command(Path::new("."), "nice", &["-n", "19", "cargo", "install", "--locked", "--debug", "--force"]);
    install
        .args(["cargo-deny", "--version", CARGO_DENY, "--root"])
        .arg(folder)
        // Nobody debugs it: without symbols it writes a third.
        .env("CARGO_PROFILE_DEV_DEBUG", "false");
    process::run(install)
}
