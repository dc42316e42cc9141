//! `cargo xtask mutants`: breaks the rulebook in every small way, and looks whether a test notices.
//!
//! It takes an hour or more, so it is run by hand, before a release and after a change of the
//! rulebook. What may survive is argued in [`PAGE`], one survivor at a time.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, bail};

use crate::shell;
use crate::workspace::Workspace;

/// The crate that is broken.
const CRATE: &str = "cardea-policy";

/// The version of `cargo mutants`. Another one breaks in other ways.
const VERSION: &str = "27.1.0";

/// The page that says why a survivor may live.
const PAGE: &str = "docs/reliability.md";

/// How many of a hundred breaks that compile must be noticed.
const GOAL: usize = 85;

/// What became of the mutants, by the files in which `cargo mutants` lists them.
struct Outcome {
    killed: usize,
    survivors: BTreeSet<String>,
}

/// Runs the mutants, prints those that survive, and fails where too many do or where [`PAGE`] does
/// not speak of one.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    installed(workspace)?;
    let code = workspace
        .cargo()
        .args(["mutants", "--package", CRATE, "--output", "target", "--timeout", "120"])
        // Documentation is compiled anew for each mutant; the tests below hold more than it does.
        .args(["--cargo-arg=--lib", "--cargo-arg=--tests"])
        // A property that fails has done its work; the smallest example is for people.
        .env("PROPTEST_MAX_SHRINK_ITERS", "0")
        .status()
        .context("cannot start `cargo mutants`")?
        .code();
    // 2 and 3: mutants were missed, or ran out of time.
    if !matches!(code, Some(0 | 2 | 3)) {
        bail!("`cargo mutants` failed with {code:?}");
    }
    let page = fs::read_to_string(workspace.path(PAGE))
        .with_context(|| format!("cannot read `{PAGE}`"))?;
    judge(&outcome(workspace)?, &page)
}

fn installed(workspace: &Workspace) -> Result<()> {
    let install = format!("cargo install cargo-mutants --version {VERSION} --locked");
    let found = shell::output(workspace.cargo().args(["mutants", "--version"]))
        .with_context(|| format!("`cargo mutants` is not installed: `{install}`"))?;
    if found.split_whitespace().nth(1) != Some(VERSION) {
        bail!("`{}` is not version {VERSION}: `{install}`", found.trim());
    }
    Ok(())
}

fn outcome(workspace: &Workspace) -> Result<Outcome> {
    let list = |name: &str| {
        let path = workspace.path(&format!("target/mutants.out/{name}.txt"));
        let text = fs::read_to_string(&path);
        let text = text.with_context(|| format!("`cargo mutants` left no list `{name}.txt`"))?;
        Ok::<_, anyhow::Error>(text.lines().map(str::to_owned).collect::<Vec<_>>())
    };
    Ok(Outcome {
        killed: list("caught")?.len() + list("timeout")?.len(),
        survivors: list("missed")?.into_iter().collect(),
    })
}

fn judge(outcome: &Outcome, page: &str) -> Result<()> {
    let Outcome { killed, survivors } = outcome;
    let argued = |survivor: &&String| page.contains(&format!("`{}`", name(survivor)));
    let (known, new): (Vec<_>, Vec<_>) = survivors.iter().partition(argued);
    let percent = (100 * killed).checked_div(killed + survivors.len()).unwrap_or(0);
    println!("{killed} of {} mutants are killed: {percent} %", killed + survivors.len());
    for survivor in known {
        println!("survives, as {PAGE} says: {survivor}");
    }
    for survivor in &new {
        println!("SURVIVES: {survivor}");
    }
    if percent < GOAL {
        bail!("fewer than {GOAL} of 100 mutants are killed");
    }
    if !new.is_empty() {
        bail!("{} mutants survive of which {PAGE} does not speak", new.len());
    }
    Ok(())
}

/// A mutant without the line and the column, which move: `path: what is done in where`.
fn name(mutant: &str) -> String {
    let mut parts = mutant.splitn(4, ':');
    let path = parts.next().unwrap_or_default();
    format!("{path}:{}", parts.nth(2).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(killed: usize, survivors: &[&str], page: &str) -> String {
        let survivors = survivors.iter().map(|it| (*it).to_owned()).collect();
        let judged = judge(&Outcome { killed, survivors }, page);
        judged.map_or_else(|error| error.to_string(), |()| "passes".to_owned())
    }

    #[test]
    fn a_survivor_passes_only_if_the_page_speaks_of_it() {
        let mutant = "src/a.rs:1:2: replace + with - in a::b";
        let page = "| `src/a.rs: replace + with - in a::b` | the same |";
        assert_eq!(judged(99, &[mutant], page), "passes");
        let silent = "1 mutants survive of which docs/reliability.md does not speak";
        assert_eq!(judged(99, &[mutant], "src/a.rs"), silent);
        assert_eq!(judged(1, &[mutant], page), "fewer than 85 of 100 mutants are killed");
        assert_eq!(judged(0, &[], page), "fewer than 85 of 100 mutants are killed");
    }
}
