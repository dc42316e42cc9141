//! The text of an option, cut into tokens, one pass from left to right.

use std::iter::Peekable;
use std::str::CharIndices;

use crate::problem::{Problem, quoted};

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Open,
    Close,
    Comma,
    Slash,
    Colon,
    /// A text in single quotes, without them.
    Text(String),
    /// A name, a keyword or a value without quotes.
    Word(String),
    End,
}

impl Token {
    /// The token in a message.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Open => "'('".to_owned(),
            Self::Close => "')'".to_owned(),
            Self::Comma => "','".to_owned(),
            Self::Slash => "'/'".to_owned(),
            Self::Colon => "':'".to_owned(),
            Self::Text(text) => format!("the text {}", quoted(text)),
            Self::Word(word) => quoted(word),
            Self::End => "the end".to_owned(),
        }
    }
}

/// The tokens of an expression, with the next one in view.
#[derive(Debug)]
pub(crate) struct Scanner<'a> {
    option: &'static str,
    text: &'a str,
    characters: Peekable<CharIndices<'a>>,
    /// The token in view, and the byte where it begins.
    ahead: (Token, usize),
}

impl<'a> Scanner<'a> {
    /// The tokens of the value of an option, which messages name.
    pub(crate) fn new(option: &'static str, text: &'a str) -> Result<Self, Problem> {
        let characters = text.char_indices().peekable();
        let mut scanner = Self { option, text, characters, ahead: (Token::End, 0) };
        scanner.advance()?;
        Ok(scanner)
    }

    /// The token in view.
    pub(crate) fn peek(&self) -> &Token {
        &self.ahead.0
    }

    /// The word in view.
    pub(crate) fn word(&self) -> Option<&str> {
        if let Token::Word(word) = &self.ahead.0 { Some(word) } else { None }
    }

    /// Takes the token in view.
    pub(crate) fn advance(&mut self) -> Result<Token, Problem> {
        while self.characters.next_if(|(_, it)| it.is_whitespace()).is_some() {}
        let start = self.offset();
        let token = match self.characters.next().map(|(_, it)| it) {
            None => Token::End,
            Some('(') => Token::Open,
            Some(')') => Token::Close,
            Some(',') => Token::Comma,
            Some('/') => Token::Slash,
            Some(':') => Token::Colon,
            Some('\'') => Token::Text(self.quoted(start)?),
            Some(first) if first.is_ascii_digit() || first == '-' => self.scan(start, in_value),
            Some(first) if in_name(first) => self.scan(start, in_name),
            Some(other) => {
                return Err(
                    self.wrong(start, &format!("the character '{other}' cannot stand here"))
                );
            }
        };
        Ok(std::mem::replace(&mut self.ahead, (token, start)).0)
    }

    /// Takes the token in view if it is this one.
    pub(crate) fn take(&mut self, token: &Token) -> Result<bool, Problem> {
        let found = self.peek() == token;
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Takes the word in view if it is this keyword, in any case.
    pub(crate) fn keyword(&mut self, keyword: &str) -> Result<bool, Problem> {
        let found = self.word().is_some_and(|it| it.eq_ignore_ascii_case(keyword));
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Takes the token in view, which must be this one.
    pub(crate) fn expect(&mut self, token: &Token) -> Result<(), Problem> {
        if self.take(token)? { Ok(()) } else { Err(self.unexpected(&token.shown())) }
    }

    /// Something stands where something else should.
    pub(crate) fn unexpected(&self, expected: &str) -> Problem {
        let (found, at) = &self.ahead;
        self.wrong(*at, &format!("expected {expected}, found {}", found.shown()))
    }

    /// What is wrong at the token in view.
    pub(crate) fn fault(&self, message: &str) -> Problem {
        self.wrong(self.ahead.1, message)
    }

    /// Something that is written rightly, at the token in view, and is not answered.
    pub(crate) fn unsupported(&self, message: &str) -> Problem {
        let position = self.position(self.ahead.1);
        Problem::unsupported(format!("{} at position {position}: {message}.", self.option))
    }

    fn wrong(&self, at: usize, message: &str) -> Problem {
        Problem::bad(format!(
            "Syntax error in {} at position {} of {}: {message}.",
            self.option,
            self.position(at),
            quoted(self.text)
        ))
    }

    /// How many characters stand before a byte.
    fn position(&self, at: usize) -> usize {
        self.text.get(..at).map_or(0, |it| it.chars().count())
    }

    /// The byte of the next character.
    fn offset(&mut self) -> usize {
        self.characters.peek().map_or(self.text.len(), |(offset, _)| *offset)
    }

    fn scan(&mut self, start: usize, belongs: fn(char) -> bool) -> Token {
        while self.characters.next_if(|(_, it)| belongs(*it)).is_some() {}
        let end = self.offset();
        Token::Word(self.text.get(start..end).unwrap_or_default().to_owned())
    }

    /// The text after the quote at `start`; a quote inside is written twice.
    fn quoted(&mut self, start: usize) -> Result<String, Problem> {
        let mut text = String::new();
        while let Some((_, character)) = self.characters.next() {
            if character == '\'' && self.characters.next_if(|(_, it)| *it == '\'').is_none() {
                return Ok(text);
            }
            text.push(character);
        }
        Err(self
            .wrong(start, "the text has no closing quote; a quote inside of it is written twice"))
    }
}

/// What names and GUIDs are made of: those of annotations have `@` and `.`, `$count` has `$`.
fn in_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.' | '@' | '$' | '-')
}

/// What numbers, dates and GUIDs are made of.
fn in_value(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | ':' | '+' | '-')
}
