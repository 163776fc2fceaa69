//! Builds what browsers load (scripts, styles, the font, icons) into `OUT_DIR`, so that `cargo run` alone is enough:
//! `OUT_DIR/assets` with Vite's manifest, and `OUT_DIR/icons/NAME.svg` for each icon named in `web/icons.txt`.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What Vite reads beside `web/src`, `web/public` and the templates.
const SETTINGS: [&str; 4] = ["package-lock.json", "package.json", "pack.mjs", "vite.config.ts"];
const NODE: u32 = 20;
const CURE: &str =
    "the pages' scripts and styles are built with Node.js: install Node.js 20 or later and npm, then build again";

fn main() {
    if let Err(sentence) = build() {
        // Cargo takes one line a message.
        println!("cargo::error={}", sentence.replace('\n', " "));
    }
}

fn build() -> Result<(), String> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(variable("OUT_DIR")?);
    let web = root.join("web");

    // The whole of `src` is watched, since a new template has no name yet that could be watched. A change of Rust code alone
    // ends at the fingerprint below.
    for watched in ["build.rs", "src", "web/src", "web/public", "web/icons.txt"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    for name in SETTINGS {
        println!("cargo::rerun-if-changed=web/{name}");
    }

    let fingerprint = fingerprint(&root, &web)?;
    let stamp = out.join("assets.stamp");
    if fs::read_to_string(&stamp).is_ok_and(|last| last == fingerprint)
        && out.join("assets/.vite/manifest.json").exists()
    {
        return Ok(());
    }

    require_node()?;
    install(&web)?;
    bundle(&web, &out.join("assets"))?;
    icons(&web, &out.join("icons"))?;
    write(&stamp, &fingerprint)
}

/// A short text that changes with anything that the assets are made of.
fn fingerprint(root: &Path, web: &Path) -> Result<String, String> {
    let mut files = BTreeSet::new();
    walk(&root.join("src"), &mut |path| {
        if path.extension().is_some_and(|extension| extension == "html") {
            files.insert(path.to_owned());
        }
    })?;
    for folder in ["src", "public"] {
        walk(&web.join(folder), &mut |path| {
            files.insert(path.to_owned());
        })?;
    }
    files.extend(SETTINGS.iter().map(|name| web.join(name)));
    files.insert(web.join("icons.txt"));
    files.insert(root.join("build.rs"));

    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        fs::read(&file).map_err(|error| format!("cannot read {}: {error}", file.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn walk(folder: &Path, visit: &mut dyn FnMut(&Path)) -> Result<(), String> {
    let refused = |error| format!("cannot read {}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(refused)? {
        let entry = entry.map_err(refused)?;
        let path = entry.path();
        if entry.file_type().map_err(refused)?.is_dir() {
            walk(&path, visit)?;
        } else {
            visit(&path);
        }
    }
    Ok(())
}

fn require_node() -> Result<(), String> {
    let node = Command::new("node").arg("--version").output().map_err(|_| CURE.to_owned())?;
    let version = String::from_utf8_lossy(&node.stdout).trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE) {
        return Err(format!("{CURE} (found Node.js {version})"));
    }
    npm().arg("--version").output().map_err(|_| CURE.to_owned())?;
    Ok(())
}

/// `npm ci`, once for each state of the lock file: it empties `node_modules` and takes seconds.
fn install(web: &Path) -> Result<(), String> {
    let lock = web.join("package-lock.json");
    let wanted = fs::read_to_string(&lock).map_err(|error| format!("cannot read {}: {error}", lock.display()))?;
    let stamp = web.join("node_modules/.installed-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    run(npm().arg("ci").current_dir(web), "npm ci in web/ failed: is the package registry reachable?")?;
    write(&stamp, &wanted)
}

fn bundle(web: &Path, assets: &Path) -> Result<(), String> {
    run(
        Command::new("node")
            .args(["node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"])
            .env("PRAKTIK_ASSETS_OUT", assets)
            .env("NODE_ENV", "production")
            .current_dir(web),
        "the scripts and styles in web/ cannot be built",
    )?;
    run(Command::new("node").arg("pack.mjs").arg(assets).current_dir(web), "the scripts and styles cannot be packed")
}

/// Icons as the pages write them: one line that begins with `<svg `, without size or class (the page puts its class in).
fn icons(web: &Path, folder: &Path) -> Result<(), String> {
    let names = web.join("icons.txt");
    let names = fs::read_to_string(&names).map_err(|error| format!("cannot read {}: {error}", names.display()))?;
    fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    for name in names.lines().map(str::trim).filter(|name| !name.is_empty()) {
        let source = web.join("node_modules/lucide-static/icons").join(format!("{name}.svg"));
        let drawing = fs::read_to_string(&source)
            .map_err(|_| format!("web/icons.txt names the icon {name}, which lucide does not have"))?;
        let shapes = drawing
            .split_once("<svg")
            .and_then(|(_, rest)| rest.split_once('>'))
            .and_then(|(_, rest)| rest.rsplit_once("</svg>"))
            .map(|(shapes, _)| shapes.lines().map(str::trim).collect::<String>())
            .ok_or_else(|| format!("{} is not an icon as expected", source.display()))?;
        let icon = format!(
            r#"<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{shapes}</svg>"#
        );
        write(&folder.join(format!("{name}.svg")), &icon)?;
    }
    Ok(())
}

fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

fn run(command: &mut Command, failure: &str) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{failure} ({error})"))?;
    if output.status.success() {
        return Ok(());
    }
    // The tool's own words stand above Cargo's summary.
    eprintln!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(failure.to_owned())
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("{name} is not set: this program is run by Cargo"))
}
