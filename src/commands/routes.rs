//! `praktik routes`: the route table as text.

/// Prints a line per route.
pub fn print() {
    for route in crate::router::routes() {
        println!("{}", route.line());
    }
}
