//! Reads the command line and does what it says.

#![warn(clippy::print_stderr, clippy::print_stdout)]

use std::{
    io::{IsTerminal as _, stderr},
    process::ExitCode,
};

use praktik::{commands::Cli, infra::print};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("PRAKTIK_LOG").unwrap_or_else(|_| EnvFilter::new("praktik=info,warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).log_internal_errors(false);
    // People read the log at a terminal; anywhere else programs collect it (O4).
    if stderr().is_terminal() {
        log.init();
    } else {
        log.json().init();
    }
    let done = match Cli::read() {
        Ok(command) => command.run().await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print::note(format_args!("praktik: {}", whole(&error)));
            ExitCode::FAILURE
        }
    }
}

/// An error with its causes, each said once: many repeat theirs.
fn whole(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |said, cause| match said.as_str() {
        "" => cause,
        before if before.contains(&cause) => said,
        before => format!("{before}: {cause}"),
    })
}
