//! `$filter`: which objects.
//!
//! The operators and functions are those that Graph documents: `eq`, `ne`, `gt`, `ge`, `lt`, `le`,
//! `in`, `has`, `and`, `or`, `not`, `startswith`, `endswith`, `contains`, `any`, `all` and `/$count`.
//! What they mean is in OData 4.0, part 2, section 5.1.1. Where that leaves a choice:
//!
//! * texts are compared without regard to case, as Graph does for directory objects;
//! * a property that an object does not have is null;
//! * `and`, `or` and `not` know three truth values, and what is neither true nor false is left out,
//!   also behind a `not`;
//! * a date without quotes is compared as a moment, whatever zone or precision the object has;
//! * values of different kinds are not equal, and neither is greater.
//!
//! One filter cannot cost more than its length times the size of the object: inside of `any` or `all`
//! another one goes over a list of the element only.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::problem::Problem;

mod evaluate;
mod expression;
mod parse;
#[cfg(test)]
mod tests;

pub use expression::{Comparison, Expression, Lambda, Literal, Operand, Quantifier, TextFunction};

/// The most bytes of a filter.
pub const MAX_LENGTH: usize = 32 * 1024;
/// The most parentheses, `not`, `any` and `all` that are open at once.
pub const MAX_NESTING: usize = 40;

/// A filter that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    expression: Expression,
}

impl Filter {
    /// Reads a filter, already percent-decoded.
    ///
    /// # Errors
    ///
    /// [`Code::BadRequest`](crate::problem::Code) for what is not well written or beyond the bounds,
    /// [`Code::UnsupportedQuery`](crate::problem::Code) for what OData has and Graph has not.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        parse::expression(text).map(|expression| Self { expression })
    }

    /// What it says.
    pub fn expression(&self) -> &Expression {
        &self.expression
    }

    /// Whether it is true of an object.
    pub fn matches(&self, object: &Value) -> bool {
        evaluate::holds(&self.expression, object)
    }

    /// The properties of the object that it looks at, by their first names.
    pub fn properties(&self) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        self.expression.properties(&mut found);
        found
    }
}

impl std::fmt::Display for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.expression.fmt(f)
    }
}
