//! YAML into the same tree, from the events of `saphyr-parser`, with the scalars of the core
//! schema. An alias is a copy of what it stands for, as long as the tree stays within what a text
//! of that length could say itself.

use super::json::{self, Keys};
use super::{Document, MAX_NESTING, Node, NodeId, Parsed, SyntaxError, Tag, offset};
use crate::source::FileId;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::str::Chars;

/// How many characters may follow one another without a value. The parser keeps a list in brackets
/// that may turn out to be a key as tokens of a hundred times its size until it ends, with no bound
/// of its own. Behind a key it need not, and what is JSON does not come here.
const LONGEST: usize = 1 << 15;

/// Texts shorter than this have as many values as they like.
const SHORT: usize = 1 << 12;

pub(super) fn parse(file: FileId, text: &str) -> Result<Parsed, SyntaxError> {
    if text.trim_start().starts_with(['{', '['])
        && let Ok(parsed) = json::parse(file, text)
    {
        return Ok(parsed);
    }
    let mut builder = Builder {
        text,
        offsets: Offsets::default(),
        document: Document::new(file),
        reached: 0,
        open: Vec::new(),
        anchors: BTreeMap::new(),
        duplicates: Vec::new(),
    };
    let silent = Cell::new(0);
    for event in Parser::new_from_iter(Watched { characters: text.chars(), silent: &silent }) {
        if silent.replace(0) > LONGEST {
            return Err(too_long(builder.reached));
        }
        match event {
            Ok((event, span)) => builder.event(&event, span)?,
            Err(error) => {
                let at = builder.offsets.byte(text, *error.marker());
                return Err(SyntaxError {
                    range: at..at,
                    message: format!("this is not YAML: {}", error.info()),
                    help: error.info().contains('\t').then_some("indent with spaces"),
                });
            }
        }
    }
    builder.document.nodes.shrink_to_fit();
    Ok(Parsed { document: builder.document, duplicates: builder.duplicates })
}

/// The characters of a text, which ends early where nothing has come of it for too long.
#[derive(Clone)]
struct Watched<'a> {
    characters: Chars<'a>,
    /// How many characters were read since the last event.
    silent: &'a Cell<usize>,
}

impl Iterator for Watched<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        self.silent.set(self.silent.get() + 1);
        self.characters.next().filter(|_| self.silent.get() <= LONGEST)
    }
}

struct Builder<'a> {
    text: &'a str,
    offsets: Offsets,
    document: Document,
    /// The end of the last text that belongs to a value.
    reached: usize,
    open: Vec<Open>,
    /// Complete anchored values, by the parser's number for the anchor.
    anchors: BTreeMap<usize, NodeId>,
    duplicates: Vec<NodeId>,
}

/// An array or object whose end has not come yet.
struct Open {
    node: usize,
    anchor: usize,
    /// For an object its keys so far.
    keys: Option<Keys>,
    members: usize,
}

impl Builder<'_> {
    fn event(&mut self, event: &Event<'_>, span: Span) -> Result<(), SyntaxError> {
        let start = self.offsets.byte(self.text, span.start);
        let end = self.offsets.byte(self.text, span.end).max(start);
        // A block ends where the next one begins, behind blank lines and comments, with an empty
        // span; it is taken to end with its last value.
        if start < end {
            self.reached = end;
        }
        match event {
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
            Event::Alias(anchor) => self.alias(*anchor, start..end),
            Event::Scalar(value, style, anchor, tag) => {
                self.member(start..end, Member::Scalar)?;
                self.make_room(1, &(start..end))?;
                let is_text = tag.as_ref().is_some_and(|tag| tag.suffix == "str");
                let id = self.scalar(value, *style, start..end, is_text);
                self.anchors.insert(*anchor, id);
                Ok(())
            }
            Event::SequenceStart(anchor, _) => self.container(Tag::Array, *anchor, start..end),
            Event::MappingStart(anchor, _) => self.container(Tag::Object, *anchor, start..end),
            Event::SequenceEnd | Event::MappingEnd => {
                self.close();
                Ok(())
            }
        }
    }

    fn container(
        &mut self,
        tag: Tag,
        anchor: usize,
        range: Range<usize>,
    ) -> Result<(), SyntaxError> {
        self.member(range.clone(), Member::Container)?;
        self.make_room(1, &range)?;
        if self.open.len() >= MAX_NESTING {
            return Err(too_deep(range));
        }
        let keys = (tag == Tag::Object).then(Keys::default);
        self.open.push(Open { node: self.document.nodes.len(), anchor, keys, members: 0 });
        self.push(tag, range);
        Ok(())
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let behind = self.document.nodes.len();
        if let Some(node) = self.document.nodes.get_mut(open.node) {
            node.end = offset(self.reached).max(node.start);
            node.data = offset(behind);
        }
        self.anchors.insert(open.anchor, NodeId(offset(open.node)));
        if let Some(keys) = open.keys {
            self.duplicates.extend(keys.duplicates(&self.document, self.text));
        }
    }

    /// Notes that a value begins: as a root, an array's member, a key or a key's value.
    fn member(&mut self, range: Range<usize>, member: Member) -> Result<(), SyntaxError> {
        let node = offset(self.document.nodes.len());
        let Some(open) = self.open.last_mut() else {
            self.document.roots.push(NodeId(node));
            return Ok(());
        };
        open.members += 1;
        if let Some(keys) = &mut open.keys
            && open.members % 2 == 1
        {
            if member == Member::Container {
                return Err(SyntaxError {
                    range,
                    message: "a key that is a list or a mapping".to_owned(),
                    help: Some("use text as a key"),
                });
            }
            keys.0.push(node);
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        range: Range<usize>,
        is_text: bool,
    ) -> NodeId {
        let id = NodeId(offset(self.document.nodes.len()));
        let is_key =
            self.open.last().is_some_and(|open| open.keys.is_some() && open.members % 2 == 1);
        let spelled = self.text.get(range.clone()).unwrap_or_default();
        let inside = spelled.get(1..spelled.len().saturating_sub(1));
        let plain = style == ScalarStyle::Plain && !is_text && !is_key;
        let tag = match core_schema(value) {
            Some(tag) if plain => tag,
            _ if spelled == value && style == ScalarStyle::Plain => Tag::Bare,
            _ if inside == Some(value) && spelled.starts_with(['"', '\'']) => Tag::Quoted,
            _ => Tag::Decoded,
        };
        self.push(tag, range);
        if tag == Tag::Decoded {
            let start = offset(self.document.decoded.len());
            self.document.decoded.push_str(value);
            let end = offset(self.document.decoded.len());
            if let Some(node) = self.document.nodes.last_mut() {
                node.data = offset(self.document.decoded_ranges.len());
            }
            self.document.decoded_ranges.push((start, end));
        }
        id
    }

    fn alias(&mut self, anchor: usize, range: Range<usize>) -> Result<(), SyntaxError> {
        let original = self.anchors.get(&anchor).copied().filter(|_| anchor > 0);
        let Some(original) = original else {
            return Err(SyntaxError {
                range,
                message: "an alias inside the value that it stands for".to_owned(),
                help: None,
            });
        };
        let from = super::index(original.0);
        let behind = super::index(self.document.behind(original).0);
        let tag = self.document.node(original).tag;
        let is_container = matches!(tag, Tag::Array | Tag::Object);
        self.member(range.clone(), if is_container { Member::Container } else { Member::Scalar })?;
        let to = self.document.nodes.len();
        self.make_room(behind - from, &range)?;
        if self.open.len() + self.depth(from..behind) > MAX_NESTING {
            return Err(too_deep(range));
        }
        self.document.nodes.extend_from_within(from..behind);
        for node in self.document.nodes.iter_mut().skip(to) {
            if matches!(node.tag, Tag::Array | Tag::Object) {
                node.data = offset(super::index(node.data) - from + to);
            }
        }
        Ok(())
    }

    /// Makes room for more nodes: a quarter more each time, so that a copy of all of them is not much
    /// more than what they take, and never more than a text of this length needs to say them.
    fn make_room(&mut self, more: usize, range: &Range<usize>) -> Result<(), SyntaxError> {
        let nodes = &mut self.document.nodes;
        let most = (self.text.len() / 2).max(SHORT);
        if nodes.len() + more > most {
            return Err(SyntaxError {
                range: range.clone(),
                message: "there are more values than a text of this length can say".to_owned(),
                help: Some("write out what aliases stand for"),
            });
        }
        if nodes.len() + more > nodes.capacity() {
            let wanted = (nodes.len() + nodes.len() / 4).max(nodes.len() + more).min(most);
            nodes.reserve_exact(wanted - nodes.len());
        }
        Ok(())
    }

    /// How many arrays and objects stand inside each other in these nodes.
    fn depth(&self, range: Range<usize>) -> usize {
        let mut ends = Vec::new();
        let mut deepest = 0;
        for at in range {
            while ends.last().is_some_and(|end| *end <= at) {
                ends.pop();
            }
            let id = NodeId(offset(at));
            if matches!(self.document.node(id).tag, Tag::Array | Tag::Object) {
                ends.push(super::index(self.document.behind(id).0));
                deepest = deepest.max(ends.len());
            }
        }
        deepest
    }

    fn push(&mut self, tag: Tag, range: Range<usize>) {
        let node = Node { start: offset(range.start), end: offset(range.end), data: 0, tag };
        self.document.nodes.push(node);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Member {
    Scalar,
    Container,
}

fn too_long(at: usize) -> SyntaxError {
    SyntaxError {
        range: at..at,
        message: format!("no value comes of the next {LONGEST} characters"),
        help: Some("write a long list without brackets, or behind a key"),
    }
}

fn too_deep(range: Range<usize>) -> SyntaxError {
    SyntaxError {
        range,
        message: format!("more than {MAX_NESTING} lists and mappings inside each other"),
        help: None,
    }
}

/// What a plain scalar is by the core schema of YAML 1.2 (§10.3.2); `None` for text.
fn core_schema(value: &str) -> Option<Tag> {
    match value {
        "" | "~" | "null" | "Null" | "NULL" => Some(Tag::Null),
        "true" | "True" | "TRUE" => Some(Tag::True),
        "false" | "False" | "FALSE" => Some(Tag::False),
        _ => is_number(value).then_some(Tag::Number),
    }
}

fn is_number(value: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(octal) = value.strip_prefix("0o") {
        return !octal.is_empty() && octal.bytes().all(|digit| matches!(digit, b'0'..=b'7'));
    }
    if let Some(hex) = value.strip_prefix("0x") {
        return !hex.is_empty() && hex.bytes().all(|digit| digit.is_ascii_hexdigit());
    }
    let unsigned = value.strip_prefix(['-', '+']).unwrap_or(value);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    digits(whole)
        && digits(fraction)
        && digits(exponent)
        && !exponent.is_empty()
        && !(whole.is_empty() && fraction.is_empty())
}

/// From the parser's positions, which count characters, to bytes. They come nearly in order.
#[derive(Default)]
struct Offsets {
    characters: usize,
    bytes: usize,
}

impl Offsets {
    fn byte(&mut self, text: &str, marker: Marker) -> usize {
        let wanted = marker.index();
        let rest = |from: usize| text.get(from..).unwrap_or_default().chars();
        while self.characters > wanted {
            let before = text.get(..self.bytes).unwrap_or_default();
            let Some(character) = before.chars().next_back() else { break };
            self.bytes -= character.len_utf8();
            self.characters -= 1;
        }
        for character in rest(self.bytes).take(wanted - self.characters) {
            self.bytes += character.len_utf8();
            self.characters += 1;
        }
        self.bytes
    }
}
