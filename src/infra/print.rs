//! What commands say. Whoever reads it may stop before the end, as `praktik routes | head` does: that breaks nothing.

use std::{
    fmt::{Arguments, Display},
    io::{self, ErrorKind},
};

/// Prints a line to standard output, as `println!` does; it fails where a file cannot take it, say on a full disk.
pub fn line(text: impl Display) -> io::Result<()> {
    unless_nobody_reads(write(io::stdout().lock(), format_args!("{text}\n")))
}

/// Prints a line to standard error; that it cannot be said can be told to nobody.
pub fn note(text: impl Display) {
    let _ = write(io::stderr().lock(), format_args!("{text}\n"));
}

fn write(mut to: impl io::Write, text: Arguments<'_>) -> io::Result<()> {
    to.write_fmt(text)?;
    to.flush()
}

fn unless_nobody_reads(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
