//! `cargo xtask test`: everything that must hold, in one command that needs nothing but Rust, git and a C compiler.
//! What else the tests need it installs itself.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::workspace::Workspace;
use crate::{bench, fuzz, prerequisites, shell, tidy};

/// One thing that must hold.
struct Step {
    name: &'static str,
    run: fn(&Workspace) -> Result<Outcome>,
}

/// Every step, the quickest first and the tests last, so that their result stands at the end.
const STEPS: [Step; 8] = [
    Step { name: "format", run: format },
    Step { name: "tidy", run: tidiness },
    Step { name: "lints", run: lints },
    Step { name: "documentation", run: documentation },
    Step { name: "doc tests", run: doc_tests },
    Step { name: "fuzz corpus", run: fuzz_corpus },
    Step { name: "prerequisites", run: prerequisites },
    Step { name: "tests", run: tests },
];

/// What few builds want is tested in all.
const ALL: &str = "--all-features";

/// How a step ended.
enum Outcome {
    Passed,
    Failed(anyhow::Error),
    Skipped(&'static str),
}

/// One line of the summary.
struct Line {
    name: &'static str,
    outcome: Outcome,
    took: Duration,
}

/// Runs every step, also after one has failed, and prints a summary.
///
/// Warnings are errors in the lints and in the documentation. They are made so by arguments to those
/// tools and not by `RUSTFLAGS`, because other flags would build every dependency once more.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let lines: Vec<Line> = STEPS.iter().map(|step| timed(step, workspace)).collect();
    summary(&lines)
}

fn format(workspace: &Workspace) -> Result<Outcome> {
    component(workspace, "rustfmt", &["fmt", "--version"])?;
    shell::run(workspace.cargo().args(["fmt", "--all", "--check"]))?;
    // The benches are not built here: the engines they compare with take too long.
    passed(workspace.cargo().args(["fmt", "--check", "--manifest-path", bench::MANIFEST]))
}

fn tidiness(workspace: &Workspace) -> Result<Outcome> {
    tidy::run(workspace).map(|()| Outcome::Passed)
}

fn lints(workspace: &Workspace) -> Result<Outcome> {
    component(workspace, "clippy", &["clippy", "--version"])?;
    // As it is built by default, too: what a feature adds must not be needed without it.
    let default = ["clippy", "-p", "cardea", "--all-targets", "--", "--deny", "warnings"];
    shell::run(workspace.cargo().args(default))?;
    let arguments = ["clippy", "--workspace", "--all-targets", ALL, "--", "--deny", "warnings"];
    passed(workspace.cargo().args(arguments))
}

fn documentation(workspace: &Workspace) -> Result<Outcome> {
    let arguments = ["doc", "--workspace", ALL, "--no-deps", "--document-private-items"];
    passed(workspace.cargo().args(arguments).env("RUSTDOCFLAGS", "--deny warnings"))
}

fn prerequisites(workspace: &Workspace) -> Result<Outcome> {
    prerequisites::run(workspace).map(|()| Outcome::Passed)
}

fn tests(workspace: &Workspace) -> Result<Outcome> {
    // Also where something could not be installed: the tests that miss it must fail, not be skipped.
    let clients = prerequisites::folder(workspace)?;
    if shell::works(workspace.cargo().args(["nextest", "--version"])) {
        let arguments = ["nextest", "run", "--workspace", ALL];
        return passed(workspace.cargo().args(arguments).env(prerequisites::VARIABLE, clients));
    }
    eprintln!("`cargo nextest` is not installed: running the same tests with `cargo test`");
    let arguments = ["test", "--workspace", ALL, "--all-targets", "--no-fail-fast"];
    passed(workspace.cargo().args(arguments).env(prerequisites::VARIABLE, clients))
}

fn doc_tests(workspace: &Workspace) -> Result<Outcome> {
    passed(workspace.cargo().args(["test", "--workspace", ALL, "--doc"]))
}

fn fuzz_corpus(workspace: &Workspace) -> Result<Outcome> {
    if !workspace.has(fuzz::MANIFEST) {
        return Ok(Outcome::Skipped("there are no fuzz targets yet"));
    }
    fuzz::replay(workspace).map(|()| Outcome::Passed)
}

/// Installs a part of the Rust distribution if it is not there, as on a minimal installation.
fn component(workspace: &Workspace, name: &str, probe: &[&str]) -> Result<()> {
    if shell::works(workspace.cargo().args(probe)) {
        return Ok(());
    }
    eprintln!("`{name}` is not installed: adding it");
    shell::run(workspace.command("rustup").args(["component", "add", name]))
}

fn passed(command: &mut Command) -> Result<Outcome> {
    shell::run(command).map(|()| Outcome::Passed)
}

#[expect(clippy::disallowed_methods, reason = "the summary says how long each step took")]
fn timed(step: &Step, workspace: &Workspace) -> Line {
    eprintln!("\n== {}", step.name);
    let start = Instant::now();
    let outcome = (step.run)(workspace).unwrap_or_else(Outcome::Failed);
    Line { name: step.name, outcome, took: start.elapsed() }
}

fn summary(lines: &[Line]) -> Result<()> {
    println!("\nsummary");
    let (mut passed, mut skipped, mut failed) = (0, 0, Vec::new());
    for Line { name, outcome, took } in lines {
        let seconds = took.as_secs_f32();
        match outcome {
            Outcome::Passed => {
                println!("  passed   {name:<14} {seconds:>7.1} s");
                passed += 1;
            }
            Outcome::Skipped(reason) => {
                println!("  skipped  {name:<14} {seconds:>7.1} s  {reason}");
                skipped += 1;
            }
            Outcome::Failed(error) => {
                println!("  FAILED   {name:<14} {seconds:>7.1} s  {error:#}");
                failed.push(*name);
            }
        }
    }
    println!("{passed} passed, {} failed, {skipped} skipped", failed.len());
    if !failed.is_empty() {
        bail!("not everything holds: {}", failed.join(", "));
    }
    Ok(())
}
