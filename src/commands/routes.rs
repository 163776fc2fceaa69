//! `praktik routes`: the route table as text.

use std::io;

use crate::{infra::print, router};

/// Prints a line per route.
pub fn run() -> io::Result<()> {
    router::lines().iter().try_for_each(print::line)
}
