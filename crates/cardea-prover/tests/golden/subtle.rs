//! Corners of the rules that random tenants led into.

use cardea_policy::strength::{Combination, Mode};

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::platform::Platform;
use cardea_tenant::journey::actor::Device;
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::step::{OneTimePass, State, Step, Wall};

use crate::world::*;

fn one_time_pass() -> Vec<Mode> {
    vec![Mode::TemporaryAccessPassOneTime]
}

/// In Authenticator on the only device.
fn in_authenticator() -> Deed {
    Deed::Register {
        device: 0,
        channel: Channel::Authenticator,
        show: one_time_pass(),
        method: authenticator_on_ios,
    }
}

fn with_a_one_time_pass() -> State {
    State { one_time: OneTimePass::Fresh, ..State::default() }
}

#[test]
fn a_one_time_pass_spent_in_a_phones_browser_is_spent_for_its_authenticator() {
    let mut world = World::default();
    world.actor.devices = vec![Device::phone(Platform::Ios)];
    let browser = Deed::Open { device: 0, client: ClientApp::Browser, show: one_time_pass() };
    let steps = world.walk(|_| with_a_one_time_pass(), &[browser, in_authenticator()]);
    assert_eq!(steps, [Step::Granted, Step::Refused(Wall::PassSpent)]);
    assert_eq!(world.walk(|_| with_a_one_time_pass(), &[in_authenticator()]), [Step::Done]);
}

#[test]
fn a_one_time_pass_serves_its_session_for_ten_minutes() {
    let mut world = World::default();
    world.actor.devices = vec![Device::phone(Platform::Ios)];
    for (minutes, then) in [(10, Step::Done), (11, Step::Refused(Wall::NoFirstFactor))] {
        let app = ClientApp::MobileAppsAndDesktopClients;
        let open = Deed::Open { device: 0, client: app, show: one_time_pass() };
        let deeds = [open, Deed::Wait(minutes), in_authenticator()];
        assert_eq!(
            world.walk(|_| with_a_one_time_pass(), &deeds),
            [Step::Granted, Step::Done, then]
        );
    }
}

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
