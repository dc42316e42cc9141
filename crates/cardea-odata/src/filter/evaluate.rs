//! What a filter says of one object, in three truth values.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::expression::{
    Comparison, Expression, Lambda, Literal, Operand, Quantifier, TextFunction,
};
use crate::path::{Path, Root};
use crate::text;
use crate::value::{Scalar, Size};

/// Whether an expression is true of an object.
pub(super) fn holds(expression: &Expression, object: &Value) -> bool {
    Scope { object, elements: Vec::new() }.truth(expression) == Truth::True
}

/// A truth value; in the order in which `and` takes the least and `or` the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Truth {
    False,
    Unknown,
    True,
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl Truth {
    fn negated(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

/// What the names of an expression stand for.
#[derive(Debug)]
struct Scope<'a> {
    object: &'a Value,
    /// The elements that the variables stand for, outermost first.
    elements: Vec<&'a Value>,
}

impl<'a> Scope<'a> {
    fn truth(&mut self, expression: &'a Expression) -> Truth {
        match expression {
            Expression::And(parts) => self.extreme(parts, Truth::False, Ord::min, Truth::True),
            Expression::Or(parts) => self.extreme(parts, Truth::True, Ord::max, Truth::False),
            Expression::Not(inner) => self.truth(inner).negated(),
            Expression::Compare(left, comparison, right) => {
                compare(self.scalar(left), *comparison, self.scalar(right)).into()
            }
            Expression::In(operand, values) => {
                let value = self.scalar(operand);
                let equal = |it| compare(value, Comparison::Equal, literal(it));
                values.iter().any(equal).into()
            }
            Expression::Has(path, flags) => has(self.value(path), flags),
            Expression::Text(function, text, part) => {
                located(*function, self.scalar(text), self.scalar(part))
            }
            Expression::Elements(lambda) => self.elements(lambda),
            Expression::Holds(operand) => match self.scalar(operand) {
                Scalar::Bool(value) => value.into(),
                Scalar::Null
                | Scalar::Number(_)
                | Scalar::Instant(_)
                | Scalar::Text(_)
                | Scalar::Compound => Truth::Unknown,
            },
        }
    }

    /// The least or the greatest truth of some parts, until one `decides`.
    fn extreme(
        &mut self,
        parts: &'a [Expression],
        decides: Truth,
        pick: fn(Truth, Truth) -> Truth,
        begin: Truth,
    ) -> Truth {
        let mut truth = begin;
        for part in parts {
            truth = pick(truth, self.truth(part));
            if truth == decides {
                break;
            }
        }
        truth
    }

    fn elements(&mut self, lambda: &'a Lambda) -> Truth {
        let list = self.value(&lambda.list).as_array().map_or(&[][..], Vec::as_slice);
        let (decides, mut truth) = match lambda.quantifier {
            Quantifier::Any => (Truth::True, Truth::False),
            Quantifier::All => (Truth::False, Truth::True),
        };
        for element in list {
            self.elements.push(element);
            // `any` and `all` are two-valued: an element of which the body is null does not count.
            let one = Truth::from(self.truth(&lambda.body) == Truth::True);
            self.elements.pop();
            if one == decides {
                truth = decides;
                break;
            }
        }
        truth
    }

    fn value(&self, path: &Path) -> &'a Value {
        let begin = match &path.root {
            Root::Object => Some(self.object),
            Root::Variable { depth, .. } => self.elements.get(*depth).copied(),
        };
        begin.map_or(&Value::Null, |begin| path.value(begin))
    }

    fn scalar(&self, operand: &'a Operand) -> Scalar<'a> {
        match operand {
            Operand::Path(path) => Scalar::of(self.value(path)),
            Operand::Count(path) => {
                let count = self.value(path).as_array().map_or(0, Vec::len);
                Scalar::Number(Size::of(&Number::from(count)))
            }
            Operand::Literal(value) => literal(value),
        }
    }
}

fn literal(literal: &Literal) -> Scalar<'_> {
    match literal {
        Literal::Null => Scalar::Null,
        Literal::Bool(value) => Scalar::Bool(*value),
        Literal::Number(number) => Scalar::Number(Size::of(number)),
        Literal::Text(text) | Literal::Guid(text) => Scalar::Text(text),
        Literal::Instant(instant) => Scalar::Instant(*instant),
    }
}

/// Comparisons are never null (OData 4.0, part 2, sections 5.1.1.1.1 to 5.1.1.1.6): null equals null
/// only, and is neither less nor greater than anything.
fn compare(left: Scalar<'_>, comparison: Comparison, right: Scalar<'_>) -> bool {
    let order = left.compare(right);
    match comparison {
        Comparison::Equal => order == Some(Ordering::Equal),
        Comparison::NotEqual => order != Some(Ordering::Equal),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::LessOrEqual => order.is_some_and(Ordering::is_le),
    }
}

/// Flags are one text with commas in Graph's JSON, or a list of texts.
fn has(value: &Value, flags: &[String]) -> Truth {
    let found: Vec<&str> = match value {
        Value::String(text) => text.split(',').map(str::trim).collect(),
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
            return Truth::Unknown;
        }
    };
    flags.iter().all(|flag| found.iter().any(|it| text::equal(it, flag))).into()
}

fn located(function: TextFunction, text: Scalar<'_>, part: Scalar<'_>) -> Truth {
    let (Scalar::Text(text), Scalar::Text(part)) = (text, part) else {
        return Truth::Unknown;
    };
    match function {
        TextFunction::StartsWith => text::starts_with(text, part),
        TextFunction::EndsWith => text::fold(text).ends_with(&text::fold(part)),
        TextFunction::Contains => text::fold(text).contains(&text::fold(part)),
    }
    .into()
}
