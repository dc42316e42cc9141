//! Values that are written without quotes.

use serde_json::Number;

use crate::filter::Literal;
use crate::problem::{Problem, quoted};
use crate::scanner::Scanner;
use crate::value::instant;

/// The value that a word is; `None` if it is a name.
///
/// # Errors
///
/// The word begins like a number or a date and is neither.
pub(super) fn word(scanner: &Scanner<'_>, word: &str) -> Result<Option<Literal>, Problem> {
    if is_guid(word) {
        return Ok(Some(Literal::Guid(word.to_owned())));
    }
    if !word.starts_with(|it: char| it.is_ascii_digit() || it == '-') {
        return Ok(keyword(word));
    }
    if let Some(number) = number(word) {
        return Ok(Some(Literal::Number(number)));
    }
    match instant(word) {
        Some(instant) => Ok(Some(Literal::Instant(instant))),
        None => Err(scanner.fault(&format!(
            "{} is no number, no GUID and no date such as 2026-11-30T09:15:00Z; \
            text stands in single quotes, and a '+' in an address is written '%2B'",
            quoted(word)
        ))),
    }
}

fn keyword(word: &str) -> Option<Literal> {
    let values =
        [("null", Literal::Null), ("true", Literal::Bool(true)), ("false", Literal::Bool(false))];
    let found = values.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
    found.map(|(_, value)| value)
}

/// A whole number where it fits, else the nearest one with a fraction.
fn number(word: &str) -> Option<Number> {
    if let Ok(whole) = word.parse::<i64>() {
        return Some(whole.into());
    }
    if let Ok(whole) = word.parse::<u64>() {
        return Some(whole.into());
    }
    // `parse` also takes `1.` and infinity by name; the second begins with a letter or is refused
    // by `from_f64`.
    Number::from_f64(word.parse().ok()?)
}

/// Whether a text is a GUID: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.
fn is_guid(text: &str) -> bool {
    let groups = text
        .split('-')
        .map(|it| it.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(it.len()));
    groups.eq([8, 4, 4, 4, 12].map(Some))
}
