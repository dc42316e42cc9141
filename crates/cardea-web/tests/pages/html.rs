//! A strict reader of our own HTML: every attribute quoted, every element closed or void.

use std::collections::BTreeMap;

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A start tag.
    Open { name: String, attributes: BTreeMap<String, String> },
    /// An end tag.
    Close(String),
    /// Text between tags, decoded.
    Text(String),
}

const VOID: [&str; 8] = ["br", "img", "input", "link", "meta", "path", "polyline", "rect"];

/// Reads a document; panics where it is not written as we write.
pub(crate) fn read(document: &str) -> Vec<Piece> {
    let mut rest = document.strip_prefix("<!doctype html>").expect("a doctype");
    let mut pieces = Vec::new();
    let mut open = Vec::new();
    while !rest.is_empty() {
        if let Some(tag) = rest.strip_prefix("</") {
            let (name, after) = tag.split_once('>').expect("an end tag ends");
            assert_eq!(open.pop().as_deref(), Some(name), "elements are nested");
            pieces.push(Piece::Close(name.to_owned()));
            rest = after;
        } else if let Some(tag) = rest.strip_prefix('<') {
            let (piece, after) = start_tag(tag);
            let Piece::Open { name, .. } = &piece else { unreachable!("a start tag") };
            if !VOID.contains(&name.as_str()) {
                open.push(name.clone());
            }
            pieces.push(piece);
            rest = after;
        } else {
            let end = rest.find('<').unwrap_or(rest.len());
            pieces.push(Piece::Text(decode(&rest[..end])));
            rest = &rest[end..];
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    pieces
}

fn start_tag(tag: &str) -> (Piece, &str) {
    let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).expect("a tag ends");
    let name = tag[..end].to_owned();
    assert!(!name.is_empty() && name == name.to_lowercase(), "a name of an element: {name}");
    let mut rest = &tag[end..];
    let mut attributes = BTreeMap::new();
    loop {
        let trimmed = rest.trim_start();
        if let Some(after) = trimmed.strip_prefix("/>").or_else(|| trimmed.strip_prefix('>')) {
            return (Piece::Open { name, attributes }, after);
        }
        assert_ne!(
            trimmed.len(),
            rest.len(),
            "a space before an attribute of {name}: {trimmed:.40}"
        );
        let end = trimmed.find(|c: char| !(c.is_ascii_alphanumeric() || "-:".contains(c)));
        let (attribute, after) = trimmed.split_at(end.expect("an attribute ends"));
        assert!(!attribute.is_empty(), "a name of an attribute of {name}: {trimmed:.40}");
        let (value, after) = match after.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').expect("a quote ends"),
            None => ("", after),
        };
        assert!(!value.contains('<'), "no bare `<` in {attribute}");
        let old = attributes.insert(attribute.to_owned(), decode(value));
        assert_eq!(old, None, "{attribute} twice");
        rest = after;
    }
}

/// Decodes character references; panics at a bare ampersand.
fn decode(text: &str) -> String {
    let mut decoded = String::new();
    let mut parts = text.split('&');
    decoded.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (reference, after) =
            part.split_once(';').unwrap_or_else(|| panic!("a bare `&`: {part:.40}"));
        decoded.push(match reference {
            "amp" | "#38" => '&',
            "lt" | "#60" => '<',
            "gt" | "#62" => '>',
            "quot" | "#34" => '"',
            "#39" => '\'',
            other => panic!("an unexpected reference: {other}"),
        });
        decoded.push_str(after);
    }
    decoded
}

/// The start tags of a document.
pub(crate) fn elements(
    pieces: &[Piece],
) -> impl Iterator<Item = (&str, &BTreeMap<String, String>)> {
    pieces.iter().filter_map(|piece| match piece {
        Piece::Open { name, attributes } => Some((name.as_str(), attributes)),
        Piece::Close(_) | Piece::Text(_) => None,
    })
}

/// The text inside of the first element with this name.
pub(crate) fn text_of(pieces: &[Piece], name: &str) -> String {
    let from = pieces
        .iter()
        .position(|piece| matches!(piece, Piece::Open { name: found, .. } if found == name));
    let mut text = String::new();
    for piece in &pieces[from.unwrap_or(pieces.len())..] {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Close(end) if end == name => break,
            Piece::Close(_) | Piece::Open { .. } => {}
        }
    }
    text
}
