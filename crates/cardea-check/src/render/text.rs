//! Text that is safe to print: hidden characters made visible, lines broken, numbers grouped.

use std::borrow::Cow;

use textwrap::{Options, WordSplitter, WrapAlgorithm};
use unicode_width::UnicodeWidthStr;

/// Which characters the reader's terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Charset {
    /// ASCII only; everything else is spelled as `\u{…}`, without loss.
    Ascii,
    /// Any printable character of Unicode.
    #[default]
    Unicode,
}

/// Whether a character can change what a reader sees without being seen itself: controls, terminal
/// escapes, the bidirectional overrides of UAX #9, and characters without a width.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Appends a character so that it can be seen; tabs and line ends become spaces.
pub(super) fn push_visible(out: &mut String, c: char, charset: Charset) {
    match c {
        '\n' | '\r' | '\t' => out.push(' '),
        c if is_hidden(c) || (charset == Charset::Ascii && !c.is_ascii()) => {
            out.extend(c.escape_unicode());
        }
        c => out.push(c),
    }
}

/// The text on one line, every character visible.
pub fn one_line(text: &str, charset: Charset) -> Cow<'_, str> {
    let safe = |c: char| !is_hidden(c) && (c.is_ascii() || charset == Charset::Unicode);
    if text.chars().all(safe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    text.chars().for_each(|c| push_visible(&mut out, c, charset));
    Cow::Owned(out)
}

/// Columns that a text takes in a terminal.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// Breaks a text at spaces into lines of at most `columns`; a longer word is cut. No text, no line.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    let options = Options::new(columns.max(1))
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    textwrap::wrap(text.trim(), options).into_iter().map(Cow::into_owned).collect()
}

/// Breaks a text like [`wrap`], but keeps at most `lines` lines; a cut is shown by an ellipsis.
pub(super) fn wrap_at_most(text: &str, columns: usize, lines: usize) -> Vec<String> {
    let enough: String = text.chars().take(columns.saturating_mul(lines + 1)).collect();
    let mut wrapped = wrap(&enough, columns);
    if wrapped.len() > lines || enough.len() < text.trim_end().len() {
        wrapped.truncate(lines);
        if let Some(last) = wrapped.last_mut() {
            while width(last) + 1 > columns && last.pop().is_some() {}
            last.push('…');
        }
    }
    wrapped
}

/// A count with its noun: `1 policy`, `1,208 people`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A number with commas between groups of three digits.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_overrides_become_visible() {
        let text = "\u{1b}[31mred\u{202e}\u{200b}\u{7f} Zoë";
        assert_eq!(one_line(text, Charset::Unicode), "\\u{1b}[31mred\\u{202e}\\u{200b}\\u{7f} Zoë");
        assert_eq!(one_line("Zoë", Charset::Ascii), "Zo\\u{eb}");
    }

    #[test]
    fn an_identifier_is_not_broken_at_its_hyphens() {
        assert_eq!(wrap("see registration-loop now", 20), ["see", "registration-loop", "now"]);
    }

    #[test]
    fn a_cut_text_says_so() {
        assert_eq!(wrap_at_most("one two three four", 9, 1), ["one two…"]);
        assert_eq!(wrap_at_most("abcdefghijkl", 4, 2), ["abcd", "efg…"]);
        assert_eq!(wrap_at_most("one two", 9, 1), ["one two"]);
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_208), "1,208");
        assert_eq!(grouped(1_000_000), "1,000,000");
    }
}
