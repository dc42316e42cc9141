//! What is left of a file, and where it stood.

use crate::source::{Cut, LineColumn, usize_of};

/// What stands in the place of objects that were lifted out, one for each run of them.
pub(crate) const PLACEHOLDER: &str = "\"...\"";

/// Which parts of a file are left.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    /// Where something is missing.
    pub(crate) cuts: Vec<Cut>,
    /// The offsets of placeholders, ascending.
    pub(crate) placeholders: Vec<usize>,
}

/// What is left of a file.
#[derive(Debug)]
pub(crate) struct Kept {
    text: String,
    cuts: Vec<Cut>,
    /// The offsets of placeholders.
    placeholders: Vec<usize>,
    /// Where the next character of the file stands in it.
    place: LineColumn,
    /// Whether something was left out behind the last character.
    is_cut: bool,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            text: String::new(),
            cuts: Vec::new(),
            placeholders: Vec::new(),
            place: LineColumn::START,
            is_cut: false,
        }
    }
}

impl Kept {
    /// Keeps the next text of the file.
    pub(crate) fn keep(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.note_cut();
        self.text.push_str(text);
        self.place = self.place.behind(text);
    }

    /// Leaves the next text of the file out.
    pub(crate) fn leave_out(&mut self, text: &str) {
        self.place = self.place.behind(text);
        self.is_cut = true;
    }

    /// Leaves out the next text, an item of a list, and puts a placeholder there. Where only a
    /// comma stands between two of them, they are one.
    pub(crate) fn replace(&mut self, item: &str) {
        let run = self.placeholders.last().map(|start| start + PLACEHOLDER.len());
        let between = run.and_then(|end| self.text.get(end..));
        if let Some(end) = run.filter(|_| between.is_some_and(|text| text.trim_ascii() == ",")) {
            self.text.truncate(end);
            let before = self.cuts.partition_point(|cut| usize_of(cut.at) < end);
            self.cuts.truncate(before);
        } else {
            self.note_cut();
            self.placeholders.push(self.text.len());
            self.text.push_str(PLACEHOLDER);
        }
        self.leave_out(item);
    }

    fn note_cut(&mut self) {
        if self.is_cut {
            let at = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
            self.cuts.push(Cut { at, then: self.place });
            self.is_cut = false;
        }
    }

    /// The offset behind what is kept so far.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// The text that is left, and where it comes from.
    pub(crate) fn finish(mut self) -> (String, Parts) {
        self.note_cut();
        (self.text, Parts { cuts: self.cuts, placeholders: self.placeholders })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Encoding, SourceFile, Sources, Span};

    /// Keeps a text without the parts in braces, and shows where each character that is left is
    /// found.
    #[track_caller]
    fn check(text: &str, left: &str) {
        let mut kept = Kept::default();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('{') {
            let (item, behind) = behind.split_once('}').expect("is closed");
            kept.keep(before);
            kept.replace(&format!("{{{item}}}"));
            rest = behind;
        }
        kept.keep(rest);
        let (found, Parts { cuts, placeholders }) = kept.finish();
        assert_eq!(found, left);
        let mut sources = Sources::default();
        let whole = SourceFile { path: "w".into(), text: text.into(), encoding: Encoding::Utf8 };
        let whole = sources.add(whole);
        let file = SourceFile { path: "k".into(), text: found.clone(), encoding: Encoding::Utf8 };
        let file = sources.add_parts(file, cuts);
        assert_eq!(sources.is_whole(file), !text.contains('{'));
        // Digits stand once in the text.
        for digit in text.matches(|c: char| c.is_ascii_digit()) {
            let Some(at) = found.find(digit) else { continue };
            let old = text.find(digit).expect("is there");
            let place = |file, at| sources.start(&Span { file, range: at..at });
            assert_eq!(place(file, at), place(whole, old), "{digit} in {text:?}");
            let number = place(whole, old).line;
            let line = sources.line(file, number);
            assert!(line.contains(&at), "{digit} on line {number} of {text:?}: {line:?}");
        }
        for place in placeholders {
            assert_eq!(found.get(place..place + PLACEHOLDER.len()), Some(PLACEHOLDER));
        }
    }

    #[test]
    fn what_is_left_keeps_its_place_in_the_file() {
        check("1", "1");
        check("[1{}2]3", "[1\"...\"2]3");
        check("[{a},{b}, {c}]4", "[\"...\"]4");
        check(
            "[\n  {a\n},\n  {b},\n\n  0,\n 1,{}\n]2\n3",
            "[\n  \"...\",\n\n  0,\n 1,\"...\"\n]2\n3",
        );
        check("[{\n\n} 1 {} , {ä\nä} 2]3", "[\"...\" 1 \"...\" 2]3");
        check("[{},,{}1]", "[\"...\",,\"...\"1]");
        check("{}{\nä}5\n{}6{}\n7", "\"...\"\"...\"5\n\"...\"6\"...\"\n7");
    }
}
