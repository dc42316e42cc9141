//! P4: a million people in 2,000 groups.

use std::time::Duration;

use anyhow::Result;

use crate::part;
use crate::prove::Task;
use crate::table::{Measured, Row, memory, milliseconds};

/// Milliseconds by the clock for the engine alone.
const ENGINE: f64 = 1_000.0;
/// MiB with the people in memory.
const PEAK: f64 = 256.0;
const PATIENCE: Duration = Duration::from_mins(5);
const TASK: Task = Task { policies: 240, groups: 2_000, people: 1_000_000 };

/// What belongs to P4 and is measured as soon as it exists: the work, its goal, why not yet.
const TO_COME: [(&str, &str, &str); 3] = [
    (
        "the same from the compact form of memberships on disk, reading apart",
        "3 s",
        "there is no compact form yet",
    ),
    (
        "the same from 17 million memberships as JSON of Graph",
        "512 MiB",
        "files are not read as streams yet",
    ),
    (
        "the same again after one policy changed",
        "100 ms where it touches less than 10 % of people, else 250 ms",
        "nothing is kept from one run to the next yet",
    ),
];

pub(super) fn rows() -> Result<Vec<Row>> {
    let work = "240 policies, 1,000,000 people in 2,000 groups, everybody counted and named";
    let row = |work: String, goal: &str, measured| Row {
        number: "P4",
        work,
        goal: goal.to_owned(),
        measured,
        beside: String::new(),
    };
    let mut rows = if let Some(numbers) = part::proof(TASK, PATIENCE)? {
        let (prove, peak, before) = (numbers["prove"], numbers["peak"], numbers["before"]);
        let held = format!("{}, of which {} before the proof", memory(peak), memory(before));
        vec![
            row(
                format!("{work}: the engine, people in memory"),
                &milliseconds(ENGINE),
                Measured::against(prove, ENGINE, milliseconds(prove)),
            ),
            row(
                "the most memory of that process".to_owned(),
                &memory(PEAK),
                Measured::against(peak, PEAK, held),
            ),
        ]
    } else {
        let waited = milliseconds(PATIENCE.as_secs_f64() * 1e3);
        let measured = Measured::Abandoned(format!("given up after {waited}"));
        vec![row(format!("{work}: the engine"), &milliseconds(ENGINE), measured)]
    };
    "nobody else does it".clone_into(&mut rows[0].beside);
    rows.extend(
        TO_COME
            .map(|(work, goal, why)| row(work.to_owned(), goal, Measured::Skipped(why.to_owned()))),
    );
    Ok(rows)
}
