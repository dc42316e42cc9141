//! A document as a tree of values that all know where in the file they stand.
//!
//! The tree is one flat list of sixteen-byte nodes over the text, and no text is copied: a node
//! takes at least one byte of the file (two inside an array), which bounds what a hostile file can
//! cost. Keys and strings are decoded when somebody asks for them.

mod json;
mod nested;
mod positions;
mod text;
mod yaml;

use crate::source::{FileId, Span};
use positions::Positions;
use std::borrow::Cow;
use std::ops::Range;

/// How deep arrays and objects may stand inside each other. Graph's own shapes need twelve levels.
pub const MAX_NESTING: usize = 128;

/// One parsed text: a file, or the content of a string inside a file.
#[derive(Clone, Debug)]
pub struct Document {
    file: FileId,
    /// The text, where it is not the file's own.
    own_text: Option<Box<str>>,
    positions: Positions,
    nodes: Vec<Node>,
    /// Texts of YAML scalars that the file spells differently, one behind the other.
    decoded: String,
    decoded_ranges: Vec<(u32, u32)>,
    roots: Vec<NodeId>,
}

/// The position of a value in its [`Document`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// A value or a key: its bytes in the text, and what they are.
#[derive(Clone, Copy, Debug)]
struct Node {
    start: u32,
    end: u32,
    /// For an array or object the node behind its last member; for a decoded text its range.
    data: u32,
    tag: Tag,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Null,
    False,
    True,
    Number,
    /// Text between two quotes, spelled as it is.
    Quoted,
    /// Text between two quotes with escapes.
    Escaped,
    /// Text without quotes.
    Bare,
    /// Text in the side table.
    Decoded,
    Array,
    Object,
}

/// Why a text is no document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The bytes at fault; empty at the end of the text.
    pub range: Range<usize>,
    /// What is wrong there.
    pub message: String,
    /// What to do about it.
    pub help: Option<&'static str>,
}

/// A document, and the keys that its objects have more than once.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The document.
    pub document: Document,
    /// Every key that an earlier one of the same object already had. The last one counts.
    pub duplicates: Vec<NodeId>,
}

impl Document {
    /// Reads JSON (RFC 8259).
    ///
    /// # Errors
    /// The text is not JSON, or nested deeper than [`MAX_NESTING`].
    pub fn json(file: FileId, text: &str) -> Result<Parsed, SyntaxError> {
        json::parse(file, text)
    }

    /// Reads YAML 1.2, one root for each document of the stream.
    ///
    /// # Errors
    /// The text is not YAML, nested deeper than [`MAX_NESTING`], or its aliases make it larger than
    /// its text.
    pub fn yaml(file: FileId, text: &str) -> Result<Parsed, SyntaxError> {
        yaml::parse(file, text)
    }

    fn new(file: FileId) -> Self {
        Self {
            file,
            own_text: None,
            positions: Positions::Same,
            nodes: Vec::new(),
            decoded: String::new(),
            decoded_ranges: Vec::new(),
            roots: Vec::new(),
        }
    }

    /// The file that the document stands in.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The values at the top: one for JSON, any number for YAML. `text` is the file's.
    pub fn roots<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Value<'a>> {
        self.roots.iter().map(move |root| self.value(text, *root))
    }

    /// The value at a node. `text` is the file's.
    pub fn value<'a>(&'a self, text: &'a str, node: NodeId) -> Value<'a> {
        Value { document: self, text: self.own_text.as_deref().unwrap_or(text), node }
    }

    /// Bytes held besides the file's text.
    pub fn footprint(&self) -> usize {
        self.nodes.capacity() * size_of::<Node>()
            + self.own_text.as_deref().map_or(0, str::len)
            + self.positions.footprint()
            + self.decoded.capacity()
            + self.decoded_ranges.capacity() * size_of::<(u32, u32)>()
    }

    fn node(&self, id: NodeId) -> Node {
        let missing = Node { start: 0, end: 0, data: 0, tag: Tag::Null };
        self.nodes.get(index(id.0)).copied().unwrap_or(missing)
    }

    /// The node behind a value and everything in it.
    fn behind(&self, id: NodeId) -> NodeId {
        let node = self.node(id);
        match node.tag {
            Tag::Array | Tag::Object => NodeId(node.data.max(id.0 + 1)),
            Tag::Null
            | Tag::False
            | Tag::True
            | Tag::Number
            | Tag::Quoted
            | Tag::Escaped
            | Tag::Bare
            | Tag::Decoded => NodeId(id.0 + 1),
        }
    }
}

/// A value of a document.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    document: &'a Document,
    text: &'a str,
    node: NodeId,
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

    fn inside_quotes(self, node: Node) -> &'a str {
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
/// information of `OData`, and the actions that Graph offers for an object.
pub fn is_annotation(name: &str) -> bool {
    name.contains("@odata.") || name.starts_with('#')
}

/// Whether two keys are the same up to the case of their first letter.
pub fn same_name(left: &str, right: &str) -> bool {
    let split = |name: &'_ str| name.chars().next().map_or(0, char::len_utf8);
    let (at, other) = (split(left), split(right));
    at == other
        && left.get(at..) == right.get(other..)
        && left.get(..at).unwrap_or("").eq_ignore_ascii_case(right.get(..other).unwrap_or(""))
}

fn index(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// An offset or a count of nodes; texts of 4 GiB and more are refused before they come here.
fn offset(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
