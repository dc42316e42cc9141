//! P4: a million people in 2,000 groups.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::crowd::{Crowd, Form};
use crate::part;
use crate::prove::Task;
use crate::sketch::{SEED, Sketch};
use crate::table::{Measured, Row, memory, milliseconds};
use crate::whole_run::run_within;

/// Milliseconds by the clock for the engine alone.
const ENGINE: f64 = 1_000.0;
/// MiB while files of Graph are read.
const STREAMED: f64 = 512.0;
/// MiB with the people in memory.
const PEAK: f64 = 256.0;
const PATIENCE: Duration = Duration::from_mins(5);
const TASK: Task = Task { policies: 240, groups: 2_000, people: 1_000_000 };

/// Milliseconds for reading the compact form.
const TABLES: f64 = 3_000.0;

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
    rows.extend(from_files(cardea, Form::Tables)?);
    rows.extend(from_files(cardea, Form::Graph)?);
    rows.push(after_a_change());
    Ok(rows)
}

/// Takes its place here as soon as a run can build on the one before.
fn after_a_change() -> Row {
    let goal = "100 ms where it touches less than 10 % of people, else 250 ms";
    let why = "nothing is kept from one run to the next yet";
    row(
        "the same again after one policy changed".to_owned(),
        goal,
        Measured::Skipped(why.to_owned()),
    )
}

/// The people and their memberships from files: reading alone, and the whole command.
fn from_files(cardea: &Path, form: Form) -> Result<[Row; 3]> {
    let folder = tempfile::tempdir()?;
    part::written(TASK, form, folder.path())?;
    let size = memory(size(folder.path())? as f64 / f64::from(1 << 20));
    let words = match form {
        Form::Tables => format!("tables, {size} on disk"),
        Form::Graph => format!("JSON of Graph, {size} on disk"),
    };
    let numbers = part::reading(folder.path())?;
    ensure!((numbers["people"] - TASK.people as f64).abs() < 0.5, "people are missing");
    let (read, peak) = (numbers["read"], numbers["peak"]);
    let (goal, time) = match form {
        Form::Tables => (milliseconds(TABLES), Measured::against(read, TABLES, milliseconds(read))),
        Form::Graph => (String::new(), Measured::Figure(milliseconds(read))),
    };
    let mut command = Command::new(cardea);
    command.args(["check", "--no-fixes", "--format", "json"]).arg(folder.path());
    let whole = match run_within(&mut command, PATIENCE)? {
        Some(run) => {
            told(&run.expect(&[1])?.output)?;
            Measured::Figure(format!(
                "{}, processor {}, {}",
                milliseconds(run.wall),
                milliseconds(run.processor),
                memory(run.peak)
            ))
        }
        None => abandoned(),
    };
    Ok([
        row(format!("reading the same from {words}"), &goal, time),
        row(
            "the most memory while reading".to_owned(),
            &memory(STREAMED),
            Measured::against(peak, STREAMED, memory(peak)),
        ),
        row(format!("`cardea check --no-fixes` of the same from {words}"), "", whole),
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
