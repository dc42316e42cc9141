//! The strings of JSON: their escapes, decoded one character at a time.

/// Decodes the inside of a JSON string that the reader has accepted.
pub(crate) fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    text.extend(Characters::new(raw).map(|(_, character)| character.unwrap_or('\u{FFFD}')));
    text
}

/// What is wrong with an escape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadEscape {
    Unknown,
    ShortHex,
    LoneSurrogate,
}

/// The characters of the inside of a JSON string, each with the offset at which its spelling
/// begins.
pub(super) struct Characters<'a> {
    raw: &'a str,
    at: usize,
}

impl<'a> Characters<'a> {
    pub(super) fn new(raw: &'a str) -> Self {
        Self { raw, at: 0 }
    }

    /// The offset behind the character that came last.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    fn advance(&mut self) -> Option<char> {
        let character = self.raw.get(self.at..)?.chars().next()?;
        self.at += character.len_utf8();
        Some(character)
    }

    fn escape(&mut self) -> Result<char, BadEscape> {
        match self.advance() {
            Some(plain @ ('"' | '\\' | '/')) => Ok(plain),
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{C}'),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some('u') => self.unicode(),
            Some(_) | None => Err(BadEscape::Unknown),
        }
    }

    fn unicode(&mut self) -> Result<char, BadEscape> {
        let unit = self.hex()?;
        if !(0xD800..0xDC00).contains(&unit) {
            return char::from_u32(u32::from(unit)).ok_or(BadEscape::LoneSurrogate);
        }
        if self.raw.get(self.at..self.at + 2) != Some("\\u") {
            return Err(BadEscape::LoneSurrogate);
        }
        self.at += 2;
        let low = self.hex()?;
        let decoded = char::decode_utf16([unit, low]).next();
        decoded.and_then(Result::ok).ok_or(BadEscape::LoneSurrogate)
    }

    fn hex(&mut self) -> Result<u16, BadEscape> {
        let digits = self.raw.get(self.at..self.at + 4).ok_or(BadEscape::ShortHex)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(BadEscape::ShortHex);
        }
        self.at += 4;
        u16::from_str_radix(digits, 16).map_err(|_| BadEscape::ShortHex)
    }
}

impl Iterator for Characters<'_> {
    type Item = (usize, Result<char, BadEscape>);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let character = match self.advance()? {
            '\\' => self.escape(),
            plain => Ok(plain),
        };
        Some((start, character))
    }
}
