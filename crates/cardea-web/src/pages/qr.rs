//! A QR code as one path of an SVG.

use std::fmt;
use std::fmt::Write as _;

use qrcodegen::{QrCode as Matrix, QrCodeEcc};

/// A text as dark and light squares. It may hold a secret, so `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct QrCode {
    path: String,
    side: i32,
}

/// Light squares around the code, ISO/IEC 18004 section 9.1.
const QUIET: i32 = 4;

impl QrCode {
    /// Encodes a text; `None` where it is too long for a QR code (about 2,300 bytes).
    pub fn of(text: &str) -> Option<Self> {
        let matrix = Matrix::encode_text(text, QrCodeEcc::Medium).ok()?;
        let mut path = String::new();
        for y in 0..matrix.size() {
            for x in (0..matrix.size()).filter(|&x| matrix.get_module(x, y)) {
                // Writing to a String cannot fail.
                let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
        Some(Self { path, side: matrix.size() + 2 * QUIET })
    }

    /// The `d` of an SVG path; one unit is one square.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How many units the code is wide and high, with the quiet zone.
    pub fn side(&self) -> i32 {
        self.side
    }
}

impl fmt::Debug for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QrCode").field("side", &self.side).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_a_quiet_zone_of_four_squares() {
        let code = QrCode::of("otpauth://totp/a?secret=GEZDGNBV").unwrap();
        assert!(
            code.path().starts_with("M4 4h1v1h-1z"),
            "the finder pattern begins after the quiet zone"
        );
        assert!(code.side() >= 21 + 8);
    }

    #[test]
    fn a_text_that_is_too_long_has_no_code() {
        assert_eq!(QrCode::of(&"a".repeat(4000)), None);
    }

    #[test]
    fn debug_does_not_show_what_the_code_says() {
        let shown = format!("{:?}", QrCode::of("secret").unwrap());
        assert!(!shown.contains('M'), "{shown}");
    }
}
