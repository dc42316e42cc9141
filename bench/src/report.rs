//! The lines of the table, bench by bench.

mod baseline;
mod evaluation;
mod growth;
mod people;
mod policies;

use std::path::Path;

use anyhow::Result;

use crate::table::Row;

/// Measures everything and returns the table's lines. Plots go into the folder.
pub fn rows(cardea: &Path, plots: &Path) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    eprintln!("P1: one evaluation");
    rows.extend(evaluation::rows()?);
    eprintln!("P2: a public baseline");
    rows.extend(baseline::rows(cardea)?);
    eprintln!("P3: many policies");
    rows.extend(policies::rows(cardea)?);
    eprintln!("P4: many people");
    rows.extend(people::rows(cardea)?);
    eprintln!("P11: how cost grows");
    rows.extend(growth::rows(plots)?);
    Ok(rows)
}
