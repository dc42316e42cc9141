//! From the text of a filter to what it says, by recursive descent of bounded depth.
//!
//! `or` binds weakest, then `and`, then `not`. A `not` before a comparison negates the comparison,
//! which is the only reading of `not a eq b` that says anything.

use super::expression::{
    Comparison, Expression, Lambda, Literal, Operand, Quantifier, TextFunction,
};
use super::{MAX_LENGTH, MAX_NESTING};
use crate::path::{Path, Root};
use crate::problem::{Problem, quoted};
use crate::scanner::{Scanner, Token};

mod literal;

/// Reads a whole filter.
pub(super) fn expression(text: &str) -> Result<Expression, Problem> {
    if text.len() > MAX_LENGTH {
        return Err(Problem::bad(format!(
            "$filter is longer than {MAX_LENGTH} bytes. Ask in several requests."
        )));
    }
    let scanner = Scanner::new("$filter", text)?;
    let mut parser = Parser { scanner, depth: 0, variables: Vec::new() };
    let expression = parser.or()?;
    match parser.scanner.peek() {
        Token::End => Ok(expression),
        Token::Open
        | Token::Close
        | Token::Comma
        | Token::Slash
        | Token::Colon
        | Token::Text(_)
        | Token::Word(_) => Err(parser.scanner.unexpected("'and', 'or' or the end")),
    }
}

#[derive(Debug)]
struct Parser<'a> {
    scanner: Scanner<'a>,
    /// How many parentheses, `not` and lambdas are open.
    depth: usize,
    /// The variables of the open lambdas, outermost first.
    variables: Vec<String>,
}

impl Parser<'_> {
    fn or(&mut self) -> Result<Expression, Problem> {
        let mut parts = vec![self.and()?];
        while self.scanner.keyword("or")? {
            parts.push(self.and()?);
        }
        Ok(only(parts, Expression::Or))
    }

    fn and(&mut self) -> Result<Expression, Problem> {
        let mut parts = vec![self.negation()?];
        while self.scanner.keyword("and")? {
            parts.push(self.negation()?);
        }
        Ok(only(parts, Expression::And))
    }

    fn negation(&mut self) -> Result<Expression, Problem> {
        if !self.scanner.keyword("not")? {
            return self.statement();
        }
        let inner = self.nested(Self::negation)?;
        Ok(Expression::Not(Box::new(inner)))
    }

    fn statement(&mut self) -> Result<Expression, Problem> {
        if self.scanner.take(&Token::Open)? {
            let inner = self.nested(Self::or)?;
            self.scanner.expect(&Token::Close)?;
            return Ok(inner);
        }
        let Some(word) = self.scanner.word().map(str::to_owned) else {
            return self.comparison_of_literal();
        };
        if let Some(literal) = literal::word(&self.scanner, &word)? {
            self.scanner.advance()?;
            return self.comparison(Operand::Literal(literal));
        }
        self.scanner.advance()?;
        if self.scanner.peek() == &Token::Open {
            return self.function(&word);
        }
        self.property(word)
    }

    fn comparison_of_literal(&mut self) -> Result<Expression, Problem> {
        let literal = self.literal("a property, a function or a value")?;
        self.comparison(Operand::Literal(literal))
    }

    /// What comes after a name: more names, a lambda, or an operator.
    fn property(&mut self, first: String) -> Result<Expression, Problem> {
        let mut path = self.path(first)?;
        while self.scanner.take(&Token::Slash)? {
            let name = self.name()?;
            if name == "$count" {
                return self.comparison(Operand::Count(path));
            }
            if self.scanner.peek() == &Token::Open {
                return self.lambda(path, &name);
            }
            path.names.push(name);
        }
        if self.scanner.keyword("has")? {
            return self.flags(path);
        }
        self.comparison(Operand::Path(path))
    }

    fn flags(&mut self, path: Path) -> Result<Expression, Problem> {
        match self.literal("flags in quotes, such as 'high'")? {
            Literal::Text(text) => {
                let flags = text.split(',').map(|it| it.trim().to_owned()).collect();
                Ok(Expression::Has(path, flags))
            }
            Literal::Null
            | Literal::Bool(_)
            | Literal::Number(_)
            | Literal::Guid(_)
            | Literal::Instant(_) => {
                Err(self.scanner.fault("'has' compares with flags in quotes, such as 'high'"))
            }
        }
    }

    fn comparison(&mut self, left: Operand) -> Result<Expression, Problem> {
        if self.scanner.keyword("in")? {
            return Ok(Expression::In(left, self.list()?));
        }
        for comparison in Comparison::ALL {
            if self.scanner.keyword(comparison.as_str())? {
                return Ok(Expression::Compare(left, comparison, self.operand()?));
            }
        }
        if matches!(left, Operand::Path(_) | Operand::Literal(Literal::Bool(_) | Literal::Null)) {
            return Ok(Expression::Holds(left));
        }
        Err(self.scanner.unexpected("'eq', 'ne', 'gt', 'ge', 'lt', 'le' or 'in'"))
    }

    fn list(&mut self) -> Result<Vec<Literal>, Problem> {
        self.scanner.expect(&Token::Open)?;
        let mut values = vec![self.literal("a value")?];
        while self.scanner.take(&Token::Comma)? {
            values.push(self.literal("a value")?);
        }
        self.scanner.expect(&Token::Close)?;
        Ok(values)
    }

    fn function(&mut self, name: &str) -> Result<Expression, Problem> {
        let function =
            TextFunction::ALL.into_iter().find(|it| it.as_str().eq_ignore_ascii_case(name));
        let Some(function) = function else {
            return Err(self.scanner.unsupported(&format!(
                "the function {} is not supported; use 'startswith', 'endswith' or 'contains'",
                quoted(name)
            )));
        };
        self.scanner.expect(&Token::Open)?;
        let text = self.operand()?;
        self.scanner.expect(&Token::Comma)?;
        let part = self.operand()?;
        self.scanner.expect(&Token::Close)?;
        Ok(Expression::Text(function, text, part))
    }

    fn operand(&mut self) -> Result<Operand, Problem> {
        let Some(word) = self.scanner.word().map(str::to_owned) else {
            return self.literal("a property or a value").map(Operand::Literal);
        };
        if let Some(literal) = literal::word(&self.scanner, &word)? {
            self.scanner.advance()?;
            return Ok(Operand::Literal(literal));
        }
        self.scanner.advance()?;
        let mut path = self.path(word)?;
        while self.scanner.take(&Token::Slash)? {
            let name = self.name()?;
            if name == "$count" {
                return Ok(Operand::Count(path));
            }
            path.names.push(name);
        }
        Ok(Operand::Path(path))
    }

    fn literal(&mut self, expected: &str) -> Result<Literal, Problem> {
        if let Some(word) = self.scanner.word()
            && let Some(literal) = literal::word(&self.scanner, word)?
        {
            self.scanner.advance()?;
            return Ok(literal);
        }
        if let Token::Text(text) = self.scanner.peek() {
            let text = text.clone();
            self.scanner.advance()?;
            return Ok(Literal::Text(text));
        }
        Err(self.scanner.unexpected(expected))
    }

    /// `list/any(variable:body)`, after the name of the quantifier.
    fn lambda(&mut self, list: Path, name: &str) -> Result<Expression, Problem> {
        let quantifiers = [Quantifier::Any, Quantifier::All];
        let found = quantifiers.into_iter().find(|it| it.as_str().eq_ignore_ascii_case(name));
        let Some(quantifier) = found else {
            return Err(self.scanner.unsupported(&format!(
                "{} is not supported on a list; use 'any' or 'all'",
                quoted(name)
            )));
        };
        self.reachable(&list)?;
        self.scanner.expect(&Token::Open)?;
        if quantifier == Quantifier::Any && self.scanner.take(&Token::Close)? {
            // `list/any()` says that the list has elements.
            let none = Operand::Literal(Literal::Number(0.into()));
            return Ok(Expression::Compare(Operand::Count(list), Comparison::Greater, none));
        }
        let variable = self.name()?;
        if self.variables.contains(&variable) {
            return Err(self.scanner.fault(&format!(
                "the variable {} stands for something else already",
                quoted(&variable)
            )));
        }
        self.scanner.expect(&Token::Colon)?;
        self.variables.push(variable.clone());
        let body = Box::new(self.nested(Self::or)?);
        self.variables.pop();
        self.scanner.expect(&Token::Close)?;
        Ok(Expression::Elements(Lambda { list, quantifier, variable, body }))
    }

    /// Whether a lambda may go over this list. Inside of another one it must belong to the element,
    /// otherwise the work multiplies with every lambda.
    fn reachable(&self, list: &Path) -> Result<(), Problem> {
        let innermost = match &list.root {
            Root::Object => self.variables.is_empty(),
            Root::Variable { depth, .. } => depth + 1 == self.variables.len(),
        };
        if innermost {
            return Ok(());
        }
        Err(self.scanner.unsupported(
            "inside of 'any' or 'all', another one goes over a list of the element only",
        ))
    }

    /// A path that begins with this name, which may be a variable.
    fn path(&self, first: String) -> Result<Path, Problem> {
        self.named(&first)?;
        match self.variables.iter().position(|it| *it == first) {
            Some(depth) => {
                Ok(Path { root: Root::Variable { depth, name: first }, names: Vec::new() })
            }
            None => Ok(Path::new(vec![first])),
        }
    }

    fn name(&mut self) -> Result<String, Problem> {
        let Some(name) = self.scanner.word().map(str::to_owned) else {
            return Err(self.scanner.unexpected("a name"));
        };
        self.named(&name)?;
        self.scanner.advance()?;
        Ok(name)
    }

    /// Whether a word can be the name of a property.
    fn named(&self, word: &str) -> Result<(), Problem> {
        if word == "$count" || word.starts_with("@odata.") {
            return Ok(());
        }
        if word.contains('.') && !word.contains(['$', '@', '-']) {
            return Err(self
                .scanner
                .unsupported(&format!("the cast to {} is not supported", quoted(word))));
        }
        let begins = word.starts_with(|it: char| it.is_alphabetic() || it == '_');
        if begins && !word.contains(['.', '$', '@', '-']) {
            return Ok(());
        }
        Err(self.scanner.fault(&format!("{} is neither a name nor a value", quoted(word))))
    }

    /// Reads something one level deeper.
    fn nested(
        &mut self,
        inner: fn(&mut Self) -> Result<Expression, Problem>,
    ) -> Result<Expression, Problem> {
        if self.depth == MAX_NESTING {
            return Err(self.scanner.fault(&format!("more than {MAX_NESTING} levels are open")));
        }
        self.depth += 1;
        let expression = inner(self)?;
        self.depth -= 1;
        Ok(expression)
    }
}

/// Several parts as one statement; a single one stays what it is.
fn only(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match (parts.pop(), parts.is_empty()) {
        (Some(last), true) => last,
        (last, _) => {
            parts.extend(last);
            join(parts)
        }
    }
}
