//! A reader of JSON, strict by RFC 8259. Ours, because the known readers with positions keep forty
//! bytes and more for each `0,` of a hostile array, and drop duplicate keys without a word.

use super::text::{BadEscape, Characters};
use super::{Document, MAX_NESTING, Node, NodeId, Parsed, SyntaxError, Tag, offset, same_name};
use crate::source::FileId;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;

pub(super) fn parse(file: FileId, text: &str) -> Result<Parsed, SyntaxError> {
    let mut reader = Reader::new(text, Document::new(file));
    // Every value but the first, and every key, stands behind one of these.
    let openers = text.bytes().filter(|byte| matches!(byte, b'[' | b'{' | b',' | b':')).count();
    reader.document.nodes.reserve_exact(openers + 1);
    reader.skip_space();
    reader.value(0)?;
    reader.skip_space();
    if reader.at < text.len() {
        return Err(reader.unexpected("the end of the file"));
    }
    // Those inside strings opened nothing.
    reader.document.nodes.shrink_to_fit();
    Ok(reader.finish())
}

/// A value at the beginning of a text of which more may come.
pub(crate) enum Beginning {
    /// The value, and the bytes that it takes.
    Value(Parsed, usize),
    /// What is there so far may go on to be a value.
    Open,
    /// What is there is no value, whatever comes.
    Wrong,
}

/// Reads the value that a text begins with, into the nodes of a document that is not needed any
/// more. `depth` arrays and objects stand around it.
pub(super) fn beginning(text: &str, depth: usize, mut document: Document) -> Beginning {
    document.nodes.clear();
    document.roots.clear();
    let mut reader = Reader::new(text, document);
    match reader.value(depth) {
        Ok(()) => {
            let length = reader.at;
            Beginning::Value(reader.finish(), length)
        }
        Err(error) if reader.ran_out || error.range.end >= text.len() => Beginning::Open,
        Err(_) => Beginning::Wrong,
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    document: Document,
    duplicates: Vec<NodeId>,
    /// Whether a string was not closed at the end of the text.
    ran_out: bool,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, document: Document) -> Self {
        Self { text, at: 0, document, duplicates: Vec::new(), ran_out: false }
    }

    fn finish(self) -> Parsed {
        let Self { mut document, duplicates, .. } = self;
        document.roots.push(NodeId(0));
        Parsed { document, duplicates }
    }

    /// Reads the value that begins here. `depth` arrays and objects stand around it.
    fn value(&mut self, depth: usize) -> Result<(), SyntaxError> {
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'a'..=b'z' | b'A'..=b'Z') => self.word(),
            _ => Err(self.unexpected("a value")),
        }
    }

    fn array(&mut self, depth: usize) -> Result<(), SyntaxError> {
        let array = self.open(Tag::Array, depth)?;
        self.skip_space();
        while self.peek() != Some(b']') {
            self.value(depth + 1)?;
            self.separator(b']', "`,` or `]`")?;
        }
        self.close(array);
        Ok(())
    }

    fn object(&mut self, depth: usize) -> Result<(), SyntaxError> {
        let object = self.open(Tag::Object, depth)?;
        self.skip_space();
        let mut keys = Keys::default();
        while self.peek() != Some(b'}') {
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("a key in double quotes"));
            }
            keys.0.push(offset(self.document.nodes.len()));
            self.string()?;
            self.skip_space();
            if self.peek() != Some(b':') {
                return Err(self.unexpected("`:` behind the key"));
            }
            self.at += 1;
            self.skip_space();
            self.value(depth + 1)?;
            self.separator(b'}', "`,` or `}`")?;
        }
        self.close(object);
        self.duplicates.extend(keys.duplicates(&self.document, self.text));
        Ok(())
    }

    fn open(&mut self, tag: Tag, depth: usize) -> Result<usize, SyntaxError> {
        if depth >= MAX_NESTING {
            return Err(SyntaxError {
                range: self.at..self.at + 1,
                message: format!("more than {MAX_NESTING} arrays and objects inside each other"),
                help: None,
            });
        }
        let node = self.document.nodes.len();
        self.push(tag, self.at..self.at + 1);
        self.at += 1;
        Ok(node)
    }

    fn close(&mut self, opened: usize) {
        self.at += 1;
        let behind = offset(self.document.nodes.len());
        if let Some(node) = self.document.nodes.get_mut(opened) {
            node.end = offset(self.at);
            node.data = behind;
        }
    }

    /// Behind a member: a comma with another member behind it, or the closing bracket.
    fn separator(&mut self, close: u8, expected: &str) -> Result<(), SyntaxError> {
        self.skip_space();
        match self.peek() {
            Some(b',') => {
                let comma = self.at;
                self.at += 1;
                self.skip_space();
                if self.peek() == Some(close) {
                    return Err(SyntaxError {
                        range: comma..comma + 1,
                        message: format!("trailing comma before `{}`", char::from(close)),
                        help: Some("remove the comma"),
                    });
                }
                Ok(())
            }
            Some(byte) if byte == close => Ok(()),
            _ => Err(self.unexpected(expected)),
        }
    }

    fn string(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        let rest = self.text.get(start + 1..).unwrap_or_default();
        let mut escaped = false;
        let mut bytes = rest.bytes().enumerate();
        let length = loop {
            match bytes.next() {
                Some((at, b'"')) => break at,
                Some((_, b'\\')) => {
                    escaped = true;
                    bytes.next();
                }
                Some((at, 0..=0x1F)) => {
                    return Err(control_character(self.text, start, start + 1 + at));
                }
                Some(_) => {}
                None => {
                    self.ran_out = true;
                    return Err(not_closed(start));
                }
            }
        };
        self.at = start + 1 + length + 1;
        if escaped {
            check_escapes(rest.get(..length).unwrap_or_default(), start + 1)?;
        }
        self.push(if escaped { Tag::Escaped } else { Tag::Quoted }, start..self.at);
        Ok(())
    }

    fn number(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        let token =
            self.take(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        if !is_number(token) {
            return Err(SyntaxError {
                range: start..self.at,
                message: format!("`{}` is not a number in JSON", shortened(token)),
                help: None,
            });
        }
        self.push(Tag::Number, start..self.at);
        Ok(())
    }

    fn word(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        let word = self.take(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let tag = match word {
            "null" => Tag::Null,
            "true" => Tag::True,
            "false" => Tag::False,
            _ => {
                return Err(SyntaxError {
                    range: start..self.at,
                    message: format!("expected a value, found `{}`", shortened(word)),
                    help: match word.to_ascii_lowercase().as_str() {
                        "true" | "false" | "null" => Some("write it in lower case"),
                        "none" | "undefined" | "nan" => Some("write `null`"),
                        _ => Some("put text in double quotes"),
                    },
                });
            }
        };
        self.push(tag, start..self.at);
        Ok(())
    }

    fn push(&mut self, tag: Tag, range: Range<usize>) {
        let node = Node { start: offset(range.start), end: offset(range.end), data: 0, tag };
        self.document.nodes.push(node);
    }

    fn take(&mut self, belongs: fn(u8) -> bool) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(belongs) {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn unexpected(&self, expected: &str) -> SyntaxError {
        let Some(found) = self.text.get(self.at..).and_then(|rest| rest.chars().next()) else {
            return SyntaxError {
                range: self.at..self.at,
                message: format!("expected {expected}, found the end of the file"),
                help: Some("export the file again: its end is missing"),
            };
        };
        SyntaxError {
            range: self.at..self.at + found.len_utf8(),
            message: format!("expected {expected}, found `{}`", visible(found)),
            help: match found {
                '/' => Some("JSON has no comments: remove them"),
                '\'' | '\u{2018}' | '\u{2019}' | '\u{201C}' | '\u{201D}' => {
                    Some("JSON puts strings in straight double quotes")
                }
                '"' if expected.starts_with("`,`") => Some("put a comma in front of it"),
                _ => None,
            },
        }
    }
}

fn not_closed(start: usize) -> SyntaxError {
    SyntaxError {
        range: start..start + 1,
        message: "this string is never closed".to_owned(),
        help: Some("put a double quote behind its last character"),
    }
}

fn control_character(text: &str, start: usize, at: usize) -> SyntaxError {
    let byte = text.as_bytes().get(at).copied().unwrap_or_default();
    if matches!(byte, b'\r' | b'\n') {
        return SyntaxError {
            range: start..at,
            message: "this string is not closed on its line".to_owned(),
            help: Some("put a double quote behind its last character, or write line ends as `\\n`"),
        };
    }
    SyntaxError {
        range: at..at + 1,
        message: format!("control character 0x{byte:02X} in a string"),
        help: Some("write it as an escape, such as `\\t`"),
    }
}

fn check_escapes(raw: &str, start: usize) -> Result<(), SyntaxError> {
    let mut characters = Characters::new(raw);
    while let Some((at, character)) = characters.next() {
        let Err(bad) = character else { continue };
        let message = match bad {
            BadEscape::Unknown => "JSON has no such escape",
            BadEscape::ShortHex => "`\\u` stands before four hexadecimal digits",
            BadEscape::LoneSurrogate => "half of a surrogate pair without its other half",
        };
        let help = match bad {
            BadEscape::Unknown => Some("write a backslash as `\\\\`"),
            BadEscape::ShortHex | BadEscape::LoneSurrogate => None,
        };
        let range = start + at..start + characters.offset();
        return Err(SyntaxError { range, message: message.to_owned(), help });
    }
    Ok(())
}

/// RFC 8259 §6: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
fn is_number(token: &str) -> bool {
    let unsigned = token.strip_prefix('-').unwrap_or(token);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|part| digits(part.strip_prefix(['+', '-']).unwrap_or(part)))
}

/// A character for a message.
fn visible(character: char) -> String {
    match character {
        '"' | '\'' => character.to_string(),
        _ => character.escape_debug().to_string(),
    }
}

/// A token for a message: a hostile file may have one of a megabyte.
fn shortened(token: &str) -> Cow<'_, str> {
    match token.char_indices().nth(24) {
        Some((end, _)) => Cow::Owned(format!("{}…", token.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(token),
    }
}

/// The keys of one object.
#[derive(Default)]
pub(super) struct Keys(pub(super) Vec<u32>);

impl Keys {
    /// Those that came before, under the same name.
    pub(super) fn duplicates(mut self, document: &Document, text: &str) -> Vec<NodeId> {
        let name = |key: u32| document.value(text, NodeId(key)).as_text().unwrap_or_default();
        if self.0.len() <= 16 {
            let is_repeated = |at: usize, key: u32| {
                let before = self.0.get(..at).unwrap_or_default();
                before.iter().any(|other| same_name(&name(*other), &name(key)))
            };
            let keys = self.0.iter().enumerate();
            return keys
                .filter(|(at, key)| is_repeated(*at, **key))
                .map(|(_, key)| NodeId(*key))
                .collect();
        }
        self.0.sort_by(|left, right| by_name(&name(*left), &name(*right)).then(left.cmp(right)));
        let pairs = self.0.windows(2);
        let mut repeated: Vec<NodeId> = pairs
            .filter_map(|pair| match pair {
                [first, second] if same_name(&name(*first), &name(*second)) => {
                    Some(NodeId(*second))
                }
                _ => None,
            })
            .collect();
        repeated.sort_unstable();
        repeated
    }
}

/// An order in which equal names, in the sense of [`same_name`], stand next to each other.
fn by_name(left: &str, right: &str) -> Ordering {
    let folded = |name: &str| name.chars().next().map(|first| first.to_ascii_lowercase());
    folded(left).cmp(&folded(right)).then_with(|| left.chars().skip(1).cmp(right.chars().skip(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_grammar_is_the_one_of_the_standard() {
        for good in ["0", "-0", "10", "1.5", "1e9", "1E+9", "-1.0e-9", &"9".repeat(4000)] {
            assert!(is_number(good), "{good}");
        }
        for bad in ["", "-", "01", "1.", ".5", "1e", "+1", "1e+", "0x10", "1-1", "1.2.3"] {
            assert!(!is_number(bad), "{bad}");
        }
    }

    #[test]
    fn a_node_takes_sixteen_bytes() {
        assert_eq!(size_of::<Node>(), 16);
    }
}
