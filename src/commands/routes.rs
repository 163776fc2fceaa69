//! `praktik routes`: the route table as text.

/// Prints a line per route.
pub fn print() {
    for line in crate::router::lines() {
        println!("{line}");
    }
}
