//! The file of a vault: one process at a time, and either the old content or the new one.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::error::VaultError;

/// The largest vault that is read. A thousand passkeys have about 700 KiB.
const LARGEST: u64 = 16 * 1024 * 1024;

/// A file that this process alone uses.
#[derive(Debug)]
pub(super) struct VaultFile {
    path: PathBuf,
    /// Locked for as long as it is open. It is a file of its own, since saving replaces the vault's.
    _lock: File,
}

impl VaultFile {
    /// Claims the file, which need not be there.
    pub(super) fn claim(path: &Path) -> Result<Self, VaultError> {
        let mut name = path.as_os_str().to_owned();
        name.push(".lock");
        let beside = PathBuf::from(name);
        let file = private().create(true).truncate(false).write(true).open(&beside);
        let lock = file.map_err(failed("open", &beside))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(VaultError::InUse(path.to_owned())),
            Err(TryLockError::Error(reason)) => Err(failed("lock", &beside)(reason)),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn exists(&self) -> bool {
        self.path.exists()
    }

    pub(super) fn read(&self) -> Result<Vec<u8>, VaultError> {
        let mut bytes = Vec::new();
        let file = File::open(&self.path).map_err(failed("open", &self.path))?;
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed("read", &self.path))?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LARGEST {
            return Err(VaultError::NotAVault(self.path.clone()));
        }
        Ok(bytes)
    }

    /// Replaces the content. It is on the disk when this returns; where it fails, the old one is.
    pub(super) fn replace(&self, bytes: &[u8]) -> Result<(), VaultError> {
        self.try_replace(bytes).map_err(failed("save", &self.path))
    }

    fn try_replace(&self, bytes: &[u8]) -> io::Result<()> {
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            Some(_) | None => Path::new("."),
        };
        // Only its owner can read a temporary file, and the name it gets keeps that.
        let mut new = NamedTempFile::new_in(folder)?;
        new.write_all(bytes)?;
        new.as_file().sync_all()?;
        new.persist(&self.path).map_err(|error| error.error)?;
        sync_folder(folder)
    }
}

/// The name of a new file is durable once its folder is. Elsewhere than on Unix the system sees to that.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Options for files that only their owner can read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn failed<'a>(
    action: &'static str,
    path: &'a Path,
) -> impl FnOnce(io::Error) -> VaultError + use<'a> {
    move |reason| VaultError::File { action, path: path.to_owned(), reason }
}
