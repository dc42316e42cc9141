//! What is kept, and who sees it.

use cardea_authenticator::vault::{NoAnchor, OpenedBy, Vault, VaultError};
use cardea_authenticator::{
    Algorithm, AttestationKey, Binding, Note, Platform, PlatformVerified, SigningKey, SystemRandom,
};

use crate::rig::{Place, Running, key};

#[test]
fn passkeys_are_there_again_after_the_vault_was_closed() {
    let place = Place::new();
    let mut vault = place.create();
    vault.add_profile("personal", Binding::DeviceBound, None).unwrap();
    let id = Running::on(vault.unlock("personal", None).unwrap().profile)
        .make("example.org", &[1], &[])
        .unwrap();
    drop(vault);
    let mut vault = place.open().unwrap();
    let unlocked = vault.unlock("personal", None).unwrap();
    assert!(unlocked.verified.is_none(), "who has not shown a PIN is not verified");
    let kept = unlocked.profile.state().credentials()[0].clone();
    assert_eq!((kept.id(), kept.rp().id.as_str()), (&id[..], "example.org"));
    assert_eq!(kept.user().name.as_deref(), Some("ada.lovelace"));
    let mut running = Running::on(unlocked.profile);
    let counted = |running: &mut Running<'_>| {
        let answer = running.sign_in("example.org").unwrap();
        let Some(cardea_authenticator::cbor::Value::Bytes(data)) = answer.get(2) else { panic!() };
        data[36]
    };
    assert_eq!(counted(&mut running), 1);
    drop(running);
    drop(vault);
    let mut vault = place.open().unwrap();
    assert_eq!(counted(&mut Running::on(vault.unlock("personal", None).unwrap().profile)), 2);
}

#[test]
fn a_profile_sees_nothing_of_another() {
    let place = Place::new();
    let mut vault = place.create();
    vault.add_profile("personal", Binding::DeviceBound, None).unwrap();
    vault.add_profile("work", Binding::DeviceBound, Some("2468")).unwrap();
    let id = Running::on(vault.unlock("work", Some("2468")).unwrap().profile)
        .make("contoso.example", &[1], &[])
        .unwrap();
    let personal = vault.unlock("personal", None).unwrap().profile;
    assert!(personal.state().credentials().is_empty());
    let mut personal = Running::on(personal);
    assert_eq!(personal.sign_in("contoso.example"), Err(0x2e), "no credentials");
    assert!(
        personal.make("contoso.example", &[1], &[&id]).is_ok(),
        "excluded is only what is here"
    );
    drop(personal);
    let work = vault.unlock("work", Some("2468")).unwrap().profile;
    assert_eq!(work.state().credentials().len(), 1);
    let shown = format!("{work:?} {:?}", work.state());
    assert!(!shown.contains("contoso") && !shown.contains("lovelace"), "{shown}");
}

#[test]
fn the_file_tells_nothing_and_nobody_else_can_read_it() {
    let place = Place::new();
    let mut vault = place.create();
    vault.add_profile("work", Binding::DeviceBound, Some("2468")).unwrap();
    let unlocked = vault.unlock("work", Some("2468")).unwrap();
    let id = Running::on(unlocked.profile).make("contoso.example", b"handle-of-ada", &[]).unwrap();
    let bytes = place.bytes();
    for secret in [&b"work"[..], b"contoso", b"lovelace", b"handle-of-ada", b"2468", &id] {
        assert!(!bytes.windows(secret.len()).any(|part| part == secret), "{secret:?}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for name in ["vault", "vault.lock"] {
            let mode = place.folder.path().join(name).metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
}

#[test]
fn one_process_has_the_vault_at_a_time() {
    let place = Place::new();
    let vault = place.create();
    assert!(matches!(place.open(), Err(VaultError::InUse(_))));
    drop(vault);
    assert!(place.open().is_ok());
    let again = Vault::create(&place.path, key(), Box::new(NoAnchor));
    assert!(matches!(again, Err(VaultError::Exists(_))));
    let nowhere = Vault::open(&place.folder.path().join("none"), key(), Box::new(NoAnchor));
    assert!(matches!(nowhere, Err(VaultError::File { action: "open", .. })));
}

#[test]
fn profiles_are_listed_added_and_removed_by_name() {
    let place = Place::new();
    let mut vault = place.create();
    vault.add_profile("personal", Binding::Synced, None).unwrap();
    vault.add_profile("work", Binding::DeviceBound, Some("2468")).unwrap();
    let listed = vault.profiles();
    let told: Vec<_> =
        listed.iter().map(|it| (it.name.as_str(), it.binding, it.opened_by)).collect();
    assert_eq!(
        told,
        [
            ("personal", Binding::Synced, OpenedBy::Installation),
            ("work", Binding::DeviceBound, OpenedBy::Pin { retries: 8 }),
        ]
    );
    let again = vault.add_profile("work", Binding::DeviceBound, None);
    assert!(matches!(again, Err(VaultError::ProfileExists(_))));
    for name in ["", "a\nb", &"x".repeat(65)] {
        let named = vault.add_profile(name, Binding::DeviceBound, None);
        assert!(matches!(named, Err(VaultError::ProfileName)), "{name:?}");
    }
    vault.remove_profile("work").unwrap();
    assert!(matches!(vault.unlock("work", Some("2468")), Err(VaultError::NoProfile(_))));
    drop(vault);
    assert_eq!(place.open().unwrap().profiles().len(), 1);
}

#[test]
fn what_cannot_be_saved_is_not_answered_and_the_state_stays() {
    let place = Place::new();
    let mut vault = place.create();
    vault.add_profile("personal", Binding::DeviceBound, None).unwrap();
    let mut running = Running::on(vault.unlock("personal", None).unwrap().profile);
    running.make("example.org", &[1], &[]).unwrap();
    let kept = place.bytes();
    std::fs::remove_dir_all(place.folder.path()).unwrap();
    assert_eq!(running.make("example.org", &[2], &[]), Err(0x7f));
    assert_eq!(running.sign_in("example.org"), Err(0x7f));
    std::fs::create_dir(place.folder.path()).unwrap();
    std::fs::write(&place.path, kept).unwrap();
    assert!(running.sign_in("example.org").is_ok());
    assert_eq!(running.into_profile().state().credentials().len(), 1);
}

#[test]
fn a_certified_key_is_the_installations_and_outlasts_a_restart() {
    let place = Place::new();
    let mut vault = place.create();
    vault.add_profile("work", Binding::DeviceBound, None).unwrap();
    let certificate = vec![0x30, 3, 1, 1, 0];
    let key = SigningKey::generate(Algorithm::Es256, &mut SystemRandom).unwrap();
    let key = AttestationKey::new(key, vec![certificate.clone()]).unwrap();
    vault.keep_attestation("contoso.example", Platform::Desktop, key).unwrap();
    assert!(vault.certified("contoso.example", Platform::Android).is_none());
    drop(vault);
    let mut vault = place.open().unwrap();
    let mut running = Running::on(vault.unlock("work", None).unwrap().profile);
    let mut attests = |rp_id: &str| {
        let algorithm =
            cardea_authenticator::cbor::Map::new().with("alg", -7_i64).with("type", "public-key");
        let map = cardea_authenticator::cbor::Map::new()
            .with(1, vec![7; 32])
            .with(2, cardea_authenticator::cbor::Map::new().with("id", rp_id))
            .with(3, cardea_authenticator::cbor::Map::new().with("id", vec![1]))
            .with(4, vec![cardea_authenticator::cbor::Value::from(algorithm)]);
        let answer = running.raw(&[vec![1], map.encode()].concat());
        answer.windows(certificate.len()).any(|part| part == certificate)
    };
    assert!(attests("contoso.example"));
    assert!(!attests("fabrikam.example"));
    vault.forget_attestation("contoso.example", Platform::Desktop).unwrap();
    drop(vault);
    let vault = place.open().unwrap();
    assert!(vault.certified("contoso.example", Platform::Desktop).is_none());
}

#[test]
fn what_is_noted_beside_a_passkey_is_kept_and_a_removed_one_is_gone() {
    let place = Place::new();
    let mut vault = place.create();
    vault.add_profile("work", Binding::DeviceBound, None).unwrap();
    let mut running = Running::on(vault.unlock("work", None).unwrap().profile);
    let first = running.make("contoso.example", &[1], &[]).unwrap();
    let second = running.make("contoso.example", &[2], &[]).unwrap();
    let mut profile = running.into_profile();
    let note = Note {
        name: Some("Phone".into()),
        address: Some("https://contoso.example".into()),
        platform: Platform::Android,
        roots: Some("-----BEGIN CERTIFICATE-----".into()),
    };
    profile.note(&first, note.clone()).unwrap();
    profile.remove(&second).unwrap();
    profile.remove(&second).unwrap();
    profile.note(&second, Note::default()).unwrap();
    drop(vault);
    let mut vault = place.open().unwrap();
    let profile = vault.unlock("work", None).unwrap().profile;
    let [kept] = profile.state().credentials() else { panic!("one is left") };
    assert_eq!((kept.id(), kept.note()), (&first[..], &note));
}

#[test]
fn another_pin_opens_the_profile_and_the_earlier_one_does_not() {
    let place = Place::new();
    let mut vault = place.create();
    vault.add_profile("work", Binding::DeviceBound, Some("2468")).unwrap();
    let opened = vault.unlock("work", Some("2468")).unwrap();
    let (mut profile, proof) = (opened.profile, opened.verified.unwrap());
    profile.change_pin(proof, "13579").unwrap();
    let short = profile.change_pin(PlatformVerified::after_check_by_platform(), "123");
    assert!(matches!(short, Err(VaultError::PinPolicy)));
    drop(vault);
    let mut vault = place.open().unwrap();
    let wrong = vault.unlock("work", Some("2468"));
    assert!(matches!(wrong, Err(VaultError::WrongPin { left: 7 })));
    assert!(vault.unlock("work", Some("13579")).is_ok());
}
