//! From the text of a search to what it says.

use std::iter::Peekable;
use std::str::CharIndices;

use super::{MAX_LENGTH, MAX_NESTING, Search, clause};
use crate::problem::Problem;

pub(super) fn search(text: &str) -> Result<Search, Problem> {
    if text.len() > MAX_LENGTH {
        return Err(Problem::bad(format!("$search is longer than {MAX_LENGTH} bytes.")));
    }
    let mut parser = Parser { text, characters: text.char_indices().peekable(), depth: 0 };
    let search = parser.or()?;
    parser.space();
    if parser.characters.peek().is_some() {
        return Err(parser.unexpected("'AND', 'OR' or the end"));
    }
    Ok(search)
}

#[derive(Debug)]
struct Parser<'a> {
    text: &'a str,
    characters: Peekable<CharIndices<'a>>,
    depth: usize,
}

impl Parser<'_> {
    fn or(&mut self) -> Result<Search, Problem> {
        let first = self.and()?;
        let mut parts = Vec::new();
        while self.keyword("OR") {
            parts.push(self.and()?);
        }
        Ok(several(first, parts, Search::Or))
    }

    fn and(&mut self) -> Result<Search, Problem> {
        let first = self.one()?;
        let mut parts = Vec::new();
        // Clauses with nothing between them are joined by AND (OData 4.0, part 2, section 5.1.7).
        while self.keyword("AND") || self.begins() {
            parts.push(self.one()?);
        }
        Ok(several(first, parts, Search::And))
    }

    fn one(&mut self) -> Result<Search, Problem> {
        self.space();
        if self.characters.next_if(|(_, it)| *it == '(').is_some() {
            if self.depth == MAX_NESTING {
                return Err(self.unexpected(&format!("at most {MAX_NESTING} open parentheses")));
            }
            self.depth += 1;
            let inner = self.or()?;
            self.depth -= 1;
            self.space();
            return match self.characters.next_if(|(_, it)| *it == ')') {
                Some(_) => Ok(inner),
                None => Err(self.unexpected("')'")),
            };
        }
        if self.characters.next_if(|(_, it)| *it == '"').is_some() {
            return clause(&self.quoted()?);
        }
        Err(self.unexpected("a clause in double quotes, such as \"displayName:kim\""))
    }

    /// The text up to the closing quote; a backslash makes the quote or backslash after it a part of
    /// the text.
    fn quoted(&mut self) -> Result<String, Problem> {
        let mut text = String::new();
        while let Some((_, character)) = self.characters.next() {
            match character {
                '"' => return Ok(text),
                '\\' => match self.characters.next_if(|(_, it)| matches!(it, '"' | '\\')) {
                    Some((_, escaped)) => text.push(escaped),
                    None => text.push('\\'),
                },
                other => text.push(other),
            }
        }
        Err(self.unexpected("a closing double quote"))
    }

    /// Whether another clause begins here.
    fn begins(&mut self) -> bool {
        self.space();
        self.characters.peek().is_some_and(|(_, it)| matches!(it, '"' | '('))
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        self.space();
        let rest = self.text.get(self.offset()..).unwrap_or_default();
        let found =
            rest.strip_prefix(keyword).is_some_and(|after| after.starts_with([' ', '"', '(']));
        if found {
            for _ in keyword.chars() {
                self.characters.next();
            }
        }
        found
    }

    fn space(&mut self) {
        while self.characters.next_if(|(_, it)| it.is_whitespace()).is_some() {}
    }

    fn offset(&mut self) -> usize {
        self.characters.peek().map_or(self.text.len(), |(offset, _)| *offset)
    }

    fn unexpected(&mut self, expected: &str) -> Problem {
        let at = self.offset();
        let position = self.text.get(..at).map_or(0, |it| it.chars().count());
        Problem::bad(format!(
            "Syntax error in $search at position {position}: expected {expected}. 'AND' and 'OR' are written in capitals, and there is no 'NOT'."
        ))
    }
}

fn several(first: Search, mut rest: Vec<Search>, join: fn(Vec<Search>) -> Search) -> Search {
    if rest.is_empty() {
        return first;
    }
    rest.insert(0, first);
    join(rest)
}
