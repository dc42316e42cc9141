//! The values of one property that its comparisons tell apart.
//!
//! For a text, let a gap be a character that occurs in none of the operands. Then the mentioned
//! values, and every `start gap part gap … gap end` made of mentioned starts, parts and ends, are
//! enough: a text that equals none of the mentioned values satisfies exactly the comparisons of
//! the one built from its longest mentioned start, its longest mentioned end and all mentioned
//! parts it contains, since no operand reaches across a gap.

use super::Coverage;
use crate::filter::device::DeviceProperty;
use crate::filter::expression::Atom;
use crate::filter::operator::{Relation, Value};
use crate::filter::{AttributeValue, Kind, Property, text};
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

/// Up to this many values, every combination of them is tried.
const ALL_SUBSETS: usize = 6;
/// Up to this many values, every pair of them is tried.
const ALL_PAIRS: usize = 64;
/// How many values of one property are tried.
const MOST: usize = 4096;

/// Values of one property, the plainest first; `None` is null.
pub(super) struct Candidates {
    pub(super) values: Vec<Option<AttributeValue>>,
    pub(super) coverage: Coverage,
}

/// The values that a device may have.
pub(super) fn of_device(property: DeviceProperty, atoms: &[&Atom<DeviceProperty>]) -> Candidates {
    let each = |names: &[&str]| {
        let texts = names.iter().map(|it| Some(AttributeValue::Text(String::from(*it))));
        texts.collect::<Vec<_>>()
    };
    let complete = |values| Candidates { values, coverage: Coverage::Complete };
    match (property, property.kind()) {
        (DeviceProperty::TrustType, Kind::Choice(_)) => {
            complete(each(&["Workplace", "AzureAD", "ServerAD"]))
        }
        (DeviceProperty::ProfileType, Kind::Choice(names)) => complete(each(names)),
        (_, Kind::Choice(names)) => complete(or_null(each(names))),
        (_, Kind::Truth) => complete(or_null(each(&["False", "True"]))),
        (_, Kind::Collection) => {
            let (sets, coverage) = subsets(&operands(atoms, |_| true));
            let values = sets.into_iter().map(AttributeValue::Collection).map(Some).collect();
            Candidates { values, coverage }
        }
        (_, Kind::Identifier | Kind::Text) => {
            let (texts, coverage) = texts(atoms);
            let values = texts.into_iter().map(AttributeValue::Text).map(Some).collect();
            Candidates { values: or_null(values), coverage }
        }
    }
}

/// The values that a custom security attribute may have, of one value or of several.
pub(super) fn of_attribute<P: Property>(atoms: &[&Atom<P>]) -> Candidates {
    let (texts, mut coverage) = texts(atoms);
    let truths = |elements: &[String]| -> Vec<bool> {
        atoms.iter().map(|it| it.holds(Value::Collection(elements))).collect()
    };
    let mut seen = BTreeSet::from([truths(&[])]);
    let mut elements = texts.clone();
    elements.retain(|it| seen.insert(truths(core::slice::from_ref(it))));
    let (sets, found) = subsets(&elements);
    coverage = coverage.max(found);
    let single = texts.into_iter().map(AttributeValue::Text);
    let several = sets.into_iter().map(AttributeValue::Collection);
    Candidates { values: or_null(single.chain(several).map(Some).collect()), coverage }
}

fn or_null(mut values: Vec<Option<AttributeValue>>) -> Vec<Option<AttributeValue>> {
    values.insert(0, None);
    values
}

/// The values that comparisons of the wanted relations mention, each spelling once.
fn operands<P: Property>(atoms: &[&Atom<P>], wanted: impl Fn(Relation) -> bool) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mentioned = atoms.iter().filter(|it| wanted(it.operator().relation));
    for value in mentioned.flat_map(|it| it.values()) {
        if !found.iter().any(|it| text::equal(it, value)) {
            found.push(value.clone());
        }
    }
    found
}

/// One text of each kind: another one, the mentioned ones, and those that combine them.
fn texts<P: Property>(atoms: &[&Atom<P>]) -> (Vec<String>, Coverage) {
    let mentioned = operands(atoms, |_| true);
    let gap = gap(&mentioned);
    let (inner, mut coverage) = subsets(&operands(atoms, |it| it == Relation::Contains));
    let starts = or_empty(operands(atoms, |it| it == Relation::StartsWith));
    let ends = or_empty(operands(atoms, |it| it == Relation::EndsWith));

    let mut texts = Vec::from([String::from(gap)]);
    texts.extend(mentioned);
    let combined = inner.iter().flat_map(|parts| {
        starts.iter().flat_map(|start| ends.iter().map(|end| joined(start, parts, end, gap)))
    });
    texts.extend(combined.take(MOST));
    if inner.len().saturating_mul(starts.len()).saturating_mul(ends.len()) > MOST {
        coverage = Coverage::Partial;
    }
    (texts, coverage)
}

fn or_empty(mut texts: Vec<String>) -> Vec<String> {
    texts.insert(0, String::new());
    texts
}

fn joined(start: &str, parts: &[String], end: &str, gap: char) -> String {
    let mut text = String::from(start);
    text.push(gap);
    for part in parts {
        text.push_str(part);
        text.push(gap);
    }
    text.push_str(end);
    text
}

/// A character without case that no operand contains. There is one as long as the filters are
/// shorter than Unicode is large. An ellipsis reads best in a device's name.
fn gap(operands: &[String]) -> char {
    ['\u{2026}', '~', '#']
        .into_iter()
        .chain('\u{e000}'..=char::MAX)
        .find(|gap| !operands.iter().any(|it| it.contains(*gap)))
        .unwrap_or(char::MAX)
}

/// Sets of the values, smaller ones first: all sets of a few; of many, those of at most two values
/// and the whole.
fn subsets(values: &[String]) -> (Vec<Vec<String>>, Coverage) {
    if values.len() <= ALL_SUBSETS {
        let mut sets = Vec::from([Vec::new()]);
        for value in values {
            let with: Vec<Vec<String>> =
                sets.iter().map(|it| it.iter().chain([value]).cloned().collect()).collect();
            sets.extend(with);
        }
        sets.sort_by_key(Vec::len);
        return (sets, Coverage::Complete);
    }
    let mut sets = Vec::from([Vec::new()]);
    sets.extend(values.iter().map(|it| Vec::from([it.clone()])));
    if values.len() <= ALL_PAIRS {
        for (index, first) in values.iter().enumerate() {
            let others = values.iter().skip(index + 1);
            sets.extend(others.map(|second| Vec::from([first.clone(), second.clone()])));
        }
    }
    sets.push(values.to_vec());
    (sets, Coverage::Partial)
}
