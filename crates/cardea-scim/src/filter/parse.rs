//! From the text of a filter, or of the path of a change, to what it says.

use jiff::Timestamp;
use serde_json::{Number, Value};

use super::scanner::{Scanner, Token};
use super::{Compared, Comparison, Filter, MAX_LENGTH, MAX_NESTING, Operator};
use crate::error::{Error, Reason};
use crate::path::AttributePath;
use crate::schema::{Attribute, Case, Kind, Plurality, ResourceKind, find};
use crate::text::{quoted, truth};

pub(super) fn filter(kind: ResourceKind, text: &str) -> Result<Filter, Error> {
    let mut parser = Parser::new(kind, text, Reason::InvalidFilter)?;
    let filter = parser.or()?;
    match parser.scanner.peek() {
        Token::End => Ok(filter),
        Token::Open
        | Token::Close
        | Token::OpenBracket
        | Token::CloseBracket
        | Token::Text(_)
        | Token::Word(_) => Err(parser.scanner.unexpected("'and', 'or' or the end")),
    }
}

/// What a change is about: an attribute, perhaps only elements of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Target {
    pub(crate) path: AttributePath,
    /// Which elements, if not all.
    pub(crate) filter: Option<Filter>,
}

/// Reads the path of a change (RFC 7644 section 3.5.2): `attribute`, `attribute[filter]` or
/// `attribute[filter].inner`.
pub(crate) fn target(kind: ResourceKind, text: &str) -> Result<Target, Error> {
    if !text.contains('[') {
        return Ok(Target { path: AttributePath::parse(kind, text)?, filter: None });
    }
    let mut parser = Parser::new(kind, text, Reason::InvalidPath)?;
    let mut path = parser.path()?;
    if path.inner.is_some() {
        return Err(parser.scanner.fault("a filter stands behind the name of the list"));
    }
    if path.outer(kind).is_some_and(|it| it.plurality == Plurality::One) {
        return Err(parser.scanner.fault("the attribute has one value, and a filter is for lists"));
    }
    let filter = parser.elements(&path)?;
    if let Some(inner) = parser.scanner.word() {
        let name = inner.strip_prefix('.').unwrap_or_default();
        if name.contains('.') {
            return Err(parser.scanner.unexpected("the name of an attribute"));
        }
        let inner = AttributePath::parse(kind, &format!("{}.{name}", path.name));
        // The name is looked up in the schema of the list, which may be an extension's.
        let known = path.outer(kind).and_then(|it| find(it.inner, name));
        path.inner = Some(known.map_or(name, |it| it.name).to_owned());
        inner?;
        parser.scanner.advance()?;
    }
    parser.scanner.expect(&Token::End)?;
    Ok(Target { path, filter: Some(filter) })
}

#[derive(Debug)]
struct Parser<'a> {
    kind: ResourceKind,
    scanner: Scanner<'a>,
    /// How many parentheses, brackets and `not` are open.
    depth: usize,
    /// The list between whose brackets this is, with what its schema says of its elements.
    list: Option<&'static [Attribute]>,
}

impl<'a> Parser<'a> {
    fn new(kind: ResourceKind, text: &'a str, reason: Reason) -> Result<Self, Error> {
        if text.len() > MAX_LENGTH {
            return Err(Error::new(reason, format!("A filter is longer than {MAX_LENGTH} bytes.")));
        }
        Ok(Self { kind, scanner: Scanner::new(text, reason)?, depth: 0, list: None })
    }

    fn or(&mut self) -> Result<Filter, Error> {
        let mut parts = vec![self.and()?];
        while self.scanner.keyword("or")? {
            parts.push(self.and()?);
        }
        Ok(only(parts, Filter::Or))
    }

    fn and(&mut self) -> Result<Filter, Error> {
        let mut parts = vec![self.one()?];
        while self.scanner.keyword("and")? {
            parts.push(self.one()?);
        }
        Ok(only(parts, Filter::And))
    }

    fn one(&mut self) -> Result<Filter, Error> {
        let is_negated = self.scanner.keyword("not")?;
        if is_negated || self.scanner.peek() == &Token::Open {
            self.scanner.expect(&Token::Open)?;
            let inner = self.nested()?;
            self.scanner.expect(&Token::Close)?;
            return Ok(if is_negated { Filter::Not(Box::new(inner)) } else { inner });
        }
        let path = self.path()?;
        if self.scanner.peek() == &Token::OpenBracket {
            if self.list.is_some() || path.inner.is_some() {
                return Err(self.scanner.fault("brackets cannot stand here"));
            }
            let list = path.outer(self.kind).map_or(&[][..], |it| it.inner);
            let inner = self.elements(&path)?;
            let inner = self.of_elements(inner, list)?;
            return Ok(Filter::Element(path, Box::new(inner)));
        }
        self.statement(path)
    }

    /// What is said of a path.
    fn statement(&mut self, path: AttributePath) -> Result<Filter, Error> {
        if self.scanner.keyword("pr")? {
            return Ok(Filter::Present(path));
        }
        for operator in Operator::ALL {
            if self.scanner.keyword(operator.as_str())? {
                return self.comparison(path, operator);
            }
        }
        Err(self.scanner.unexpected("'eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le' or 'pr'"))
    }

    /// `[filter].name` and what is said of it. The grammar has no such filter, and Entra asks for
    /// people by `emails[type eq "work"].value`.
    fn of_elements(&mut self, inner: Filter, list: &'static [Attribute]) -> Result<Filter, Error> {
        let Some(name) = self.scanner.word().and_then(|it| it.strip_prefix('.')) else {
            return Ok(inner);
        };
        let path = inside(self.kind, list, name);
        let path =
            path.map_err(|error| self.scanner.fault(error.detail().trim_end_matches('.')))?;
        self.scanner.advance()?;
        self.list = Some(list);
        let statement = self.statement(path)?;
        self.list = None;
        Ok(Filter::And(vec![inner, statement]))
    }

    /// `[filter]` behind the name of a list.
    fn elements(&mut self, path: &AttributePath) -> Result<Filter, Error> {
        self.scanner.expect(&Token::OpenBracket)?;
        self.list = Some(path.outer(self.kind).map_or(&[], |it| it.inner));
        let inner = self.nested()?;
        self.list = None;
        self.scanner.expect(&Token::CloseBracket)?;
        Ok(inner)
    }

    fn nested(&mut self) -> Result<Filter, Error> {
        if self.depth == MAX_NESTING {
            return Err(self.scanner.fault(&format!("more than {MAX_NESTING} levels are open")));
        }
        self.depth += 1;
        let inner = self.or()?;
        self.depth -= 1;
        Ok(inner)
    }

    fn path(&mut self) -> Result<AttributePath, Error> {
        let Some(word) = self.scanner.word() else {
            return Err(self.scanner.unexpected("the path of an attribute"));
        };
        let path = match self.list {
            None => AttributePath::parse(self.kind, word),
            Some(list) => inside(self.kind, list, word),
        };
        let path =
            path.map_err(|error| self.scanner.fault(error.detail().trim_end_matches('.')))?;
        self.scanner.advance()?;
        Ok(path)
    }

    fn comparison(&mut self, path: AttributePath, operator: Operator) -> Result<Filter, Error> {
        let value = self.value()?;
        let attribute = match self.list {
            None => path.attribute(self.kind),
            Some(list) => find(list, &path.name),
        };
        let compared = self.compared(attribute, operator, &value)?;
        self.scanner.advance()?;
        Ok(Filter::Compare(Comparison { path, operator, value, compared }))
    }

    /// The value in view.
    fn value(&self) -> Result<Value, Error> {
        if let Token::Text(text) = self.scanner.peek() {
            return Ok(Value::String(text.clone()));
        }
        let word = self.scanner.word().unwrap_or_default();
        let keyword = truth(word).map(Value::Bool);
        let null = word.eq_ignore_ascii_case("null").then_some(Value::Null);
        let number = || number(word).map(Value::Number);
        keyword.or(null).or_else(number).ok_or_else(|| {
            self.scanner.unexpected("a text in double quotes, a number, true, false or null")
        })
    }

    /// As what an attribute is compared with a value.
    fn compared(
        &self,
        attribute: Option<&Attribute>,
        operator: Operator,
        value: &Value,
    ) -> Result<Compared, Error> {
        let is_equality = matches!(operator, Operator::Equal | Operator::NotEqual);
        let kind = attribute.map_or(Kind::Text, |it| it.kind);
        let has_order = match kind {
            Kind::Boolean | Kind::Binary => false,
            Kind::Text | Kind::DateTime | Kind::Reference | Kind::Complex => {
                !value.is_null() && !value.is_boolean()
            }
        };
        if !is_equality && !has_order {
            let problem = "only 'eq' and 'ne' compare truth values, null and bytes";
            return Err(self.scanner.fault(problem));
        }
        let text = value.as_str();
        Ok(match kind {
            Kind::Boolean => Compared::Boolean(value.as_bool().or_else(|| text.and_then(truth))),
            Kind::DateTime
                if !matches!(
                    operator,
                    Operator::Contains | Operator::StartsWith | Operator::EndsWith
                ) =>
            {
                let moment = text.map(str::parse::<Timestamp>).transpose();
                let expected =
                    |_| self.scanner.unexpected("a moment such as \"2026-11-30T09:15:00Z\"");
                Compared::Instant(moment.map_err(expected)?)
            }
            Kind::Text | Kind::DateTime | Kind::Reference | Kind::Binary | Kind::Complex
                if text.is_some() =>
            {
                Compared::Text(attribute.map_or(Case::Ignored, |it| it.case))
            }
            Kind::Text | Kind::DateTime | Kind::Reference | Kind::Binary | Kind::Complex => {
                Compared::Plain
            }
        })
    }
}

/// A whole number where it fits, else the nearest one with a fraction.
fn number(word: &str) -> Option<Number> {
    if let Ok(whole) = word.parse::<i64>() {
        return Some(whole.into());
    }
    Number::from_f64(word.parse().ok()?)
}

/// The path of an attribute of a list's elements.
fn inside(
    kind: ResourceKind,
    list: &'static [Attribute],
    word: &str,
) -> Result<AttributePath, Error> {
    if word.contains([':', '.']) {
        let detail = format!("{} is not the name of an attribute of the list", quoted(word));
        return Err(Error::new(Reason::InvalidPath, detail));
    }
    let name = find(list, word).map_or(word, |it| it.name).to_owned();
    AttributePath::parse(kind, word).map(|it| AttributePath { name, ..it })
}

/// Several parts as one statement; a single one stays what it is.
fn only(mut parts: Vec<Filter>, join: fn(Vec<Filter>) -> Filter) -> Filter {
    match (parts.pop(), parts.is_empty()) {
        (Some(last), true) => last,
        (last, _) => {
            parts.extend(last);
            join(parts)
        }
    }
}
