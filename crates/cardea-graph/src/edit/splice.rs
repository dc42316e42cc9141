//! One change of an object as replacements in the text that it stands in.

use super::json::Json;
use super::style::{Layout, Spot, Style, layout};
use super::{Change, Refusal};
use crate::document::{Entry, Value};
use std::ops::Range;

/// A piece of text in place of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Splice {
    pub(super) range: Range<usize>,
    pub(super) with: String,
}

/// Puts the pieces in; they do not overlap and come in order.
pub(super) fn apply(text: &str, splices: &[Splice]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for splice in splices {
        out.push_str(text.get(at..splice.range.start).unwrap_or_default());
        out.push_str(&splice.with);
        at = splice.range.end;
    }
    out + text.get(at..).unwrap_or_default()
}

/// Where a path leads.
enum Lead<'a> {
    /// To a value; its parent is the container around it.
    Value { value: Value<'a>, parent: Value<'a> },
    /// To a null in the way, with the names behind it.
    Null { value: Value<'a>, parent: Value<'a>, rest: Vec<String> },
    /// To an object that lacks the first of these names.
    Missing { parent: Value<'a>, rest: Vec<String> },
}

fn lead<'a>(object: Value<'a>, path: &str) -> Result<Lead<'a>, Refusal> {
    let mut names = path.split('.');
    let (mut value, mut parent) = (object, object);
    while let Some(name) = names.next() {
        let rest = || std::iter::once(name).chain(names.clone()).map(str::to_owned).collect();
        let next = if value.is_array() {
            let mut items = value.items();
            let is_it = |item: &Value<'_>| {
                let id = item.get("id").and_then(Value::as_text);
                id.is_some_and(|id| id.eq_ignore_ascii_case(name))
            };
            Some(items.find(is_it).ok_or_else(|| Refusal::NoPlace(path.to_owned()))?)
        } else if value.is_object() {
            value.get(name)
        } else if value.is_absent() {
            return Ok(Lead::Null { value, parent, rest: rest() });
        } else {
            return Err(Refusal::NoPlace(path.to_owned()));
        };
        parent = value;
        match next {
            Some(next) => value = next,
            None => return Ok(Lead::Missing { parent, rest: rest() }),
        }
    }
    Ok(Lead::Value { value, parent })
}

/// The replacements that make the change.
pub(super) fn change(
    text: &str,
    object: Value<'_>,
    style: &Style,
    change: &Change,
) -> Result<Vec<Splice>, Refusal> {
    let writer = Writer { text, style };
    match change {
        Change::Set { path, value } => Ok(match lead(object, path)? {
            Lead::Value { value: old, parent } => vec![writer.replace(old, parent, value)],
            Lead::Null { value: old, parent, rest } => {
                vec![writer.replace(old, parent, &chain(&rest, value.clone()))]
            }
            Lead::Missing { parent, rest } => vec![writer.add(parent, &rest, value)],
        }),
        Change::Append { path, items } => Ok(match lead(object, path)? {
            Lead::Value { value: old, .. } if old.is_array() && old.items().next().is_some() => {
                vec![writer.append(old, items)]
            }
            Lead::Value { value: old, parent } if old.is_array() || old.is_absent() => {
                vec![writer.replace(old, parent, &Json::Array(items.clone()))]
            }
            Lead::Value { .. } => return Err(Refusal::NoList(path.clone())),
            Lead::Null { value: old, parent, rest } => {
                vec![writer.replace(old, parent, &chain(&rest, Json::Array(items.clone())))]
            }
            Lead::Missing { parent, rest } => {
                vec![writer.add(parent, &rest, &Json::Array(items.clone()))]
            }
        }),
        Change::Remove { path, items } => match lead(object, path)? {
            Lead::Value { value: old, .. } if old.is_array() => Ok(remove(old, items)),
            Lead::Value { value: old, .. } if !old.is_absent() => {
                Err(Refusal::NoList(path.clone()))
            }
            Lead::Value { .. } | Lead::Null { .. } | Lead::Missing { .. } => Ok(Vec::new()),
        },
        Change::Drop { path } => match lead(object, path)? {
            Lead::Value { parent, .. } if parent.is_object() => {
                let name = path.rsplit('.').next().unwrap_or_default();
                Ok(drop_member(parent, name))
            }
            Lead::Value { .. } => Err(Refusal::NoPlace(path.clone())),
            Lead::Null { .. } | Lead::Missing { .. } => Ok(Vec::new()),
        },
    }
}

/// A value inside new objects with these names.
fn chain(names: &[String], value: Json) -> Json {
    names.iter().rev().fold(value, |value, name| Json::Object(vec![(name.clone(), value)]))
}

struct Writer<'a> {
    text: &'a str,
    style: &'a Style,
}

impl Writer<'_> {
    fn replace(&self, old: Value<'_>, parent: Value<'_>, new: &Json) -> Splice {
        let range = old.span().range;
        let spot = Spot::of(self.text, range.start);
        let around = layout(self.text, parent).unwrap_or(Layout::Inline);
        let with = match new {
            Json::Array(items) if new.is_plain_list() => {
                let own = layout(self.text, old);
                let layout = own.unwrap_or(match around {
                    Layout::Lines => self.style.arrays(),
                    Layout::Inline => Layout::Inline,
                });
                self.style.array(items, &spot, layout)
            }
            Json::Null
            | Json::Bool(_)
            | Json::Number(_)
            | Json::Text(_)
            | Json::Array(_)
            | Json::Object(_) => self.style.value(new, &spot, around),
        };
        Splice { range, with }
    }

    /// Adds a member behind the first one, so that no other line changes; at the end of an object
    /// that has only one.
    fn add(&self, object: Value<'_>, names: &[String], value: &Json) -> Splice {
        let Some((name, rest)) = names.split_first() else {
            return Splice { range: 0..0, with: String::new() };
        };
        let value = chain(rest, value.clone());
        let mut entries = object.entries();
        let (first, second) = (entries.next(), entries.next());
        let Some(first) = first else {
            let new = Json::Object(vec![(name.clone(), value)]);
            let range = object.span().range;
            let around = if self.text.contains('\n') { Layout::Lines } else { Layout::Inline };
            let with = self.style.value(&new, &Spot::of(self.text, range.start), around);
            return Splice { range, with };
        };
        let layout = layout(self.text, object).unwrap_or(Layout::Inline);
        let spot = Spot::of(self.text, first.key.span().range.start);
        let member = self.style.member(name, &value, &spot, layout);
        let end = first.value.span().range.end;
        if let Some(second) = second {
            let at = second.key.span().range.start;
            return Splice { range: at..at, with: format!("{member},{}", self.gap(end, at)) };
        }
        let open = object.span().range.start + 1;
        let gap = match layout {
            Layout::Lines => self.gap(open, first.key.span().range.start),
            Layout::Inline => self.style.gap().to_owned(),
        };
        Splice { range: end..end, with: format!(",{gap}{member}") }
    }

    /// The white space in front of a member, blank lines left out. `from` is an offset before it
    /// and behind the member or bracket in front of it.
    fn gap(&self, from: usize, member: usize) -> String {
        let between = self.text.get(from..member).unwrap_or_default();
        let space = between.rsplit(',').next().unwrap_or_default();
        match space.rsplit_once('\n') {
            Some((_, indent)) => format!("{}{indent}", self.style.newline()),
            None => space.to_owned(),
        }
    }

    /// Adds items behind the last one of an array that has some.
    fn append(&self, array: Value<'_>, items: &[Json]) -> Splice {
        let layout = layout(self.text, array).unwrap_or(Layout::Inline);
        let first = array.items().next().map_or(0, |item| item.span().range.start);
        let last = array.items().last().map_or(first, |item| item.span().range.end);
        let gap = match layout {
            Layout::Lines => self.gap(array.span().range.start + 1, first),
            Layout::Inline => self.style.gap().to_owned(),
        };
        let spot = Spot::of(self.text, first);
        let mut with = String::new();
        for item in items {
            with.push(',');
            with.push_str(&gap);
            with.push_str(&self.style.value(item, &spot, layout));
        }
        Splice { range: last..last, with }
    }
}

fn remove(array: Value<'_>, texts: &[String]) -> Vec<Splice> {
    let is_one = |item: &Value<'_>| {
        let text = item.as_text();
        text.is_some_and(|text| texts.iter().any(|one| one.eq_ignore_ascii_case(&text)))
    };
    let ranges: Vec<_> = array.items().map(|item| (item.span().range, is_one(&item))).collect();
    cut(array, &ranges)
}

fn drop_member(object: Value<'_>, name: &str) -> Vec<Splice> {
    let whole = |entry: &Entry<'_>| entry.key.span().range.start..entry.value.span().range.end;
    let ranges: Vec<_> = object
        .entries()
        .map(|entry| (whole(&entry), crate::document::same_name(&entry.name(), name)))
        .collect();
    cut(object, &ranges)
}

/// Takes members out of a container. Each goes together with the white space up to the next
/// one; those at the end with the comma in front of them.
fn cut(container: Value<'_>, members: &[(Range<usize>, bool)]) -> Vec<Splice> {
    let Some(last_kept) = members.iter().rposition(|(_, goes)| !goes) else {
        if members.is_empty() {
            return Vec::new();
        }
        let range = container.span().range;
        let with = if container.is_array() { "[]" } else { "{}" };
        return vec![Splice { range, with: with.to_owned() }];
    };
    let mut splices = Vec::new();
    for pair in members.get(..=last_kept).unwrap_or_default().windows(2) {
        if let [(range, true), (next, _)] = pair {
            splices.push(Splice { range: range.start..next.start, with: String::new() });
        }
    }
    if let (Some((kept, _)), Some((end, true))) = (members.get(last_kept), members.last()) {
        splices.push(Splice { range: kept.end..end.end, with: String::new() });
    }
    splices
}
