//! A document as a tree of values that all know where in the file they stand.
//!
//! The tree is one flat list of sixteen-byte nodes over the text, and no text is copied: a node
//! takes at least one byte of the file (two inside an array), which bounds what a hostile file can
//! cost. Keys and strings are decoded when somebody asks for them.

mod json;
mod nested;
mod positions;
mod text;
mod value;
mod yaml;

pub use value::{Entry, Items, Shape, Value, is_annotation, same_name};

use crate::source::FileId;
use positions::Positions;
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

pub(crate) use json::Beginning;
pub(crate) use text::unescape;

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

    /// Reads the JSON value that a text begins with, of which more may come. The document is one
    /// that is not needed any more; `depth` arrays and objects stand around the value.
    pub(crate) fn json_beginning(self, text: &str, depth: usize) -> Beginning {
        json::beginning(text, depth, self)
    }

    /// Reads YAML 1.2, one root for each document of the stream.
    ///
    /// # Errors
    /// The text is not YAML, nested deeper than [`MAX_NESTING`], holds more values than a text of its
    /// length can say, or a list in brackets so long that only its end tells what it is.
    pub fn yaml(file: FileId, text: &str) -> Result<Parsed, SyntaxError> {
        yaml::parse(file, text)
    }

    pub(crate) fn new(file: FileId) -> Self {
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
        Value::new(self, self.own_text.as_deref().unwrap_or(text), node)
    }

    /// Bytes held besides the file's text.
    pub fn footprint(&self) -> usize {
        self.nodes.capacity() * size_of::<Node>()
            + self.own_text.as_deref().map_or(0, str::len)
            + self.positions.footprint()
            + self.decoded.capacity()
            + self.decoded_ranges.capacity() * size_of::<(u32, u32)>()
    }

    /// Whether it is no waste to keep the memory of the document for the next one.
    pub(crate) fn is_small(&self) -> bool {
        self.nodes.capacity() <= 1 << 16
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

fn index(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// An offset or a count of nodes; texts of 4 GiB and more are refused before they come here.
fn offset(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
