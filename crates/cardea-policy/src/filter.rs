//! Filter for devices and filter for applications: a rule in text, what it means, and what it
//! distinguishes.
//!
//! Both filters share one grammar, that of Entra's rules for dynamic membership groups, to which
//! the documentation of the filter for devices refers:
//!
//! ```text
//! rule    = and *( "-or" and )            lowest precedence
//! and     = not *( "-and" not )
//! not     = "-not" not / "(" rule ")" / atom
//! atom    = property operator value
//! value   = text / "True" / "False" / "[" text *( "," text ) "]"    a list after -in and -notIn
//! ```
//!
//! Words are read without regard to case, and operators with or without their hyphen. Text stands
//! in double or single quotes; `` `" `` is a double quote, `''` a single one and ``` `` ``` a
//! backtick. (The group rules document the first two escapes; the third is Cardea's, so that every
//! text can be written.) `null` is not a value: group rules know it, but for a filter the table of
//! unregistered devices contradicts what a comparison with `null` would say, so such a rule is an
//! error and not a guess.
//!
//! The vocabularies differ: [`DeviceProperty`] and [`AttributeId`]. A property that has no value
//! never satisfies a positive operator and always satisfies a negative one, so a negative operator
//! is the exact complement of its positive one.
//!
//! ```
//! use cardea_policy::filter::{Compliance, DeviceFacts, DeviceFilter};
//!
//! let filter = DeviceFilter::parse("device.isCompliant -eq True")?;
//! let laptop = DeviceFacts { compliance: Some(Compliance::Compliant), ..DeviceFacts::default() };
//! assert!(filter.matches(Some(&laptop)));
//! assert!(!filter.matches(None));
//! # Ok::<(), cardea_policy::filter::FilterError>(())
//! ```

mod application;
mod device;
mod error;
mod expression;
mod facts;
mod lexer;
mod operator;
mod parser;
mod representatives;
mod text;

#[cfg(test)]
mod tests;

use alloc::vec::Vec;
use core::fmt;

pub use application::{AppAttributes, AppFilter, AttributeId, AttributeValue};
pub use device::{DeviceFilter, DeviceProperty, ExtensionAttribute};
pub use error::{FilterError, Problem};
pub use expression::{Atom, Expression};
pub use facts::{Compliance, DeviceFacts, DeviceOwnership, ProfileType, TrustType};
pub use operator::{Operator, Polarity, Relation};
pub use representatives::{
    Coverage, Representatives, representative_attributes, representative_devices,
};

/// The longest rule that Entra stores, in characters. Documented for the filter for devices and
/// for group rules; held to for applications as well, whose limit is not documented.
pub const MAX_CHARACTERS: usize = 3072;

/// How many parentheses and `-not` may be open at once. Entra's limit is not documented; this one
/// keeps the reader's stack small and is far beyond what people write.
pub const MAX_NESTING: usize = 64;

/// What a property holds, which decides its operators and the values it may be compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An id. The values are not checked to be GUIDs, because published rule sets carry
    /// placeholders there; such a value matches no real device.
    Identifier,
    /// Any text.
    Text,
    /// `True` or `False`, with or without quotes.
    Truth,
    /// One of the documented names.
    Choice(&'static [&'static str]),
    /// Several texts, of which one is compared as a whole.
    Collection,
}

impl Kind {
    /// Whether Entra documents `relation` for properties of this kind.
    pub fn permits(self, relation: Relation) -> bool {
        match self {
            Self::Identifier => matches!(relation, Relation::Equal | Relation::In),
            Self::Text => true,
            Self::Truth | Self::Choice(_) => relation == Relation::Equal,
            Self::Collection => relation == Relation::Contains,
        }
    }
}

/// A vocabulary: the properties that one of the two languages can name.
pub trait Property: Clone + Ord + fmt::Display {
    /// What an error says it expected where a property should stand.
    const EXPECTED: &'static str;

    /// The property that `word` names.
    ///
    /// # Errors
    /// [`Problem::UnknownProperty`] if there is none.
    fn named(word: &str) -> Result<Self, Problem>;

    /// What the property holds.
    fn kind(&self) -> Kind;
}

/// A rule over the properties `P`. See [`DeviceFilter`] and [`AppFilter`].
///
/// Printing gives the canonical form: one space, hyphens, names as documented, and only the
/// parentheses that are needed. It parses to the same filter, unless the spelling grows beyond
/// [`MAX_CHARACTERS`], which can happen to a rule that left out spaces and hyphens to fit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Filter<P> {
    expression: Expression<P>,
}

impl<P: Property> Filter<P> {
    /// Reads a rule.
    ///
    /// Time and memory are linear in the length of the rule, which is bounded by
    /// [`MAX_CHARACTERS`].
    ///
    /// # Errors
    /// The first thing in the rule that is not understood, with its position.
    pub fn parse(rule: &str) -> Result<Self, FilterError> {
        parser::parse(rule).map(Self::new)
    }

    /// The filter that this expression is.
    pub const fn new(expression: Expression<P>) -> Self {
        Self { expression }
    }

    /// The rule as a tree.
    pub const fn expression(&self) -> &Expression<P> {
        &self.expression
    }

    /// The comparisons of the rule, in the order in which they are written, repeats included.
    pub fn atoms(&self) -> Vec<&Atom<P>> {
        let mut atoms = Vec::new();
        self.expression.each_atom(&mut |atom| atoms.push(atom));
        atoms
    }
}

impl<P: Property> fmt::Display for Filter<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expression.fmt(f)
    }
}

impl<P: Property> core::str::FromStr for Filter<P> {
    type Err = FilterError;

    fn from_str(rule: &str) -> Result<Self, FilterError> {
        Self::parse(rule)
    }
}
