//! The lines of the table, bench by bench.

mod baseline;
mod evaluation;
mod growth;
mod people;
mod policies;
mod serving;

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::table::Row;

/// What is measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bench {
    /// P1: one evaluation.
    Evaluation,
    /// P2: a public baseline.
    Baseline,
    /// P3: many policies.
    Policies,
    /// P4: many people.
    People,
    /// P6 to P9: the tenant as it is served.
    Serve,
    /// P11: how cost grows.
    Growth,
}

impl Bench {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 6] =
        [Self::Evaluation, Self::Baseline, Self::Policies, Self::People, Self::Serve, Self::Growth];

    /// The word that chooses it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Evaluation => "evaluation",
            Self::Baseline => "baseline",
            Self::Policies => "policies",
            Self::People => "people",
            Self::Serve => "serve",
            Self::Growth => "growth",
        }
    }

    /// The one with this name.
    ///
    /// # Errors
    /// None has it.
    pub fn named(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|it| it.name() == name);
        found.with_context(|| {
            format!(
                "there is no bench `{name}`; known are {}",
                Self::ALL.map(Self::name).join(", ")
            )
        })
    }

    fn rows(self, cardea: &Path, plots: &Path) -> Result<Vec<Row>> {
        match self {
            Self::Evaluation => evaluation::rows(),
            Self::Baseline => baseline::rows(cardea),
            Self::Policies => policies::rows(cardea),
            Self::People => people::rows(cardea),
            Self::Serve => serving::rows(cardea),
            Self::Growth => growth::rows(plots),
        }
    }
}

/// Measures and returns the table's lines. Plots go into the folder.
pub fn rows(benches: &[Bench], cardea: &Path, plots: &Path) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for bench in benches {
        eprintln!("measuring: {}", bench.name());
        rows.extend(bench.rows(cardea, plots)?);
    }
    Ok(rows)
}
