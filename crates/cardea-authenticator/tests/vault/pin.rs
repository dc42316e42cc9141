//! PINs: of the vault and of CTAP, which are one and count together.

use cardea_authenticator::Binding;
use cardea_authenticator::vault::{OpenedBy, Vault, VaultError};

use crate::rig::{Place, Running};

fn with_pin() -> (Place, Vault) {
    let place = Place::new();
    let mut vault = place.create();
    vault.add_profile("work", Binding::DeviceBound, Some("2468")).unwrap();
    (place, vault)
}

/// What a wrong PIN gives: how many are left, or why none is looked at.
fn wrong(vault: &mut Vault) -> Result<u8, &'static str> {
    match vault.unlock("work", Some("1357")) {
        Err(VaultError::WrongPin { left }) => Ok(left),
        Err(VaultError::PinAuthBlocked) => Err("open anew"),
        Err(VaultError::PinBlocked) => Err("blocked"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_profile_with_a_pin_opens_with_it_only() {
    let (_place, mut vault) = with_pin();
    assert!(matches!(vault.unlock("work", None), Err(VaultError::PinNeeded(_))));
    assert!(vault.unlock("work", Some("2468")).unwrap().verified.is_some());
    for pin in ["", "123", &"1".repeat(64)] {
        let added = vault.add_profile("other", Binding::DeviceBound, Some(pin));
        assert!(matches!(added, Err(VaultError::PinPolicy)), "{pin}");
    }
}

#[test]
fn two_spellings_of_a_pin_are_one() {
    let place = Place::new();
    let mut vault = place.create();
    vault.add_profile("work", Binding::DeviceBound, Some("caf\u{e9}")).unwrap();
    assert!(vault.unlock("work", Some("cafe\u{301}")).is_ok());
    assert!(vault.unlock("work", Some("cafe")).is_err());
}

#[test]
fn wrong_pins_are_counted_over_restarts_and_a_right_one_forgives_them() {
    let (place, mut vault) = with_pin();
    assert_eq!([0; 3].map(|_| wrong(&mut vault)), [Ok(7), Ok(6), Ok(5)]);
    assert_eq!(wrong(&mut vault), Err("open anew"));
    assert!(matches!(vault.unlock("work", Some("2468")), Err(VaultError::PinAuthBlocked)));
    drop(vault);
    let mut vault = place.open().unwrap();
    assert_eq!(vault.profiles()[0].opened_by, OpenedBy::Pin { retries: 5 });
    assert_eq!(wrong(&mut vault), Ok(4));
    vault.unlock("work", Some("2468")).unwrap();
    assert_eq!(wrong(&mut vault), Ok(7));
}

#[test]
fn eight_wrong_pins_block_a_profile_for_good() {
    let (place, vault) = with_pin();
    drop(vault);
    let mut judged = 0;
    for _ in 0..3 {
        let mut vault = place.open().unwrap();
        judged += [0; 3].map(|_| wrong(&mut vault)).iter().filter(|it| it.is_ok()).count();
    }
    assert_eq!(judged, 7, "and the eighth says that it was the last");
    let mut vault = place.open().unwrap();
    assert!(matches!(vault.unlock("work", Some("2468")), Err(VaultError::PinBlocked)));
}

#[test]
fn the_pin_of_a_profile_is_the_authenticators() {
    let (_place, mut vault) = with_pin();
    let mut running = Running::on(vault.unlock("work", Some("2468")).unwrap().profile);
    let info = running.raw(&[0x04]);
    let set = [b"iclientPin".as_slice(), &[0xf5]].concat();
    assert!(info.windows(set.len()).any(|part| part == set));
    // A reset takes the PIN away, and with it what wrapped the profile's key.
    assert_eq!(running.raw(&[0x07]), [0]);
    drop(running);
    assert_eq!(vault.profiles()[0].opened_by, OpenedBy::Installation);
    assert!(vault.unlock("work", None).unwrap().profile.state().credentials().is_empty());
}
