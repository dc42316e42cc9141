//! The vault: one file for an installation, with profiles that cannot see each other's passkeys.
//!
//! The file is sealed with the [`InstallationKey`]; inside, each profile is sealed once more with a key of its
//! own, which its PIN opens. What one can do with what:
//!
//! | somebody has | and gets |
//! |---|---|
//! | the file | its size, and how often it was saved |
//! | the file and the installation's key | names of profiles, and as many tries at their PINs as Argon2id lets them; profiles without a PIN |
//! | this program | eight tries at a PIN, three at a time, counted on the disk before each |
//! | an older copy of the file | evidence against them, where there is an [`Anchor`]; otherwise the older state |
//!
//! Secrets are overwritten in memory when they are dropped, as far as a program can see to that: buffers that
//! the allocator has moved, swap and core dumps are the system's.

mod anchor;
mod contents;
mod error;
mod export;
mod file;
mod profile;
mod record;
mod seal;

use core::fmt;
use std::collections::BTreeMap;
use std::path::Path;

pub use anchor::{Anchor, NoAnchor};
pub use error::VaultError;
use file::VaultFile;
pub use profile::{Unlocked, UnlockedProfile};
use record::{Header, Issued, Lock, Parts, ProfileRecord, Record, Unreadable};
pub use seal::InstallationKey;
use seal::SealKey;

use crate::attestation::{Attestation, AttestationKey};
use crate::client_pin::typed;
use crate::host::{SystemRandom, random};
use crate::model::Platform;
use crate::state::{Binding, MIN_PIN_LENGTH, Pin, State};

const NAME_MAX: usize = 64;

/// An open vault. No other process opens it until this is dropped.
pub struct Vault {
    file: VaultFile,
    key: InstallationKey,
    sealing: SealKey,
    anchor: Box<dyn Anchor>,
    header: Header,
    record: Record,
    /// Wrong PINs in a row since the vault was opened, by profile.
    mismatches: BTreeMap<String, u8>,
}

/// What may be known of a profile before its PIN is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileSummary {
    /// Its name.
    pub name: String,
    /// Whether its passkeys stay here.
    pub binding: Binding,
    /// What opens it.
    pub opened_by: OpenedBy,
}

/// What opens a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenedBy {
    /// Nothing but the installation's key.
    Installation,
    /// A PIN.
    Pin {
        /// How many wrong ones there may be.
        retries: u8,
    },
}

impl Vault {
    /// Makes a vault without profiles.
    ///
    /// # Errors
    ///
    /// There is a file already, or it cannot be written.
    pub fn create(
        path: &Path,
        key: InstallationKey,
        anchor: Box<dyn Anchor>,
    ) -> Result<Self, VaultError> {
        let file = VaultFile::claim(path)?;
        if file.exists() {
            return Err(VaultError::Exists(path.to_owned()));
        }
        let header = Header { vault: random(&mut SystemRandom)?, save: 0 };
        let sealing = key.derive(b"cardea vault file");
        let (record, mismatches) = (Record::default(), BTreeMap::new());
        let mut vault = Self { file, key, sealing, anchor, header, record, mismatches };
        vault.save(Record::default())?;
        Ok(vault)
    }

    /// Opens a vault.
    ///
    /// # Errors
    ///
    /// Another process has it open; it is not there; it was changed, or replaced by an older one.
    pub fn open(
        path: &Path,
        key: InstallationKey,
        anchor: Box<dyn Anchor>,
    ) -> Result<Self, VaultError> {
        let file = VaultFile::claim(path)?;
        let bytes = file.read()?;
        let Parts { header, place, sealed } = Header::read(&bytes).map_err(|it| match it {
            Unreadable::NotAVault => VaultError::NotAVault(path.to_owned()),
            Unreadable::Version(version) => VaultError::Version(version),
        })?;
        let sealing = key.derive(b"cardea vault file");
        let record = Record::open(&sealing, place, sealed)?;
        // The file is written before the anchor, so it may be one save ahead of it, never behind.
        let last = anchor.last(&header.vault).map_err(VaultError::Anchor)?;
        if let Some(expected) = last.filter(|last| *last > header.save) {
            return Err(VaultError::RolledBack { found: header.save, expected });
        }
        Ok(Self { file, key, sealing, anchor, header, record, mismatches: BTreeMap::new() })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// The profiles, in the order in which they were added.
    pub fn profiles(&self) -> Vec<ProfileSummary> {
        let summary = |it: &ProfileRecord| ProfileSummary {
            name: it.name.clone(),
            binding: it.binding,
            opened_by: match it.lock {
                Lock::Installation(_) => OpenedBy::Installation,
                Lock::Pin { .. } => OpenedBy::Pin { retries: it.pin_retries },
            },
        };
        self.record.profiles.iter().map(summary).collect()
    }

    /// Adds a profile without passkeys.
    ///
    /// # Errors
    ///
    /// There is one of that name; the name or the PIN is not a good one; the file cannot be written.
    pub fn add_profile(
        &mut self,
        name: &str,
        binding: Binding,
        pin: Option<&str>,
    ) -> Result<(), VaultError> {
        check_name(name)?;
        if self.record.profiles.iter().any(|it| it.name == name) {
            return Err(VaultError::ProfileExists(name.to_owned()));
        }
        let mut state = State::new(binding);
        state.pin = match pin {
            Some(pin) => Some(Pin::new(&typed(pin), MIN_PIN_LENGTH).ok_or(VaultError::PinPolicy)?),
            None => None,
        };
        let added = self.sealed_anew(name, &state)?.0;
        let mut record = self.record.clone();
        record.profiles.push(added);
        self.save(record)
    }

    /// Removes a profile with all that is in it. Its PIN is not asked for: whoever has the vault could as well
    /// delete the file.
    ///
    /// # Errors
    ///
    /// There is none of that name; the file cannot be written.
    pub fn remove_profile(&mut self, name: &str) -> Result<(), VaultError> {
        let index = self.index(name)?;
        let mut record = self.record.clone();
        record.profiles.remove(index);
        self.save(record)
    }

    /// The attestation of this installation on a platform, for the relying parties that have certified it.
    pub fn attestation(&self, platform: Platform) -> Attestation {
        let issued = self.record.issued.iter().filter(|it| it.platform == platform);
        issued
            .fold(Attestation::by_credentials(), |all, it| all.issued_by(&it.rp_id, it.key.clone()))
    }

    /// The key that a relying party has certified for a platform.
    pub fn certified(&self, rp_id: &str, platform: Platform) -> Option<&AttestationKey> {
        let issued = self.record.issued.iter();
        issued.filter(|it| it.rp_id == rp_id && it.platform == platform).map(|it| &it.key).next()
    }

    /// Keeps a key that a relying party has certified for a platform, in the place of an earlier one.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn keep_attestation(
        &mut self,
        rp_id: &str,
        platform: Platform,
        key: AttestationKey,
    ) -> Result<(), VaultError> {
        let mut record = self.record.clone();
        record.issued.retain(|it| it.rp_id != rp_id || it.platform != platform);
        record.issued.push(Issued { rp_id: rp_id.to_owned(), platform, key });
        self.save(record)
    }

    /// Forgets the key that a relying party has certified for a platform, as after it was revoked there. Without one
    /// nothing is saved.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn forget_attestation(
        &mut self,
        rp_id: &str,
        platform: Platform,
    ) -> Result<(), VaultError> {
        if self.certified(rp_id, platform).is_none() {
            return Ok(());
        }
        let mut record = self.record.clone();
        record.issued.retain(|it| it.rp_id != rp_id || it.platform != platform);
        self.save(record)
    }

    fn index(&self, name: &str) -> Result<usize, VaultError> {
        let index = self.record.profiles.iter().position(|it| it.name == name);
        index.ok_or_else(|| VaultError::NoProfile(name.to_owned()))
    }

    /// Saves a record, which counts from then on.
    fn save(&mut self, record: Record) -> Result<(), VaultError> {
        let header = Header { save: self.header.save.saturating_add(1), ..self.header };
        self.file.replace(&record.seal(&self.sealing, header)?)?;
        self.header = header;
        self.record = record;
        self.anchor.advance(&header.vault, header.save).map_err(VaultError::Anchor)
    }

    /// Saves one profile in the place of what was kept of it.
    fn save_profile(&mut self, profile: ProfileRecord) -> Result<(), VaultError> {
        let index = self.index(&profile.name)?;
        let mut record = self.record.clone();
        if let Some(place) = record.profiles.get_mut(index) {
            *place = profile;
        }
        self.save(record)
    }
}

fn check_name(name: &str) -> Result<(), VaultError> {
    let length = name.chars().count();
    let good = (1..=NAME_MAX).contains(&length) && !name.chars().any(char::is_control);
    if good { Ok(()) } else { Err(VaultError::ProfileName) }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("path", &self.file.path())
            .field("profiles", &self.record.profiles.len())
            .finish_non_exhaustive()
    }
}
