//! Comparing text without regard to case, as Entra does for strings. ASCII is compared in place;
//! other text character by character in lower case, which may differ from Entra's tables for a few
//! letters outside ASCII whose case folding is not simple.

use alloc::string::String;
use core::cmp::Ordering;

/// Above this many byte comparisons in the worst case, a search folds both texts first and then
/// searches in linear time.
const IN_PLACE: usize = 65_536;

fn folded(text: &str) -> impl DoubleEndedIterator<Item = char> + Clone {
    text.chars().flat_map(char::to_lowercase)
}

/// The order of two texts in lower case.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    folded(left).cmp(folded(right))
}

fn are_ascii(left: &str, right: &str) -> bool {
    left.is_ascii() && right.is_ascii()
}

/// Whether the texts are the same.
pub(super) fn equal(left: &str, right: &str) -> bool {
    if are_ascii(left, right) {
        return left.eq_ignore_ascii_case(right);
    }
    folded(left).eq(folded(right))
}

/// Whether `text` begins with `start`.
pub(super) fn starts_with(text: &str, start: &str) -> bool {
    if are_ascii(text, start) {
        return text.get(..start.len()).is_some_and(|it| it.eq_ignore_ascii_case(start));
    }
    begins(folded(text), folded(start))
}

/// Whether `text` ends with `end`.
pub(super) fn ends_with(text: &str, end: &str) -> bool {
    if are_ascii(text, end) {
        let rest = text.len().checked_sub(end.len()).and_then(|start| text.get(start..));
        return rest.is_some_and(|it| it.eq_ignore_ascii_case(end));
    }
    begins(folded(text).rev(), folded(end).rev())
}

/// Whether `part` occurs in `text`.
pub(super) fn contains(text: &str, part: &str) -> bool {
    if part.is_empty() {
        return true;
    }
    if text.len().saturating_mul(part.len()) > IN_PLACE {
        let (text, part): (String, String) = (folded(text).collect(), folded(part).collect());
        return text.contains(&part);
    }
    if are_ascii(text, part) {
        let part = part.as_bytes();
        return text.as_bytes().windows(part.len()).any(|it| it.eq_ignore_ascii_case(part));
    }
    let mut rest = folded(text);
    loop {
        if begins(rest.clone(), folded(part)) {
            return true;
        }
        if rest.next().is_none() {
            return false;
        }
    }
}

fn begins(mut text: impl Iterator<Item = char>, mut start: impl Iterator<Item = char>) -> bool {
    start.all(|wanted| text.next() == Some(wanted))
}
