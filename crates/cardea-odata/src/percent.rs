//! Percent-encoding, undone once and only where it is sound.

use percent_encoding::percent_decode_str;

use crate::problem::{Problem, quoted};

/// The text that an encoded part of an address stands for.
///
/// A `%` without two hexadecimal digits, and bytes that are no UTF-8, are refused: others read them
/// in other ways, and two readings of one address are two different checks.
pub(crate) fn decoded(text: &str) -> Result<String, Problem> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('%') {
        if !after.get(..2).is_some_and(|it| it.bytes().all(|digit| digit.is_ascii_hexdigit())) {
            return Err(Problem::bad(format!(
                "A '%' in {} is not followed by two hexadecimal digits. Write '%25' for the character itself.",
                quoted(text)
            )));
        }
        rest = after;
    }
    let decoded = percent_decode_str(text).decode_utf8();
    decoded
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| Problem::bad(format!("{} is not UTF-8 after percent-decoding.", quoted(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_undone_once() {
        assert_eq!(decoded("a%2Fb%20c%252F"), Ok("a/b c%2F".to_owned()));
        assert_eq!(decoded("%C3%BC"), Ok("ü".to_owned()));
    }

    #[test]
    fn what_others_read_otherwise_is_refused() {
        for text in ["%", "%2", "%zz", "%ü", "a%+1", "%ff", "%c3"] {
            assert!(decoded(text).is_err(), "{text}");
        }
    }
}
