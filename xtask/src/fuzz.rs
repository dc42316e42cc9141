//! `cargo xtask fuzz`: every fuzz target for a while, or its saved corpus once.
//!
//! The targets live in `fuzz/`, outside the workspace: a binary for each, with its saved corpus in
//! `fuzz/corpus/NAME/`. The coverage that libFuzzer steers by is switched on with flags of the stable
//! compiler; nothing has to be installed. The sanitizers are left out: no crate here has unsafe code.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::shell;
use crate::workspace::Workspace;

/// The manifest of the fuzz targets.
pub(crate) const MANIFEST: &str = "fuzz/Cargo.toml";

const COVERAGE: &str = "--cfg fuzzing -Cdebug-assertions -Ccodegen-units=1 -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Runs each target for `seconds`, starting from its saved corpus.
///
/// What a target finds new goes to `fuzz/target/found/NAME/`; an input that breaks it goes to
/// `fuzz/artifacts/NAME/`, and the run fails. Where no C++ compiler is there to build libFuzzer, the
/// saved corpus is replayed instead.
pub(crate) fn run(workspace: &Workspace, seconds: u32) -> Result<()> {
    if !workspace.has(MANIFEST) {
        bail!("there is no `{MANIFEST}`, so there are no targets to run");
    }
    if !["c++", "g++", "clang++"]
        .iter()
        .any(|it| shell::works(workspace.command(it).arg("--version")))
    {
        eprintln!(
            "there is no C++ compiler to build libFuzzer with: replaying the saved corpus instead"
        );
        return replay(workspace);
    }
    let host = host(workspace)?;
    let build = ["build", "--release", "--manifest-path", MANIFEST, "--target-dir", "fuzz/target"];
    shell::run(workspace.cargo().args(build).args(["--target", &host]).env("RUSTFLAGS", COVERAGE))?;
    let names = names(workspace)?;
    let mut broken = Vec::new();
    for name in &names {
        eprintln!("\n== {name} for {seconds} s");
        if let Err(error) = one(workspace, &host, name, seconds) {
            broken.push(format!("{name} ({error:#})"));
        }
    }
    if !broken.is_empty() {
        bail!("{} of {} targets broke: {}", broken.len(), names.len(), broken.join(", "));
    }
    println!("every target ran for {seconds} s and none broke: {}", names.join(", "));
    Ok(())
}

/// Runs every target once over its saved corpus, as ordinary tests of the `fuzz` crate.
pub(crate) fn replay(workspace: &Workspace) -> Result<()> {
    shell::run(workspace.cargo().args(["test", "--locked", "--manifest-path", MANIFEST]))
}

fn one(workspace: &Workspace, host: &str, name: &str, seconds: u32) -> Result<()> {
    let found = format!("fuzz/target/found/{name}");
    let saved = format!("fuzz/corpus/{name}");
    let artifacts = format!("fuzz/artifacts/{name}/");
    for folder in [&found, &saved, &artifacts] {
        fs::create_dir_all(workspace.path(folder))
            .with_context(|| format!("cannot make `{folder}`"))?;
    }
    let program = workspace.path(&format!("fuzz/target/{host}/release/{name}"));
    let program = program.to_str().context("the path of the checkout is not UTF-8")?;
    let limits = ["-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=0"];
    shell::run(
        workspace
            .command(program)
            .args([&found, &saved])
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={artifacts}"))
            .args(limits),
    )
}

/// The names of the targets, sorted.
fn names(workspace: &Workspace) -> Result<Vec<String>> {
    let metadata = workspace.metadata(MANIFEST)?;
    let targets = metadata.pointer("/packages/0/targets").and_then(|it| it.as_array());
    let mut names: Vec<String> = targets
        .into_iter()
        .flatten()
        .filter(|target| target.pointer("/kind/0").is_some_and(|kind| kind == "bin"))
        .filter_map(|target| target.get("name")?.as_str().map(str::to_owned))
        .collect();
    names.sort();
    if names.is_empty() {
        bail!("`{MANIFEST}` has no binaries, so there are no targets to run");
    }
    Ok(names)
}

/// The target triple of this machine. Naming it keeps the coverage flags away from build scripts.
fn host(workspace: &Workspace) -> Result<String> {
    let text = shell::output(workspace.command("rustc").arg("-vV"))?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("`rustc -vV` names no host")
}
