//! P4: a million people in 2,000 groups.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::crowd::Crowd;
use crate::part;
use crate::process::run_within;
use crate::prove::Task;
use crate::sketch::{SEED, Sketch};
use crate::table::{Measured, Row, memory, milliseconds};

/// Milliseconds by the clock for the engine alone.
const ENGINE: f64 = 1_000.0;
/// MiB while files of Graph are read.
const STREAMED: f64 = 512.0;
/// MiB with the people in memory.
const PEAK: f64 = 256.0;
const PATIENCE: Duration = Duration::from_mins(5);
const TASK: Task = Task { policies: 240, groups: 2_000, people: 1_000_000 };

/// What belongs to P4 and is measured as soon as it exists: the work, its goal, why not yet.
const TO_COME: [(&str, &str, &str); 2] = [
    (
        "the same from the compact form of memberships on disk, reading apart",
        "3 s",
        "there is no compact form yet",
    ),
    (
        "the same again after one policy changed",
        "100 ms where it touches less than 10 % of people, else 250 ms",
        "nothing is kept from one run to the next yet",
    ),
];

pub(super) fn rows(cardea: &Path) -> Result<Vec<Row>> {
    let work = "240 policies, 1,000,000 people in 2,000 groups, everybody counted and named";
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
        vec![row(format!("{work}: the engine"), &milliseconds(ENGINE), abandoned())]
    };
    "nobody else does it".clone_into(&mut rows[0].beside);
    rows.extend(from_files(cardea)?);
    rows.extend(
        TO_COME
            .map(|(work, goal, why)| row(work.to_owned(), goal, Measured::Skipped(why.to_owned()))),
    );
    Ok(rows)
}

/// The people and their memberships as JSON of Graph, read and proved by the command.
fn from_files(cardea: &Path) -> Result<[Row; 2]> {
    let folder = tempfile::tempdir()?;
    part::written(TASK, folder.path())?;
    let mut command = Command::new(cardea);
    command.args(["check", "--no-fixes", "--format", "json"]).arg(folder.path());
    let run = run_within(&mut command, PATIENCE)?;
    let (time, peak) = match &run {
        Some(run) => {
            run.expect(&[1])?;
            told(&run.output)?;
            let time =
                format!("{}, processor {}", milliseconds(run.wall), milliseconds(run.processor));
            (Measured::Figure(time), Measured::against(run.peak, STREAMED, memory(run.peak)))
        }
        None => (abandoned(), abandoned()),
    };
    let size = size(folder.path())? as f64 / f64::from(1 << 20);
    let work = format!("`cardea check` of the same from JSON of Graph, {} in files", memory(size));
    Ok([
        row(work, "", time),
        row("the most memory of that process".to_owned(), &memory(STREAMED), peak),
    ])
}

/// Fails unless the report counts everybody and knows how many are outside every policy.
fn told(report: &str) -> Result<()> {
    let report: Value = serde_json::from_str(report)?;
    ensure!(report["input"]["people"] == TASK.people, "people are missing");
    let sketch = Sketch::draw(2, TASK.groups, SEED);
    let exempt = Crowd { sketch: &sketch, count: TASK.people }.exempt();
    let mut findings = report["findings"].as_array().into_iter().flatten();
    let told =
        findings.any(|it| it["rule"] == "unprotected-resource" && it["who"]["people"] == exempt);
    ensure!(told, "the exempt are missed");
    Ok(())
}

fn size(folder: &Path) -> Result<u64> {
    let mut size = 0;
    for entry in std::fs::read_dir(folder)? {
        size += entry?.metadata()?.len();
    }
    Ok(size)
}

fn abandoned() -> Measured {
    Measured::Abandoned(format!("given up after {}", milliseconds(PATIENCE.as_secs_f64() * 1e3)))
}

fn row(work: String, goal: &str, measured: Measured) -> Row {
    Row { number: "P4", work, goal: goal.to_owned(), measured, beside: String::new() }
}
