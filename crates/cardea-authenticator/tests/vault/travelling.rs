//! Exports: from one installation to another, sealed.

use cardea_authenticator::vault::VaultError;
use cardea_authenticator::{Binding, PlatformVerified};

use crate::rig::{Place, Running};

const PASSPHRASE: &str = "four words that nobody knows";

fn verified() -> PlatformVerified {
    PlatformVerified::after_check_by_platform()
}

/// An export of one passkey of a synced profile.
fn exported() -> Vec<u8> {
    let place = Place::new();
    let mut vault = place.create();
    vault.add_profile("synced", Binding::Synced, None).unwrap();
    let mut running = Running::on(vault.unlock("synced", None).unwrap().profile);
    running.make("example.org", &[1], &[]).unwrap();
    let profile = running.into_profile();
    assert!(matches!(profile.export(verified(), "too short"), Err(VaultError::Passphrase)));
    profile.export(verified(), PASSPHRASE).unwrap()
}

#[test]
fn a_synced_passkey_signs_in_from_another_installation() {
    let export = exported();
    let place = Place::new();
    let mut vault = place.create();
    vault.add_profile("synced", Binding::Synced, None).unwrap();
    let mut profile = vault.unlock("synced", None).unwrap().profile;
    let wrong = profile.import(&export, "four words that nobody knew.");
    assert!(matches!(wrong, Err(VaultError::Export)));
    assert_eq!(profile.import(&export, PASSPHRASE).unwrap(), 1);
    assert_eq!(profile.import(&export, PASSPHRASE).unwrap(), 0, "what is here stays as it is");
    let answer = Running::on(profile).sign_in("example.org").unwrap();
    let Some(cardea_authenticator::cbor::Value::Bytes(data)) = answer.get(2) else { panic!() };
    assert_eq!(data[32] & 0x18, 0x18, "it says that there are copies");
}

#[test]
fn a_passkey_that_is_bound_to_its_device_does_not_leave_it() {
    let place = Place::new();
    let mut vault = place.create();
    vault.add_profile("work", Binding::DeviceBound, None).unwrap();
    let mut profile = vault.unlock("work", None).unwrap().profile;
    let refused = profile.export(verified(), PASSPHRASE);
    assert!(matches!(refused, Err(VaultError::DeviceBound(_))));
    let refused = profile.import(&exported(), PASSPHRASE);
    assert!(matches!(refused, Err(VaultError::DeviceBound(_))), "nor does another come in as one");
}

#[test]
fn an_export_that_was_changed_does_not_open_and_tells_nothing() {
    let export = exported();
    for secret in [&b"example.org"[..], b"lovelace"] {
        assert!(!export.windows(secret.len()).any(|part| part == secret));
    }
    let place = Place::new();
    let mut vault = place.create();
    vault.add_profile("synced", Binding::Synced, None).unwrap();
    let mut profile = vault.unlock("synced", None).unwrap().profile;
    let mut refused = |bytes: &[u8]| {
        assert!(matches!(profile.import(bytes, PASSPHRASE), Err(VaultError::Export)));
    };
    // One in each part; each costs what a guess of the passphrase costs.
    for at in [0, 8, 10, 26, 40, export.len() - 1] {
        let mut changed = export.clone();
        changed[at] ^= 1;
        refused(&changed);
    }
    refused(&export[..20]);
    refused(&export[..export.len() - 1]);
    refused(&[]);
}
