//! The folder of a tenant: its database, its sealing key, and who is using it.

use std::env;
use std::fs::{self, File, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use cardea_store::{Location, SealingKey, Store};
use zeroize::Zeroizing;

/// The environment variable that can hold the sealing key.
const KEY_VARIABLE: &str = "CARDEA_SEALING_KEY";
/// The file that holds it where nothing else does.
const KEY_FILE: &str = "sealing.key";
/// The file that says by locks who is using the folder.
const LOCK_FILE: &str = "lock";
/// The file that says by a lock who is starting in it.
const TURN_FILE: &str = "start-lock";
const DATABASE_FILE: &str = "cardea.db";

/// Where the tenant of a command is.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Where {
    /// The folder of the tenant
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
    /// Its PostgreSQL database, if it has one
    #[arg(long, value_name = "postgres://…")]
    pub database: Option<String>,
    /// The key that seals secrets in the database
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}

/// A folder that is being used.
#[derive(Debug)]
pub(crate) struct Folder {
    folder: PathBuf,
    /// Held as long as the folder is used.
    _lock: File,
}

/// How a folder is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// Beside others.
    Shared,
    /// By nobody else.
    Alone,
}

impl Folder {
    /// The folder of a server, which is made if it is not there.
    ///
    /// # Errors
    /// It cannot be made, or somebody has it alone.
    pub(crate) fn create(folder: &Path) -> Result<Self> {
        make(folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
        Self::lock(folder, Use::Shared)
    }

    /// A folder that has a tenant, beside a server that may be running.
    ///
    /// # Errors
    /// There is none, or somebody has it alone.
    pub(crate) fn existing(place: &Where) -> Result<Self> {
        Self::of_tenant(place, Use::Shared)
    }

    /// A folder that has a tenant, with nobody else using it.
    ///
    /// # Errors
    /// There is none, or a server is using it.
    pub(crate) fn alone(place: &Where) -> Result<Self> {
        Self::of_tenant(place, Use::Alone)
    }

    fn of_tenant(place: &Where, how: Use) -> Result<Self> {
        let folder = &place.data;
        if place.database.is_none() && !folder.join(DATABASE_FILE).is_file() {
            bail!(
                "there is no tenant in `{}`\n\
                 help: say where it is with --data, or make one with `cardea serve`",
                folder.display()
            );
        }
        make(folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
        Self::lock(folder, how)
    }

    fn lock(folder: &Path, how: Use) -> Result<Self> {
        let path = folder.join(LOCK_FILE);
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.with_context(|| format!("cannot write `{}`", path.display()))?;
        let locked = match how {
            Use::Shared => file.try_lock_shared(),
            Use::Alone => file.try_lock(),
        };
        match (locked, how) {
            (Ok(()), _) => Ok(Self { folder: folder.to_owned(), _lock: file }),
            (Err(TryLockError::WouldBlock), Use::Alone) => bail!(
                "a server or another command is using `{}`\nhelp: stop it first",
                folder.display()
            ),
            (Err(TryLockError::WouldBlock), Use::Shared) => bail!(
                "`cardea recover` is at work in `{}`\nhelp: wait until it has ended",
                folder.display()
            ),
            (Err(TryLockError::Error(error)), _) => {
                Err(error).with_context(|| format!("cannot lock `{}`", path.display()))
            }
        }
    }

    /// Waits until no other server is starting in the folder. While the result is held none does, so
    /// that two first starts do not both make a key and a tenant.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub(crate) fn turn(&self) -> Result<File> {
        let path = self.path(TURN_FILE);
        let turn = || -> std::io::Result<File> {
            let file = File::options().create(true).truncate(false).write(true).open(&path)?;
            file.lock()?;
            Ok(file)
        };
        turn().with_context(|| format!("cannot lock `{}`", path.display()))
    }

    /// The folder as it is shown.
    pub(crate) fn shown(&self) -> String {
        self.folder.display().to_string()
    }

    /// The path of a file in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Opens the database.
    ///
    /// # Errors
    /// It cannot be opened, or is sealed with another key.
    pub(crate) async fn store(
        &self,
        database: Option<&str>,
        key_file: Option<&Path>,
    ) -> Result<Store> {
        let location = match database {
            Some(address) => Location::Postgres(address.to_owned()),
            None => Location::Sqlite(self.path(DATABASE_FILE)),
        };
        Ok(Store::open(&location, self.sealing_key(key_file)?).await?)
    }

    /// Opens the database of a command.
    ///
    /// # Errors
    /// As for [`Self::store`].
    pub(crate) async fn store_of(&self, place: &Where) -> Result<Store> {
        self.store(place.database.as_deref(), place.key_file.as_deref()).await
    }

    /// The sealing key: of the file that is named, of the environment, or of the folder, where it
    /// is made with the first database.
    ///
    /// # Errors
    /// It cannot be read, or everybody on this computer can.
    pub(crate) fn sealing_key(&self, file: Option<&Path>) -> Result<SealingKey> {
        if let Some(path) = file {
            return key_in(path);
        }
        if let Some(text) = env::var_os(KEY_VARIABLE) {
            let text = Zeroizing::new(text.to_string_lossy().into_owned());
            return SealingKey::from_text(&text)
                .with_context(|| format!("the environment variable {KEY_VARIABLE} holds no key"));
        }
        let path = self.path(KEY_FILE);
        if !path.exists() && !self.path(DATABASE_FILE).exists() {
            let key = SealingKey::generate()?;
            let mut text = key.to_text();
            text.push('\n');
            self.keep_secret(KEY_FILE, text.as_bytes())?;
            return Ok(key);
        }
        key_in(&path)
    }

    /// A secret of the folder.
    ///
    /// # Errors
    /// It cannot be read, or everybody on this computer can.
    pub(crate) fn secret(&self, name: &str) -> Result<Zeroizing<String>> {
        secret(&self.path(name))
    }

    /// Writes a file that its owner alone can read, whole or not at all.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn keep_secret(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.keep(name, bytes, 0o600)
    }

    /// As [`Self::keep_secret`], for a file that everybody may read.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn keep_open(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.keep(name, bytes, 0o644)
    }

    fn keep(&self, name: &str, bytes: &[u8], mode: u32) -> Result<()> {
        let path = self.path(name);
        let write = || -> std::io::Result<()> {
            let mut builder = tempfile::Builder::new();
            builder.prefix(".cardea-").suffix(".part");
            #[cfg(unix)]
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
            #[cfg(not(unix))]
            let _ = mode;
            let mut file = builder.tempfile_in(&self.folder)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)?;
            File::open(&self.folder)?.sync_all()
        };
        write().with_context(|| format!("cannot write `{}`", path.display()))
    }
}

/// Waits for a command that uses a tenant.
///
/// # Errors
/// Those of the command.
pub(crate) fn waiting<T>(command: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}

fn make(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn key_in(path: &Path) -> Result<SealingKey> {
    let text = secret(path)?;
    SealingKey::from_text(&text).with_context(|| format!("`{}` is no key", path.display()))
}

/// A file that only its owner, or at most a group, can read.
pub(crate) fn secret(path: &Path) -> Result<Zeroizing<String>> {
    let shown = path.display();
    let cannot = || format!("cannot read `{shown}`");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = fs::metadata(path).with_context(cannot)?;
        if metadata.permissions().mode() & 0o007 != 0 {
            bail!(
                "everybody on this computer can use `{shown}`, which is a secret\n\
                 help: chmod 600 '{shown}', and think about who may have read it"
            );
        }
    }
    fs::read_to_string(path).map(Zeroizing::new).with_context(cannot)
}

#[cfg(test)]
mod tests;
