//! Exports as they were at a revision of git.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context as _, Result, bail, ensure};
use cardea_graph::export::Reader;

use crate::files::has_known_extension;
use crate::input::Input;
use crate::load::Settings;
use crate::settings::NAME;

/// A folder or file at a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Revision {
    /// What git calls the commit.
    commit: String,
    /// The path from the top of the repository; empty for all of it.
    path: String,
}

/// A file in a commit.
struct Blob {
    id: String,
    path: String,
}

impl Revision {
    /// What `REV:` (this folder), `REV:./path` or `REV:path` (from the top) names.
    ///
    /// # Errors
    /// This is no repository, or it has no such revision.
    pub(super) fn of(text: &str) -> Result<Self> {
        let (commit, path) = text.split_once(':').context("a revision is written `REV:PATH`")?;
        ensure!(!commit.starts_with('-') && !commit.is_empty(), "`{text}` names no revision");
        let here = git(&["rev-parse", "--show-prefix"])?;
        let here = String::from_utf8_lossy(&here).trim_end_matches(['\n', '/']).to_owned();
        let path = match path.strip_prefix("./") {
            Some(inside) => format!("{here}/{inside}"),
            None if path.is_empty() || path == "." => here,
            None => path.to_owned(),
        };
        let commit = git(&["rev-parse", "--verify", "--quiet", &format!("{commit}^{{commit}}")])
            .with_context(|| format!("`{text}` names no revision"))?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        Ok(Self { commit, path: path.trim_matches('/').to_owned() })
    }

    /// The exports in it.
    ///
    /// # Errors
    /// There is no such path at the revision, or git fails.
    pub(super) fn read(&self) -> Result<Input> {
        let blobs = self.blobs()?;
        ensure!(!blobs.is_empty(), "there is no `{}` at that revision", self.path);
        let all = blobs.len();
        let alone = all == 1 && blobs.iter().all(|blob| blob.path == self.path);
        let wanted: Vec<Blob> = blobs
            .into_iter()
            .filter(|blob| {
                alone || (is_seen(&blob.path) && has_known_extension(Path::new(&blob.path)))
            })
            .collect();
        let others = all - wanted.len();
        let mut reader = Reader::default();
        for (blob, bytes) in wanted.iter().zip(contents(&wanted)?) {
            reader.add(blob.path.clone(), bytes);
        }
        Ok(Input { export: reader.finish(), places: BTreeMap::new(), others })
    }

    /// The nearest settings, at or above the path.
    ///
    /// # Errors
    /// Git fails.
    pub(super) fn settings(&self) -> Result<Option<Settings>> {
        let mut folder = Some(Path::new(&self.path));
        while let Some(at) = folder {
            let name = at.join(NAME).to_string_lossy().replace('\\', "/");
            let found = Self { commit: self.commit.clone(), path: name.clone() }.blobs()?;
            if let Some(bytes) = contents(&found)?.pop() {
                return Ok(Some(Settings { name, bytes }));
            }
            folder = at.parent();
        }
        Ok(None)
    }

    /// The files at the path or below, links and submodules left out.
    fn blobs(&self) -> Result<Vec<Blob>> {
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", &self.commit];
        if !self.path.is_empty() {
            arguments.extend(["--", &self.path]);
        }
        let listing = git(&arguments)?;
        let entries = listing.split(|byte| *byte == 0).filter(|entry| !entry.is_empty());
        let mut blobs = Vec::new();
        for entry in entries {
            let entry = String::from_utf8_lossy(entry);
            let (meta, path) = entry.split_once('\t').context("git lists files in another way")?;
            if let [mode, "blob", id] = meta.split(' ').collect::<Vec<_>>().as_slice()
                && *mode != "120000"
            {
                blobs.push(Blob { id: (*id).to_owned(), path: path.to_owned() });
            }
        }
        Ok(blobs)
    }
}

/// Whether no part of a path is hidden.
fn is_seen(path: &str) -> bool {
    path.split('/').all(|part| !part.starts_with('.'))
}

/// What is in files, by one run of git.
fn contents(blobs: &[Blob]) -> Result<Vec<Vec<u8>>> {
    if blobs.is_empty() {
        return Ok(Vec::new());
    }
    let mut child = Command::new("git")
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run git")?;
    let mut asks = child.stdin.take().context("git takes no questions")?;
    let questions: String = blobs.iter().map(|blob| format!("{}\n", blob.id)).collect();
    // Asked from beside, because git answers while it is being asked.
    let asking = thread::spawn(move || asks.write_all(questions.as_bytes()));
    let mut answers = Vec::new();
    child.stdout.take().context("git gives no answers")?.read_to_end(&mut answers)?;
    drop(asking.join());
    ensure!(child.wait()?.success(), "git cat-file failed");
    let mut rest = answers.as_slice();
    blobs.iter().map(|_| content(&mut rest).context("git answers in another way")).collect()
}

/// One answer: a line that ends in the number of bytes, the bytes, and a line end.
fn content(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let (line, behind) = rest.split_at_checked(end)?;
    let size = std::str::from_utf8(line).ok()?.rsplit(' ').next()?.parse().ok()?;
    let (bytes, behind) = behind.get(1..)?.split_at_checked(size)?;
    *rest = behind.get(1..)?;
    Some(bytes.to_vec())
}

/// What a command of git prints.
fn git(arguments: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new("git").args(arguments).output().context("cannot run git")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("git says: {}", said.trim().trim_start_matches("fatal: "));
    }
    Ok(output.stdout)
}
