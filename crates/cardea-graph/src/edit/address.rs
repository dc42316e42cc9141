//! Where an object stands in a text, counted through its containers, so that the address survives
//! changes inside the object; and changes of the text there, also inside strings that hold JSON.

use super::Refusal;
use super::splice::{Splice, apply};
use super::style::escaped;
use crate::document::{Document, Value};
use crate::source::{FileId, Span};

/// One step on the way to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The root, item or member with this number.
    Child(usize),
    /// The document that a string spells.
    Text,
}

/// The way to an object; the first step tells the root.
pub(super) type Address = Vec<Step>;

/// The address of the object with this span.
pub(super) fn find(document: &Document, text: &str, wanted: &Span) -> Option<Address> {
    let mut roots = document.roots(text).enumerate();
    roots.find_map(|(at, root)| {
        let mut steps = vec![Step::Child(at)];
        visit(root, wanted, &mut steps).then_some(steps)
    })
}

fn visit(value: Value<'_>, wanted: &Span, steps: &mut Address) -> bool {
    let span = value.span();
    if span.range.start > wanted.range.start || span.range.end < wanted.range.end {
        return false;
    }
    if value.is_object() && span == *wanted {
        return true;
    }
    let members = value.items().chain(value.entries().map(|entry| entry.value));
    for (at, member) in members.enumerate() {
        steps.push(Step::Child(at));
        if visit(member, wanted, steps) {
            return true;
        }
        steps.pop();
    }
    if value.as_text().is_none() {
        return false;
    }
    let nested = value.nested().and_then(|parsed| find(&parsed.document, "", wanted));
    let Some(inside) = nested else { return false };
    steps.push(Step::Text);
    steps.extend(inside);
    true
}

/// The child of a value; `None` where there is none with this number.
pub(super) fn child(value: Value<'_>, at: usize) -> Option<Value<'_>> {
    value.items().chain(value.entries().map(|entry| entry.value)).nth(at)
}

/// Makes replacements for a value in the text that it stands in directly.
pub(super) type Edit<'e> = dyn FnMut(&str, Value<'_>) -> Result<Vec<Splice>, Refusal> + 'e;

/// Shows the value at an address to `read`, with its position in the file.
pub(super) fn at(
    document: &Document,
    text: &str,
    address: &[Step],
    read: &mut dyn FnMut(Value<'_>),
) {
    let mut steps = address.iter();
    let Some(Step::Child(root)) = steps.next() else { return };
    let Some(mut value) = document.roots(text).nth(*root) else { return };
    while let Some(step) = steps.next() {
        match step {
            Step::Child(number) => {
                let Some(found) = child(value, *number) else { return };
                value = found;
            }
            Step::Text => {
                if let Some(nested) = value.nested() {
                    at(&nested.document, "", steps.as_slice(), read);
                }
                return;
            }
        }
    }
    read(value);
}

/// Changes a JSON text at an address: `edit` gets the text that the value stands in directly, which
/// is the content of a string for JSON inside JSON, and the value.
pub(super) fn rewrite(
    text: &str,
    address: &[Step],
    edit: &mut Edit<'_>,
) -> Result<String, Refusal> {
    let parsed = Document::json(FileId(0), text).map_err(|_| Refusal::NotJson)?;
    let mut steps = address.iter();
    let Some(Step::Child(root)) = steps.next() else { return Err(Refusal::Gone) };
    let mut value = parsed.document.roots(text).nth(*root).ok_or(Refusal::Gone)?;
    while let Some(step) = steps.next() {
        match step {
            Step::Child(at) => value = child(value, *at).ok_or(Refusal::Gone)?,
            Step::Text => {
                let inner = value.as_text().ok_or(Refusal::Gone)?;
                let changed = rewrite(&inner, steps.as_slice(), edit)?;
                return Ok(apply(text, &[inside_string(text, value, &inner, &changed)?]));
            }
        }
    }
    Ok(apply(text, &edit(text, value)?))
}

/// The change of a string from one content to another, as a replacement of no more than the part
/// that differs.
fn inside_string(
    text: &str,
    string: Value<'_>,
    before: &str,
    after: &str,
) -> Result<Splice, Refusal> {
    let range = string.span().range;
    let raw_range = range.start + 1..range.end - 1;
    let raw = text.get(raw_range.clone()).ok_or(Refusal::Gone)?;
    let prefix: usize = before
        .chars()
        .zip(after.chars())
        .take_while(|(old, new)| old == new)
        .map(|(same, _)| same.len_utf8())
        .sum();
    let (old, new) = (before.get(prefix..), after.get(prefix..));
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    let suffix: usize = old
        .chars()
        .rev()
        .zip(new.chars().rev())
        .take_while(|(old, new)| old == new)
        .map(|(same, _)| same.len_utf8())
        .sum();
    let start = spelled(raw, prefix).ok_or(Refusal::Gone)?;
    let end = spelled(raw, before.len() - suffix).ok_or(Refusal::Gone)?;
    let with = escaped(new.get(..new.len() - suffix).unwrap_or_default());
    Ok(Splice { range: raw_range.start + start..raw_range.start + end, with })
}

/// The offset in the spelling of a string of an offset in its content.
fn spelled(raw: &str, wanted: usize) -> Option<usize> {
    let (mut at, mut content) = (0, 0);
    while content < wanted {
        let rest = raw.get(at..)?;
        let first = rest.chars().next()?;
        let plain = (first.len_utf8(), first.len_utf8());
        let (length, decoded) = if first == '\\' { escape(rest)? } else { plain };
        at += length;
        content += decoded;
    }
    (content == wanted).then_some(at)
}

/// The length of the escape at the start, and that of the character which it spells.
fn escape(raw: &str) -> Option<(usize, usize)> {
    if !raw.starts_with("\\u") {
        return Some((2, 1));
    }
    let unit = u32::from_str_radix(raw.get(2..6)?, 16).ok()?;
    if (0xD800..0xDC00).contains(&unit) {
        return Some((12, 4));
    }
    Some((6, char::from_u32(unit)?.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_in_a_string_are_found_in_its_spelling() {
        let raw = "a\\n\\u00e4\\ud83d\\ude00ä\\\"z";
        let content = "a\nä\u{1F600}ä\"z";
        let offsets: Vec<_> =
            content.char_indices().map(|(at, _)| spelled(raw, at).expect("is there")).collect();
        assert_eq!(offsets, [0, 1, 3, 9, 21, 23, 25]);
        assert_eq!(spelled(raw, content.len()), Some(raw.len()));
        assert_eq!(spelled(raw, 3), None);
    }
}
