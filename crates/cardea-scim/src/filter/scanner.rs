//! A filter cut into tokens, one pass from left to right.

use std::iter::Peekable;
use std::str::CharIndices;

use serde_json::Value;

use crate::error::{Error, Reason};
use crate::text::quoted;

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    /// A text in double quotes, without them.
    Text(String),
    /// A path, an operator, or a value without quotes.
    Word(String),
    End,
}

impl Token {
    fn shown(&self) -> String {
        match self {
            Self::Open => "'('".to_owned(),
            Self::Close => "')'".to_owned(),
            Self::OpenBracket => "'['".to_owned(),
            Self::CloseBracket => "']'".to_owned(),
            Self::Text(text) => format!("the text {}", quoted(text)),
            Self::Word(word) => quoted(word),
            Self::End => "the end".to_owned(),
        }
    }
}

/// The tokens of a filter, with the next one in view.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    text: &'a str,
    reason: Reason,
    characters: Peekable<CharIndices<'a>>,
    /// The token in view, and the byte where it begins.
    ahead: (Token, usize),
}

impl<'a> Scanner<'a> {
    /// The tokens of a text; what is wrong with it is refused for this reason.
    pub(super) fn new(text: &'a str, reason: Reason) -> Result<Self, Error> {
        let characters = text.char_indices().peekable();
        let mut scanner = Self { text, reason, characters, ahead: (Token::End, 0) };
        scanner.advance()?;
        Ok(scanner)
    }

    pub(super) fn peek(&self) -> &Token {
        &self.ahead.0
    }

    pub(super) fn word(&self) -> Option<&str> {
        if let Token::Word(word) = &self.ahead.0 { Some(word) } else { None }
    }

    /// Takes the token in view.
    pub(super) fn advance(&mut self) -> Result<Token, Error> {
        while self.characters.next_if(|(_, it)| it.is_whitespace()).is_some() {}
        let start = self.offset();
        let token = match self.characters.next().map(|(_, it)| it) {
            None => Token::End,
            Some('(') => Token::Open,
            Some(')') => Token::Close,
            Some('[') => Token::OpenBracket,
            Some(']') => Token::CloseBracket,
            Some('"') => Token::Text(self.quoted(start)?),
            Some(first) if in_word(first) => {
                while self.characters.next_if(|(_, it)| in_word(*it)).is_some() {}
                let end = self.offset();
                Token::Word(self.text.get(start..end).unwrap_or_default().to_owned())
            }
            Some(other) => {
                return Err(
                    self.wrong(start, &format!("the character '{other}' cannot stand here"))
                );
            }
        };
        Ok(std::mem::replace(&mut self.ahead, (token, start)).0)
    }

    /// Takes the token in view if it is this one.
    pub(super) fn take(&mut self, token: &Token) -> Result<bool, Error> {
        let found = self.peek() == token;
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Takes the word in view if it is this keyword, in any case.
    pub(super) fn keyword(&mut self, keyword: &str) -> Result<bool, Error> {
        let found = self.word().is_some_and(|it| it.eq_ignore_ascii_case(keyword));
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Takes the token in view, which must be this one.
    pub(super) fn expect(&mut self, token: &Token) -> Result<(), Error> {
        if self.take(token)? { Ok(()) } else { Err(self.unexpected(&token.shown())) }
    }

    /// Something stands where something else should.
    pub(super) fn unexpected(&self, expected: &str) -> Error {
        let (found, at) = &self.ahead;
        self.wrong(*at, &format!("expected {expected}, found {}", found.shown()))
    }

    /// What is wrong at the token in view.
    pub(super) fn fault(&self, message: &str) -> Error {
        self.wrong(self.ahead.1, message)
    }

    fn wrong(&self, at: usize, message: &str) -> Error {
        let position = self.text.get(..at).map_or(0, |it| it.chars().count());
        let text = quoted(self.text);
        Error::new(self.reason, format!("Position {position} of {text}: {message}."))
    }

    fn offset(&mut self) -> usize {
        self.characters.peek().map_or(self.text.len(), |(offset, _)| *offset)
    }

    /// The text of a string of JSON that begins at `start`.
    fn quoted(&mut self, start: usize) -> Result<String, Error> {
        let mut is_escaped = false;
        while let Some((_, character)) = self.characters.next() {
            if character == '"' && !is_escaped {
                let end = self.offset();
                let text = self.text.get(start..end).unwrap_or_default();
                return serde_json::from_str::<Value>(text)
                    .ok()
                    .and_then(|it| it.as_str().map(str::to_owned))
                    .ok_or_else(|| self.wrong(start, "the text is no string of JSON"));
            }
            is_escaped = character == '\\' && !is_escaped;
        }
        Err(self.wrong(start, "the text has no closing double quote"))
    }
}

/// What paths, operators, numbers and keywords are made of.
fn in_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || "$-_.:+".contains(character)
}
