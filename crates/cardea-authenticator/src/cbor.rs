//! CBOR in CTAP2's canonical form (CTAP 2.1 §8), written and read.
//!
//! Everything has a definite length and the shortest form; keys of a map are numbers or texts, in order,
//! each once; there are no tags and no floats. A message in any other form is refused, and so is one whose
//! maps and arrays are nested deeper than [`MAX_DEPTH`].

use core::cmp::Ordering;
use core::fmt;
use std::collections::BTreeMap;

use thiserror::Error;
use zeroize::Zeroize;

mod reader;

use reader::Reader;

use crate::status::Status;

/// How deep maps and arrays may be nested (§8: four levels).
pub const MAX_DEPTH: usize = 4;

/// The bytes are no item in CTAP2's canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not CBOR in CTAP2's canonical form")]
pub struct NotCanonical;

/// A CBOR item.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// An integer. Numbers that do not fit are refused when they are read; CTAP has none.
    Int(i64),
    /// A byte string.
    Bytes(Vec<u8>),
    /// A text.
    Text(String),
    /// An array.
    Array(Vec<Self>),
    /// A map.
    Map(Map),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

/// A map, in canonical order.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Map(BTreeMap<Key, Value>);

/// A key of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// A number.
    Int(i64),
    /// A text.
    Text(String),
}

impl Value {
    /// The one item that these bytes are.
    ///
    /// # Errors
    ///
    /// Anything but one item in canonical form.
    pub fn decode(bytes: &[u8]) -> Result<Self, NotCanonical> {
        match Self::decode_first(bytes)? {
            (value, []) => Ok(value),
            (_, [..]) => Err(NotCanonical),
        }
    }

    /// The item with which these bytes begin, and the bytes after it.
    ///
    /// # Errors
    ///
    /// They do not begin with an item in canonical form.
    pub fn decode_first(bytes: &[u8]) -> Result<(Self, &[u8]), NotCanonical> {
        let mut reader = Reader::of(bytes);
        let value = reader.item(0)?;
        // What is written in one way only is in canonical form exactly if it is written so again.
        let written = value.encode();
        if bytes.starts_with(&written) && bytes.len() - written.len() == reader.rest().len() {
            Ok((value, reader.rest()))
        } else {
            Err(NotCanonical)
        }
    }

    /// The map, if it is one.
    pub fn into_map(self) -> Option<Map> {
        if let Self::Map(map) = self { Some(map) } else { None }
    }

    /// The map, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        if let Self::Map(map) = self { Some(map) } else { None }
    }

    /// The canonical form.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Int(number) => write_int(out, *number),
            Self::Bytes(bytes) => {
                write_length(out, 2, bytes.len());
                out.extend_from_slice(bytes);
            }
            Self::Text(text) => write_text(out, text),
            Self::Array(items) => {
                write_length(out, 4, items.len());
                for item in items {
                    item.write(out);
                }
            }
            Self::Map(map) => map.write(out),
            Self::Bool(false) => out.push(0xf4),
            Self::Bool(true) => out.push(0xf5),
            Self::Null => out.push(0xf6),
        }
    }
}

impl Map {
    /// A map without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// The map with this entry, which replaces one of the same key.
    #[must_use]
    pub fn with(mut self, key: impl Into<Key>, value: impl Into<Value>) -> Self {
        self.0.insert(key.into(), value.into());
        self
    }

    /// The map with this entry, where there is a value.
    #[must_use]
    pub fn with_some(self, key: impl Into<Key>, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// The value of a key.
    pub fn get(&self, key: impl Into<Key>) -> Option<&Value> {
        self.0.get(&key.into())
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The canonical form.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_length(out, 5, self.0.len());
        for (key, value) in &self.0 {
            key.write(out);
            value.write(out);
        }
    }

    pub(crate) fn int(&self, key: impl Into<Key>) -> Result<Option<i64>, Status> {
        typed(self.get(key), |value| if let Value::Int(it) = value { Some(*it) } else { None })
    }

    pub(crate) fn bool(&self, key: impl Into<Key>) -> Result<Option<bool>, Status> {
        typed(self.get(key), |value| if let Value::Bool(it) = value { Some(*it) } else { None })
    }

    pub(crate) fn bytes(&self, key: impl Into<Key>) -> Result<Option<&[u8]>, Status> {
        typed(
            self.get(key),
            |value| {
                if let Value::Bytes(it) = value { Some(it.as_slice()) } else { None }
            },
        )
    }

    pub(crate) fn text(&self, key: impl Into<Key>) -> Result<Option<&str>, Status> {
        typed(
            self.get(key),
            |value| {
                if let Value::Text(it) = value { Some(it.as_str()) } else { None }
            },
        )
    }

    pub(crate) fn array(&self, key: impl Into<Key>) -> Result<Option<&[Value]>, Status> {
        typed(
            self.get(key),
            |value| {
                if let Value::Array(it) = value { Some(it.as_slice()) } else { None }
            },
        )
    }

    pub(crate) fn map(&self, key: impl Into<Key>) -> Result<Option<&Self>, Status> {
        typed(self.get(key), |value| if let Value::Map(it) = value { Some(it) } else { None })
    }
}

/// The value in the type that it must have.
fn typed<'a, T>(
    value: Option<&'a Value>,
    read: impl FnOnce(&'a Value) -> Option<T>,
) -> Result<Option<T>, Status> {
    value.map(|value| read(value).ok_or(Status::CborUnexpectedType)).transpose()
}

/// What must be there.
pub(crate) trait Required<T> {
    /// The value; `CTAP2_ERR_MISSING_PARAMETER` without one.
    fn required(self) -> Result<T, Status>;
}

impl<T> Required<T> for Result<Option<T>, Status> {
    fn required(self) -> Result<T, Status> {
        self?.ok_or(Status::MissingParameter)
    }
}

impl Key {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Int(number) => write_int(out, *number),
            Self::Text(text) => write_text(out, text),
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }
}

impl Ord for Key {
    /// §8: by major type, then by length, then by bytes. In the shortest form that is the order of the
    /// encoded bytes, since a longer argument begins with a greater byte.
    fn cmp(&self, other: &Self) -> Ordering {
        self.encode().cmp(&other.encode())
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn write_head(out: &mut Vec<u8>, major: u8, argument: u64) {
    let major = major << 5;
    let bytes = argument.to_be_bytes();
    let [.., last] = bytes;
    let (short, width) = match argument {
        0..=23 => return out.push(major | last),
        24..=0xff => (24, 1),
        0x100..=0xffff => (25, 2),
        0x1_0000..=0xffff_ffff => (26, 4),
        _ => (27, 8),
    };
    out.push(major | short);
    out.extend_from_slice(bytes.get(8 - width..).unwrap_or_default());
}

fn write_int(out: &mut Vec<u8>, number: i64) {
    match u64::try_from(number) {
        Ok(argument) => write_head(out, 0, argument),
        Err(_) => write_head(out, 1, number.unsigned_abs() - 1),
    }
}

fn write_length(out: &mut Vec<u8>, major: u8, length: usize) {
    write_head(out, major, u64::try_from(length).unwrap_or(u64::MAX));
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    write_length(out, 3, text.len());
    out.extend_from_slice(text.as_bytes());
}

impl Zeroize for Value {
    /// Overwrites byte strings, which are what secrets are kept in.
    fn zeroize(&mut self) {
        match self {
            Self::Bytes(bytes) => bytes.zeroize(),
            Self::Array(items) => items.iter_mut().for_each(Self::zeroize),
            Self::Map(map) => map.0.values_mut().for_each(Self::zeroize),
            Self::Int(_) | Self::Text(_) | Self::Bool(_) | Self::Null => {}
        }
    }
}

impl fmt::Debug for Value {
    /// Shows the shape; of byte strings only the length, since keys and tokens are such.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => write!(f, "{number}"),
            Self::Bytes(bytes) => write!(f, "[{} bytes]", bytes.len()),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Array(items) => f.debug_list().entries(items).finish(),
            Self::Map(map) => map.fmt(f),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Null => f.write_str("null"),
        }
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.0).finish()
    }
}

impl From<i64> for Key {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u8> for Value {
    fn from(number: u8) -> Self {
        Self::Int(number.into())
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Vec<Self>> for Value {
    fn from(items: Vec<Self>) -> Self {
        Self::Array(items)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}
