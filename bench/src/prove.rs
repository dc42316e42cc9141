//! P3 and P4: one drawn tenant, read, lowered and proved in this process, with the answers checked.

use anyhow::{Context as _, Result, ensure};
use cardea_check::assemble;
use cardea_check::config::Config;
use cardea_check::fix::Effort;
use cardea_check::report::{Answer, Finding, Question, Report};
use cardea_graph::export::Reader;
use cardea_graph::lower::{Lowered, lower};
use cardea_policy::conditions::principal::{Guest, GuestKind};
use cardea_policy::id::RoleId;
use cardea_tenant::directory::{Directory, GroupIndex, Members, PersonRecord};

use crate::dice::Dice;
use crate::measure::timed;
use crate::process;
use crate::sketch::graph::{self, SETTINGS};
use crate::sketch::{ROLES, Sketch};

/// The day on which everything is proved.
const TODAY: &str = "2026-10-01";
/// Every so manyth person is in the group that no policy hits.
const EXEMPT: usize = 2_000;

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
    let sketch = Sketch::draw(task.policies, task.groups, 42);
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
    let exempt = people(&mut lowered, &sketch, task.people);
    let before = process::floor()?;
    let (prove, report) = timed(|| assemble::run(&lowered, &config, Effort::NONE));
    check(&report, &task, exempt)?;
    Ok(Took { read, lower: lowering, prove, before })
}

fn settings(files: &[(String, String)]) -> Result<Config> {
    let (name, text) = files.iter().find(|(name, _)| name == SETTINGS).context("no settings")?;
    Config::from_toml(text, TODAY).map_err(|error| anyhow::anyhow!("{name}: {}", error.message))
}

/// Puts people into the directory, about 17 groups each, and returns how many of them no policy
/// hits. Nothing is read for them: see the bench of the files.
fn people(lowered: &mut Lowered, sketch: &Sketch, count: usize) -> usize {
    let directory = &mut lowered.tenant.directory;
    for group in &mut directory.groups {
        group.members = Members::Known;
    }
    let position = |id: String| directory.groups.iter().position(|it| it.id.as_str() == id);
    let place: Vec<GroupIndex> = (0..=sketch.exempt())
        .map(|number| {
            let at = position(graph::group(number)).expect("every group was read");
            GroupIndex(u32::try_from(at).expect("groups are few"))
        })
        .collect();
    let mut dice = Dice::new(7);
    for number in 0..count {
        add(directory, number, (sketch, &place), &mut dice);
    }
    count.div_ceil(EXEMPT)
}

fn add(
    directory: &mut Directory,
    number: usize,
    (sketch, place): (&Sketch, &[GroupIndex]),
    dice: &mut Dice,
) {
    let drawn = 10 + dice.below(16);
    let mut groups: Vec<GroupIndex> =
        dice.some(drawn, sketch.groups).into_iter().map(|it| place[it]).collect();
    if number.is_multiple_of(EXEMPT) {
        groups.push(place[sketch.exempt()]);
    }
    let role = match number {
        1 | 2 => {
            groups.push(place[sketch.emergency()]);
            Some(graph::role(0))
        }
        it if it % 500 == 3 => Some(graph::role(dice.below(ROLES))),
        _ => None,
    };
    let is_guest = number % 20 == 5;
    let (id, name) = (graph::person(number), format!("person {number}"));
    directory.add_person(PersonRecord {
        id: &id,
        name: &name,
        groups: &groups,
        roles: role.map(RoleId::new).into_iter().collect(),
        guest: is_guest.then(|| Guest { kind: GuestKind::ALL[0], tenant: None }),
        registered: None,
    });
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
            && it.who.examples.first().is_some_and(|name| name == "person 0")
    };
    ensure!(task.people == 0 || report.findings.iter().any(is_exempt), "the exempt are missed");
    Ok(())
}
