//! The ten comparisons of a filter: five relations, each with its negation.

use super::text;
use core::fmt;

/// How an operand is compared with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The same text.
    Equal,
    /// The value begins with the operand.
    StartsWith,
    /// The value ends with the operand.
    EndsWith,
    /// The operand occurs in a text, or is one whole element of a collection.
    Contains,
    /// The value is one of the operands.
    In,
}

/// Whether the relation must hold or must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Polarity {
    /// The relation must hold; never true of a property without a value.
    Positive,
    /// The relation must not hold; always true of a property without a value.
    Negative,
}

/// An operator such as `-notStartsWith`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operator {
    /// What is compared.
    pub relation: Relation,
    /// Whether it must hold.
    pub polarity: Polarity,
}

impl Operator {
    /// Every operator, in the order of Entra's documentation.
    pub const ALL: [Self; 10] = [
        Self { relation: Relation::Equal, polarity: Polarity::Positive },
        Self { relation: Relation::Equal, polarity: Polarity::Negative },
        Self { relation: Relation::StartsWith, polarity: Polarity::Positive },
        Self { relation: Relation::StartsWith, polarity: Polarity::Negative },
        Self { relation: Relation::EndsWith, polarity: Polarity::Positive },
        Self { relation: Relation::EndsWith, polarity: Polarity::Negative },
        Self { relation: Relation::Contains, polarity: Polarity::Positive },
        Self { relation: Relation::Contains, polarity: Polarity::Negative },
        Self { relation: Relation::In, polarity: Polarity::Positive },
        Self { relation: Relation::In, polarity: Polarity::Negative },
    ];

    /// The operator's name with its hyphen.
    pub const fn name(self) -> &'static str {
        match (self.relation, self.polarity) {
            (Relation::Equal, Polarity::Positive) => "-eq",
            (Relation::Equal, Polarity::Negative) => "-ne",
            (Relation::StartsWith, Polarity::Positive) => "-startsWith",
            (Relation::StartsWith, Polarity::Negative) => "-notStartsWith",
            (Relation::EndsWith, Polarity::Positive) => "-endsWith",
            (Relation::EndsWith, Polarity::Negative) => "-notEndsWith",
            (Relation::Contains, Polarity::Positive) => "-contains",
            (Relation::Contains, Polarity::Negative) => "-notContains",
            (Relation::In, Polarity::Positive) => "-in",
            (Relation::In, Polarity::Negative) => "-notIn",
        }
    }

    /// The operator called `word`, with or without the hyphen.
    pub(super) fn named(word: &str) -> Option<Self> {
        let bare = without_hyphen(word);
        Self::ALL.into_iter().find(|it| without_hyphen(it.name()).eq_ignore_ascii_case(bare))
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word without the hyphen that operators may carry or leave out.
pub(super) fn without_hyphen(word: &str) -> &str {
    word.strip_prefix('-').unwrap_or(word)
}

/// What a property holds in one case.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    /// Nothing: the property is null.
    Null,
    /// One text.
    Text(&'a str),
    /// Several texts.
    Collection(&'a [alloc::string::String]),
}

impl Relation {
    /// Whether the relation holds between `value` and one of `operands`. A collection satisfies it
    /// if one of its elements does.
    pub(super) fn holds(self, value: Value<'_>, operands: &[alloc::string::String]) -> bool {
        match value {
            Value::Null => false,
            Value::Text(value) => operands.iter().any(|it| self.relates(value, it)),
            Value::Collection(elements) => elements
                .iter()
                .any(|element| operands.iter().any(|it| self.in_collection().relates(element, it))),
        }
    }

    /// The relation as it is read for the elements of a collection. Entra: on a string collection,
    /// "contains" compares whole elements.
    const fn in_collection(self) -> Self {
        match self {
            Self::Contains => Self::Equal,
            Self::Equal | Self::StartsWith | Self::EndsWith | Self::In => self,
        }
    }

    fn relates(self, value: &str, operand: &str) -> bool {
        match self {
            Self::Equal | Self::In => text::equal(value, operand),
            Self::StartsWith => text::starts_with(value, operand),
            Self::EndsWith => text::ends_with(value, operand),
            Self::Contains => text::contains(value, operand),
        }
    }
}
