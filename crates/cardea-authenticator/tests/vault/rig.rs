//! A vault in a folder of its own, and somebody who uses its profiles.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use cardea_authenticator::cbor::{Map, Value};
use cardea_authenticator::vault::{
    Anchor, InstallationKey, NoAnchor, UnlockedProfile, Vault, VaultError,
};
use cardea_authenticator::{
    Authenticator, Host, Platform, PlatformCheck, PlatformVerified, Prompt, Refusal, SystemRandom,
    User,
};
use tempfile::TempDir;

pub(crate) const KEY: [u8; 32] = [7; 32];

/// A folder with at most one vault.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) path: PathBuf,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("vault");
        Self { folder, path }
    }

    pub(crate) fn create(&self) -> Vault {
        Vault::create(&self.path, key(), Box::new(NoAnchor)).unwrap()
    }

    pub(crate) fn open(&self) -> Result<Vault, VaultError> {
        Vault::open(&self.path, key(), Box::new(NoAnchor))
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        std::fs::read(&self.path).unwrap()
    }
}

pub(crate) fn key() -> InstallationKey {
    InstallationKey::from_bytes(KEY)
}

/// An anchor that lives as long as the test.
#[derive(Clone, Debug, Default)]
pub(crate) struct Remembering(pub(crate) Arc<Mutex<BTreeMap<[u8; 16], u64>>>);

impl Anchor for Remembering {
    fn last(&self, vault: &[u8; 16]) -> Result<Option<u64>, String> {
        Ok(self.0.lock().unwrap().get(vault).copied())
    }

    fn advance(&mut self, vault: &[u8; 16], save: u64) -> Result<(), String> {
        self.0.lock().unwrap().insert(*vault, save);
        Ok(())
    }
}

/// Somebody who agrees, and whom nothing but a PIN verifies.
pub(crate) struct Agreeing;

impl User for Agreeing {
    fn confirm(&mut self, _: &Prompt<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn platform_check(&self) -> PlatformCheck {
        PlatformCheck::Ready
    }

    fn verify(&mut self, _: &Prompt<'_>) -> Result<PlatformVerified, Refusal> {
        Ok(PlatformVerified::after_check_by_platform())
    }
}

/// An authenticator on an open profile.
pub(crate) struct Running<'v>(Authenticator<UnlockedProfile<'v>>);

impl<'v> Running<'v> {
    pub(crate) fn on(profile: UnlockedProfile<'v>) -> Self {
        let attestation = profile.attestation(Platform::Desktop);
        let mut host = host();
        Self(Authenticator::power_up(profile, attestation, &mut host.borrow()).unwrap())
    }

    pub(crate) fn raw(&mut self, request: &[u8]) -> Vec<u8> {
        let mut host = host();
        self.0.handle(request, &mut host.borrow())
    }

    /// Makes a passkey; the status where it is refused.
    pub(crate) fn make(
        &mut self,
        rp_id: &str,
        handle: &[u8],
        exclude: &[&[u8]],
    ) -> Result<Vec<u8>, u8> {
        let algorithm: Value = Map::new().with("alg", -7_i64).with("type", "public-key").into();
        let list: Vec<Value> = exclude.iter().map(|id| descriptor(id)).collect();
        let user = Map::new().with("id", handle).with("name", "ada.lovelace");
        let map = Map::new()
            .with(1, vec![7; 32])
            .with(2, Map::new().with("id", rp_id))
            .with(3, user)
            .with(4, vec![algorithm])
            .with_some(5, Some(list).filter(|list| !list.is_empty()))
            .with(7, Map::new().with("rk", true).with("uv", true));
        let answer = self.raw(&[vec![1], map.encode()].concat());
        if answer[0] != 0 {
            return Err(answer[0]);
        }
        Ok(self.0.state().credentials().last().unwrap().id().to_vec())
    }

    /// Uses a passkey; the status where it is refused.
    pub(crate) fn sign_in(&mut self, rp_id: &str) -> Result<Map, u8> {
        let map = Map::new().with(1, rp_id).with(2, vec![7; 32]);
        let answer = self.raw(&[vec![2], map.encode()].concat());
        if answer[0] != 0 {
            return Err(answer[0]);
        }
        Ok(Value::decode(&answer[1..]).unwrap().into_map().unwrap())
    }

    pub(crate) fn into_profile(self) -> UnlockedProfile<'v> {
        self.0.into_store()
    }
}

fn descriptor(id: &[u8]) -> Value {
    Map::new().with("id", id).with("type", "public-key").into()
}

pub(crate) struct Outside(SystemRandom, Agreeing);

pub(crate) fn host() -> Outside {
    Outside(SystemRandom, Agreeing)
}

impl Outside {
    pub(crate) fn borrow(&mut self) -> Host<'_> {
        let now = "2026-06-01T12:00:00Z".parse().unwrap();
        Host { now, random: &mut self.0, user: &mut self.1 }
    }
}
