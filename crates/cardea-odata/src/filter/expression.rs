//! What a filter says, and how it is written.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use serde_json::Number;

use crate::path::Path;

/// A statement about an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// All of them hold.
    And(Vec<Self>),
    /// One of them holds.
    Or(Vec<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// Two values compare like this.
    Compare(Operand, Comparison, Operand),
    /// A value is one of a list.
    In(Operand, Vec<Literal>),
    /// A property has all these flags.
    Has(Path, Vec<String>),
    /// A text has a part.
    Text(TextFunction, Operand, Operand),
    /// The elements of a list satisfy something.
    Elements(Lambda),
    /// A value is true.
    Holds(Operand),
}

/// A value of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// What a property has.
    Path(Path),
    /// How many elements a list has.
    Count(Path),
    /// A value that is written down.
    Literal(Literal),
}

/// A value that is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text in quotes.
    Text(String),
    /// A GUID without quotes, which is compared as text.
    Guid(String),
    /// A date, with or without a time.
    Instant(Timestamp),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `eq`.
    Equal,
    /// `ne`.
    NotEqual,
    /// `gt`.
    Greater,
    /// `ge`.
    GreaterOrEqual,
    /// `lt`.
    Less,
    /// `le`.
    LessOrEqual,
}

impl Comparison {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Equal,
        Self::NotEqual,
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
            Self::Greater => "gt",
            Self::GreaterOrEqual => "ge",
            Self::Less => "lt",
            Self::LessOrEqual => "le",
        }
    }
}

/// Where in a text another one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFunction {
    /// `startswith`.
    StartsWith,
    /// `endswith`.
    EndsWith,
    /// `contains`.
    Contains,
}

impl TextFunction {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::StartsWith, Self::EndsWith, Self::Contains];

    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StartsWith => "startswith",
            Self::EndsWith => "endswith",
            Self::Contains => "contains",
        }
    }
}

/// Something that the elements of a list satisfy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lambda {
    /// The list.
    pub list: Path,
    /// How many of them.
    pub quantifier: Quantifier,
    /// The name of an element.
    pub variable: String,
    /// What they satisfy.
    pub body: Box<Expression>,
}

/// How many elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// At least one.
    Any,
    /// Each, which is so of an empty list.
    All,
}

impl Quantifier {
    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::All => "all",
        }
    }
}

impl Expression {
    /// Notes the properties of the object that it looks at.
    pub(super) fn properties<'a>(&'a self, found: &mut BTreeSet<&'a str>) {
        match self {
            Self::And(parts) | Self::Or(parts) => {
                for part in parts {
                    part.properties(found);
                }
            }
            Self::Not(inner) => inner.properties(found),
            Self::Compare(left, _, right) | Self::Text(_, left, right) => {
                found.extend(left.property());
                found.extend(right.property());
            }
            Self::In(operand, _) | Self::Holds(operand) => found.extend(operand.property()),
            Self::Has(path, _) => found.extend(path.property()),
            Self::Elements(lambda) => {
                found.extend(lambda.list.property());
                lambda.body.properties(found);
            }
        }
    }
}

impl Operand {
    fn property(&self) -> Option<&str> {
        match self {
            Self::Path(path) | Self::Count(path) => path.property(),
            Self::Literal(_) => None,
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) => joined(f, parts, " and "),
            Self::Or(parts) => joined(f, parts, " or "),
            Self::Not(inner) => write!(f, "not ({inner})"),
            Self::Compare(left, comparison, right) => {
                write!(f, "{left} {} {right}", comparison.as_str())
            }
            Self::In(operand, values) => {
                write!(f, "{operand} in (")?;
                separated(f, values, ",")?;
                f.write_str(")")
            }
            Self::Has(path, flags) => {
                write!(f, "{path} has {}", Literal::Text(flags.join(",")))
            }
            Self::Text(function, text, part) => {
                write!(f, "{}({text},{part})", function.as_str())
            }
            Self::Elements(lambda) => lambda.fmt(f),
            Self::Holds(operand) => operand.fmt(f),
        }
    }
}

/// Statements in parentheses, so that none of them is torn apart.
fn joined(f: &mut fmt::Formatter<'_>, parts: &[Expression], between: &str) -> fmt::Result {
    let mut parts = parts.iter();
    if let Some(first) = parts.next() {
        write!(f, "({first})")?;
    }
    parts.try_for_each(|part| write!(f, "{between}({part})"))
}

fn separated(f: &mut fmt::Formatter<'_>, values: &[Literal], between: &str) -> fmt::Result {
    let mut values = values.iter();
    if let Some(first) = values.next() {
        write!(f, "{first}")?;
    }
    values.try_for_each(|value| write!(f, "{between}{value}"))
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.fmt(f),
            Self::Count(path) => write!(f, "{path}/$count"),
            Self::Literal(literal) => literal.fmt(f),
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Self::Guid(guid) => guid.fmt(f),
            Self::Instant(instant) => instant.fmt(f),
        }
    }
}

impl fmt::Display for Lambda {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { list, quantifier, variable, body } = self;
        write!(f, "{list}/{}({variable}:{body})", quantifier.as_str())
    }
}
