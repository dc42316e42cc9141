//! A rule cut into tokens, one pass from left to right.

use super::error::{FilterError, Problem};
use alloc::string::String;
use core::iter::Peekable;
use core::str::CharIndices;

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind<'a> {
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    /// A quoted text, without its quotes and escapes.
    Text(String),
    /// A property, an operator with or without hyphen, or an unquoted value.
    Word(&'a str),
    /// The end of the rule.
    End,
}

/// A token and the bytes it takes.
#[derive(Clone, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind<'a>,
    pub(super) offset: usize,
    pub(super) length: usize,
}

/// The tokens of a rule.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    characters: Peekable<CharIndices<'a>>,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, characters: text.char_indices().peekable() }
    }

    /// The next token; [`TokenKind::End`] again and again at the end.
    pub(super) fn next(&mut self) -> Result<Token<'a>, FilterError> {
        while self.characters.next_if(|(_, it)| it.is_whitespace()).is_some() {}
        let Some((offset, first)) = self.characters.next() else {
            return Ok(Token { kind: TokenKind::End, offset: self.text.len(), length: 0 });
        };
        let kind = match first {
            '(' => TokenKind::Open,
            ')' => TokenKind::Close,
            '[' => TokenKind::OpenList,
            ']' => TokenKind::CloseList,
            ',' => TokenKind::Comma,
            '"' | '\'' => TokenKind::Text(self.quoted(offset, first)?),
            '-' => self.word(offset),
            other if in_word(other) => self.word(offset),
            found => {
                return Err(FilterError {
                    offset,
                    length: found.len_utf8(),
                    problem: Problem::UnexpectedCharacter { found },
                });
            }
        };
        Ok(Token { kind, offset, length: self.offset().saturating_sub(offset) })
    }

    /// The byte position of the next character.
    fn offset(&mut self) -> usize {
        self.characters.peek().map_or(self.text.len(), |(offset, _)| *offset)
    }

    fn word(&mut self, start: usize) -> TokenKind<'a> {
        while self.characters.next_if(|(_, it)| in_word(*it)).is_some() {}
        let end = self.offset();
        TokenKind::Word(self.text.get(start..end).unwrap_or_default())
    }

    /// The text after an opening `quote` at `start`, up to the closing one.
    fn quoted(&mut self, start: usize, quote: char) -> Result<String, FilterError> {
        let mut value = String::new();
        while let Some((_, character)) = self.characters.next() {
            let next = self.characters.peek().map(|(_, it)| *it);
            let literal = match (character, next) {
                ('`', Some(escaped @ ('"' | '`'))) | ('\'', Some(escaped @ '\'')) => {
                    self.characters.next();
                    escaped
                }
                (closing, _) if closing == quote => return Ok(value),
                (other, _) => other,
            };
            value.push(literal);
        }
        Err(FilterError {
            offset: start,
            length: self.text.len().saturating_sub(start),
            problem: Problem::UnterminatedString { quote },
        })
    }
}

/// Whether a word may contain the character: the names of attributes may be in any script.
fn in_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.')
}
