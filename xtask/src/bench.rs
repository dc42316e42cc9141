//! `cargo xtask bench`: the benches and their table.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::shell;
use crate::workspace::Workspace;

/// The manifest of the benches, which are a workspace of their own.
pub(crate) const MANIFEST: &str = "bench/Cargo.toml";

const RESULTS: &str = "bench/RESULTS.md";

/// Builds the command and the benches, runs them all, prints their table and writes it to
/// `bench/RESULTS.md`.
///
/// The `bench` crate prints the table, with the description of the machine, on its standard output.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    if !workspace.has(MANIFEST) {
        bail!("there is no `{MANIFEST}`, so there are no benches to run");
    }
    let build = ["build", "--release", "--locked"];
    shell::run(workspace.cargo().args(build).args(["--package", "cardea"]))?;
    shell::run(workspace.cargo().args(build).args(["--manifest-path", MANIFEST]))?;
    let cardea = built(workspace, "Cargo.toml", "cardea")?;
    let bench = built(workspace, MANIFEST, "cardea-bench")?;
    let bench = bench.to_str().context("the path of the benches is not UTF-8")?;
    let table = shell::output(workspace.command(bench).arg(cardea))?;
    print!("{table}");
    fs::write(workspace.path(RESULTS), table)
        .with_context(|| format!("cannot write `{RESULTS}`"))?;
    eprintln!("written to `{RESULTS}`");
    Ok(())
}

/// Where the release build of a workspace puts a program.
fn built(workspace: &Workspace, manifest: &str, program: &str) -> Result<PathBuf> {
    let release = workspace.target(manifest)?.join("release");
    Ok(release.join(program).with_extension(std::env::consts::EXE_EXTENSION))
}
