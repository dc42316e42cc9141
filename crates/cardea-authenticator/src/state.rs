//! What an authenticator keeps, and where.

use core::fmt;

use thiserror::Error;
use zeroize::Zeroizing;

use crate::credential::Credential;

/// How often a wrong PIN may be given before only a reset helps (CTAP 2.1 §6.5.2.2).
pub const PIN_RETRIES: u8 = 8;
/// The fewest characters of a PIN (§6.5.1), until `setMinPINLength` raises it.
pub const MIN_PIN_LENGTH: u8 = 4;
/// How many passkeys there can be.
pub(crate) const CREDENTIALS_MAX: usize = 1000;

/// Whether passkeys stay where they were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// They do: the flags BE and BS are clear, and they are not exported.
    DeviceBound,
    /// Copies are kept elsewhere: BE and BS are set, nothing is attested, and no use is counted.
    Synced,
}

/// A PIN, as far as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Pin {
    /// `LEFT(SHA-256(PIN), 16)`, with which clients prove it.
    pub(crate) hash: Zeroizing<[u8; 16]>,
    /// How many characters it has.
    pub(crate) length: u8,
}

/// Everything that one profile's authenticator keeps.
///
/// It is a value: a command changes a copy, and the copy counts once the [`Store`] has it.
#[derive(Clone)]
pub struct State {
    pub(crate) binding: Binding,
    /// The oldest first.
    pub(crate) credentials: Vec<Credential>,
    pub(crate) pin: Option<Pin>,
    pub(crate) pin_retries: u8,
    pub(crate) min_pin_length: u8,
    /// Relying parties that may learn the least length of a PIN (§6.11.4).
    pub(crate) min_pin_length_rp_ids: Vec<String>,
    pub(crate) force_pin_change: bool,
    pub(crate) always_uv: bool,
    pub(crate) enterprise_attestation: bool,
    /// The serialized large-blob array (§6.10).
    pub(crate) large_blobs: Vec<u8>,
}

impl State {
    /// That of an authenticator as it is made.
    pub fn new(binding: Binding) -> Self {
        Self {
            binding,
            credentials: Vec::new(),
            pin: None,
            pin_retries: PIN_RETRIES,
            min_pin_length: MIN_PIN_LENGTH,
            min_pin_length_rp_ids: Vec::new(),
            force_pin_change: false,
            always_uv: false,
            enterprise_attestation: false,
            large_blobs: crate::large_blobs::empty(),
        }
    }

    /// Whether passkeys stay where they were made.
    pub fn binding(&self) -> Binding {
        self.binding
    }

    /// All credentials, the oldest first.
    pub fn credentials(&self) -> &[Credential] {
        &self.credentials
    }

    pub(crate) fn discoverable(&self) -> impl Iterator<Item = &Credential> {
        self.credentials.iter().filter(|it| it.is_discoverable())
    }

    pub(crate) fn find(&self, id: &[u8]) -> Option<&Credential> {
        self.credentials.iter().find(|it| it.id == id)
    }

    pub(crate) fn find_mut(&mut self, id: &[u8]) -> Option<&mut Credential> {
        self.credentials.iter_mut().find(|it| it.id == id)
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("binding", &self.binding)
            .field("credentials", &self.credentials.len())
            .finish_non_exhaustive()
    }
}

/// Where a [`State`] is kept.
pub trait Store {
    /// What is kept.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    fn load(&mut self) -> Result<State, StoreError>;

    /// Keeps a state. It is durable when this returns: counters of wrong PINs depend on that.
    ///
    /// # Errors
    ///
    /// It was not kept; what was kept before still is.
    fn save(&mut self, state: &State) -> Result<(), StoreError>;
}

/// What is to be kept was not kept, or what was kept cannot be read.
#[derive(Debug, Error)]
#[error("the authenticator's state is not kept: {0}")]
pub struct StoreError(pub String);

/// A store that forgets when it is dropped; for tests, and for passkeys of one run.
#[derive(Debug)]
pub struct MemoryStore(pub State);

impl Store for MemoryStore {
    fn load(&mut self) -> Result<State, StoreError> {
        Ok(self.0.clone())
    }

    fn save(&mut self, state: &State) -> Result<(), StoreError> {
        self.0 = state.clone();
        Ok(())
    }
}
