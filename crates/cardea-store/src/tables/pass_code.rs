//! The text of a pass, as people type it.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// A Temporary Access Pass as somebody typed it, in its one canonical form.
///
/// Spaces and hyphens, which only part it for reading, line breaks, and invisible characters that a copy
/// brings along are left out, and characters that are another form of a letter or digit, as full-width
/// digits, become that. Upper and lower case differ.
pub struct PassCode(Zeroizing<String>);

impl PassCode {
    /// The canonical form of what was typed. Whether it is a pass at all only the table knows.
    pub fn typed(text: &str) -> Self {
        let kept = |letter: &char| {
            let parts = letter.is_whitespace() || is_hyphen(*letter);
            !parts && !letter.is_control() && !invisible(*letter)
        };
        Self(Zeroizing::new(text.nfkc().filter(kept).collect()))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Without the code.
impl fmt::Debug for PassCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PassCode(…)")
    }
}

/// Hyphens and dashes, as keyboards and word processors make them, in their compatible form.
fn is_hyphen(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Characters of Unicode's category "format" that are seen nowhere but survive a copy.
pub(crate) fn invisible(letter: char) -> bool {
    matches!(letter,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_parts_a_pass_for_reading_does_not_count() {
        let plain = PassCode::typed("K7QM4T2H");
        for typed in
            ["K7QM 4T2H", "K7QM-4T2H", " K7QM–4T2H\n", "K7-QM - 4T‑2H", "Ｋ７ＱＭ－４Ｔ２Ｈ"]
        {
            assert_eq!(PassCode::typed(typed).as_bytes(), plain.as_bytes(), "{typed}");
        }
        assert_ne!(PassCode::typed("k7qm4t2h").as_bytes(), plain.as_bytes());
    }
}
