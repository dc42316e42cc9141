//! Text that people choose and others read.

/// The text on one line, without letters that nobody sees and that turn others around, and no longer
/// than this many letters.
pub(crate) fn plain(text: &str, most: usize) -> String {
    text.trim().chars().filter(|letter| is_seen(*letter)).take(most).collect()
}

/// Neither a control character nor one that only arranges its neighbours (Unicode Standard Annex 9;
/// zero-width characters).
fn is_seen(letter: char) -> bool {
    !letter.is_control()
        && !matches!(letter,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_left_out() {
        assert_eq!(plain(" k\u{202e}im\u{200b}\r\n\u{0} ", 30), "kim");
        assert_eq!(plain("Käthe 你好 🔑", 30), "Käthe 你好 🔑");
        assert_eq!(plain("abcdef", 3), "abc");
    }
}
