//! `cargo xtask release`: the same sources must give the same binary.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::shell;
use crate::workspace::Workspace;

const FOLDERS: [&str; 2] = ["target/release-first", "target/release-second"];

/// Builds the release binary twice, in two folders, prints both fingerprints and fails if they differ.
///
/// Paths of this machine are cut out of the binary, so that another checkout gives the same one.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut prints = Vec::new();
    for folder in FOLDERS {
        let print = built(workspace, folder)?;
        println!("{print}  {folder}/release/cardea");
        prints.push(print);
    }
    prints.dedup();
    if prints.len() > 1 {
        bail!("the two builds differ, so the release is not reproducible");
    }
    println!("the two builds are equal");
    Ok(())
}

/// Builds from nothing in `folder` and returns the SHA-256 of the binary.
fn built(workspace: &Workspace, folder: &str) -> Result<String> {
    if workspace.has(folder) {
        fs::remove_dir_all(workspace.path(folder))
            .with_context(|| format!("cannot empty `{folder}`"))?;
    }
    let arguments =
        ["build", "--release", "--locked", "--package", "cardea", "--target-dir", folder];
    shell::run(workspace.cargo().args(arguments).env("RUSTFLAGS", flags(workspace)))?;
    let binary = fs::read(workspace.path(folder).join("release/cardea"))?;
    let mut print = String::new();
    for byte in Sha256::digest(&binary) {
        write!(print, "{byte:02x}")?;
    }
    Ok(print)
}

/// Compiler flags that replace this machine's folders by fixed names.
fn flags(workspace: &Workspace) -> String {
    let root = workspace.path("");
    let mut flags = format!("--remap-path-prefix={}=cardea/", root.display());
    if let Some(home) = std::env::home_dir() {
        let _ = write!(flags, " --remap-path-prefix={}=home", home.display());
    }
    flags
}
