//! Which files a run reads.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// Folders inside folders, so deep and no deeper.
const DEEPEST: usize = 64;

/// The files to read, in the order of their paths; standard input is `-`.
#[derive(Debug, Default)]
pub(crate) struct Files {
    /// The files.
    pub found: Vec<PathBuf>,
    /// How many files in the folders are no JSON, YAML or table, or hidden.
    pub others: usize,
    /// What could not be looked at, and why.
    pub unread: Vec<(PathBuf, io::Error)>,
    /// Files and folders that were met, by their real place.
    seen: BTreeSet<PathBuf>,
}

impl Files {
    /// The files that these paths name: themselves, and the JSON and YAML files and the
    /// tables in folders. Hidden
    /// files and folders are left out unless a path names them; nothing is listed twice, whatever
    /// links there are.
    ///
    /// # Errors
    /// A path does not exist, or cannot be looked at.
    pub(crate) fn of(paths: &[PathBuf]) -> Result<Self> {
        let mut files = Self::default();
        for path in paths {
            if is_stdin(path) {
                if !files.found.contains(path) {
                    files.found.push(path.clone());
                }
                continue;
            }
            let shown = path.display();
            match fs::metadata(path) {
                Ok(metadata) if metadata.is_dir() => files.folder(path, DEEPEST),
                Ok(_) => files.file(path),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    bail!("`{shown}` does not exist")
                }
                Err(error) => {
                    return Err(error).with_context(|| format!("cannot look at `{shown}`"));
                }
            }
        }
        Ok(files)
    }

    fn file(&mut self, path: &Path) {
        // What has no real place, such as a pipe, is only ever named once.
        if path.canonicalize().map_or(true, |place| self.seen.insert(place)) {
            self.found.push(path.to_owned());
        }
    }

    fn folder(&mut self, folder: &Path, deeper: usize) {
        match self.entries(folder, deeper) {
            Ok(entries) => {
                for path in entries {
                    self.entry(&path, deeper);
                }
            }
            Err(error) => self.unread.push((folder.to_owned(), error)),
        }
    }

    /// What is in a folder, sorted; nothing where it was met before.
    fn entries(&mut self, folder: &Path, deeper: usize) -> io::Result<Vec<PathBuf>> {
        if !self.seen.insert(folder.canonicalize()?) {
            return Ok(Vec::new());
        }
        if deeper == 0 {
            return Err(io::Error::other("it is too deep inside other folders"));
        }
        let entries = fs::read_dir(folder)?;
        let mut names =
            entries.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
        names.sort();
        let inside =
            |name| if folder == Path::new(".") { PathBuf::from(name) } else { folder.join(name) };
        Ok(names.into_iter().map(inside).collect())
    }

    fn entry(&mut self, path: &Path, deeper: usize) {
        match fs::metadata(path) {
            Ok(_) if is_hidden(path) => self.others += 1,
            Ok(metadata) if metadata.is_dir() => self.folder(path, deeper - 1),
            Ok(metadata) if metadata.is_file() && has_known_extension(path) => self.file(path),
            Err(error) if has_known_extension(path) => self.unread.push((path.to_owned(), error)),
            Ok(_) | Err(_) => self.others += 1,
        }
    }
}

/// Whether the path stands for standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// Whether a file is read because of how its name ends.
pub(crate) fn has_known_extension(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    ["json", "yaml", "yml", "csv", "tsv"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "{}").unwrap();
        }
        folder
    }

    fn listed(files: &Files, folder: &Path) -> Vec<String> {
        let inside = |path: &PathBuf| path.strip_prefix(folder).unwrap().display().to_string();
        files.found.iter().map(inside).collect()
    }

    #[test]
    fn folders_are_read_to_their_bottom_in_order() {
        let folder =
            folder(&["b.YAML", "a/z.json", "a/b.yml", "c.txt", ".git/x.json", "p.csv", "README"]);
        let files = Files::of(&[folder.path().to_owned()]).unwrap();
        assert_eq!(listed(&files, folder.path()), ["a/b.yml", "a/z.json", "b.YAML", "p.csv"]);
        assert_eq!(files.others, 3);
    }

    #[test]
    fn a_file_that_is_named_is_read_whatever_its_name_is() {
        let folder = folder(&["export.txt"]);
        let path = folder.path().join("export.txt");
        let files = Files::of(&[path.clone(), folder.path().to_owned(), path.clone()]).unwrap();
        assert_eq!(files.found, [path]);
    }

    #[cfg(unix)]
    #[test]
    fn links_neither_loop_nor_double() {
        use std::os::unix::fs::symlink;
        let folder = folder(&["a/x.json", "b/y.json"]);
        let at = |name: &str| folder.path().join(name);
        symlink(folder.path(), at("a/up")).unwrap();
        symlink(at("a"), at("b/a")).unwrap();
        symlink(at("b/y.json"), at("z.json")).unwrap();
        symlink(at("nowhere"), at("gone.json")).unwrap();
        let files = Files::of(&[folder.path().to_owned()]).unwrap();
        assert_eq!(listed(&files, folder.path()), ["a/x.json", "b/y.json"]);
        assert_eq!(files.unread.len(), 1);
    }

    #[test]
    fn a_path_that_does_not_exist_is_an_error() {
        let error = Files::of(&[PathBuf::from("no/such/folder")]).unwrap_err();
        assert_eq!(error.to_string(), "`no/such/folder` does not exist");
    }
}
