//! A rule read by recursive descent, one function per line of the grammar.

use super::error::{FilterError, Problem};
use super::expression::{Atom, Expression};
use super::lexer::{Lexer, Token, TokenKind};
use super::operator::{Operator, Relation, without_hyphen};
use super::{MAX_CHARACTERS, MAX_NESTING, Property};
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::mem;

/// Reads a whole rule.
pub(super) fn parse<P: Property>(text: &str) -> Result<Expression<P>, FilterError> {
    if let Some((offset, _)) = text.char_indices().nth(MAX_CHARACTERS) {
        let length = text.len().saturating_sub(offset);
        return Err(FilterError { offset, length, problem: Problem::TooLong });
    }
    let mut lexer = Lexer::new(text);
    let current = lexer.next()?;
    let mut parser = Parser { text, lexer, current, nesting: 0 };
    let expression = parser.rule()?;
    match parser.current.kind {
        TokenKind::End => Ok(expression),
        TokenKind::Open
        | TokenKind::Close
        | TokenKind::OpenList
        | TokenKind::CloseList
        | TokenKind::Comma
        | TokenKind::Text(_)
        | TokenKind::Word(_) => Err(parser.expected("`-and`, `-or` or the end of the rule")),
    }
}

struct Parser<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    current: Token<'a>,
    /// How many parentheses and `-not` are open.
    nesting: usize,
}

impl<'a> Parser<'a> {
    fn rule<P: Property>(&mut self) -> Result<Expression<P>, FilterError> {
        let mut left = self.conjunction()?;
        while self.at_keyword("or") {
            self.advance()?;
            left = Expression::Or(Box::new(left), Box::new(self.conjunction()?));
        }
        Ok(left)
    }

    fn conjunction<P: Property>(&mut self) -> Result<Expression<P>, FilterError> {
        let mut left = self.negation()?;
        while self.at_keyword("and") {
            self.advance()?;
            left = Expression::And(Box::new(left), Box::new(self.negation()?));
        }
        Ok(left)
    }

    fn negation<P: Property>(&mut self) -> Result<Expression<P>, FilterError> {
        let opens = self.at_keyword("not") || self.current.kind == TokenKind::Open;
        if !opens {
            return self.atom();
        }
        if self.nesting == MAX_NESTING {
            return Err(self.error(Problem::TooDeep));
        }
        self.nesting += 1;
        let opening = self.advance()?;
        let expression = if opening.kind == TokenKind::Open {
            let inner = self.rule()?;
            self.expect(&TokenKind::Close, "`-and`, `-or` or `)`")?;
            inner
        } else {
            Expression::Not(Box::new(self.negation()?))
        };
        self.nesting -= 1;
        Ok(expression)
    }

    fn atom<P: Property>(&mut self) -> Result<Expression<P>, FilterError> {
        let TokenKind::Word(word) = self.current.kind else {
            return Err(self.expected(P::EXPECTED));
        };
        let property = P::named(word).map_err(|problem| self.error(problem))?;
        self.advance()?;

        let TokenKind::Word(word) = self.current.kind else {
            return Err(self.expected("an operator such as `-eq`"));
        };
        let Some(operator) = Operator::named(word) else {
            return Err(self.error(Problem::unknown_operator(word)));
        };
        if !property.kind().permits(operator.relation) {
            return Err(self.error(Problem::operator_not_permitted(&property, operator)));
        }
        self.advance()?;

        let start = self.current.offset;
        let (values, length) = self.values(&property, operator)?;
        Atom::new(property, operator, values).map(Expression::Atom).map_err(|problem| FilterError {
            offset: start,
            length,
            problem,
        })
    }

    /// The values after `operator`, and how many bytes they take.
    fn values<P: Property>(
        &mut self,
        property: &P,
        operator: Operator,
    ) -> Result<(Vec<String>, usize), FilterError> {
        let start = self.current.offset;
        let mut end = start.saturating_add(self.current.length);
        let values = match operator.relation {
            Relation::In => {
                let (values, closed) = self.list()?;
                end = closed;
                values
            }
            Relation::Equal | Relation::StartsWith | Relation::EndsWith | Relation::Contains => {
                match (property.kind(), self.current.kind.clone()) {
                    (super::Kind::Truth, TokenKind::Word(word)) => {
                        self.advance()?;
                        vec![String::from(word)]
                    }
                    (super::Kind::Truth, _) => vec![self.quoted("`True` or `False`")?],
                    _ => vec![self.quoted("a value in double quotes")?],
                }
            }
        };
        Ok((values, end.saturating_sub(start)))
    }

    /// The values of a list in brackets, and where it ends.
    fn list(&mut self) -> Result<(Vec<String>, usize), FilterError> {
        self.expect(&TokenKind::OpenList, "a list in brackets such as `[\"a\", \"b\"]`")?;
        let mut values = vec![self.quoted("a value in double quotes")?];
        while self.current.kind == TokenKind::Comma {
            self.advance()?;
            values.push(self.quoted("a value in double quotes")?);
        }
        let closing = self.expect(&TokenKind::CloseList, "`,` or `]`")?;
        Ok((values, closing.offset.saturating_add(closing.length)))
    }

    fn quoted(&mut self, expected: &'static str) -> Result<String, FilterError> {
        let TokenKind::Text(value) = self.current.kind.clone() else {
            return Err(self.expected(expected));
        };
        self.advance()?;
        Ok(value)
    }

    fn at_keyword(&self, keyword: &str) -> bool {
        matches!(self.current.kind, TokenKind::Word(word)
            if without_hyphen(word).eq_ignore_ascii_case(keyword))
    }

    fn expect(
        &mut self,
        wanted: &TokenKind<'a>,
        expected: &'static str,
    ) -> Result<Token<'a>, FilterError> {
        if self.current.kind == *wanted { self.advance() } else { Err(self.expected(expected)) }
    }

    /// Moves on by one token and returns the one left behind.
    fn advance(&mut self) -> Result<Token<'a>, FilterError> {
        let next = self.lexer.next()?;
        Ok(mem::replace(&mut self.current, next))
    }

    fn expected(&self, expected: &'static str) -> FilterError {
        let found = match self.current.kind {
            TokenKind::End => String::from("the end of the rule"),
            TokenKind::Open
            | TokenKind::Close
            | TokenKind::OpenList
            | TokenKind::CloseList
            | TokenKind::Comma
            | TokenKind::Text(_)
            | TokenKind::Word(_) => {
                let end = self.current.offset.saturating_add(self.current.length);
                format!("`{}`", self.text.get(self.current.offset..end).unwrap_or_default())
            }
        };
        self.error(Problem::Expected { expected, found })
    }

    /// An error about the current token.
    fn error(&self, problem: Problem) -> FilterError {
        FilterError { offset: self.current.offset, length: self.current.length, problem }
    }
}
