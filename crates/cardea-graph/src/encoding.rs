//! Bytes to text and back. What a decoded file is encoded to is, byte for byte, what it was read
//! from, so a fix can be written back into a file of any supported encoding.

use crate::source::{Encoding, SourceFile};
use std::char::DecodeUtf16Error;

/// Why bytes are not text. The file has the text in front of the first byte that could not be read.
#[derive(Clone, Debug)]
pub struct Undecodable {
    /// The file, with [`Encoding::Undecodable`].
    pub file: SourceFile,
    /// What was met where its text ends.
    pub error: DecodeError,
}

/// What makes bytes unreadable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A byte that UTF-8 does not allow there, as in files of an old Windows code page.
    #[error("byte 0x{0:02X} is not UTF-8")]
    InvalidUtf8(u8),
    /// The file ends in the middle of a character.
    #[error("the file ends in the middle of a character")]
    Truncated,
    /// Half of a surrogate pair without its other half.
    #[error("0x{0:04X} is half of a UTF-16 surrogate pair")]
    LoneSurrogate(u16),
    /// UTF-32, which no exporting tool writes.
    #[error("the file is UTF-32")]
    Utf32,
}

impl DecodeError {
    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            Self::InvalidUtf8(_) | Self::Utf32 => "save the file as UTF-8",
            Self::Truncated | Self::LoneSurrogate(_) => {
                "export the file again: part of it is missing or damaged"
            }
        }
    }
}

impl SourceFile {
    /// Decodes a file. The encoding is taken from the byte order mark; without one, a zero byte in
    /// the first character means UTF-16 (JSON and YAML of Graph's shapes begin with an ASCII
    /// character), anything else UTF-8.
    ///
    /// # Errors
    /// The bytes are not text in one of the encodings.
    pub fn decode(path: String, bytes: Vec<u8>) -> Result<Self, Undecodable> {
        let (encoding, mark) = match detect(&bytes) {
            Ok(found) => found,
            Err(error) => return Err(undecodable(path, String::new(), error)),
        };
        let decoded = match encoding {
            Encoding::Utf8 | Encoding::Utf8Bom => decode_utf8(bytes, mark),
            Encoding::Utf16Le
            | Encoding::Utf16LeBare
            | Encoding::Utf16Be
            | Encoding::Utf16BeBare => decode_utf16(&bytes, mark, unit_of(encoding)),
            Encoding::Undecodable => Err((String::new(), DecodeError::Utf32)),
        };
        match decoded {
            Ok(text) => Ok(Self { path, text, encoding }),
            Err((text, error)) => Err(undecodable(path, text, error)),
        }
    }
}

impl Encoding {
    /// The bytes that spell `text`, byte order mark included; `None` for a file that could not be
    /// decoded, because its text is not all of it.
    pub fn encode(self, text: &str) -> Option<Vec<u8>> {
        Some(match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf8Bom => [&UTF8_MARK, text.as_bytes()].concat(),
            Self::Utf16Le => encode_utf16("\u{FEFF}", text, u16::to_le_bytes),
            Self::Utf16Be => encode_utf16("\u{FEFF}", text, u16::to_be_bytes),
            Self::Utf16LeBare => encode_utf16("", text, u16::to_le_bytes),
            Self::Utf16BeBare => encode_utf16("", text, u16::to_be_bytes),
            Self::Undecodable => return None,
        })
    }

    /// Whether a character takes two or four bytes in the file.
    pub fn is_utf16(self) -> bool {
        match self {
            Self::Utf16Le | Self::Utf16Be | Self::Utf16LeBare | Self::Utf16BeBare => true,
            Self::Utf8 | Self::Utf8Bom | Self::Undecodable => false,
        }
    }
}

/// Decodes a file that comes in pieces, which may end anywhere.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    encoding: Option<Encoding>,
    /// Bytes that were not decoded yet: the beginning of a character.
    rest: Vec<u8>,
}

impl Decoder {
    /// Decodes a piece, onto the end of `text`.
    ///
    /// # Errors
    /// The bytes are not text; `text` has what precedes the first one that could not be read.
    pub(crate) fn push(&mut self, bytes: &[u8], text: &mut String) -> Result<(), DecodeError> {
        self.rest.extend_from_slice(bytes);
        // The encoding shows in the first four bytes.
        if self.encoding.is_none() && self.rest.len() < 4 {
            return Ok(());
        }
        let encoding = self.detected()?;
        if encoding.is_utf16() { self.push_utf16(encoding, text) } else { self.push_utf8(text) }
    }

    /// The encoding, when there are no more pieces.
    ///
    /// # Errors
    /// The file ends in the middle of a character.
    pub(crate) fn finish(&mut self, text: &mut String) -> Result<Encoding, DecodeError> {
        let encoding = self.detected()?;
        if encoding.is_utf16() {
            self.push_utf16(encoding, text)?;
            let unit = unit_of(encoding);
            return match self.rest.first_chunk() {
                Some(pair) => Err(DecodeError::LoneSurrogate(unit(*pair))),
                None if self.rest.is_empty() => Ok(encoding),
                None => Err(DecodeError::Truncated),
            };
        }
        self.push_utf8(text)?;
        if self.rest.is_empty() { Ok(encoding) } else { Err(DecodeError::Truncated) }
    }

    fn detected(&mut self) -> Result<Encoding, DecodeError> {
        if let Some(encoding) = self.encoding {
            return Ok(encoding);
        }
        let (encoding, mark) = detect(&self.rest)?;
        self.rest.drain(..mark);
        self.encoding = Some(encoding);
        Ok(encoding)
    }

    fn push_utf8(&mut self, text: &mut String) -> Result<(), DecodeError> {
        let (valid, wrong) = match str::from_utf8(&self.rest) {
            Ok(all) => (all, None),
            Err(error) => {
                let valid = self.rest.get(..error.valid_up_to()).unwrap_or_default();
                let wrong = error.error_len().and_then(|_| self.rest.get(valid.len()));
                (str::from_utf8(valid).unwrap_or_default(), wrong)
            }
        };
        text.push_str(valid);
        if let Some(byte) = wrong {
            return Err(DecodeError::InvalidUtf8(*byte));
        }
        let length = valid.len();
        self.rest.drain(..length);
        Ok(())
    }

    fn push_utf16(&mut self, encoding: Encoding, text: &mut String) -> Result<(), DecodeError> {
        let unit = unit_of(encoding);
        let (mut pairs, _) = self.rest.as_chunks::<2>();
        // The other half of a surrogate pair may come with the next piece.
        if let Some((last, before)) = pairs.split_last()
            && (0xD800..0xDC00).contains(&unit(*last))
        {
            pairs = before;
        }
        let length = pairs.len() * 2;
        for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
            let lone = |error: DecodeUtf16Error| error.unpaired_surrogate();
            text.push(decoded.map_err(|error| DecodeError::LoneSurrogate(lone(error)))?);
        }
        self.rest.drain(..length);
        Ok(())
    }
}

/// How two bytes are a unit of UTF-16.
fn unit_of(encoding: Encoding) -> fn([u8; 2]) -> u16 {
    match encoding {
        Encoding::Utf16Be | Encoding::Utf16BeBare => u16::from_be_bytes,
        Encoding::Utf16Le
        | Encoding::Utf16LeBare
        | Encoding::Utf8
        | Encoding::Utf8Bom
        | Encoding::Undecodable => u16::from_le_bytes,
    }
}

const UTF8_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

fn undecodable(path: String, text: String, error: DecodeError) -> Undecodable {
    Undecodable { file: SourceFile { path, text, encoding: Encoding::Undecodable }, error }
}

/// The encoding, and the length of its byte order mark.
fn detect(bytes: &[u8]) -> Result<(Encoding, usize), DecodeError> {
    match bytes {
        [0, 0, 0xFE, 0xFF, ..] | [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0, _, ..] | [_, 0, 0, 0, ..] => {
            Err(DecodeError::Utf32)
        }
        [0xEF, 0xBB, 0xBF, ..] => Ok((Encoding::Utf8Bom, 3)),
        [0xFF, 0xFE, ..] => Ok((Encoding::Utf16Le, 2)),
        [0xFE, 0xFF, ..] => Ok((Encoding::Utf16Be, 2)),
        [0, 1..=255, ..] => Ok((Encoding::Utf16BeBare, 0)),
        [1..=255, 0, ..] => Ok((Encoding::Utf16LeBare, 0)),
        _ => Ok((Encoding::Utf8, 0)),
    }
}

fn decode_utf8(mut bytes: Vec<u8>, mark: usize) -> Result<String, (String, DecodeError)> {
    bytes.drain(..mark);
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let truncated = error.utf8_error().error_len().is_none();
        let mut bytes = error.into_bytes();
        let reason = match bytes.get(valid) {
            Some(byte) if !truncated => DecodeError::InvalidUtf8(*byte),
            _ => DecodeError::Truncated,
        };
        bytes.truncate(valid);
        (String::from_utf8(bytes).unwrap_or_default(), reason)
    })
}

fn decode_utf16(
    bytes: &[u8],
    mark: usize,
    unit: fn([u8; 2]) -> u16,
) -> Result<String, (String, DecodeError)> {
    let mut text = String::with_capacity(bytes.len() / 2);
    let (pairs, rest) = bytes.get(mark..).unwrap_or_default().as_chunks::<2>();
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok(character) => text.push(character),
            Err(error) => {
                return Err((text, DecodeError::LoneSurrogate(error.unpaired_surrogate())));
            }
        }
    }
    if rest.is_empty() { Ok(text) } else { Err((text, DecodeError::Truncated)) }
}

fn encode_utf16(mark: &str, text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    mark.encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(bytes: &[u8], encoding: Encoding, text: &str) {
        let file = SourceFile::decode("f".to_owned(), bytes.to_vec()).expect("is text");
        assert_eq!((file.encoding, file.text.as_str()), (encoding, text));
        assert_eq!(file.encoding.encode(&file.text).as_deref(), Some(bytes));
    }

    fn check_refused(bytes: &[u8], before: &str, error: DecodeError) {
        let refused = SourceFile::decode("f".to_owned(), bytes.to_vec()).expect_err("is no text");
        assert_eq!((refused.file.text.as_str(), refused.error), (before, error));
        assert_eq!(refused.file.encoding.encode(&refused.file.text), None);
    }

    #[test]
    fn every_supported_encoding_is_told_apart_and_written_back() {
        check(b"{\"a\":1}\r\n", Encoding::Utf8, "{\"a\":1}\r\n");
        check(b"", Encoding::Utf8, "");
        check(b"1", Encoding::Utf8, "1");
        check("ä€😀".as_bytes(), Encoding::Utf8, "ä€😀");
        check(b"\xEF\xBB\xBF[]", Encoding::Utf8Bom, "[]");
        check(b"\xFF\xFE[\0]\0", Encoding::Utf16Le, "[]");
        check(b"\xFE\xFF\0[\0]", Encoding::Utf16Be, "[]");
        check(b"[\0]\0", Encoding::Utf16LeBare, "[]");
        check(b"\0[\0]", Encoding::Utf16BeBare, "[]");
        check(b"\xFF\xFE\x3D\xD8\x00\xDE", Encoding::Utf16Le, "😀");
        check(b"\xFF\xFE\xFF\xFE[\0", Encoding::Utf16Le, "\u{FEFF}[");
    }

    #[test]
    fn what_is_no_text_is_refused_where_it_stops_being_text() {
        check_refused(b"{\"a\": \"\xE9\"}", "{\"a\": \"", DecodeError::InvalidUtf8(0xE9));
        check_refused(b"ab\xE2\x82", "ab", DecodeError::Truncated);
        check_refused(b"\xFF\xFE[\0]", "[", DecodeError::Truncated);
        check_refused(b"\xFF\xFE[\0\x00\xDC", "[", DecodeError::LoneSurrogate(0xDC00));
        check_refused(b"\xFF\xFE\0\0[\0\0\0", "", DecodeError::Utf32);
        check_refused(b"\0\0\0[", "", DecodeError::Utf32);
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_or_come_back_unchanged(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(file) = SourceFile::decode("f".to_owned(), bytes.clone()) {
                prop_assert_eq!(file.encoding.encode(&file.text), Some(bytes));
            }
        }

        #[test]
        fn a_file_in_pieces_is_decoded_as_a_whole_one(
            bytes in prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..40),
                "[a-zä€😀]{0,12}".prop_map(String::into_bytes),
                "[a-zä€😀]{0,12}".prop_map(|text| encode_utf16("\u{FEFF}", &text, u16::to_be_bytes)),
                "[a-z😀]{0,12}".prop_map(|text| encode_utf16("", &text, u16::to_le_bytes)),
            ],
            piece in 1_usize..9,
            cut in 0_usize..3,
        ) {
            let bytes = &bytes[..bytes.len().saturating_sub(cut)];
            let (mut decoder, mut text) = (Decoder::default(), String::new());
            let pushed = bytes.chunks(piece).try_for_each(|piece| decoder.push(piece, &mut text));
            let read = pushed.and_then(|()| decoder.finish(&mut text));
            match SourceFile::decode("f".to_owned(), bytes.to_vec()) {
                Ok(file) => prop_assert_eq!((text, read), (file.text, Ok(file.encoding))),
                Err(refused) => {
                    prop_assert_eq!((text, read), (refused.file.text, Err(refused.error)));
                }
            }
        }

        #[test]
        fn any_text_survives_every_encoding(text in "\\PC*", mark in 0_usize..4) {
            let encoding = [Encoding::Utf8, Encoding::Utf8Bom, Encoding::Utf16Le, Encoding::Utf16Be][mark];
            let bytes = encoding.encode(&text).expect("has an encoding");
            if let Ok(file) = SourceFile::decode("f".to_owned(), bytes)
                && file.encoding == encoding
            {
                prop_assert_eq!(file.text, text);
            }
        }
    }
}
