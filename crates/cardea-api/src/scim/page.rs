//! The part of a list that an answer has, gathered while the list is walked.

use std::ops::Range;

/// How many there are, and those in between.
#[derive(Debug)]
pub(super) struct Page<T> {
    places: Range<usize>,
    /// How many were offered.
    pub total: usize,
    /// Those at the places.
    pub kept: Vec<T>,
}

impl<T> Page<T> {
    /// A page with these places, counted from 0.
    pub(super) fn new(places: Range<usize>) -> Self {
        Self { places, total: 0, kept: Vec::new() }
    }

    /// Takes the next one of the list, and keeps it if it is its turn.
    pub(super) fn offer(&mut self, item: T) {
        if self.places.contains(&self.total) {
            self.kept.push(item);
        }
        self.total += 1;
    }
}
