//! Running other programs: plainly, or with every line of their output read on its way to the terminal.

use std::{
    io::{BufRead, BufReader, Write, pipe},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

/// How a program ended and how long it took.
pub(crate) struct Outcome {
    pub(crate) succeeded: bool,
    pub(crate) seconds: f64,
}

/// Measures what the summary tells.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the seconds of a real run are measured, not tested")]
        Self(Instant::now())
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

/// `program argument…` in a folder.
pub(crate) fn command(folder: &Path, program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).args(arguments);
    command
}

/// Runs it with the terminal as its own.
pub(crate) fn run(mut command: Command) -> Outcome {
    announce(&command);
    let watch = Stopwatch::start();
    let succeeded = match command.status() {
        Ok(status) => status.success(),
        Err(error) => {
            eprintln!("{}: {error}", command.get_program().display());
            false
        }
    };
    Outcome { succeeded, seconds: watch.seconds() }
}

/// Runs it and shows each line to `see` as it comes. Both of its outputs share one pipe, so that the lines keep their order.
pub(crate) fn stream(mut command: Command, mut see: impl FnMut(&str)) -> Outcome {
    announce(&command);
    let watch = Stopwatch::start();
    let succeeded = match stream_lines(&mut command, &mut see) {
        Ok(succeeded) => succeeded,
        Err(error) => {
            eprintln!("{}: {error}", command.get_program().display());
            false
        }
    };
    Outcome { succeeded, seconds: watch.seconds() }
}

fn stream_lines(command: &mut Command, see: &mut impl FnMut(&str)) -> std::io::Result<bool> {
    let (reader, writer) = pipe()?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn()?;
    // The command still holds the writing ends; replaced, they close, and reading ends with the program.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut reader = BufReader::new(reader);
    let mut terminal = std::io::stdout();
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        terminal.write_all(&line)?;
        terminal.flush()?;
        see(String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
    child.wait().map(|status| status.success())
}

/// What a program prints, if it is there and succeeds.
pub(crate) fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

fn announce(command: &Command) {
    let arguments: Vec<_> = command.get_args().map(|a| a.to_string_lossy()).collect();
    println!("\n$ {} {}", command.get_program().display(), arguments.join(" "));
}

/// The packages of a web folder exactly as its lock file says; nothing to do where that has already happened.
pub(crate) fn npm_packages(folder: &Path) -> Outcome {
    install(folder, "package-lock.json", "node_modules/.package-lock.json", command(folder, "npm", &["ci"]))
}

/// Installs what a file of `folder` locks, where `installed` is not as new as that file.
pub(crate) fn install(folder: &Path, locked: &str, installed: &str, command: Command) -> Outcome {
    let changed = |name: &str| folder.join(name).metadata().and_then(|file| file.modified());
    match (changed(installed), changed(locked)) {
        (Ok(installed), Ok(locked)) if installed >= locked => Outcome { succeeded: true, seconds: 0.0 },
        _ => run(command),
    }
}
