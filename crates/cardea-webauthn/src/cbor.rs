//! The little of CBOR (RFC 8949) that authenticators write, read strictly and within bounds.
//!
//! CTAP2's canonical form has definite lengths, no tags and no duplicate keys; anything else is
//! refused here, and so are floats, simple values other than the four known ones, and nesting
//! deeper than [`MAX_DEPTH`]. Lengths in a longer form than needed and maps in another order are
//! read, since clients that rewrap an authenticator's answer write them.

use crate::error::{CeremonyError, Checked, Code};

/// How deep items may be nested. Attestation objects need four levels.
pub const MAX_DEPTH: usize = 16;
/// How many items there may be in all, so that a byte of input does not cost many of memory.
/// Attestation objects have less than fifty.
pub const MAX_ITEMS: usize = 512;

/// A CBOR item. Texts and byte strings borrow the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// An integer.
    Integer(i128),
    /// A byte string.
    Bytes(&'a [u8]),
    /// A text.
    Text(&'a str),
    /// An array.
    Array(Vec<Self>),
    /// A map, in the order in which it was written.
    Map(Vec<(Self, Self)>),
    /// `true` or `false`.
    Bool(bool),
    /// `null` or `undefined`.
    Null,
}

impl<'a> Item<'a> {
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&'a str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The bytes, if it is a byte string.
    pub fn as_bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    /// The number, if it is an integer.
    pub fn as_integer(&self) -> Option<i128> {
        if let Self::Integer(number) = self { Some(*number) } else { None }
    }

    /// The items, if it is an array.
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }
}

/// The one item that these bytes are; refuses `cbor`, also where bytes are left.
pub fn parse(bytes: &[u8]) -> Checked<Item<'_>> {
    match parse_first(bytes)? {
        (item, []) => Ok(item),
        (_, [..]) => Err(refused("has bytes after its end")),
    }
}

/// The item with which these bytes begin, and the bytes after it; refuses `cbor`.
pub fn parse_first(bytes: &[u8]) -> Checked<(Item<'_>, &[u8])> {
    let mut reader = Reader { rest: bytes, items: 0 };
    let item = reader.item(0)?;
    Ok((item, reader.rest))
}

fn refused(reason: &str) -> CeremonyError {
    CeremonyError::new(Code::Cbor, format!("the CBOR item {reason}"))
}

struct Reader<'a> {
    rest: &'a [u8],
    /// How many items were begun.
    items: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: u64) -> Checked<&'a [u8]> {
        let split = usize::try_from(count).ok().and_then(|count| self.rest.split_at_checked(count));
        let (taken, rest) = split.ok_or_else(|| refused("ends too early"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn item(&mut self, depth: usize) -> Checked<Item<'a>> {
        if depth > MAX_DEPTH {
            return Err(refused("is nested too deeply"));
        }
        self.items += 1;
        if self.items > MAX_ITEMS {
            return Err(refused("has too many items"));
        }
        let (major, argument) = self.head()?;
        match major {
            0 => Ok(Item::Integer(i128::from(argument))),
            1 => Ok(Item::Integer(-1 - i128::from(argument))),
            2 => Ok(Item::Bytes(self.take(argument)?)),
            3 => match core::str::from_utf8(self.take(argument)?) {
                Ok(text) => Ok(Item::Text(text)),
                Err(_) => Err(refused("has a text that is not UTF-8")),
            },
            4 => self.array(argument, depth),
            5 => self.map(argument, depth),
            7 => match argument {
                20 => Ok(Item::Bool(false)),
                21 => Ok(Item::Bool(true)),
                22 | 23 => Ok(Item::Null),
                _ => Err(refused("has a simple value that authenticators do not write")),
            },
            _ => Err(refused("has a tag")),
        }
    }

    /// The major type and the argument (RFC 8949 §3).
    fn head(&mut self) -> Checked<(u8, u64)> {
        let [first] = self.take(1)? else { return Err(refused("ends too early")) };
        let (major, short) = (first >> 5, first & 0x1f);
        let width = match short {
            0..=23 => return Ok((major, u64::from(short))),
            24..=27 if major == 7 => return Err(refused("has a float or an unknown simple value")),
            24..=27 => 1_u64 << (short - 24),
            31 => return Err(refused("has an indefinite length")),
            _ => return Err(refused("has a reserved length")),
        };
        let bytes = self.take(width)?;
        Ok((major, bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))))
    }

    fn array(&mut self, count: u64, depth: usize) -> Checked<Item<'a>> {
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(self.item(depth + 1)?);
        }
        Ok(Item::Array(items))
    }

    fn map(&mut self, count: u64, depth: usize) -> Checked<Item<'a>> {
        let mut entries: Vec<(Item<'a>, Item<'a>)> = Vec::new();
        for _ in 0..count {
            let key = match self.item(depth + 1)? {
                key @ (Item::Integer(_) | Item::Text(_)) => key,
                Item::Bytes(_) | Item::Array(_) | Item::Map(_) | Item::Bool(_) | Item::Null => {
                    return Err(refused("has a key that is neither a number nor a text"));
                }
            };
            if entries.iter().any(|(known, _)| *known == key) {
                return Err(refused("has a key twice"));
            }
            let value = self.item(depth + 1)?;
            entries.push((key, value));
        }
        Ok(Item::Map(entries))
    }
}

/// The entries of a map that has exactly the keys it must have, each taken once.
pub(crate) struct Fields<'a> {
    entries: Vec<(Item<'a>, Item<'a>)>,
    code: Code,
    what: &'static str,
}

impl<'a> Fields<'a> {
    /// The fields of `item`, refusing with `code` what is missing, left, or of another type.
    pub(crate) fn of(item: Item<'a>, code: Code, what: &'static str) -> Checked<Self> {
        let Item::Map(entries) = item else {
            return Err(CeremonyError::new(code, format!("{what} is not a map")));
        };
        Ok(Self { entries, code, what })
    }

    fn refused(&self, reason: &str) -> CeremonyError {
        CeremonyError::new(self.code, format!("{} {reason}", self.what))
    }

    fn optional(&mut self, key: &Item<'_>) -> Option<Item<'a>> {
        let at = self.entries.iter().position(|(known, _)| known == key)?;
        Some(self.entries.swap_remove(at).1)
    }

    fn required(&mut self, key: &Item<'_>) -> Checked<Item<'a>> {
        self.optional(key).ok_or_else(|| self.refused(&format!("lacks {}", shown(key))))
    }

    /// The field, which may be missing.
    pub(crate) fn maybe(&mut self, key: &str) -> Option<Item<'a>> {
        self.optional(&Item::Text(key))
    }

    pub(crate) fn item(&mut self, key: &str) -> Checked<Item<'a>> {
        self.required(&Item::Text(key))
    }

    pub(crate) fn bytes(&mut self, key: &str) -> Checked<&'a [u8]> {
        self.bytes_at(&Item::Text(key))
    }

    pub(crate) fn text(&mut self, key: &str) -> Checked<&'a str> {
        let item = self.item(key)?;
        item.as_text()
            .ok_or_else(|| self.refused(&format!("has another type than text for `{key}`")))
    }

    pub(crate) fn integer(&mut self, key: &str) -> Checked<i128> {
        self.integer_at(&Item::Text(key))
    }

    pub(crate) fn bytes_at(&mut self, key: &Item<'_>) -> Checked<&'a [u8]> {
        let item = self.required(key)?;
        item.as_bytes()
            .ok_or_else(|| self.refused(&format!("has another type than bytes for {}", shown(key))))
    }

    pub(crate) fn integer_at(&mut self, key: &Item<'_>) -> Checked<i128> {
        let item = self.required(key)?;
        item.as_integer().ok_or_else(|| {
            self.refused(&format!("has another type than a number for {}", shown(key)))
        })
    }

    /// Refuses what was not taken.
    pub(crate) fn end(self) -> Checked {
        match self.entries.first() {
            None => Ok(()),
            Some((key, _)) => {
                Err(self.refused(&format!("has {} that does not belong there", shown(key))))
            }
        }
    }
}

fn shown(key: &Item<'_>) -> String {
    match key {
        Item::Text(text) => crate::error::quoted(text),
        Item::Integer(number) => format!("`{number}`"),
        Item::Bytes(_) | Item::Array(_) | Item::Map(_) | Item::Bool(_) | Item::Null => {
            "an entry".to_owned()
        }
    }
}
