//! Many short texts in one allocation: the ids and names of a directory.

use alloc::string::String;
use alloc::vec::Vec;

/// The position of a text in [`Texts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(pub u32);

/// Many short texts in one allocation. Up to four GiB of them fit.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    all: String,
    ends: Vec<u32>,
}

impl Text {
    /// Where the text stands in a list with an entry for each text.
    pub fn position(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl Texts {
    /// Adds a text; `None` where it does not fit any more.
    pub fn push(&mut self, text: &str) -> Option<Text> {
        let end = u32::try_from(self.all.len().checked_add(text.len())?).ok()?;
        let position = Text(u32::try_from(self.ends.len()).ok()?);
        self.all.push_str(text);
        self.ends.push(end);
        Some(position)
    }

    /// The text at a position; empty where there is none.
    pub fn at(&self, text: Text) -> &str {
        let end_of = |at: usize| self.ends.get(at).and_then(|end| usize::try_from(*end).ok());
        let start = text.position().checked_sub(1).map_or(Some(0), end_of);
        start
            .zip(end_of(text.position()))
            .and_then(|(start, end)| self.all.get(start..end))
            .unwrap_or("")
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Gives back memory that is held for more texts.
    pub fn shrink_to_fit(&mut self) {
        self.all.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_where_they_were_put() {
        let mut texts = Texts::default();
        let put = ["a", "", "ä€", "z"].map(|text| texts.push(text).expect("fits"));
        assert_eq!(put.map(|text| texts.at(text)), ["a", "", "ä€", "z"]);
        assert_eq!((texts.len(), texts.at(Text(9))), (4, ""));
    }
}
