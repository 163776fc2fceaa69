//! TLS of connections that go out: rustls with ring everywhere.

/// Chooses the cryptography of every TLS connection of this program. Calling it again is harmless.
pub fn install() {
    // Whoever was first chose the same: there is no other in the program.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
