//! What can be wrong with a rule, said so that it can be put right.

use super::operator::Operator;
use super::{MAX_CHARACTERS, MAX_NESTING, Property};
use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::ops::Range;

/// The first thing in a rule that is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct FilterError {
    /// Where it begins: a byte position in the rule, at most its length.
    pub offset: usize,
    /// How many bytes of the rule it is about; 0 at the end of the rule.
    pub length: usize,
    /// What it is.
    #[source]
    pub problem: Problem,
}

impl FilterError {
    /// The bytes of the rule that the error is about.
    pub fn span(&self) -> Range<usize> {
        self.offset..self.offset.saturating_add(self.length)
    }
}

/// What is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The rule is longer than Entra stores.
    #[error("the rule is longer than {MAX_CHARACTERS} characters, the most that Entra stores")]
    TooLong,
    /// Too many parentheses and `-not` are open at once.
    #[error("the rule nests deeper than {MAX_NESTING} parentheses and `-not`")]
    TooDeep,
    /// A character that no rule contains outside of a text.
    #[error("unexpected character `{found}`{}", plain(*found))]
    UnexpectedCharacter {
        /// The character.
        found: char,
    },
    /// A text that is not closed.
    #[error("unterminated string: expected a closing `{quote}` before the end of the rule")]
    UnterminatedString {
        /// The quote it began with.
        quote: char,
    },
    /// Something stands where something else should.
    #[error("expected {expected}, found {found}")]
    Expected {
        /// What should stand here.
        expected: &'static str,
        /// What does.
        found: String,
    },
    /// A property that the filter cannot read.
    #[error("unknown {noun} `{found}`, {hint}")]
    UnknownProperty {
        /// What kind of property it should be.
        noun: &'static str,
        /// The word in the rule.
        found: String,
        /// The closest property, or what properties look like.
        hint: String,
    },
    /// A word where an operator should stand.
    #[error("unknown operator `{found}`, {hint}")]
    UnknownOperator {
        /// The word in the rule.
        found: String,
        /// The closest operator, or the list of them.
        hint: String,
    },
    /// An operator that Entra does not offer for the property.
    #[error("`{operator}` does not apply to `{property}`, use {permitted}")]
    OperatorNotPermitted {
        /// The operator.
        operator: Operator,
        /// The property.
        property: String,
        /// The operators to use instead.
        permitted: String,
    },
    /// A name that is not one of the property's.
    #[error("`{property}` is never `{found}`, use {permitted}")]
    UnknownValue {
        /// The property.
        property: String,
        /// The name in the rule.
        found: String,
        /// The names to use instead.
        permitted: String,
    },
    /// A list without values, or several values where one is compared.
    #[error("`{operator}` cannot compare with {found} values")]
    WrongCount {
        /// The operator.
        operator: Operator,
        /// How many values there are.
        found: usize,
    },
}

impl Problem {
    pub(super) fn operator_not_permitted<P: Property>(property: &P, operator: Operator) -> Self {
        let permitted = Operator::ALL
            .into_iter()
            .filter(|it| property.kind().permits(it.relation))
            .map(Operator::name);
        Self::OperatorNotPermitted {
            operator,
            property: property.to_string(),
            permitted: one_of(permitted),
        }
    }

    pub(super) fn unknown_value<P: Property>(
        property: &P,
        found: String,
        permitted: &[&str],
    ) -> Self {
        Self::UnknownValue {
            property: property.to_string(),
            found,
            permitted: one_of(permitted.iter().copied()),
        }
    }

    pub(super) fn unknown_operator(found: &str) -> Self {
        let names = || Operator::ALL.into_iter().map(Operator::name);
        let hint = nearest(found, names())
            .map_or_else(|| format!("use {}", one_of(names())), |it| format!("maybe `{it}`?"));
        Self::UnknownOperator { found: found.to_owned(), hint }
    }
}

/// Says what to write instead of the look-alikes that word processors put into rules.
const fn plain(found: char) -> &'static str {
    match found {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2018}' | '\u{2019}' => {
            ", write text in plain double quotes"
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' => ", write operators with a plain hyphen",
        _ => "",
    }
}

/// Names as a choice: `a`, `b` or `c`.
fn one_of<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|it| format!("`{it}`")).collect();
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

/// The name that `word` is probably a misspelling of: at most a third of its letters differ.
pub(super) fn nearest<S: AsRef<str>>(word: &str, names: impl Iterator<Item = S>) -> Option<S> {
    const LONGEST: usize = 64;
    if word.len() > LONGEST {
        return None;
    }
    names
        .map(|name| (distance(word, name.as_ref()), name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, name)| *distance <= name.as_ref().len().div_ceil(3).min(4))
        .map(|(_, name)| name)
}

/// How many letters must be put in, taken out or replaced to turn one word into the other,
/// without regard to case.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().flat_map(char::to_lowercase).collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, letter) in from.chars().flat_map(char::to_lowercase).enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        let mut next = Vec::with_capacity(row.len());
        next.push(left);
        for (&wanted, &above) in to.iter().zip(row.iter().skip(1)) {
            let replaced = diagonal + usize::from(wanted != letter);
            left = replaced.min(above + 1).min(left + 1);
            next.push(left);
            diagonal = above;
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
