//! Words of a text, as Graph's directory cuts them.

use crate::text;

/// Whether every word of `wanted` begins a word of `text`.
pub(super) fn found(text: &str, wanted: &str) -> bool {
    let words: Vec<String> = text.split_whitespace().flat_map(words).collect();
    let begins = |wanted: &String| words.iter().any(|it| it.starts_with(wanted.as_str()));
    wanted.split_whitespace().all(|chunk| {
        cut(chunk).iter().all(begins) || begins(&text::fold(chunk)) || begins(&joined(chunk))
    })
}

/// The words of a text without spaces, and the one that they make together without the symbols.
fn words(chunk: &str) -> Vec<String> {
    let mut words = cut(chunk);
    let joined = joined(chunk);
    if !words.contains(&joined) {
        words.push(joined);
    }
    words
}

fn joined(chunk: &str) -> String {
    text::folded(chunk).filter(|it| it.is_alphanumeric()).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Small,
    Capital,
    Digit,
    Symbol,
}

impl Kind {
    fn of(character: char) -> Self {
        if character.is_uppercase() {
            Self::Capital
        } else if character.is_alphabetic() {
            Self::Small
        } else if character.is_numeric() {
            Self::Digit
        } else {
            Self::Symbol
        }
    }
}

/// A text cut where the kind of its characters changes; a capital before a small letter, or before
/// another capital, begins no new word.
fn cut(chunk: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = None;
    for character in chunk.chars() {
        let kind = Kind::of(character);
        let goes_on = before == Some(kind) || (before, kind) == (Some(Kind::Capital), Kind::Small);
        match words.last_mut().filter(|_| goes_on) {
            Some(word) => word.extend(character.to_lowercase()),
            None => words.push(character.to_lowercase().collect()),
        }
        before = Some(kind);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_as_graph_documents() {
        for (text, expected) in [
            ("HelloWorld", "hello world"),
            ("helloWORLD", "hello world"),
            ("HELLOworld", "helloworld"),
            ("HelloWORld", "hello world"),
            ("hello.world", "hello . world"),
            ("hello123world", "hello 123 world"),
        ] {
            assert_eq!(cut(text).join(" "), expected, "{text}");
        }
    }
}
