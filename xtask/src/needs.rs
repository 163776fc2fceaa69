//! What the tests need beside Rust and Node: PostgreSQL, Chromium, a font, a mail server. On Debian it is installed, elsewhere
//! named.

use std::{fs, path::Path, process::Command};

use crate::process;

/// A Debian package, and the program of it, which serves as well when it came another way.
pub(crate) struct Need {
    package: &'static str,
    program: Option<Program>,
}

/// How it is found, and what it is called where somebody has to install it by hand.
struct Program {
    is_there: fn() -> bool,
    name: &'static str,
}

pub(crate) const CHECKS: &[Need] = &[need("python3-pip", pip_is_there, "python3 with pip")];

pub(crate) const SUITES: &[Need] = &[
    need("postgresql", postgresql_is_there, "PostgreSQL 15 or newer in /usr/lib/postgresql/VERSION/bin"),
    need(
        "chromium-headless-shell",
        chromium_is_there,
        "Chromium as /usr/lib/chromium/chromium-headless-shell or /usr/bin/chromium",
    ),
    Need { package: "fonts-liberation", program: None },
    need("python3-aiosmtpd", mail_server_is_there, "aiosmtpd of /usr/bin/python3"),
];

const fn need(package: &'static str, is_there: fn() -> bool, name: &'static str) -> Need {
    Need { package, program: Some(Program { is_there, name }) }
}

/// Sees to everything, or says in one sentence what is to be done by hand.
pub(crate) fn provide(needs: &[Need]) -> Result<(), String> {
    let missing = needs.iter().filter(|need| !need.program.as_ref().is_some_and(|program| (program.is_there)()));
    if Path::new("/usr/bin/dpkg-query").exists() {
        install_missing(missing.map(|need| need.package))?;
    } else {
        name_missing(missing.filter_map(|need| need.program.as_ref()))?;
    }
    node_is_new_enough()
}

fn install_missing(packages: impl Iterator<Item = &'static str>) -> Result<(), String> {
    let mut packages: Vec<_> = packages.filter(|package| !is_installed(package)).collect();
    if process::output("node", &["--version"]).is_none() {
        packages.extend(["nodejs", "npm"]);
    }
    if packages.is_empty() { Ok(()) } else { install(&packages) }
}

fn name_missing<'needs>(programs: impl Iterator<Item = &'needs Program>) -> Result<(), String> {
    let names: Vec<_> = programs.map(|program| program.name).collect();
    if names.is_empty() {
        return Ok(());
    }
    Err(format!("this system is not Debian; install by hand, and run this again: {}", names.join(", ")))
}

fn is_installed(package: &str) -> bool {
    process::output("dpkg-query", &["--show", "--showformat=${Status}", package])
        .is_some_and(|status| status == "install ok installed")
}

fn postgresql_is_there() -> bool {
    fs::read_dir("/usr/lib/postgresql")
        .is_ok_and(|versions| versions.flatten().any(|version| version.path().join("bin/initdb").exists()))
}

/// The places where `e2e/harness/browser.ts` looks: Chromium that has no window to draw needs a fifth less time.
fn chromium_is_there() -> bool {
    ["/usr/lib/chromium/chromium-headless-shell", "/usr/bin/chromium"].iter().any(|place| Path::new(place).exists())
}

fn mail_server_is_there() -> bool {
    process::output("/usr/bin/python3", &["-c", "import aiosmtpd"]).is_some()
}

fn pip_is_there() -> bool {
    process::output("python3", &["-m", "pip", "--version"]).is_some()
}

fn install(packages: &[&str]) -> Result<(), String> {
    let list = packages.join(" ");
    if process::output("id", &["-u"]).as_deref() != Some("0") {
        return Err(format!(
            "the tests need packages that only root can install. Run this, then try again:\n\n  \
             sudo apt-get update && sudo apt-get install --yes --no-install-recommends {list}\n"
        ));
    }
    let update = ["update", "--quiet"];
    let install = ["install", "--quiet", "--yes", "--no-install-recommends"];
    let done = apt(&update).succeeded && apt(&[&install, packages].concat()).succeeded;
    if done { Ok(()) } else { Err(format!("apt-get could not install {list}; its message above says why")) }
}

fn apt(arguments: &[&str]) -> process::Outcome {
    let mut command = Command::new("apt-get");
    command.args(["-o", "Acquire::Retries=3"]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    process::run(command)
}

/// Vite, which builds the pages' scripts, sets the bound.
fn node_is_new_enough() -> Result<(), String> {
    let needed = "the web parts need Node 20.19 or newer with npm";
    let Some(version) = process::output("node", &["--version"]) else {
        return Err(format!("{needed}; `node` is not in the path"));
    };
    if process::output("npm", &["--version"]).is_none() {
        return Err(format!("{needed}; `npm` is not in the path"));
    }
    if parse_version(&version).is_some_and(|version| version >= (20, 19)) {
        Ok(())
    } else {
        Err(format!("{needed}; this is {version}"))
    }
}

/// `v20.19.2` as major and minor.
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::parse_version;

    #[test]
    fn node_versions_are_compared_as_numbers() {
        assert_eq!(parse_version("v20.19.2"), Some((20, 19)));
        assert!(parse_version("v20.9.0") < Some((20, 19)));
        assert!(parse_version("v22.1.0") > Some((20, 19)));
        assert_eq!(parse_version("unknown"), None);
    }
}
