//! `cargo xtask bench`: the benches and their table.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::shell;
use crate::workspace::Workspace;

const MANIFEST: &str = "bench/Cargo.toml";
const RESULTS: &str = "bench/RESULTS.md";

/// Runs the benches, prints their table and writes it to `bench/RESULTS.md`.
///
/// The `bench` crate prints the table, with the description of the machine, on its standard output.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    if !workspace.has(MANIFEST) {
        bail!("there is no `{MANIFEST}`, so there are no benches to run");
    }
    let arguments = ["run", "--release", "--manifest-path", MANIFEST];
    let table = shell::output(workspace.cargo().args(arguments))?;
    print!("{table}");
    fs::write(workspace.path(RESULTS), table)
        .with_context(|| format!("cannot write `{RESULTS}`"))?;
    eprintln!("written to `{RESULTS}`");
    Ok(())
}
