//! P1.

use anyhow::{Context as _, Result};

use crate::evaluate::{GROUPS_EACH, LINES, POLICIES};
use crate::part::{self, Numbers};
use crate::table::{Measured, Row, nanoseconds, times};

/// One evaluation of somebody whose memberships were loaded, in nanoseconds.
const COLD: f64 = 300.0;
/// The same with everything about the person kept, in nanoseconds.
const CACHED: f64 = 50.0;
/// How much longer it may take with reasons.
const REASONS: f64 = 1.5;

pub(super) fn rows() -> Result<Vec<Row>> {
    let (times, allocations) = (part::evaluations()?, part::allocations()?);
    LINES.iter().map(|line| row(line.key, line.text, (&times, &allocations))).collect()
}

fn row(key: &str, text: &str, (spent, allocations): (&Numbers, &Numbers)) -> Result<Row> {
    let of = |key: &str| spent.get(key).copied().with_context(|| format!("no time of `{key}`"));
    let (least, median) = (of(key)?, of(&format!("{key}-median"))?);
    let made = allocations.get(key).with_context(|| format!("no allocations of `{key}`"))?;
    let shown =
        format!("{} (median {}), {made:.0} allocations", nanoseconds(least), nanoseconds(median));
    let cold = of("cold")?;
    let goal = match key {
        "cold" => Some((COLD, format!("{COLD} ns, no allocation"))),
        "cached" => Some((CACHED, format!("{CACHED} ns, no allocation"))),
        "cached-reasons" => Some((REASONS * of("cached")?, format!("{REASONS} × without reasons"))),
        _ => None,
    };
    let (goal, measured) = match goal {
        Some((goal, text)) => (text, Measured::against(least, goal, shown)),
        None => (String::new(), Measured::Figure(shown)),
    };
    Ok(Row {
        number: "P1",
        work: format!("one evaluation, {POLICIES} policies, {GROUPS_EACH} groups: {text}"),
        goal,
        measured,
        beside: format!("{} cardea, cold", times(least / cold)),
    })
}
