//! From paths to an export.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use anyhow::Result;
use cardea_graph::export::{Export, Reader};
use cardea_graph::problem::{Problem, ProblemKind};
use cardea_graph::source::{Encoding, FileId, SourceFile, Span};

use crate::files::{Files, is_stdin};

/// What was read from the paths of a run.
#[derive(Debug)]
pub(crate) struct Input {
    /// The objects, and what was not understood. Files that could not be read are among the
    /// problems.
    pub export: Export,
    /// Where the files are, by the path that is shown.
    pub places: BTreeMap<String, PathBuf>,
    /// How many files in the folders were left alone because they are no JSON, YAML or table.
    pub others: usize,
}

impl Input {
    /// Reads files, the files in folders, and standard input for `-`.
    ///
    /// # Errors
    /// A path does not exist. A file that cannot be read is no error but a problem of the export.
    pub(crate) fn read(paths: &[PathBuf]) -> Result<Self> {
        let files = Files::of(paths)?;
        let mut reader = Reader::default();
        let mut places = BTreeMap::new();
        let mut unread = files.unread;
        for path in files.found {
            let shown = shown(&path);
            match read(&mut reader, &path, &shown) {
                Ok(_) => drop(places.insert(shown, path)),
                Err(error) => unread.push((path, error)),
            }
        }
        let mut export = reader.finish();
        for (path, error) in unread {
            note(&mut export, &path, &error);
        }
        Ok(Self { export, places, others: files.others })
    }
}

/// A path as it is shown: with `/` between its parts.
pub(crate) fn shown(path: &Path) -> String {
    if is_stdin(path) {
        return "<stdin>".to_owned();
    }
    path.to_string_lossy().replace(MAIN_SEPARATOR, "/")
}

fn read(reader: &mut Reader, path: &Path, shown: &str) -> io::Result<FileId> {
    if is_stdin(path) {
        reader.read(shown, io::stdin().lock())
    } else {
        reader.read(shown, File::open(path)?)
    }
}

/// Notes a file that could not be read, so that no answer forgets it.
fn note(export: &mut Export, path: &Path, error: &io::Error) {
    let source =
        SourceFile { path: shown(path), text: String::new(), encoding: Encoding::Undecodable };
    let file = export.sources.add(source);
    export.problems.push(Problem {
        kind: ProblemKind::Undecodable,
        span: Span { file, range: 0..0 },
        message: format!("the file cannot be read: {}", reason(error)),
        help: None,
    });
}

/// Why something failed, without the number that the system gives it.
fn reason(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::PermissionDenied {
        "permission denied".to_owned()
    } else if error.kind() == io::ErrorKind::NotFound {
        "the link leads nowhere".to_owned()
    } else {
        error.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_read_stays_among_the_problems() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        std::os::unix::fs::symlink(folder.path().join("nowhere"), &path).unwrap();
        let input = Input::read(&[folder.path().to_owned()]).unwrap();
        let [problem] = input.export.problems.as_slice() else { panic!("one problem") };
        assert_eq!(problem.message, "the file cannot be read: the link leads nowhere");
        assert_eq!(input.export.sources.file(problem.span.file).unwrap().path, shown(&path));
    }
}
