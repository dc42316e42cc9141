//! `$orderby`: in which sequence.
//!
//! Every two objects have an order: null comes first, then false, true, numbers by size, dates as
//! moments, texts without regard to case, and last what is a list or an object. Where all keys are
//! equal the `id` decides, so that a page can end between any two objects. Objects without one stay as
//! they came.

use std::cmp::{Ordering, Reverse};
use std::fmt;

use jiff::Timestamp;
use serde_json::Value;

use crate::path::Path;
use crate::problem::{Problem, quoted};
use crate::scanner::{Scanner, Token};
use crate::text;
use crate::value::{Size, instant};

/// The most keys.
pub const MAX_KEYS: usize = 8;
/// The most names of one key's path.
const MAX_NAMES: usize = 8;

/// A sequence of objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    keys: Vec<Key>,
}

/// One key of a sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The property.
    pub path: Path,
    /// Which end comes first.
    pub direction: Direction,
}

/// Which end comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The least, and null before everything.
    Ascending,
    /// The greatest, and null after everything.
    Descending,
}

/// Where an object stands in a sequence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank(Vec<Directed>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Directed {
    Ascending(Sorted),
    Descending(Reverse<Sorted>),
}

/// A value among all values. The order of the variants is the order of the kinds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sorted {
    Null,
    Bool(bool),
    Number(Size),
    Instant(Timestamp),
    Text(String),
    Compound,
}

impl Order {
    /// Reads the value of `$orderby`, already percent-decoded.
    ///
    /// # Errors
    ///
    /// What is not well written, the same property twice, or more than [`MAX_KEYS`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let mut scanner = Scanner::new("$orderby", text)?;
        let mut keys: Vec<Key> = Vec::new();
        loop {
            let key = key(&mut scanner)?;
            if keys.iter().any(|it| it.path == key.path) {
                return Err(
                    scanner.fault(&format!("{} is named twice", quoted(&key.path.to_string())))
                );
            }
            keys.push(key);
            if keys.len() > MAX_KEYS {
                return Err(scanner.fault(&format!("more than {MAX_KEYS} properties")));
            }
            if scanner.take(&Token::Comma)? {
                continue;
            }
            return match scanner.peek() {
                Token::End => Ok(Self { keys }),
                Token::Open
                | Token::Close
                | Token::Comma
                | Token::Slash
                | Token::Colon
                | Token::Text(_)
                | Token::Word(_) => Err(scanner.unexpected("'asc', 'desc', ',' or the end")),
            };
        }
    }

    /// The keys, the most important first; none if only the `id` decides.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Where an object stands: ranks compare as the objects follow each other.
    pub fn rank(&self, object: &Value) -> Rank {
        let values = self.keys.iter().map(|key| key.path.value(object));
        let id = object.get("id").and_then(Value::as_str).unwrap_or_default();
        self.rank_of(values, id)
    }

    /// Where an object with these values of the keys stands.
    pub(crate) fn rank_of<'a>(&self, values: impl Iterator<Item = &'a Value>, id: &str) -> Rank {
        let keys = self.keys.iter().zip(values);
        let mut ranks: Vec<Directed> =
            keys.map(|(key, value)| key.direction.of(Sorted::of(value))).collect();
        // Two ids that differ in case only are two objects, so the id counts as it is written.
        ranks.push(Directed::Ascending(Sorted::Text(id.to_owned())));
        Rank(ranks)
    }

    /// Puts objects in sequence; those that nothing tells apart stay as they are.
    pub fn sort<T, F: Fn(&T) -> &Value>(&self, objects: &mut [T], json: F) {
        objects.sort_by_cached_key(|it| self.rank(json(it)));
    }
}

fn key(scanner: &mut Scanner<'_>) -> Result<Key, Problem> {
    let mut names = vec![name(scanner)?];
    while scanner.take(&Token::Slash)? {
        names.push(name(scanner)?);
        if names.len() > MAX_NAMES {
            return Err(scanner.fault(&format!("more than {MAX_NAMES} names in one path")));
        }
    }
    let direction = if scanner.keyword("desc")? {
        Direction::Descending
    } else {
        scanner.keyword("asc")?;
        Direction::Ascending
    };
    Ok(Key { path: Path::new(names), direction })
}

fn name(scanner: &mut Scanner<'_>) -> Result<String, Problem> {
    let is_name = |it: &&str| it.chars().all(|it| it.is_alphanumeric() || it == '_');
    match scanner.word().filter(is_name).map(str::to_owned) {
        Some(name) => scanner.advance().map(|_| name),
        None => Err(scanner.unexpected("the name of a property")),
    }
}

impl Direction {
    fn of(self, value: Sorted) -> Directed {
        match self {
            Self::Ascending => Directed::Ascending(value),
            Self::Descending => Directed::Descending(Reverse(value)),
        }
    }
}

impl Sorted {
    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(Size::of(number)),
            Value::String(text) => {
                instant(text).map_or_else(|| Self::Text(text::fold(text)), Self::Instant)
            }
            Value::Array(_) | Value::Object(_) => Self::Compound,
        }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut keys = self.keys.iter();
        if let Some(first) = keys.next() {
            first.fmt(f)?;
        }
        keys.try_for_each(|key| write!(f, ",{key}"))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = match self.direction {
            Direction::Ascending => "",
            Direction::Descending => " desc",
        };
        write!(f, "{}{direction}", self.path)
    }
}

impl Rank {
    /// Whether an object of this rank comes after one of the other.
    pub fn follows(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Greater
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(order: &str, values: &[Value], expected: &[usize]) {
        let order = Order::parse(order).unwrap();
        let mut objects: Vec<(usize, &Value)> = values.iter().enumerate().collect();
        order.sort(&mut objects, |(_, it)| it);
        let found: Vec<usize> = objects.into_iter().map(|(index, _)| index).collect();
        assert_eq!(found, expected, "{order}");
        assert_eq!(Order::parse(&order.to_string()).as_ref(), Ok(&order));
    }

    #[test]
    fn null_comes_first_and_last() {
        let values = [json!({"a": "b"}), json!({}), json!({"a": "A"}), json!({"a": null})];
        check("a", &values, &[1, 3, 2, 0]);
        check("a desc", &values, &[0, 2, 1, 3]);
    }

    #[test]
    fn later_keys_and_then_the_id_decide() {
        let values = [
            json!({"a": 1, "b": {"c": 1}, "id": "y"}),
            json!({"a": 1, "b": {"c": 2}}),
            json!({"a": 1.0, "b": {"c": 1}, "id": "x"}),
        ];
        check("a, b/c DESC", &values, &[1, 2, 0]);
        check("A asc", &values, &[1, 2, 0]);
    }

    #[test]
    fn dates_are_moments() {
        let values = [
            json!({"a": "2026-11-30T12:00:00Z"}),
            json!({"a": "2026-11-30T12:30:00.00+01:00"}),
            json!({"a": "2026-11-30T11:45:00.0000000Z"}),
        ];
        check("a", &values, &[1, 2, 0]);
    }

    #[test]
    fn what_is_not_well_written_is_refused() {
        for order in
            ["", "a,", "a b", "a desc asc", "a,A/", "a/$count", "'a'", "a desc,a", "@x", "a-b"]
        {
            let problem = Order::parse(order).expect_err(order);
            assert!(problem.message().contains("$orderby at position"), "{order}: {problem}");
        }
        let many: Vec<String> = (0..=MAX_KEYS).map(|it| format!("a{it}")).collect();
        assert!(Order::parse(&many.join(",")).is_err());
        assert!(Order::parse(&"a/".repeat(100_000)).is_err());
    }

    fn values() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-1e20..1e20_f64).prop_map(Value::from),
            prop_oneof![Just(9_007_199_254_740_992_i64), Just(9_007_199_254_740_993)]
                .prop_map(Value::from),
            Just(json!(9_007_199_254_740_992.0)),
            "[a-cA-C]{0,2}".prop_map(Value::from),
            Just(json!("2026-11-30T12:00:00Z")),
            Just(json!("2026-11-30")),
            Just(json!([1])),
        ]
    }

    proptest! {
        #[test]
        fn ranks_are_one_line(a in values(), b in values(), c in values()) {
            let order = Order::parse("a desc").unwrap();
            let [a, b, c] = [a, b, c].map(|it| order.rank(&json!({ "a": it })));
            prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
            if a <= b && b <= c {
                prop_assert!(a <= c);
            }
            if a == b && b == c {
                prop_assert!(a == c);
            }
        }
    }
}
