//! The checkout that the chores work on.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

use crate::shell;

/// The checkout that the chores work on.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The checkout whose `xtask` is running.
    pub(crate) fn here() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .context("`CARGO_MANIFEST_DIR` is not set; run this as `cargo xtask`")?;
        let root = Path::new(&manifest).parent().context("`xtask` has no parent folder")?;
        Ok(Self { root: root.to_owned() })
    }

    /// A path inside the checkout.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Whether a file or folder is there.
    pub(crate) fn has(&self, relative: &str) -> bool {
        self.path(relative).exists()
    }

    /// Every file that git tracks or would track, with `/` between the parts, sorted.
    pub(crate) fn files(&self) -> Result<Vec<String>> {
        let list = shell::output(self.command("git").args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ]))?;
        let mut files: Vec<String> = list
            .split('\0')
            .filter(|it| !it.is_empty() && self.has(it))
            .map(str::to_owned)
            .collect();
        files.sort();
        files.dedup();
        Ok(files)
    }

    /// What `cargo metadata` says about the packages of a manifest, dependencies left out.
    pub(crate) fn metadata(&self, manifest: &str) -> Result<Value> {
        let text = shell::output(self.cargo().args([
            "metadata",
            "--no-deps",
            "--format-version=1",
            "--manifest-path",
            manifest,
        ]))?;
        serde_json::from_str(&text)
            .map_err(|error| anyhow!("cannot read `cargo metadata`: {error}"))
    }

    /// Where cargo puts what it builds for the packages of a manifest.
    pub(crate) fn target(&self, manifest: &str) -> Result<PathBuf> {
        let metadata = self.metadata(manifest)?;
        let folder = metadata.get("target_directory").and_then(Value::as_str);
        folder.map(PathBuf::from).context("`cargo metadata` names no target folder")
    }

    /// The cargo that runs the chores.
    pub(crate) fn cargo(&self) -> Command {
        self.command(env::var("CARGO").as_deref().unwrap_or("cargo"))
    }

    /// A program, run in the root of the checkout.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }
}
