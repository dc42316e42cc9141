//! Files are replaced as a whole or not at all.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use tempfile::NamedTempFile;

/// A file to write.
#[derive(Debug)]
pub(crate) struct Target {
    path: PathBuf,
    bytes: Vec<u8>,
    expects: Expects,
}

/// What must be there for a file to be written.
#[derive(Debug, PartialEq, Eq)]
enum Expects {
    Anything,
    Nothing,
    Bytes(Vec<u8>),
}

impl Target {
    /// A file that is written whatever is there.
    pub(crate) fn any(path: impl Into<PathBuf>, bytes: Vec<u8>) -> Self {
        Self { path: path.into(), bytes, expects: Expects::Anything }
    }

    /// A file that must not be there yet.
    pub(crate) fn new(path: impl Into<PathBuf>, bytes: Vec<u8>) -> Self {
        Self { path: path.into(), bytes, expects: Expects::Nothing }
    }

    /// A file that must still hold these bytes.
    pub(crate) fn changed(path: impl Into<PathBuf>, before: Vec<u8>, bytes: Vec<u8>) -> Self {
        Self { path: path.into(), bytes, expects: Expects::Bytes(before) }
    }
}

/// Writes all files. Each is first written beside its place and brought to the disk, so that a full
/// disk or a missing right shows before anything is replaced; then all are renamed into place.
///
/// # Errors
/// A file cannot be written, or is not as it was expected to be; then nothing was replaced, except
/// where a rename fails after others, and the error names them.
pub(crate) fn replace(targets: &[Target]) -> Result<()> {
    let mut staged = Vec::new();
    for target in targets {
        let path = checked(target)?;
        if path.exists() && !path.is_file() {
            // A device or a pipe is written to and never replaced.
            let written = File::options().write(true).open(&path);
            let written = written.and_then(|mut file| file.write_all(&target.bytes));
            written.with_context(|| format!("cannot write `{}`", path.display()))?;
        } else {
            let file = stage(&path, &target.bytes);
            staged.push((
                file.with_context(|| format!("cannot write `{}`", path.display()))?,
                path,
                &target.expects,
            ));
        }
    }
    let mut done: Vec<String> = Vec::new();
    for (file, path, expects) in staged {
        let renamed = match expects {
            Expects::Nothing => file.persist_noclobber(&path),
            Expects::Anything | Expects::Bytes(_) => file.persist(&path),
        };
        if let Err(failed) = renamed {
            let others = match done.as_slice() {
                [] => "nothing was changed".to_owned(),
                done => format!("already changed: {}", done.join(", ")),
            };
            let place = path.display();
            return Err(failed.error).with_context(|| format!("cannot write `{place}` ({others})"));
        }
        keep(&path);
        done.push(format!("`{}`", path.display()));
    }
    Ok(())
}

/// The place that is really written, links followed, if it is as it was expected to be.
fn checked(target: &Target) -> Result<PathBuf> {
    let shown = target.path.display();
    match &target.expects {
        Expects::Nothing if target.path.symlink_metadata().is_ok() => {
            bail!("`{shown}` exists already; nothing was changed")
        }
        Expects::Bytes(before) => {
            let now = fs::read(&target.path).with_context(|| format!("cannot read `{shown}`"))?;
            if now != *before {
                bail!("`{shown}` has changed since it was read; nothing was changed, run again")
            }
        }
        Expects::Anything | Expects::Nothing => {}
    }
    Ok(target.path.canonicalize().unwrap_or_else(|_| target.path.clone()))
}

/// The bytes in a file of the same folder and with the same permissions, safe on the disk.
fn stage(path: &Path, bytes: &[u8]) -> std::io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        Some(_) | None => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cardea-").suffix(".part");
    // Before the user's mask, as for any new file; other systems have no such mask.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    if let Ok(metadata) = fs::metadata(path) {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Brings the folder of a renamed file to the disk, where the system can. The file is whole in any
/// case; without this, a power cut may bring the old one back.
fn keep(path: &Path) {
    if let Some(Ok(folder)) = path.parent().map(File::open) {
        drop(folder.sync_all());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_that_has_changed_keeps_every_file_from_being_written() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b] = ["a", "b"].map(|name| folder.path().join(name));
        fs::write(&a, "1").unwrap();
        fs::write(&b, "other").unwrap();
        let targets = [
            Target::changed(&a, b"1".to_vec(), b"2".to_vec()),
            Target::changed(&b, b"1".to_vec(), b"2".to_vec()),
        ];
        let error = replace(&targets).unwrap_err().to_string();
        assert!(error.ends_with("has changed since it was read; nothing was changed, run again"));
        assert_eq!(fs::read(&a).unwrap(), b"1");
        assert_eq!(names(folder.path()), ["a", "b"]);
    }

    #[test]
    fn a_new_file_never_takes_the_place_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        replace(&[Target::new(&path, b"1".to_vec())]).unwrap();
        assert!(replace(&[Target::new(&path, b"2".to_vec())]).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"1");
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let [file, link] = ["file", "link"].map(|name| folder.path().join(name));
        fs::write(&file, "1").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&file, &link).unwrap();
        replace(&[Target::changed(&link, b"1".to_vec(), b"2".to_vec())]).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"2");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(link.symlink_metadata().unwrap().is_symlink());
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_and_not_replaced() {
        replace(&[Target::any("/dev/null", b"1".to_vec())]).unwrap();
        assert!(!Path::new("/dev/null").is_file());
    }
}
