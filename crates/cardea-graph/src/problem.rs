//! What a reader could not take as it stands. Reading goes on behind every problem.

use crate::source::{FileId, Span};
use std::collections::BTreeMap;

/// Something in the input that was not read, not understood, or not taken literally.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What sort of problem it is.
    pub kind: ProblemKind,
    /// Where; empty at the start of the file where the whole file is meant.
    pub span: Span,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub help: Option<String>,
}

/// The sorts of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// The bytes are no text.
    Undecodable,
    /// The file is too large to have positions, or has more policies than any tenant.
    TooLarge,
    /// The text is neither JSON nor YAML, or nested too deeply.
    Malformed,
    /// A page of a list that says that there are more pages.
    PartialExport,
    /// An object has the same key twice; the last one counts.
    DuplicateKey,
    /// An object of no known kind, or a field outside every known object.
    Unrecognised,
    /// A field inside a known object that may decide something and has no meaning here.
    UnmodelledField,
    /// A value that is not one of those that the field is known to have.
    UnmodelledValue,
    /// A field without meaning for sign-ins that Graph does not document either: the remark of a
    /// person or of a tool.
    ForeignField,
    /// A value that Entra itself would refuse or ignore, and how it was read.
    Reading,
}

/// What a problem means for answers that are given in spite of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Consequence {
    /// A whole file was not read.
    Unread,
    /// Something that may matter for sign-ins was not understood.
    Incomplete,
    /// Worth a remark.
    Remark,
}

impl ProblemKind {
    /// What it means for answers.
    pub fn consequence(self) -> Consequence {
        match self {
            Self::Undecodable | Self::TooLarge | Self::Malformed => Consequence::Unread,
            Self::PartialExport | Self::UnmodelledField | Self::UnmodelledValue => {
                Consequence::Incomplete
            }
            Self::DuplicateKey | Self::Unrecognised | Self::ForeignField | Self::Reading => {
                Consequence::Remark
            }
        }
    }

    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Undecodable => "undecodable",
            Self::TooLarge => "too-large",
            Self::Malformed => "malformed",
            Self::PartialExport => "partial-export",
            Self::DuplicateKey => "duplicate-key",
            Self::Unrecognised => "unrecognised",
            Self::UnmodelledField => "unmodelled-field",
            Self::UnmodelledValue => "unmodelled-value",
            Self::ForeignField => "foreign-field",
            Self::Reading => "reading",
        }
    }
}

/// Problems in the order in which they were met. Of each kind the first hundred of a file are kept
/// and the others counted, so that a hostile file cannot fill the memory with them.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    kept: Vec<Problem>,
    counts: Counts,
    left_out: Counts,
    /// Whether all are only counted.
    counting: Counting,
}

/// Which problems are only counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Counting {
    #[default]
    TheRest,
    All,
}

/// Numbers of problems.
pub type Counts = BTreeMap<(FileId, ProblemKind), usize>;

/// How many problems of one kind are kept for a file.
pub(crate) const KEPT: usize = 100;

impl Problems {
    /// Goes on from problems that are finished.
    pub(crate) fn resume(kept: Vec<Problem>) -> Self {
        Self { kept, ..Self::default() }
    }

    /// Counts problems and keeps none.
    pub(crate) fn counting() -> Self {
        Self { counting: Counting::All, ..Self::default() }
    }

    /// How many were counted and not kept; none are from now on.
    pub(crate) fn take_counts(&mut self) -> Counts {
        std::mem::take(&mut self.left_out)
    }

    /// Adds a problem.
    pub fn add(
        &mut self,
        kind: ProblemKind,
        span: Span,
        message: impl FnOnce() -> (String, Option<String>),
    ) {
        let key = (span.file, kind);
        let count = self.counts.entry(key).or_default();
        if self.counting == Counting::TheRest && *count < KEPT {
            *count += 1;
            let (message, help) = message();
            self.kept.push(Problem { kind, span, message, help });
        } else {
            *self.left_out.entry(key).or_default() += 1;
        }
    }

    /// Adds the problems of another list behind these.
    pub(crate) fn append(&mut self, other: Self) {
        for Problem { kind, span, message, help } in other.kept {
            self.add(kind, span, || (message, help));
        }
        self.leave_out(&other.left_out);
    }

    /// Counts problems that were not kept.
    pub(crate) fn leave_out(&mut self, more: &Counts) {
        for (key, more) in more {
            *self.left_out.entry(*key).or_default() += more;
        }
    }

    /// All problems; where some were only counted, one at the start of the file says how many.
    pub fn finish(self) -> Vec<Problem> {
        let mut problems = self.kept;
        for ((file, kind), more) in self.left_out {
            problems.push(Problem {
                kind,
                span: Span { file, range: 0..0 },
                message: format!("{more} more of the same kind in this file: `{}`", kind.name()),
                help: None,
            });
        }
        problems
    }
}
