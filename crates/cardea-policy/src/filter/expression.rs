//! The tree of a rule, its value and its canonical form.

use super::error::Problem;
use super::operator::{Operator, Polarity, Relation, Value};
use super::{Kind, Property, text};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

/// A rule over the properties `P`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expression<P> {
    /// Both hold.
    And(Box<Self>, Box<Self>),
    /// One of them holds, or both.
    Or(Box<Self>, Box<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// A comparison.
    Atom(Atom<P>),
}

/// One comparison of a property with values.
///
/// Holds only operators that the property permits, at least one value, exactly one unless the
/// operator is `-in` or `-notIn`, and documented names in their documented spelling.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Atom<P> {
    property: P,
    operator: Operator,
    values: Vec<String>,
}

impl<P: Property> Atom<P> {
    /// The comparison of `property` with `values`.
    ///
    /// # Errors
    /// An operator that the property does not permit, a name that is not one of the property's,
    /// or not exactly one value for an operator that takes no list.
    pub fn new(property: P, operator: Operator, values: Vec<String>) -> Result<Self, Problem> {
        if !property.kind().permits(operator.relation) {
            return Err(Problem::operator_not_permitted(&property, operator));
        }
        let count_fits = match operator.relation {
            Relation::In => !values.is_empty(),
            Relation::Equal | Relation::StartsWith | Relation::EndsWith | Relation::Contains => {
                values.len() == 1
            }
        };
        if !count_fits {
            return Err(Problem::WrongCount { operator, found: values.len() });
        }
        let values =
            values.into_iter().map(|it| in_kind(&property, it)).collect::<Result<_, _>>()?;
        Ok(Self { property, operator, values })
    }

    /// The property compared.
    pub const fn property(&self) -> &P {
        &self.property
    }

    /// The operator.
    pub const fn operator(&self) -> Operator {
        self.operator
    }

    /// The values compared with: one, or the list of `-in` and `-notIn`.
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// Whether the comparison is true of a property that holds `value`.
    pub(super) fn holds(&self, value: Value<'_>) -> bool {
        let related = self.operator.relation.holds(value, &self.values);
        match self.operator.polarity {
            Polarity::Positive => related,
            Polarity::Negative => !related,
        }
    }
}

/// The value as the property spells it.
fn in_kind<P: Property>(property: &P, value: String) -> Result<String, Problem> {
    let names: &[&str] = match property.kind() {
        Kind::Identifier | Kind::Text | Kind::Collection => return Ok(value),
        Kind::Truth => &["True", "False"],
        Kind::Choice(names) => names,
    };
    match names.iter().find(|it| text::equal(it, &value)) {
        Some(&name) => Ok(String::from(name)),
        None => Err(Problem::unknown_value(property, value, names)),
    }
}

impl<P> Expression<P> {
    /// Whether the rule is true, given whether each comparison is.
    pub(super) fn holds(&self, atom: &impl Fn(&Atom<P>) -> bool) -> bool {
        match self {
            Self::And(left, right) => left.holds(atom) && right.holds(atom),
            Self::Or(left, right) => left.holds(atom) || right.holds(atom),
            Self::Not(inner) => !inner.holds(atom),
            Self::Atom(it) => atom(it),
        }
    }

    /// Visits the comparisons from left to right.
    pub(super) fn each_atom<'a>(&'a self, visit: &mut impl FnMut(&'a Atom<P>)) {
        match self {
            Self::And(left, right) | Self::Or(left, right) => {
                left.each_atom(visit);
                right.each_atom(visit);
            }
            Self::Not(inner) => inner.each_atom(visit),
            Self::Atom(it) => visit(it),
        }
    }

    /// How tightly the outermost connective binds; a side that binds less needs parentheses.
    const fn strength(&self) -> u8 {
        match self {
            Self::Or(..) => 0,
            Self::And(..) => 1,
            Self::Not(_) | Self::Atom(_) => 2,
        }
    }
}

impl<P: Property> fmt::Display for Expression<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Or(left, right) => {
                side(f, left, 0)?;
                f.write_str(" -or ")?;
                side(f, right, 1)
            }
            Self::And(left, right) => {
                side(f, left, 1)?;
                f.write_str(" -and ")?;
                side(f, right, 2)
            }
            Self::Not(inner) => {
                f.write_str("-not ")?;
                side(f, inner, 2)
            }
            Self::Atom(atom) => atom.fmt(f),
        }
    }
}

/// Writes one side of a connective, in parentheses if it binds less than `least`.
fn side<P: Property>(f: &mut fmt::Formatter<'_>, side: &Expression<P>, least: u8) -> fmt::Result {
    if side.strength() < least { write!(f, "({side})") } else { write!(f, "{side}") }
}

impl<P: Property> fmt::Display for Atom<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.property, self.operator)?;
        match (self.operator.relation, self.property.kind()) {
            (Relation::In, _) => {
                f.write_char('[')?;
                for (index, value) in self.values.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    quoted(f, value)?;
                }
                f.write_char(']')
            }
            (_, Kind::Truth) => self.values.iter().try_for_each(|it| f.write_str(it)),
            (_, Kind::Identifier | Kind::Text | Kind::Choice(_) | Kind::Collection) => {
                self.values.iter().try_for_each(|it| quoted(f, it))
            }
        }
    }
}

fn quoted(f: &mut fmt::Formatter<'_>, value: &str) -> fmt::Result {
    f.write_char('"')?;
    for character in value.chars() {
        match character {
            '"' => f.write_str("`\"")?,
            '`' => f.write_str("``")?,
            '\'' => f.write_str("''")?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}
