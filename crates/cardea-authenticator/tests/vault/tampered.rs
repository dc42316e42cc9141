//! Files that are not what was saved.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cardea_authenticator::Binding;
use cardea_authenticator::vault::{Anchor, InstallationKey, NoAnchor, Vault, VaultError};

use crate::rig::{KEY, Place, Remembering, Running, key};

fn filled() -> (Place, Vec<u8>) {
    let place = Place::new();
    let mut vault = place.create();
    vault.add_profile("personal", Binding::DeviceBound, None).unwrap();
    let unlocked = vault.unlock("personal", None).unwrap();
    Running::on(unlocked.profile).make("example.org", &[1], &[]).unwrap();
    drop(vault);
    let bytes = place.bytes();
    (place, bytes)
}

fn refused(place: &Place, bytes: &[u8]) -> VaultError {
    std::fs::write(&place.path, bytes).unwrap();
    place.open().expect_err("opened")
}

#[test]
fn a_vault_of_which_any_bit_was_changed_does_not_open() {
    let (place, bytes) = filled();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        let error = refused(&place, &changed);
        let expected = match at {
            0..8 => matches!(error, VaultError::NotAVault(_)),
            8 => matches!(error, VaultError::Version(_)),
            _ => matches!(error, VaultError::Integrity),
        };
        assert!(expected, "byte {at}: {error}");
    }
    std::fs::write(&place.path, &bytes).unwrap();
    assert!(place.open().is_ok());
}

#[test]
fn a_vault_that_is_cut_off_or_longer_does_not_open() {
    let (place, bytes) = filled();
    for length in 0..bytes.len() {
        let error = refused(&place, &bytes[..length]);
        assert!(
            matches!(error, VaultError::NotAVault(_) | VaultError::Integrity),
            "{length}: {error}"
        );
    }
    assert!(matches!(refused(&place, &[&bytes[..], &[0]].concat()), VaultError::Integrity));
    assert!(matches!(refused(&place, &[0; 4096]), VaultError::NotAVault(_)));
}

#[test]
fn parts_of_two_vaults_are_no_vault_and_neither_is_anothers() {
    let ((place, one), (_other, two)) = (filled(), filled());
    let mixed = [&one[..33], &two[33..]].concat();
    assert!(matches!(refused(&place, &mixed), VaultError::Integrity));
    std::fs::write(&place.path, &one).unwrap();
    let mut key = KEY;
    key[0] ^= 1;
    let stranger = Vault::open(&place.path, InstallationKey::from_bytes(key), Box::new(NoAnchor));
    assert!(matches!(stranger, Err(VaultError::Integrity)));
}

#[test]
fn an_older_file_is_evident_where_there_is_an_anchor() {
    let (place, anchor) = (Place::new(), Remembering::default());
    let boxed = || Box::new(anchor.clone());
    let mut vault = Vault::create(&place.path, key(), boxed()).unwrap();
    vault.add_profile("work", Binding::DeviceBound, Some("2468")).unwrap();
    let old = place.bytes();
    assert!(vault.unlock("work", Some("1357")).is_err());
    drop(vault);
    let new = place.bytes();
    std::fs::write(&place.path, &old).unwrap();
    let opened = Vault::open(&place.path, key(), boxed());
    let Err(VaultError::RolledBack { found: 2, expected: 3 }) = opened else {
        panic!("{opened:?}");
    };
    std::fs::write(&place.path, &new).unwrap();
    assert!(Vault::open(&place.path, key(), boxed()).is_ok());
    // A crash between the file and the anchor leaves the file ahead, which is no rollback.
    anchor.0.lock().unwrap().values_mut().for_each(|save| *save -= 1);
    assert!(Vault::open(&place.path, key(), boxed()).is_ok());
}

#[test]
fn without_an_anchor_an_older_file_is_taken_which_the_documentation_says() {
    let (place, old) = filled();
    let mut vault = place.open().unwrap();
    Running::on(vault.unlock("personal", None).unwrap().profile).sign_in("example.org").unwrap();
    drop(vault);
    std::fs::write(&place.path, old).unwrap();
    assert!(place.open().is_ok());
}

/// An anchor that cannot be written from some time on.
#[derive(Clone, Debug, Default)]
struct Stuck(Arc<AtomicBool>);

impl Anchor for Stuck {
    fn last(&self, _: &[u8; 16]) -> Result<Option<u64>, String> {
        Ok(None)
    }

    fn advance(&mut self, _: &[u8; 16], _: u64) -> Result<(), String> {
        if self.0.load(Ordering::Relaxed) { Err("no keyring".into()) } else { Ok(()) }
    }
}

#[test]
fn an_anchor_that_fails_is_an_error_and_loses_nothing() {
    let (place, stuck) = (Place::new(), Stuck::default());
    let mut vault = Vault::create(&place.path, key(), Box::new(stuck.clone())).unwrap();
    vault.add_profile("work", Binding::DeviceBound, Some("2468")).unwrap();
    let mut running = Running::on(vault.unlock("work", Some("2468")).unwrap().profile);
    running.make("example.org", &[1], &[]).unwrap();
    stuck.0.store(true, Ordering::Relaxed);
    // A reset takes the PIN away, so the profile gets a new key. That is on the disk, though it is refused.
    assert_eq!(running.raw(&[0x07]), [0x7f]);
    assert_eq!(running.sign_in("example.org").err(), Some(0x7f));
    drop(running);
    drop(vault);
    let mut vault = place.open().unwrap();
    let unlocked = vault.unlock("work", Some("2468")).unwrap();
    assert!(Running::on(unlocked.profile).sign_in("example.org").is_ok());
}
