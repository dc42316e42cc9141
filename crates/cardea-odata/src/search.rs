//! `$search`: objects by words.
//!
//! `"displayName:one video" OR "mail:one"` in Graph's form: every clause stands in double quotes and
//! names its property, `AND` and `OR` stand between them in capitals, parentheses group.
//!
//! Display names and descriptions are searched by words: what was searched for and what the object
//! has are cut at spaces, symbols, digits and where a capital follows a small letter, and each word
//! of the first must begin one of the second. Other properties must begin with the text. Where Graph
//! does not say whether words may be unfinished, they may.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use crate::path::member;
use crate::problem::{Problem, quoted};
use crate::text;

mod parse;
mod words;

/// The most bytes of a search.
pub const MAX_LENGTH: usize = 4096;
/// The most parentheses that are open at once.
pub const MAX_NESTING: usize = 16;

/// The properties that are searched by words.
const BY_WORDS: [&str; 2] = ["displayName", "description"];

/// A search that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// All of them find the object.
    And(Vec<Self>),
    /// One of them finds it.
    Or(Vec<Self>),
    /// A property has the text.
    Clause {
        /// The name of the property.
        property: String,
        /// The text.
        text: String,
    },
}

impl Search {
    /// Reads the value of `$search`, already percent-decoded.
    ///
    /// # Errors
    ///
    /// [`Code::BadRequest`](crate::problem::Code) for what is not well written or beyond the bounds.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        parse::search(text)
    }

    /// Whether it finds an object.
    pub fn finds(&self, object: &Value) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|it| it.finds(object)),
            Self::Or(parts) => parts.iter().any(|it| it.finds(object)),
            Self::Clause { property, text } => {
                let found = object.as_object().and_then(|it| member(it, property));
                found.is_some_and(|(name, value)| found_in(name, value, text))
            }
        }
    }

    /// The properties that it looks at.
    pub fn properties(&self) -> BTreeSet<&str> {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::properties).collect(),
            Self::Clause { property, .. } => BTreeSet::from([property.as_str()]),
        }
    }
}

/// Whether a property has the text; one with several values if one of them has it.
fn found_in(name: &str, value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(value) if BY_WORDS.contains(&name) => words::found(value, wanted),
        Value::String(value) => text::starts_with(value, wanted),
        Value::Array(values) => {
            values.iter().filter_map(Value::as_str).any(|it| text::starts_with(it, wanted))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) => joined(f, parts, " AND "),
            Self::Or(parts) => joined(f, parts, " OR "),
            Self::Clause { property, text } => {
                let text = text.replace('\\', "\\\\").replace('"', "\\\"");
                write!(f, "\"{property}:{text}\"")
            }
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Search], between: &str) -> fmt::Result {
    let mut parts = parts.iter();
    if let Some(first) = parts.next() {
        write!(f, "({first})")?;
    }
    parts.try_for_each(|part| write!(f, "{between}({part})"))
}

/// A clause from the text between its quotes.
fn clause(text: &str) -> Result<Search, Problem> {
    let (property, text) = text.split_once(':').ok_or_else(|| {
        Problem::bad(format!(
            "$search: the clause {} names no property. Write \"property:text\", such as \"displayName:kim\".",
            quoted(text)
        ))
    })?;
    let property = property.trim();
    if property.is_empty() || !property.chars().all(|it| it.is_alphanumeric() || it == '_') {
        return Err(Problem::bad(format!(
            "$search: {} is not the name of a property.",
            quoted(property)
        )));
    }
    Ok(Search::Clause { property: property.to_owned(), text: text.trim().to_owned() })
}

#[cfg(test)]
mod tests;
