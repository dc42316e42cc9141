//! JSON as a value of its own: what is written into files, and what a changed file must read as.

use crate::document::{Shape, Value, same_name};
use std::collections::BTreeMap;

/// A JSON value to be written. Names are in Graph's spelling; they get the casing of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it is spelled.
    Number(String),
    /// A string.
    Text(String),
    /// An array.
    Array(Vec<Self>),
    /// An object, its members in the order in which they are written.
    Object(Vec<(String, Self)>),
}

impl Json {
    /// A string.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// An array of strings.
    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::Array(texts.into_iter().map(Self::text).collect())
    }

    /// An object.
    pub fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// A copy of a value that was read.
    pub fn of(value: Value<'_>) -> Self {
        match value.shape() {
            Shape::Null => Self::Null,
            Shape::Bool(truth) => Self::Bool(truth),
            Shape::Number(number) => Self::Number(number.to_owned()),
            Shape::Text(text) => Self::Text(text.into_owned()),
            Shape::Array => Self::Array(value.items().map(Self::of).collect()),
            Shape::Object => Self::Object(
                value
                    .entries()
                    .map(|entry| (entry.name().into_owned(), Self::of(entry.value)))
                    .collect(),
            ),
        }
    }

    /// Whether both say the same: the order of members does not count, nor the case of a name's
    /// first letter; of equal names the last one does.
    pub fn says_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Array(mine), Self::Array(theirs)) => {
                mine.len() == theirs.len()
                    && mine.iter().zip(theirs).all(|(a, b)| a.says_the_same(b))
            }
            (Self::Object(mine), Self::Object(theirs)) => {
                let (mine, theirs) = (by_name(mine), by_name(theirs));
                mine.len() == theirs.len()
                    && mine
                        .iter()
                        .zip(&theirs)
                        .all(|((name, a), (other, b))| name == other && a.says_the_same(b))
            }
            _ => self == other,
        }
    }

    /// The member of an object, or the item of an array with this id; `null` becomes an empty
    /// object and a missing member is added, as a change of a file does.
    pub(super) fn at(&mut self, name: &str) -> Option<&mut Self> {
        if *self == Self::Null {
            *self = Self::Object(Vec::new());
        }
        match self {
            Self::Array(items) => items.iter_mut().find(|item| item.has_id(name)),
            Self::Object(members) => {
                let known = members.iter().rposition(|(key, _)| same_name(key, name));
                let place = known.unwrap_or_else(|| {
                    members.push((name.to_owned(), Self::Null));
                    members.len() - 1
                });
                members.get_mut(place).map(|(_, value)| value)
            }
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => None,
        }
    }

    /// As [`Self::at`], and nothing is added.
    pub(super) fn known(&mut self, name: &str) -> Option<&mut Self> {
        match self {
            Self::Array(items) => items.iter_mut().find(|item| item.has_id(name)),
            Self::Object(members) => {
                let mut members = members.iter_mut().rev();
                members.find(|(key, _)| same_name(key, name)).map(|(_, value)| value)
            }
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => None,
        }
    }

    fn has_id(&self, id: &str) -> bool {
        let Self::Object(members) = self else { return false };
        members.iter().any(|(key, value)| {
            same_name(key, "id")
                && matches!(value, Self::Text(text) if text.eq_ignore_ascii_case(id))
        })
    }

    /// Whether it is an array without an array or object in it that has something in it.
    pub(super) fn is_plain_list(&self) -> bool {
        matches!(self, Self::Array(items) if !items.iter().any(Self::has_members))
    }

    /// Whether it is an array or object with something in it.
    pub(super) fn has_members(&self) -> bool {
        match self {
            Self::Array(items) => !items.is_empty(),
            Self::Object(members) => !members.is_empty(),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => false,
        }
    }
}

fn by_name(members: &[(String, Json)]) -> BTreeMap<String, &Json> {
    let folded = |name: &str| {
        let mut characters = name.chars();
        let first = characters.next().map(|first| first.to_ascii_lowercase());
        first.into_iter().chain(characters).collect()
    };
    members.iter().map(|(name, value)| (folded(name), value)).collect()
}
