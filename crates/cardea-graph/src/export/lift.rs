//! Objects that are taken down while a file is read, and not kept.

use super::walk::Walk;
use super::{Found, value_in};
use crate::document::{Document, Parsed};
use crate::lower::{Claims, Ledger, Tally, claim, is_about_people};
use crate::problem::{Counts, KEPT, ProblemKind};
use crate::recognise::{ObjectKind, recognise};
use crate::source::FileId;
use crate::stream::{Item, Lift};
use std::collections::BTreeMap;

/// What was taken down of objects that were not kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lifted {
    pub(crate) claims: Claims,
    /// What became of their fields.
    pub(crate) tally: Tally,
    /// How many there are of each kind.
    pub(crate) counts: BTreeMap<ObjectKind, usize>,
    /// Their problems, which are only counted: as many of each kind stayed in the file as are
    /// shown.
    pub(crate) problems: Counts,
}

/// What is taken down of one file, until it is known that all of it can be read.
pub(super) struct Lifting<'l> {
    lifted: &'l mut Lifted,
    file: FileId,
    ledger: Ledger,
    tally: Tally,
    counts: BTreeMap<ObjectKind, usize>,
    problems: Counts,
    /// Problems of objects that stayed in the file.
    stayed: BTreeMap<ProblemKind, usize>,
}

impl<'l> Lifting<'l> {
    pub(super) fn new(lifted: &'l mut Lifted, file: FileId) -> Self {
        Self {
            file,
            lifted,
            ledger: Ledger::counting(),
            tally: Tally::default(),
            counts: BTreeMap::new(),
            problems: Counts::new(),
            stayed: BTreeMap::new(),
        }
    }

    /// The statements, for what is no JSON.
    pub(super) fn claims(&mut self) -> &mut Claims {
        &mut self.lifted.claims
    }

    /// Counts objects of a kind.
    pub(super) fn count(&mut self, kind: ObjectKind, count: usize) {
        if count > 0 {
            *self.counts.entry(kind).or_default() += count;
        }
    }

    /// Believes what was taken down.
    pub(super) fn finish(self) {
        let Self { lifted, tally, counts, problems, .. } = self;
        lifted.tally = lifted.tally.plus(tally);
        for (kind, count) in counts {
            *lifted.counts.entry(kind).or_default() += count;
        }
        add(&mut lifted.problems, problems);
    }

    /// The kinds of the objects in an item, if all of it is about people.
    fn take_down(&mut self, text: &str, parsed: Parsed) -> (Option<Vec<ObjectKind>>, Document) {
        let Parsed { document, duplicates } = &parsed;
        let Some(root) = document.roots(text).next() else { return (None, parsed.document) };
        // Nearly all items are an object of one kind; the others are pages and wrappers.
        match recognise(root) {
            Some(kind) if is_about_people(kind) => {
                for key in duplicates {
                    let span = document.value(text, *key).span();
                    self.ledger.problems.add(ProblemKind::DuplicateKey, span, Default::default);
                }
                claim(kind, root, &mut self.lifted.claims, &mut self.ledger);
                (Some(vec![kind]), parsed.document)
            }
            Some(_) => (None, parsed.document),
            None => self.take_down_inside(text, parsed),
        }
    }

    fn take_down_inside(
        &mut self,
        text: &str,
        parsed: Parsed,
    ) -> (Option<Vec<ObjectKind>>, Document) {
        let (mut documents, mut objects) = (Vec::new(), Vec::new());
        let mut walk = Walk {
            text,
            documents: &mut documents,
            objects: &mut objects,
            problems: &mut self.ledger.problems,
            lifted: &[],
        };
        walk.file(parsed);
        let is_about_people = |found: &Found| is_about_people(found.kind);
        if objects.is_empty() || !objects.iter().all(is_about_people) {
            return (None, Document::new(self.file));
        }
        for found in &objects {
            if let Some(value) = value_in(&documents, text, found.at) {
                claim(found.kind, value, &mut self.lifted.claims, &mut self.ledger);
            }
        }
        let kinds = objects.iter().map(|found| found.kind).collect();
        (Some(kinds), Document::new(self.file))
    }

    /// Whether one of these problems is among those that are shown.
    fn is_shown(&self, problems: &Counts) -> bool {
        let stayed = |kind| self.stayed.get(kind).copied().unwrap_or(0);
        problems.keys().any(|(_, kind)| stayed(kind) < KEPT)
    }
}

impl Lift for Lifting<'_> {
    /// Takes down an item of a list, if it is about people alone and nothing of it has to be shown.
    /// Gives back a document that is not needed any more.
    fn item(&mut self, text: &str, parsed: Parsed) -> (Item, Document) {
        let begin = self.lifted.claims.moment();
        let (kinds, document) = self.take_down(text, parsed);
        let problems = self.ledger.problems.take_counts();
        let tally = std::mem::take(&mut self.ledger.tally);
        let Some(kinds) = kinds.filter(|_| !self.is_shown(&problems)) else {
            self.lifted.claims.take_back(&begin);
            for ((_, kind), count) in problems {
                *self.stayed.entry(kind).or_default() += count;
            }
            return (Item::Stays, document);
        };
        for kind in kinds {
            self.count(kind, 1);
        }
        self.tally = self.tally.plus(tally);
        add(&mut self.problems, problems);
        (Item::LeftOut, document)
    }
}

fn add(counts: &mut Counts, more: Counts) {
    for (key, more) in more {
        *counts.entry(key).or_default() += more;
    }
}
