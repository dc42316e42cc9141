//! Values of a document: what they are, where they stand, and what is in them.

use super::{Document, Node, NodeId, Parsed, Tag, index, nested, offset, text};
use crate::source::Span;
use std::borrow::Cow;
use std::ops::Range;

/// A value of a document.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    pub(super) document: &'a Document,
    text: &'a str,
    pub(super) node: NodeId,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it is spelled.
    Number(&'a str),
    /// A string, decoded.
    Text(Cow<'a, str>),
    /// An array; see [`Value::items`].
    Array,
    /// An object; see [`Value::entries`].
    Object,
}

impl Shape<'_> {
    /// What it is, in words with an article.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a truth value",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// One member of an object.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The key, a string.
    pub key: Value<'a>,
    /// The value.
    pub value: Value<'a>,
}

impl<'a> Entry<'a> {
    /// The key's text.
    pub fn name(&self) -> Cow<'a, str> {
        self.key.as_text().unwrap_or_default()
    }
}

impl<'a> Value<'a> {
    pub(super) fn new(document: &'a Document, text: &'a str, node: NodeId) -> Self {
        Self { document, text, node }
    }

    /// What the value is.
    pub fn shape(self) -> Shape<'a> {
        let node = self.document.node(self.node);
        match node.tag {
            Tag::Null => Shape::Null,
            Tag::False => Shape::Bool(false),
            Tag::True => Shape::Bool(true),
            Tag::Number => Shape::Number(self.slice(node.start, node.end)),
            Tag::Array => Shape::Array,
            Tag::Object => Shape::Object,
            Tag::Bare => Shape::Text(Cow::Borrowed(self.slice(node.start, node.end))),
            Tag::Quoted => Shape::Text(Cow::Borrowed(self.inside_quotes(node))),
            Tag::Escaped => Shape::Text(Cow::Owned(text::unescape(self.inside_quotes(node)))),
            Tag::Decoded => {
                let range = self.document.decoded_ranges.get(index(node.data));
                let range = range.map_or(0..0, |(start, end)| index(*start)..index(*end));
                Shape::Text(Cow::Borrowed(self.document.decoded.get(range).unwrap_or_default()))
            }
        }
    }

    /// The position in the document.
    pub fn id(self) -> NodeId {
        self.node
    }

    /// Where the value stands in the file, quotes and brackets included.
    pub fn span(self) -> Span {
        let node = self.document.node(self.node);
        let range = self.document.positions.range(node.start, node.end);
        Span { file: self.document.file, range }
    }

    /// The first character of the value: enough to point at an object of many lines.
    pub fn head(self) -> Span {
        let Span { file, range } = self.span();
        let node = self.document.node(self.node);
        let first = self.slice(node.start, node.end).chars().next().map_or(0, char::len_utf8);
        Span { file, range: range.start..(range.start + first).min(range.end) }
    }

    /// The string, if it is one.
    pub fn as_text(self) -> Option<Cow<'a, str>> {
        match self.shape() {
            Shape::Text(text) => Some(text),
            Shape::Null | Shape::Bool(_) | Shape::Number(_) | Shape::Array | Shape::Object => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(self) -> Option<bool> {
        match self.shape() {
            Shape::Bool(value) => Some(value),
            Shape::Null | Shape::Number(_) | Shape::Text(_) | Shape::Array | Shape::Object => None,
        }
    }

    /// The number, if it is a whole one that fits.
    pub fn as_integer(self) -> Option<i64> {
        match self.shape() {
            Shape::Number(number) => number.parse().ok(),
            Shape::Null | Shape::Bool(_) | Shape::Text(_) | Shape::Array | Shape::Object => None,
        }
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        self.document.node(self.node).tag == Tag::Object
    }

    /// Whether it is an array.
    pub fn is_array(self) -> bool {
        self.document.node(self.node).tag == Tag::Array
    }

    /// The members of an array; nothing for other values.
    pub fn items(self) -> Items<'a> {
        self.children(self.is_array())
    }

    /// The members of an object in the order of the file, overridden ones included; nothing for
    /// other values.
    pub fn entries(self) -> impl Iterator<Item = Entry<'a>> {
        let mut members = self.children(self.is_object());
        std::iter::from_fn(move || Some(Entry { key: members.next()?, value: members.next()? }))
    }

    /// The last member with this name. Exports of PowerShell capitalise the first letter, so its
    /// case does not count.
    pub fn get(self, name: &str) -> Option<Self> {
        self.entry(name).map(|entry| entry.value)
    }

    /// As [`Self::get`], with the key.
    pub fn entry(self, name: &str) -> Option<Entry<'a>> {
        self.entries().filter(|entry| same_name(&entry.name(), name)).last()
    }

    /// Whether the value says nothing: null, or an object of nothing but such values and
    /// annotations. Some exporters write those in place of null.
    pub fn is_absent(self) -> bool {
        match self.shape() {
            Shape::Null => true,
            Shape::Object => {
                self.entries().all(|entry| is_annotation(&entry.name()) || entry.value.is_absent())
            }
            Shape::Bool(_) | Shape::Number(_) | Shape::Text(_) | Shape::Array => false,
        }
    }

    /// The document that the value's text spells, if it is a string that holds a JSON object or
    /// array. Its positions are those of the outer file.
    pub fn nested(self) -> Option<Parsed> {
        nested::parse(self)
    }

    /// Where a part of the string's decoded text stands in the file.
    pub fn part(self, range: Range<usize>) -> Span {
        let range = nested::positions(self).range(offset(range.start), offset(range.end));
        Span { file: self.document.file, range }
    }

    fn children(self, has_members: bool) -> Items<'a> {
        let end = if has_members { self.document.behind(self.node) } else { self.node };
        let next = if has_members { NodeId(self.node.0 + 1) } else { self.node };
        Items { document: self.document, text: self.text, next, end }
    }

    fn slice(self, start: u32, end: u32) -> &'a str {
        self.text.get(index(start)..index(end)).unwrap_or_default()
    }

    pub(super) fn inside_quotes(self, node: Node) -> &'a str {
        self.slice(node.start.saturating_add(1), node.end.saturating_sub(1))
    }
}

/// The members of an array.
#[derive(Clone, Debug)]
pub struct Items<'a> {
    document: &'a Document,
    text: &'a str,
    next: NodeId,
    end: NodeId,
}

impl<'a> Iterator for Items<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        if self.next >= self.end {
            return None;
        }
        let value = Value { document: self.document, text: self.text, node: self.next };
        self.next = self.document.behind(self.next);
        Some(value)
    }
}

/// Whether a key says something about the export and nothing about the tenant: the control
/// information of `OData`, references in requests excepted, and the actions that Graph offers for an
/// object.
pub fn is_annotation(name: &str) -> bool {
    // Few keys have the sign, and millions of keys are asked.
    let is_control = name.as_bytes().contains(&b'@') && name.contains("@odata.");
    is_control && !name.ends_with("@odata.bind") || name.starts_with('#')
}

/// Whether two keys are the same up to the case of their first letter.
pub fn same_name(left: &str, right: &str) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let split = |name: &'_ str| name.chars().next().map_or(0, char::len_utf8);
    let (at, other) = (split(left), split(right));
    at == other
        && left.get(at..) == right.get(other..)
        && left.get(..at).unwrap_or("").eq_ignore_ascii_case(right.get(..other).unwrap_or(""))
}
