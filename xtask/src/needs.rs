//! What the tests need beside Rust and Node: PostgreSQL, Chromium, a font, a mail server. On Debian it is installed, elsewhere named.

use std::{fs, path::Path, process::Command};

use crate::process;

/// A Debian package, and a program of it that serves as well when it came another way.
struct Need {
    package: &'static str,
    program: Option<fn() -> bool>,
}

const NEEDS: [Need; 4] = [
    Need { package: "postgresql", program: Some(postgresql_is_there) },
    Need { package: "chromium-headless-shell", program: Some(chromium_is_there) },
    Need { package: "fonts-liberation", program: None },
    Need { package: "python3-aiosmtpd", program: Some(mail_server_is_there) },
];

/// Sees to everything, or says in one sentence what is to be done by hand.
pub(crate) fn provide() -> Result<(), String> {
    if !Path::new("/usr/bin/dpkg-query").exists() {
        return elsewhere();
    }
    let mut missing = missing_packages();
    if process::output("node", &["--version"]).is_none() {
        missing.extend(["nodejs", "npm"]);
    }
    if !missing.is_empty() {
        install(&missing)?;
    }
    node_is_new_enough()
}

fn elsewhere() -> Result<(), String> {
    if !(postgresql_is_there() && chromium_is_there() && mail_server_is_there()) {
        return Err("the tests need PostgreSQL 15 or newer in /usr/lib/postgresql/VERSION/bin, Chromium as \
             /usr/lib/chromium/chromium-headless-shell or /usr/bin/chromium, and Python's aiosmtpd; this system is not Debian, \
             so install them and run this again"
            .to_owned());
    }
    node_is_new_enough()
}

fn missing_packages() -> Vec<&'static str> {
    NEEDS
        .iter()
        .filter(|need| !need.program.is_some_and(|is_there| is_there()))
        .map(|need| need.package)
        .filter(|package| !is_installed(package))
        .collect()
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
