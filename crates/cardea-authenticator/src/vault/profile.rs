//! A profile that is open.

use core::fmt;

use super::error::VaultError;
use super::record::{Lock, ProfileRecord};
use super::seal::{SALT, SealKey};
use super::{Vault, contents, export};
use crate::attestation::Attestation;
use crate::client_pin::{PIN_RETRIES_PER_BOOT, pin_hash, typed};
use crate::credential::Note;
use crate::host::{PlatformVerified, SystemRandom, random};
use crate::model::Platform;
use crate::state::{Binding, PIN_RETRIES, Pin, State, Store, StoreError};

/// A profile that is open: the [`Store`] of an authenticator. It sees nothing of other profiles.
pub struct UnlockedProfile<'v> {
    vault: &'v mut Vault,
    name: String,
    key: SealKey,
    state: State,
}

/// What opening a profile gives.
#[derive(Debug)]
pub struct Unlocked<'v> {
    /// The profile.
    pub profile: UnlockedProfile<'v>,
    /// Proof that its owner was verified just now, where it has a PIN.
    pub verified: Option<PlatformVerified>,
}

impl Vault {
    /// Opens a profile. A try at a PIN is counted on the disk before the PIN is looked at.
    ///
    /// # Errors
    ///
    /// There is no such profile; a PIN is needed, wrong, or was wrong too often; the file cannot be written.
    pub fn unlock(&mut self, name: &str, pin: Option<&str>) -> Result<Unlocked<'_>, VaultError> {
        let index = self.index(name)?;
        let found = self.record.profiles.get(index).cloned();
        let mut profile = found.ok_or_else(|| VaultError::NoProfile(name.to_owned()))?;
        let (key, verified) = match &profile.lock {
            Lock::Installation(wrapped) => {
                let key = self.key.derive(b"cardea vault profile");
                (self.unwrap(&key, &profile, wrapped)?, None)
            }
            Lock::Pin { salt, wrapped } => {
                let pin = pin.ok_or_else(|| VaultError::PinNeeded(name.to_owned()))?;
                let (salt, wrapped) = (*salt, wrapped.clone());
                let key = self.try_pin(&mut profile, pin, &salt, &wrapped)?;
                (key, Some(PlatformVerified::after_check_by_platform()))
            }
        };
        let place = self.place(b"contents", &profile);
        let state = contents::read(&key.open(&profile.contents, &place)?, profile.pin_retries)?;
        let profile = UnlockedProfile { vault: self, name: name.to_owned(), key, state };
        Ok(Unlocked { profile, verified })
    }

    /// The profile's key, if the PIN is right.
    fn try_pin(
        &mut self,
        profile: &mut ProfileRecord,
        pin: &str,
        salt: &[u8; SALT],
        wrapped: &[u8],
    ) -> Result<SealKey, VaultError> {
        let left = profile.pin_retries.checked_sub(1).ok_or(VaultError::PinBlocked)?;
        let wrong = self.mismatches.get(&profile.name).copied().unwrap_or(0);
        if wrong >= PIN_RETRIES_PER_BOOT {
            return Err(VaultError::PinAuthBlocked);
        }
        profile.pin_retries = left;
        self.save_profile(profile.clone())?;
        let key = self.key.with_pin(&pin_hash(&typed(pin)), salt)?;
        // The record is authentic, so what does not open is a wrong PIN and nothing else.
        let Ok(opened) = self.unwrap(&key, profile, wrapped) else {
            self.mismatches.insert(profile.name.clone(), wrong.saturating_add(1));
            return Err(match left {
                0 => VaultError::PinBlocked,
                left => VaultError::WrongPin { left },
            });
        };
        self.mismatches.remove(&profile.name);
        profile.pin_retries = PIN_RETRIES;
        self.save_profile(profile.clone())?;
        Ok(opened)
    }

    fn unwrap(
        &self,
        key: &SealKey,
        profile: &ProfileRecord,
        wrapped: &[u8],
    ) -> Result<SealKey, VaultError> {
        SealKey::from_slice(&key.open(wrapped, &self.place(b"key", profile))?)
    }

    /// What a part of a profile is sealed for: this vault, this profile, this part.
    fn place(&self, part: &[u8], profile: &ProfileRecord) -> Vec<u8> {
        [part, b"\0", &self.header.vault, profile.name.as_bytes()].concat()
    }

    /// A profile sealed with a new key, which the state's PIN wraps, or the installation's key without one.
    pub(super) fn sealed_anew(
        &self,
        name: &str,
        state: &State,
    ) -> Result<(ProfileRecord, SealKey), VaultError> {
        let key = SealKey::generate()?;
        let mut profile = ProfileRecord {
            name: name.to_owned(),
            binding: state.binding(),
            lock: Lock::Installation(Vec::new()),
            pin_retries: state.pin_retries,
            contents: Vec::new(),
        };
        let place = self.place(b"key", &profile);
        profile.lock = match &state.pin {
            None => {
                let wrapping = self.key.derive(b"cardea vault profile");
                Lock::Installation(wrapping.seal(key.bytes(), &place)?)
            }
            Some(pin) => {
                let salt = random(&mut SystemRandom)?;
                let wrapping = self.key.with_pin(&pin.hash, &salt)?;
                Lock::Pin { salt, wrapped: wrapping.seal(key.bytes(), &place)? }
            }
        };
        profile.contents = key.seal(&contents::write(state), &self.place(b"contents", &profile))?;
        Ok((profile, key))
    }
}

impl UnlockedProfile<'_> {
    /// The profile's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is in it.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The attestation of the installation on a platform, which all profiles share.
    pub fn attestation(&self, platform: Platform) -> Attestation {
        self.vault.attestation(platform)
    }

    /// Gives the profile another PIN. It takes a fresh verification where it has one already.
    ///
    /// # Errors
    ///
    /// The PIN is too short or too long; the file cannot be written.
    #[expect(clippy::needless_pass_by_value, reason = "one verification is good for one PIN")]
    pub fn change_pin(&mut self, verified: PlatformVerified, pin: &str) -> Result<(), VaultError> {
        let _ = verified;
        let mut state = self.state.clone();
        let new = Pin::new(&typed(pin), state.min_pin_length).ok_or(VaultError::PinPolicy)?;
        state.pin = Some(new);
        state.force_pin_change = false;
        self.keep(&state)
    }

    /// Removes a credential; nothing happens where it is not here.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn remove(&mut self, id: &[u8]) -> Result<(), VaultError> {
        let mut state = self.state.clone();
        state.credentials.retain(|it| it.id != id);
        self.keep(&state)
    }

    /// Notes something beside a credential, in the place of what was noted; nothing happens where it is not here.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn note(&mut self, id: &[u8], note: Note) -> Result<(), VaultError> {
        let mut state = self.state.clone();
        if let Some(credential) = state.find_mut(id) {
            credential.note = note;
        }
        self.keep(&state)
    }

    /// The passkeys, sealed with a passphrase for another installation. It takes a fresh verification.
    ///
    /// # Errors
    ///
    /// The profile's passkeys are bound to this device; the passphrase is too short.
    #[expect(clippy::needless_pass_by_value, reason = "one verification is good for one export")]
    pub fn export(
        &self,
        verified: PlatformVerified,
        passphrase: &str,
    ) -> Result<Vec<u8>, VaultError> {
        let _ = verified;
        match self.state.binding() {
            Binding::DeviceBound => Err(VaultError::DeviceBound(self.name.clone())),
            Binding::Synced => export::seal(self.state.credentials(), passphrase),
        }
    }

    /// Takes in passkeys of an export, and says how many. One that is here already stays as it is.
    ///
    /// # Errors
    ///
    /// The profile's passkeys are bound to this device, which those of an export are not; the passphrase is
    /// wrong or the export was changed; the file cannot be written.
    pub fn import(&mut self, sealed: &[u8], passphrase: &str) -> Result<usize, VaultError> {
        if self.state.binding() == Binding::DeviceBound {
            return Err(VaultError::DeviceBound(self.name.clone()));
        }
        let mut state = self.state.clone();
        let known = state.credentials.len();
        for credential in export::open(sealed, passphrase)? {
            if state.find(&credential.id).is_none() {
                state.credentials.push(credential);
            }
        }
        let new = state.credentials.len() - known;
        self.keep(&state)?;
        Ok(new)
    }

    fn keep(&mut self, state: &State) -> Result<(), VaultError> {
        let same_pin = self.state.pin == state.pin;
        let index = self.vault.index(&self.name)?;
        let kept = self.vault.record.profiles.get(index).cloned();
        let (profile, key) = match kept.filter(|_| same_pin) {
            Some(mut profile) => {
                let place = self.vault.place(b"contents", &profile);
                profile.contents = self.key.seal(&contents::write(state), &place)?;
                profile.pin_retries = state.pin_retries;
                (profile, self.key.clone())
            }
            None => self.vault.sealed_anew(&self.name, state)?,
        };
        let saved = self.vault.save_profile(profile);
        // Where only the anchor has failed, the file is written, and this has to be what it says.
        if matches!(saved, Ok(()) | Err(VaultError::Anchor(_))) {
            self.key = key;
            self.state = state.clone();
        }
        saved
    }
}

impl Store for UnlockedProfile<'_> {
    fn load(&mut self) -> Result<State, StoreError> {
        Ok(self.state.clone())
    }

    fn save(&mut self, state: &State) -> Result<(), StoreError> {
        self.keep(state).map_err(|error| StoreError(error.to_string()))
    }
}

impl fmt::Debug for UnlockedProfile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnlockedProfile").field("name", &self.name).finish_non_exhaustive()
    }
}
