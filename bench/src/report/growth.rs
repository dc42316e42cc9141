//! P11: how cost grows with policies and with people.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::part::{self, Numbers};
use crate::plot::{Goal, Plot, Power, Series};
use crate::prove::Task;
use crate::table::{Measured, Row, milliseconds};

/// How long one point may take; larger ones are then left out.
const PATIENCE: Duration = Duration::from_secs(90);
const POLICIES: [usize; 9] = [10, 20, 40, 80, 160, 320, 640, 1_280, 2_000];
const PEOPLE: [usize; 7] = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000];

pub(super) fn rows(plots: &Path) -> Result<Vec<Row>> {
    std::fs::create_dir_all(plots)?;
    let tasks = POLICIES.map(|policies| Task { policies, groups: 300, people: 0 });
    let policies = Curve::measure(&tasks, |task| task.policies)?;
    let tasks = PEOPLE.map(|people| Task { policies: 240, groups: 2_000, people });
    let people = Curve::measure(&tasks, |task| task.people)?;
    by_policies(&policies).draw(&plots.join("policies.svg"))?;
    by_people(&people).draw(&plots.join("people.svg"))?;
    memory_by_people(&people).draw(&plots.join("memory.svg"))?;
    Ok(vec![
        policies.row("proving 10 to 2,000 policies, no directory", "policies", "prove"),
        people.row("proving 240 policies for 1,000 to 1,000,000 people", "people", "prove"),
        people.row("the most memory of the same", "memory", "peak"),
    ])
}

/// What was measured at each size.
struct Curve {
    points: Vec<(f64, Numbers)>,
    /// The size at which it was given up.
    abandoned: Option<usize>,
}

impl Curve {
    fn measure(tasks: &[Task], size: fn(&Task) -> usize) -> Result<Self> {
        let mut curve = Self { points: Vec::new(), abandoned: None };
        for task in tasks {
            eprintln!("  {} policies, {} people", task.policies, task.people);
            let Some(numbers) = part::proof(*task, PATIENCE)? else {
                curve.abandoned = Some(size(task));
                break;
            };
            curve.points.push((size(task) as f64, numbers));
        }
        Ok(curve)
    }

    fn points(&self, keys: &[&str]) -> Vec<(f64, f64)> {
        let cost = |numbers: &Numbers| keys.iter().map(|key| numbers[*key]).sum();
        self.points.iter().map(|(size, numbers)| (*size, cost(numbers))).collect()
    }

    fn series(&self, name: &str, keys: &[&str]) -> Series {
        let points = self.points(keys);
        Series { name: name.to_owned(), power: Power::fit(&points), points }
    }

    fn row(&self, work: &str, file: &str, key: &str) -> Row {
        let power = Power::fit(&self.points(&[key]));
        let grown = power.map_or_else(
            || "too few points for an exponent".to_owned(),
            |it| format!("grows with the power {:.2} from {} on", it.exponent, it.from),
        );
        let ended = self.abandoned.map(|size| {
            let limit = milliseconds(PATIENCE.as_secs_f64() * 1e3);
            format!("; given up at {size}, which takes more than {limit}")
        });
        Row {
            number: "P11",
            work: work.to_owned(),
            goal: String::new(),
            measured: Measured::Figure(grown + &ended.unwrap_or_default()),
            beside: format!("[plot](plots/{file}.svg)"),
        }
    }

    fn ended(&self) -> String {
        self.abandoned.map_or_else(String::new, |size| {
            let seconds = PATIENCE.as_secs();
            format!(" · given up at {size}, which takes more than {seconds} s")
        })
    }
}

fn by_policies(curve: &Curve) -> Plot {
    Plot {
        title: "What a proof costs, by the number of policies".to_owned(),
        subtitle: format!(
            "no directory, 302 groups, at most two memberships combined, fixes left out{}",
            curve.ended()
        ),
        across: "policies".to_owned(),
        up: "milliseconds".to_owned(),
        series: vec![
            curve.series("proving all properties", &["prove"]),
            curve.series("reading and lowering", &["read", "lower"]),
        ],
        goal: Goal { at: 640.0, cost: 150.0, text: "goal: 150 ms for 640 policies".to_owned() },
    }
}

fn by_people(curve: &Curve) -> Plot {
    Plot {
        title: "What a proof costs, by the number of people".to_owned(),
        subtitle: format!(
            "240 policies, 2,002 groups, 17 memberships each, everybody counted{}",
            curve.ended()
        ),
        across: "people".to_owned(),
        up: "milliseconds".to_owned(),
        series: vec![curve.series("proving all properties", &["prove"])],
        goal: Goal { at: 1e6, cost: 1_000.0, text: "goal: 1 s for a million people".to_owned() },
    }
}

fn memory_by_people(curve: &Curve) -> Plot {
    Plot {
        title: "What a proof holds in memory, by the number of people".to_owned(),
        subtitle: format!("the whole process, people included{}", curve.ended()),
        across: "people".to_owned(),
        up: "MiB".to_owned(),
        series: vec![
            curve.series("at most", &["peak"]),
            curve.series("before the proof", &["before"]),
        ],
        goal: Goal { at: 1e6, cost: 256.0, text: "goal: 256 MiB for a million people".to_owned() },
    }
}
