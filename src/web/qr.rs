//! QR codes (ISO/IEC 18004) as paths that a page draws by plain attributes.

use std::fmt::Write as _;

use fast_qr::QRBuilder;

/// A code to be drawn in dark on white: `<path d="…">` in a view box of `size` by `size`, the quiet zone included.
#[derive(Clone)]
pub struct QrCode {
    /// Modules along a side.
    pub size: usize,
    /// The dark modules.
    pub path: String,
}

/// Modules of white around a code, as the standard asks for.
const QUIET: usize = 4;

impl QrCode {
    /// The code of `text`; nothing if it is longer than any code can hold.
    pub fn of(text: &str) -> Option<Self> {
        let code = QRBuilder::new(text).build().ok()?;
        let mut path = String::new();
        for y in 0..code.size {
            let row = code.data.get(y * code.size..(y + 1) * code.size)?;
            for (x, _) in row.iter().enumerate().filter(|(_, module)| module.value()) {
                write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET).ok()?;
            }
        }
        Some(Self { size: code.size + 2 * QUIET, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners_and_a_quiet_zone() {
        let code = QrCode::of("otpauth://totp/Klinik:siti").unwrap();
        for corner in [format!("M{QUIET} {QUIET}h"), format!("M{} {QUIET}h", code.size - QUIET - 1)] {
            assert!(code.path.contains(&corner), "{corner}");
        }
        assert!(!code.path.contains("M0 ") && !code.path.contains("M3 "));
        assert!(QrCode::of(&"x".repeat(8_000)).is_none());
    }
}
