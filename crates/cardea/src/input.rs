//! From paths to an export.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use anyhow::Result;
use cardea_graph::export::{Export, Reader};
use cardea_graph::problem::{Problem, ProblemKind};
use cardea_graph::source::{Encoding, SourceFile, Span};

use crate::files::{Files, is_stdin};

/// The largest file that is read, in bytes: far beyond any export, and far below what would fill
/// the memory of a laptop.
const LARGEST: u64 = 1 << 30;

/// What was read from the paths of a run.
#[derive(Debug)]
pub(crate) struct Input {
    /// The objects, and what was not understood. Files that could not be read are among the
    /// problems.
    pub export: Export,
    /// Where the files are, by the path that is shown.
    pub places: BTreeMap<String, PathBuf>,
    /// How many files in the folders were left alone because they are no JSON or YAML.
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
            match bytes(&path) {
                Ok(bytes) => {
                    let shown = shown(&path);
                    reader.add(shown.clone(), bytes);
                    places.insert(shown, path);
                }
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

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    if is_stdin(path) {
        bounded(io::stdin().lock(), LARGEST)
    } else {
        bounded(File::open(path)?, LARGEST)
    }
}

fn bounded(source: impl io::Read, largest: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(largest + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= largest) {
        return Ok(bytes);
    }
    let most = largest >> 20;
    Err(io::Error::new(
        io::ErrorKind::FileTooLarge,
        format!("it has more than {most} MiB; split it"),
    ))
}

/// Notes a file that could not be read, so that no answer forgets it.
fn note(export: &mut Export, path: &Path, error: &io::Error) {
    let too_large = error.kind() == io::ErrorKind::FileTooLarge;
    let kind = if too_large { ProblemKind::TooLarge } else { ProblemKind::Undecodable };
    let source =
        SourceFile { path: shown(path), text: String::new(), encoding: Encoding::Undecodable };
    let file = export.sources.add(source);
    export.problems.push(Problem {
        kind,
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

    #[test]
    fn a_file_beyond_the_bound_is_refused_whole() {
        assert_eq!(bounded(&b"1234"[..], 4).unwrap(), b"1234");
        let error = bounded(&b"12345"[..], 4).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }

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
