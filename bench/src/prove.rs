//! P3 and P4: a drawn tenant, read, lowered and proved in this process, with the answers checked.

use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use cardea_check::assemble;
use cardea_check::config::Config;
use cardea_check::fix::Effort;
use cardea_check::report::{Answer, Finding, Question, Report};
use cardea_graph::export::Reader;
use cardea_graph::lower::{Lowered, lower};

use crate::crowd::Crowd;
use crate::measure::timed;
use crate::sketch::graph::SETTINGS;
use crate::sketch::{SEED, Sketch};
use crate::whole_run;

/// The day on which everything is proved.
const TODAY: &str = "2026-10-01";

/// What is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// How many policies.
    pub policies: usize,
    /// How many groups.
    pub groups: usize,
    /// How many people; without any, every possible person is looked at.
    pub people: usize,
}

/// What it took, in milliseconds and MiB.
#[derive(Clone, Copy, Debug)]
pub struct Took {
    /// Reading the files' bytes.
    pub read: f64,
    /// Lowering them to a tenant.
    pub lower: f64,
    /// Answering every question with all findings, without fixes.
    pub prove: f64,
    /// The most memory held before the proof, with the people of the tenant in it.
    pub before: f64,
}

/// Proves the task and checks the answers that are known.
pub fn run(task: Task) -> Result<Took> {
    let sketch = Sketch::draw(task.policies, task.groups, SEED);
    let files = sketch.files();
    let config = settings(&files)?;
    let (read, export) = timed(|| {
        let mut reader = Reader::default();
        for (name, text) in files {
            if name != SETTINGS {
                reader.add(name, text.into_bytes());
            }
        }
        reader.finish()
    });
    let (lowering, mut lowered) = timed(|| lower(export));
    let crowd = Crowd { sketch: &sketch, count: task.people };
    crowd.join(&mut lowered.tenant.directory);
    let before = whole_run::floor()?;
    let (prove, report) = timed(|| assemble::run(&lowered, &config, Effort::NONE));
    check(&report, &task, crowd.exempt())?;
    Ok(Took { read, lower: lowering, prove, before })
}

/// Reads and lowers the files of a folder, and says how many milliseconds that took and how many
/// people there are.
pub fn read(folder: &Path) -> Result<(f64, usize)> {
    let mut paths = Vec::new();
    for folder in [folder, &folder.join("policies")] {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_file() && !path.ends_with(SETTINGS) {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let (time, lowered) = timed(|| -> Result<Lowered> {
        let mut reader = Reader::default();
        for path in &paths {
            reader.read(path.to_string_lossy(), File::open(path)?)?;
        }
        Ok(lower(reader.finish()))
    });
    Ok((time, lowered?.tenant.directory.len()))
}

fn settings(files: &[(String, String)]) -> Result<Config> {
    let (name, text) = files.iter().find(|(name, _)| name == SETTINGS).context("no settings")?;
    Config::from_toml(text, TODAY).map_err(|error| anyhow::anyhow!("{name}: {}", error.message))
}

/// What is known of the answers, because the tenant was drawn so.
fn check(report: &Report, task: &Task, exempt: usize) -> Result<()> {
    ensure!(report.input.policies == task.policies, "policies are missing");
    ensure!(report.input.people == task.people, "people are missing");
    let answer = |question: Question| {
        report.verdicts.iter().find(|it| it.question == question).map(|it| it.answer)
    };
    ensure!(answer(Question::EveryoneCanSignIn) != Some(Answer::Refuted), "the tenant is shut");
    ensure!(answer(Question::BreakGlassWorks) == Some(Answer::Proved), "no way in an emergency");
    let idle = format!("policy {}", task.policies - 1);
    let is_idle = |it: &Finding| {
        it.rule == "powerless-policy" && it.places.iter().any(|at| at.primary && at.object == idle)
    };
    ensure!(report.findings.iter().any(is_idle), "the policy that changes nothing is missed");
    let is_exempt = |it: &Finding| {
        it.rule == "unprotected-resource"
            && it.who.people == Some(exempt)
            && it.who.examples.first().is_some_and(|name| name.starts_with("person0@"))
    };
    ensure!(task.people == 0 || report.findings.iter().any(is_exempt), "the exempt are missed");
    Ok(())
}
