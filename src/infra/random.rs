//! Chance, from the operating system and from nowhere else.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// `N` random bytes.
///
/// # Panics
///
/// If the operating system has no randomness to give: nothing that Praktik does would be safe then.
#[expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "the one source of chance; without it nothing is safe"
)]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A secret of 256 bits in URL-safe letters, for cookies and one-time links.
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// Whether `text` has the form of a [`token`].
pub fn is_token(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
