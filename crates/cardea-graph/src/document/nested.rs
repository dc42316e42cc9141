//! JSON text inside a string: a policy as the `detail` of a log entry or the body of a template.

use super::positions::{Pieces, Positions};
use super::text::Characters;
use super::{Document, Parsed, Tag, Value, json, offset};

pub(super) fn parse(value: Value<'_>) -> Option<Parsed> {
    let text = value.as_text()?;
    let trimmed = text.trim();
    let brackets = (trimmed.bytes().next()?, trimmed.bytes().next_back()?);
    if !matches!(brackets, (b'{', b'}') | (b'[', b']')) {
        return None;
    }
    let mut parsed = json::parse(value.document.file, &text).ok()?;
    parsed.document.positions = positions(value);
    parsed.document.own_text = Some(text.into());
    Some(parsed)
}

/// Where the characters of a string stand in the file.
pub(super) fn positions(value: Value<'_>) -> Positions {
    let outer: &Document = value.document;
    let node = outer.node(value.node);
    let raw_start = match node.tag {
        Tag::Quoted | Tag::Escaped => node.start + 1,
        Tag::Bare => node.start,
        Tag::Decoded
        | Tag::Null
        | Tag::False
        | Tag::True
        | Tag::Number
        | Tag::Array
        | Tag::Object => {
            let range = outer.positions.range(node.start, node.end);
            return Positions::Whole(offset(range.start)..offset(range.end));
        }
    };
    if let Positions::Whole(range) = &outer.positions {
        return Positions::Whole(range.clone());
    }
    if node.tag == Tag::Escaped { escaped(value, raw_start) } else { plain(value, raw_start) }
}

fn escaped(value: Value<'_>, raw_start: u32) -> Positions {
    let node = value.document.node(value.node);
    let mut characters = Characters::new(value.inside_quotes(node));
    let mut pieces = Pieces::default();
    let mut inner = 0;
    while let Some((at, Ok(character))) = characters.next() {
        pieces.add(inner, value.document.positions.place(raw_start + offset(at)));
        inner += character.len_utf8();
    }
    pieces.add(inner, value.document.positions.place(raw_start + offset(characters.offset())));
    pieces.finish()
}

fn plain(value: Value<'_>, raw_start: u32) -> Positions {
    let mut pieces = Pieces::default();
    let text = value.as_text().unwrap_or_default();
    for at in text.char_indices().map(|(at, _)| at).chain([text.len()]) {
        pieces.add(at, value.document.positions.place(raw_start + offset(at)));
    }
    pieces.finish()
}
