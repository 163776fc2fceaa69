//! `cargo xtask dev`: a demo clinic from this tree that says when what it was built from has changed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, SystemTime},
};

use crate::process::command;

/// What goes into the program; dependencies change with `Cargo.lock`.
const SOURCES: [&str; 7] =
    ["src", "migrations", "locales", "web/src", "web/package-lock.json", "Cargo.lock", "build.rs"];

/// Runs until Ctrl-C or the end of the input. Enter rebuilds and starts anew.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<ExitCode, String> {
    let entered = lines_entered();
    println!("Enter rebuilds and starts anew, Ctrl-C ends");
    loop {
        let mut clinic = start(root, arguments)?;
        let again = watch(root, &entered);
        stop(&mut clinic);
        if !again {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

fn start(root: &Path, arguments: &[String]) -> Result<Child, String> {
    command(root, "cargo", &["run", "--quiet", "--", "demo"])
        .args(arguments)
        .spawn()
        .map_err(|error| format!("cargo: {error}"))
}

/// Waits for Enter (true) or the end of the input (false), and names a changed file once meanwhile.
fn watch(root: &Path, entered: &Receiver<()>) -> bool {
    let mut known = newest(root);
    loop {
        match entered.recv_timeout(Duration::from_secs(1)) {
            Ok(()) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => {}
        }
        let now = newest(root);
        if let Some((_, file)) = now.as_ref().filter(|_| now > known) {
            let file = file.strip_prefix(root).unwrap_or(file);
            println!("{} changed: Enter rebuilds", file.display());
        }
        known = now.max(known);
    }
}

/// SIGTERM, as a service manager would: `cargo run` has become the program itself.
fn stop(clinic: &mut Child) {
    let asked = Command::new("kill").arg(clinic.id().to_string()).status();
    if !asked.is_ok_and(|status| status.success()) {
        clinic.kill().ok();
    }
    clinic.wait().ok();
}

fn lines_entered() -> Receiver<()> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in std::io::stdin().lines() {
            if line.is_err() || sender.send(()).is_err() {
                return;
            }
        }
    });
    receiver
}

/// The source that changed last, and when.
fn newest(root: &Path) -> Option<(SystemTime, PathBuf)> {
    let mut waiting: Vec<PathBuf> = SOURCES.iter().map(|source| root.join(source)).collect();
    let mut newest = None;
    while let Some(path) = waiting.pop() {
        if let Ok(entries) = fs::read_dir(&path) {
            waiting.extend(entries.flatten().map(|entry| entry.path()));
        } else if let Ok(changed) = path.metadata().and_then(|file| file.modified()) {
            newest = newest.max(Some((changed, path)));
        }
    }
    newest
}
