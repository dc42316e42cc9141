//! Texts without regard to case.
//!
//! Graph compares the texts of directory objects without regard to case, so here every text is. Case
//! is folded character by character, as Unicode's simple lower case; `ß` and `ss` stay different.

use std::cmp::Ordering;

/// The characters of a text, folded.
pub(crate) fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// The order of two texts.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    folded(left).cmp(folded(right))
}

/// Whether two texts are the same.
pub(crate) fn equal(left: &str, right: &str) -> bool {
    compare(left, right) == Ordering::Equal
}

/// A text, folded.
pub(crate) fn fold(text: &str) -> String {
    folded(text).collect()
}

/// Whether a text begins with another.
pub(crate) fn starts_with(text: &str, part: &str) -> bool {
    let mut text = folded(text);
    folded(part).all(|wanted| text.next() == Some(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_count() {
        assert!(equal("Zoë MÜLLER", "zoë müller"));
        assert!(starts_with("Özil", "öz") && !starts_with("Öz", "özil"));
        assert_eq!(compare("b", "A"), Ordering::Greater);
        assert!(!equal("ß", "ss"));
    }
}
