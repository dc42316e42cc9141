//! From offsets in a document's text to offsets in the file.

use super::{index, offset};
use std::ops::Range;

/// How offsets in a text are found again in the file.
#[derive(Clone, Debug)]
pub(super) enum Positions {
    /// The text is the file's.
    Same,
    /// The text is the content of a string: pairs of an offset in it and the offset in the file,
    /// one for each place where their distance changes, and one for the end.
    Pieces(Vec<(u32, u32)>),
    /// The text is spelled so differently in the file that only the whole of it can be pointed at.
    Whole(Range<u32>),
}

impl Positions {
    /// The file's bytes for a range of the text.
    pub(super) fn range(&self, start: u32, end: u32) -> Range<usize> {
        match self {
            Self::Same => index(start)..index(end),
            Self::Pieces(_) => index(self.place(start))..index(self.place(end)),
            Self::Whole(range) => index(range.start)..index(range.end),
        }
    }

    /// The file's offset for one of the text.
    pub(super) fn place(&self, at: u32) -> u32 {
        match self {
            Self::Same => at,
            Self::Whole(range) => range.start,
            Self::Pieces(pieces) => {
                let behind = pieces.partition_point(|(inner, _)| *inner <= at);
                let piece = behind.checked_sub(1).and_then(|piece| pieces.get(piece));
                piece.map_or(at, |(inner, outer)| outer + (at - inner))
            }
        }
    }

    pub(super) fn footprint(&self) -> usize {
        match self {
            Self::Same | Self::Whole(_) => 0,
            Self::Pieces(pieces) => pieces.capacity() * size_of::<(u32, u32)>(),
        }
    }
}

/// Collects pieces; consecutive ones at the same distance are one.
#[derive(Default)]
pub(super) struct Pieces(Vec<(u32, u32)>);

impl Pieces {
    pub(super) fn add(&mut self, inner: usize, outer: u32) {
        let inner = offset(inner);
        let goes_on =
            self.0.last().is_some_and(|(from, to)| outer.wrapping_sub(*to) == inner - from);
        if !goes_on {
            self.0.push((inner, outer));
        }
    }

    pub(super) fn finish(self) -> Positions {
        Positions::Pieces(self.0)
    }
}
