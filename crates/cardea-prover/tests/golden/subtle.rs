//! Corners of the rules that random tenants led into.

use cardea_policy::strength::{Combination, Mode};

use crate::world::*;

#[test]
fn the_first_phone_is_added_with_a_password_and_with_no_other_single_factor() {
    for (start, adds) in [(Mode::Password, true), (Mode::QrCodePin, false)] {
        let world = World { start: vec![start], ..World::default() };
        assert_eq!(world.obtains(Mode::Sms), adds, "{start:?}");
    }
}

#[test]
fn nobody_adds_two_first_methods_without_a_password() {
    let mut world = World { start: vec![Mode::QrCodePin], ..World::default() };
    let text = world.strength(vec![Combination::of(&[Mode::QrCodePin, Mode::Sms])]);
    let code = world.strength(vec![Combination::of(&[Mode::QrCodePin, Mode::SoftwareOath])]);
    assert!(!world.policies([all_resources(one(text)), all_resources(one(code))]).gets_in());
}
