//! P3: 640 policies without a directory, every pair of memberships combined.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::part;
use crate::prove::Task;
use crate::sketch::{SEED, Sketch};
use crate::table::{Measured, Row, memory, milliseconds, times};
use crate::whole_run::run_within;

/// Milliseconds by the clock.
const GOAL: f64 = 150.0;
/// How long anybody waits.
const PATIENCE: Duration = Duration::from_mins(5);
const TASK: Task = Task { policies: 640, groups: 300, people: 0 };
const RUNS: usize = 3;

pub(super) fn rows(cardea: &Path) -> Result<Vec<Row>> {
    let library = library()?;
    let folder = tempfile::tempdir()?;
    Sketch::draw(TASK.policies, TASK.groups, SEED).write(folder.path())?;
    let mut rows = vec![Row {
        number: "P3",
        work: format!(
            "{} policies, all properties, at most two memberships combined: read, \
                       lower and prove in one process that is running",
            TASK.policies
        ),
        goal: milliseconds(GOAL),
        measured: match &library {
            Some(best) => Measured::against(best.whole, GOAL, best.text.clone()),
            None => abandoned(),
        },
        beside: "an SMT solver was said to need 15 s; not measured here".to_owned(),
    }];
    for (text, arguments) in [("without fixes", &["--no-fixes"][..]), ("fixes proved", &[])] {
        let mut command = Command::new(cardea);
        command.arg("check").args(arguments).arg(folder.path());
        let run = run_within(&mut command, PATIENCE)?;
        let measured = match &run {
            Some(run) => {
                run.expect(&[1])?;
                Measured::Figure(format!(
                    "{}, processor {}, {}",
                    milliseconds(run.wall),
                    milliseconds(run.processor),
                    memory(run.peak)
                ))
            }
            None => abandoned(),
        };
        let ratio = library.as_ref().zip(run).map(|(library, run)| run.wall / library.whole);
        rows.push(Row {
            number: "P3",
            work: format!("`cardea check` of the same, written as JSON of Graph: {text}"),
            goal: String::new(),
            measured,
            beside: ratio.map_or_else(String::new, |it| format!("{} the library", times(it))),
        });
    }
    Ok(rows)
}

fn abandoned() -> Measured {
    Measured::Abandoned(format!("given up after {}", milliseconds(PATIENCE.as_secs_f64() * 1e3)))
}

struct Best {
    whole: f64,
    text: String,
}

/// The fastest of a few runs; one is enough where it is slow.
fn library() -> Result<Option<Best>> {
    let mut best: Option<Best> = None;
    for _ in 0..RUNS {
        let Some(numbers) = part::proof(TASK, PATIENCE)? else { return Ok(best) };
        let [read, lower, prove] = ["read", "lower", "prove"].map(|it| numbers[it]);
        let whole = read + lower + prove;
        if best.as_ref().is_none_or(|best| whole < best.whole) {
            let text = format!(
                "{} (reading {}, lowering {}, proving {})",
                milliseconds(whole),
                milliseconds(read),
                milliseconds(lower),
                milliseconds(prove)
            );
            best = Some(Best { whole, text });
        }
        if whole > 20.0 * GOAL {
            break;
        }
    }
    Ok(best)
}
