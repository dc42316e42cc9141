//! P2: `cardea check` as a whole process on a baseline of a few dozen policies.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::measure::Times;
use crate::table::{Measured, Row, memory, milliseconds, times};
use crate::whole_run::{Run, floor, run};

/// Milliseconds by the clock.
const WALL: f64 = 12.0;
/// MiB.
const PEAK: f64 = 10.0;
const RUNS: usize = 15;
/// Proved, refuted or undecided; anything else is no answer.
const ANSWERS: [i32; 3] = [0, 1, 3];

struct Baseline {
    folder: PathBuf,
    name: &'static str,
    policies: usize,
}

/// What is asked of the command.
struct Way {
    text: &'static str,
    arguments: &'static [&'static str],
}

const WAYS: [Way; 4] = [
    Way { text: "all properties, fixes looked for and proved", arguments: &[] },
    Way { text: "without fixes", arguments: &["--no-fixes"] },
    Way { text: "as if every policy were enabled", arguments: &["--as-if-enabled=all"] },
    Way {
        text: "as if every policy were enabled, without fixes",
        arguments: &["--as-if-enabled=all", "--no-fixes"],
    },
];

pub(super) fn rows(cardea: &Path) -> Result<Vec<Row>> {
    let baseline = Baseline::of();
    let findings = baseline.check(cardea)?;
    let mut runs: Vec<Vec<Run>> = WAYS.iter().map(|_| Vec::new()).collect();
    for _ in 0..RUNS {
        for (way, runs) in WAYS.iter().zip(&mut runs) {
            runs.push(run(&mut baseline.command(cardea, way.arguments))?);
            runs.last().context("no run")?.expect(&ANSWERS)?;
        }
    }
    let fastest = least(&runs[0]);
    let mut rows = Vec::new();
    for (way, runs) in WAYS.iter().zip(&runs) {
        rows.push(row(&baseline, way, (runs, fastest)));
    }
    rows.push(Row {
        number: "P2",
        work: "what that finds".to_owned(),
        goal: String::new(),
        measured: Measured::Figure(format!("{findings} findings; its certificate holds")),
        beside: String::new(),
    });
    let peak = runs.iter().flatten().map(|run| run.peak).fold(0.0, f64::max);
    rows.push(Row {
        number: "P2",
        work: "the most memory of these processes".to_owned(),
        goal: memory(PEAK),
        measured: Measured::against(peak, PEAK, memory(peak)),
        beside: format!("nothing below {} can be seen", memory(floor()?)),
    });
    Ok(rows)
}

fn row(baseline: &Baseline, way: &Way, (runs, fastest): (&[Run], f64)) -> Row {
    let wall = Times::new(runs.iter().map(|run| run.wall).collect());
    let processor = Times::new(runs.iter().map(|run| run.processor).collect());
    let shown = format!(
        "{} (median {}), processor {}",
        milliseconds(wall.least()),
        milliseconds(wall.median()),
        milliseconds(processor.least())
    );
    let is_promised = way.arguments.is_empty();
    Row {
        number: "P2",
        work: format!("`cardea check`, {}: {}", baseline.name, way.text),
        goal: if is_promised { milliseconds(WALL) } else { String::new() },
        measured: if is_promised {
            Measured::against(wall.least(), WALL, shown)
        } else {
            Measured::Figure(shown)
        },
        beside: if is_promised {
            "others say of themselves that they need 400 to 730 ms for less, an SMT solver 350 to \
             600 ms; not measured here"
                .to_owned()
        } else {
            format!("{} with everything", times(wall.least() / fastest))
        },
    }
}

fn least(runs: &[Run]) -> f64 {
    runs.iter().map(|run| run.wall).fold(f64::INFINITY, f64::min)
}

impl Baseline {
    /// The public baseline where the folder of strangers' exports is there, else the example.
    fn of() -> Self {
        let corpus = env::var_os("CARDEA_CORPUS")
            .map_or_else(|| PathBuf::from("../shared/corpus"), PathBuf::from);
        let folder = corpus.join("policies/j0eyv+ConditionalAccessBaseline");
        if folder.is_dir() {
            return Self {
                folder,
                name: "the public baseline of j0eyv, 36 policies",
                policies: 36,
            };
        }
        Self {
            folder: PathBuf::from("examples/tenants/baseline"),
            name: "the example `baseline`, 39 policies (set `CARDEA_CORPUS` for the public one)",
            policies: 39,
        }
    }

    fn command(&self, cardea: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(cardea);
        command.arg("check").args(arguments).arg(&self.folder);
        command
    }

    /// Fails unless all policies are read, fixes change no finding, and a certificate of the same
    /// run holds. Returns how many findings there are.
    fn check(&self, cardea: &Path) -> Result<usize> {
        let report = |arguments: &[&str]| -> Result<Value> {
            let arguments = [&["--format", "json"], arguments].concat();
            let run = run(&mut self.command(cardea, &arguments))?;
            Ok(serde_json::from_str(&run.expect(&ANSWERS)?.output)?)
        };
        let (with, without) = (report(&[])?, report(&["--no-fixes"])?);
        ensure!(with["input"]["policies"] == self.policies, "policies are missing");
        let messages = |report: &Value| -> Option<Vec<Value>> {
            let findings = report["findings"].as_array()?.iter();
            Some(findings.map(|it| it["message"].clone()).collect())
        };
        let found = messages(&with).context("the report has no findings")?;
        ensure!(!found.is_empty(), "nothing is found");
        ensure!(messages(&without).as_ref() == Some(&found), "looking for fixes changes findings");
        let folder = tempfile::tempdir()?;
        let certificate = folder.path().join("certificate.json");
        let mut certify = Command::new(cardea);
        certify.args(["check", "--no-fixes", "--certificate"]).arg(&certificate).arg(&self.folder);
        run(&mut certify)?.expect(&ANSWERS)?;
        let mut verify = Command::new(cardea);
        run(verify.arg("verify").arg(&certificate).arg(&self.folder))?.expect(&[0])?;
        Ok(found.len())
    }
}
