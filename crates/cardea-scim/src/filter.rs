//! Filters (RFC 7644 section 3.4.2.2).
//!
//! Where the specification leaves a choice:
//!
//! * a list satisfies a comparison if one of its values does; `ne` is the opposite of `eq`;
//! * an attribute that is not there equals null only, and an empty list is not there;
//! * texts are compared without regard to case unless the schema says otherwise, and so are those of
//!   attributes that no schema has;
//! * `gt`, `ge`, `lt` and `le` of a moment compare moments, in whatever zone they are written;
//! * a truth value may be written as text, as Entra writes it.

use std::cmp::Ordering;
use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::path::{AttributePath, elements, member};
use crate::schema::{Case, ResourceKind};
use crate::text::fold;

mod parse;
mod scanner;
#[cfg(test)]
mod tests;

pub(crate) use parse::{Target, target};

/// The most bytes of a filter.
pub const MAX_LENGTH: usize = 8 * 1024;
/// The most parentheses, brackets and `not` that are open at once.
pub const MAX_NESTING: usize = 24;

/// A statement about a resource.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// All of them hold.
    And(Vec<Self>),
    /// One of them holds.
    Or(Vec<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// The attribute has a value.
    Present(AttributePath),
    /// The attribute compares like this.
    Compare(Comparison),
    /// An element of a list satisfies something.
    Element(AttributePath, Box<Self>),
}

/// An attribute that compares with a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The attribute.
    pub path: AttributePath,
    /// How.
    pub operator: Operator,
    /// With what: null, a truth value, a number or a text.
    pub value: Value,
    /// As what the two are compared.
    compared: Compared,
}

/// As what values are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Compared {
    Plain,
    Text(Case),
    Boolean(Option<bool>),
    Instant(Option<Timestamp>),
}

/// How an attribute is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `eq`.
    Equal,
    /// `ne`.
    NotEqual,
    /// `co`.
    Contains,
    /// `sw`.
    StartsWith,
    /// `ew`.
    EndsWith,
    /// `gt`.
    Greater,
    /// `ge`.
    GreaterOrEqual,
    /// `lt`.
    Less,
    /// `le`.
    LessOrEqual,
}

impl Operator {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Equal,
        Self::NotEqual,
        Self::Contains,
        Self::StartsWith,
        Self::EndsWith,
        Self::Greater,
        Self::GreaterOrEqual,
        Self::Less,
        Self::LessOrEqual,
    ];

    /// The operator.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "eq",
            Self::NotEqual => "ne",
            Self::Contains => "co",
            Self::StartsWith => "sw",
            Self::EndsWith => "ew",
            Self::Greater => "gt",
            Self::GreaterOrEqual => "ge",
            Self::Less => "lt",
            Self::LessOrEqual => "le",
        }
    }

    /// Whether values in this order satisfy it; those of `co`, `sw` and `ew` are looked for instead.
    fn permits(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Contains | Self::StartsWith | Self::EndsWith => false,
        }
    }
}

impl Filter {
    /// Reads a filter for a kind of resources, already percent-decoded.
    ///
    /// # Errors
    ///
    /// [`Reason::InvalidFilter`](crate::error::Reason) for what is not well written, is beyond the
    /// bounds, or compares what has no order.
    pub fn parse(kind: ResourceKind, text: &str) -> Result<Self, Error> {
        parse::filter(kind, text)
    }

    /// Whether it is true of a resource, as it is rendered.
    pub fn matches(&self, resource: &Map<String, Value>) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|it| it.matches(resource)),
            Self::Or(parts) => parts.iter().any(|it| it.matches(resource)),
            Self::Not(inner) => !inner.matches(resource),
            Self::Present(path) => path.values(resource).into_iter().any(is_something),
            Self::Compare(comparison) => comparison.holds(resource),
            Self::Element(path, inner) => {
                let list = whole(path, resource).map(elements).unwrap_or_default();
                list.iter().any(|element| inner.matches_element(element))
            }
        }
    }

    /// Whether it is true of an element of a list. One that is no object is its own `value`.
    pub(crate) fn matches_element(&self, element: &Value) -> bool {
        if let Some(members) = element.as_object() {
            return self.matches(members);
        }
        self.matches(&Map::from_iter([("value".to_owned(), element.clone())]))
    }

    /// Statements that have to hold together: those of an `and`, or this one.
    pub fn conjuncts(&self) -> &[Self] {
        match self {
            Self::And(parts) => parts,
            Self::Or(_)
            | Self::Not(_)
            | Self::Present(_)
            | Self::Compare(_)
            | Self::Element(..) => std::slice::from_ref(self),
        }
    }

    /// Whether it says something of this attribute of the core schema. Who has to look it up
    /// elsewhere need not where it does not.
    pub fn is_about(&self, name: &str) -> bool {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().any(|it| it.is_about(name)),
            Self::Not(inner) => inner.is_about(name),
            Self::Present(path)
            | Self::Compare(Comparison { path, .. })
            | Self::Element(path, _) => {
                path.extension.is_none() && path.name.eq_ignore_ascii_case(name)
            }
        }
    }

    /// The attribute and the text, if the filter only asks for the resources of which they are equal.
    /// Who keeps an index can answer without looking at every resource.
    pub fn equality(&self) -> Option<(&AttributePath, &str)> {
        match self {
            Self::Compare(Comparison { path, operator: Operator::Equal, value, .. }) => {
                Some((path, value.as_str()?))
            }
            Self::Compare(_)
            | Self::And(_)
            | Self::Or(_)
            | Self::Not(_)
            | Self::Present(_)
            | Self::Element(..) => None,
        }
    }
}

/// The value of an attribute as a whole, without what it means in a comparison.
fn whole<'a>(path: &AttributePath, resource: &'a Map<String, Value>) -> Option<&'a Value> {
    let container = match &path.extension {
        Some(extension) => member(resource, extension)?.as_object()?,
        None => resource,
    };
    member(container, &path.name)
}

/// Whether a value is one: not null, and neither an empty text nor an empty object.
fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

impl Comparison {
    fn holds(&self, resource: &Map<String, Value>) -> bool {
        let values = self.path.values(resource);
        if self.operator == Operator::NotEqual {
            return !self.equals(&values);
        }
        if self.operator == Operator::Equal {
            return self.equals(&values);
        }
        values.into_iter().any(|it| self.one(it, self.operator))
    }

    fn equals(&self, values: &[&Value]) -> bool {
        if self.value.is_null() {
            return values.is_empty();
        }
        values.iter().any(|it| self.one(it, Operator::Equal))
    }

    fn one(&self, found: &Value, operator: Operator) -> bool {
        match (self.compared, found, &self.value) {
            (Compared::Boolean(wanted), found, _) => {
                let found = found.as_bool().or_else(|| crate::text::truth(found.as_str()?));
                found.is_some() && (found == wanted) == (operator == Operator::Equal)
            }
            (Compared::Instant(Some(wanted)), Value::String(found), _) => {
                found.parse::<Timestamp>().is_ok_and(|found| operator.permits(found.cmp(&wanted)))
            }
            (Compared::Text(case), Value::String(found), Value::String(wanted)) => match case {
                Case::Exact => located(operator, found, wanted),
                Case::Ignored => located(operator, &fold(found), &fold(wanted)),
            },
            (_, Value::Number(found), Value::Number(wanted)) => {
                let order = found.as_f64().partial_cmp(&wanted.as_f64());
                order.is_some_and(|it| operator.permits(it))
            }
            (_, Value::Bool(found), Value::Bool(wanted)) => {
                (found == wanted) == (operator == Operator::Equal)
            }
            _ => false,
        }
    }
}

fn located(operator: Operator, found: &str, wanted: &str) -> bool {
    match operator {
        Operator::Contains => found.contains(wanted),
        Operator::StartsWith => found.starts_with(wanted),
        Operator::EndsWith => found.ends_with(wanted),
        Operator::Equal
        | Operator::NotEqual
        | Operator::Greater
        | Operator::GreaterOrEqual
        | Operator::Less
        | Operator::LessOrEqual => operator.permits(found.cmp(wanted)),
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) => joined(f, parts, " and "),
            Self::Or(parts) => joined(f, parts, " or "),
            Self::Not(inner) => write!(f, "not ({inner})"),
            Self::Present(path) => write!(f, "{path} pr"),
            Self::Compare(Comparison { path, operator, value, .. }) => {
                write!(f, "{path} {} {value}", operator.as_str())
            }
            Self::Element(path, inner) => write!(f, "{path}[{inner}]"),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Filter], between: &str) -> fmt::Result {
    let mut parts = parts.iter();
    if let Some(first) = parts.next() {
        write!(f, "({first})")?;
    }
    parts.try_for_each(|part| write!(f, "{between}({part})"))
}
