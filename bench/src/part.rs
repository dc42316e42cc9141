//! Parts that run as processes of their own, so that each has its own memory. A part prints lines of
//! a name and a number.

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::crowd::{Crowd, Form};
use crate::evaluate::{self, LINES};
use crate::prove::{self, Task};
use crate::serve;
use crate::sketch::{SEED, Sketch};
use crate::whole_run::{Run, run, run_within};

/// What a part printed.
pub type Numbers = BTreeMap<String, f64>;

/// Runs the part that these arguments name, in this process.
pub fn here(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["evaluate"] => {
            for (line, times) in LINES.iter().zip(evaluate::times()) {
                println!("{} {}", line.key, times.least());
                println!("{}-median {}", line.key, times.median());
            }
        }
        ["prove", policies, groups, people] => {
            let task = Task {
                policies: policies.parse()?,
                groups: groups.parse()?,
                people: people.parse()?,
            };
            let took = prove::run(task)?;
            println!("read {}\nlower {}\nprove {}", took.read, took.lower, took.prove);
            println!("before {}", took.before);
        }
        ["write", policies, groups, people, form, folder] => {
            let sketch = Sketch::draw(policies.parse()?, groups.parse()?, SEED);
            sketch.write(folder.as_ref())?;
            let forms = [Form::Graph, Form::Tables];
            let form = forms.into_iter().find(|it| it.name() == *form).context("no such form")?;
            Crowd { sketch: &sketch, count: people.parse()? }.write(folder.as_ref(), form)?;
        }
        ["read", folder] => {
            let (time, people) = prove::read(folder.as_ref())?;
            println!("read {time}\npeople {people}");
        }
        ["serve", cardea] => {
            for (name, number) in serve::run(cardea.as_ref())? {
                println!("{name} {number}");
            }
        }
        _ => bail!("there is no part `{}`", words.join(" ")),
    }
    Ok(())
}

/// P1 in a process of its own: the times in nanoseconds by the keys of [`LINES`].
pub fn evaluations() -> Result<Numbers> {
    numbers(&run(Command::new(env::current_exe()?).args(["part", "evaluate"]))?)
}

/// The allocations of P1 by the keys of [`LINES`].
pub fn allocations() -> Result<Numbers> {
    let program = env::current_exe()?.with_file_name("allocations");
    numbers(&run(&mut Command::new(program))?)
}

/// A proof in a process of its own, for at most so long; `None` where that was too short. The peak
/// of its memory is added as `peak`.
pub fn proof(task: Task, limit: Duration) -> Result<Option<Numbers>> {
    let mut command = Command::new(env::current_exe()?);
    command.args(["part", "prove"]);
    command.args([task.policies, task.groups, task.people].map(|it| it.to_string()));
    let Some(run) = run_within(&mut command, limit)? else { return Ok(None) };
    let mut numbers = numbers(&run)?;
    numbers.insert("peak".into(), run.peak);
    Ok(Some(numbers))
}

/// Writes a tenant with its people into a folder, in a process of its own.
pub fn written(task: Task, form: Form, folder: &Path) -> Result<()> {
    let mut command = Command::new(env::current_exe()?);
    command.args(["part", "write"]);
    command.args([task.policies, task.groups, task.people].map(|it| it.to_string()));
    run(command.arg(form.name()).arg(folder))?.expect(&[0])?;
    Ok(())
}

/// Reads and lowers a folder in a process of its own: the time as `read`, the people as `people`,
/// the peak of its memory as `peak`.
pub fn reading(folder: &Path) -> Result<Numbers> {
    let run = run(Command::new(env::current_exe()?).args(["part", "read"]).arg(folder))?;
    let mut numbers = numbers(&run)?;
    numbers.insert("peak".into(), run.peak);
    Ok(numbers)
}

/// P6 to P9 in a process of its own: the figures of [`serve::run`].
pub fn serving(cardea: &Path) -> Result<Numbers> {
    numbers(&run(Command::new(env::current_exe()?).args(["part", "serve"]).arg(cardea))?)
}

fn numbers(run: &Run) -> Result<Numbers> {
    let lines = run.expect(&[0])?.output.lines();
    lines
        .map(|line| {
            let (name, number) = line.split_once(' ').context("a part printed no number")?;
            Ok((name.to_owned(), number.parse()?))
        })
        .collect()
}
