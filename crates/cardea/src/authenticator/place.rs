//! Where an installation is: its vault, the vault's key, and the socket on which browsers find the app.

use std::env;
use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cardea_authenticator::SystemRandom;
use cardea_authenticator::vault::{InstallationKey, NoAnchor, Vault, VaultError};
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use crate::folder::secret;

/// Where the installation of a command is.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Where {
    /// The vault; without, the one in the folder for data of this user
    #[arg(long, global = true, value_name = "FILE")]
    vault: Option<PathBuf>,
    /// The key that opens the vault; without, the file `….key` beside it
    #[arg(long, global = true, value_name = "FILE")]
    vault_key: Option<PathBuf>,
}

impl Where {
    /// The vault's file, as an absolute path.
    ///
    /// # Errors
    /// The system does not say where this user keeps data.
    pub(super) fn vault(&self) -> Result<PathBuf> {
        let path = match &self.vault {
            Some(path) => path.clone(),
            None => data_folder()?.join("vault"),
        };
        std::path::absolute(&path).with_context(|| format!("`{}`", path.display()))
    }

    /// The key's file.
    ///
    /// # Errors
    /// As for [`Self::vault`].
    pub(super) fn key(&self) -> Result<PathBuf> {
        match &self.vault_key {
            Some(path) => Ok(std::path::absolute(path)?),
            None => self.beside("key"),
        }
    }

    /// A file beside the vault, of whose name it is the ending.
    ///
    /// # Errors
    /// As for [`Self::vault`].
    pub(super) fn beside(&self, ending: &str) -> Result<PathBuf> {
        let mut name = self.vault()?.into_os_string();
        name.push(".");
        name.push(ending);
        Ok(name.into())
    }

    /// Opens the vault. On the first use there is none, and a key and a vault without profiles are made.
    ///
    /// # Errors
    /// Another command has it open; it or its key cannot be read; it was changed.
    pub(super) fn open(&self) -> Result<Vault> {
        let (path, key) = (self.vault()?, self.key()?);
        for file in [&path, &key] {
            let folder = file.parent().filter(|it| !it.as_os_str().is_empty());
            let made = folder.map_or(Ok(()), make);
            made.with_context(|| format!("cannot make the folder of `{}`", file.display()))?;
        }
        if !path.exists() {
            let made = Vault::create(&path, installation_key(&key)?, Box::new(NoAnchor));
            // Another first use may have come in between; what it has made is as good.
            match made {
                Err(VaultError::Exists(_)) => {}
                made => return opened(made),
            }
        }
        if !key.exists() {
            bail!(
                "the key of the vault, `{}`, is not there\n\
                 help: put it back from a backup; without it nobody can open the vault",
                key.display()
            );
        }
        opened(Vault::open(&path, key_in(&key)?, Box::new(NoAnchor)))
    }
}

fn opened(vault: Result<Vault, VaultError>) -> Result<Vault> {
    vault.map_err(|error| {
        let VaultError::InUse(path) = &error else { return error.into() };
        anyhow!(
            "another command of Authenticator has `{}` open\n\
             help: end it first; it may be `cardea authenticator approve` in another window",
            path.display()
        )
    })
}

/// The folder in which an installation of this user is.
///
/// # Errors
/// The environment does not say where that is.
pub(super) fn data_folder() -> Result<PathBuf> {
    let set = |name: &str| env::var_os(name).map(PathBuf::from).filter(|it| it.is_absolute());
    let data = if cfg!(windows) {
        set("LOCALAPPDATA")
    } else {
        set("XDG_DATA_HOME").or_else(|| Some(home()?.join(".local/share")))
    };
    let data =
        data.context("the environment does not say where your data are; use --vault FILE")?;
    Ok(data.join("cardea/authenticator"))
}

/// The home of this user.
pub(super) fn home() -> Option<PathBuf> {
    env::var_os("HOME").map(PathBuf::from).filter(|it| it.is_absolute())
}

/// Makes a folder that is its owner's alone, and those above it.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The key of the file, which is made where it is not there.
fn installation_key(path: &Path) -> Result<InstallationKey> {
    if !path.exists() {
        let key = InstallationKey::generate(&mut SystemRandom)?;
        let text = Zeroizing::new(URL_SAFE_NO_PAD.encode(key.expose()) + "\n");
        let kept = keep_new(path, text.as_bytes());
        if kept.as_ref().is_err_and(|error| error.kind() == ErrorKind::AlreadyExists) {
            return key_in(path);
        }
        kept.with_context(|| format!("cannot write `{}`", path.display()))?;
        return Ok(key);
    }
    key_in(path)
}

fn key_in(path: &Path) -> Result<InstallationKey> {
    let text = secret(path)?;
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end()).ok().map(Zeroizing::new);
    let key = bytes.and_then(|it| <[u8; 32]>::try_from(it.as_slice()).ok());
    key.map(InstallationKey::from_bytes)
        .with_context(|| format!("`{}` is not the key of a vault", path.display()))
}

/// Writes a file that its owner alone can read, whole or not at all, and never in the place of another.
fn keep_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    sync(folder)
}

/// Writes a file that its owner alone can read, whole or not at all.
///
/// # Errors
/// It cannot be written.
pub(super) fn keep(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync(folder)
}

fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Removes a file, which need not be there.
///
/// # Errors
/// It cannot be removed.
pub(super) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove `{}`", path.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(folder: &Path) -> Where {
        Where { vault: Some(folder.join("new/vault")), vault_key: None }
    }

    #[test]
    fn the_first_use_makes_a_key_and_a_vault_which_later_ones_open() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(folder.path());
        drop(place.open().unwrap());
        let key = fs::read(place.key().unwrap()).unwrap();
        let vault = place.open().unwrap();
        assert_eq!(fs::read(place.key().unwrap()).unwrap(), key);
        let second = place.open().unwrap_err().to_string();
        assert!(second.contains("another command of Authenticator"), "{second}");
        drop(vault);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&place.key().unwrap()), 0o600);
            assert_eq!(mode(place.key().unwrap().parent().unwrap()), 0o700);
        }
    }

    #[test]
    fn a_first_use_that_died_after_the_key_is_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(folder.path());
        drop(place.open().unwrap());
        fs::remove_file(place.vault().unwrap()).unwrap();
        assert!(place.open().is_ok());
    }

    #[test]
    fn a_vault_without_its_key_or_with_another_does_not_open() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(folder.path());
        drop(place.open().unwrap());
        let key = place.key().unwrap();
        fs::remove_file(&key).unwrap();
        assert!(place.open().unwrap_err().to_string().contains("is not there"));
        keep(&key, URL_SAFE_NO_PAD.encode([7; 32]).as_bytes()).unwrap();
        assert!(place.open().unwrap_err().to_string().starts_with("integrity"));
        keep(&key, b"nonsense").unwrap();
        assert!(place.open().unwrap_err().to_string().contains("is not the key of a vault"));
    }
}
