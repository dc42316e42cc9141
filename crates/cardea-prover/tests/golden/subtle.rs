//! Corners of the rules that random tenants led into.

use std::collections::BTreeSet;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::control::{Control, Grant};
use cardea_policy::id::Aaguid;
use cardea_policy::place::PolicyIndex;
use cardea_policy::strength::{Combination, Mode, PasskeyRule};
use cardea_policy::well_known::{CREDENTIAL_CONFIGURATION, MY_SIGN_INS};
use cardea_prover::reach::fixpoint::Account;
use cardea_tenant::assumption::{Assumption, Assumptions};
use cardea_tenant::journey::actor::{Across, Device};
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::means::Means;
use cardea_tenant::journey::step::{OneTimePass, State, Step, Wall};
use cardea_tenant::methods::KeyRestrictions;

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

/// The certificate is not asked for where the wizard interrupts, only where it registers.
#[test]
fn a_registration_strength_displaces_strengths_on_all_resources_and_on_nothing_else() {
    for (certificate_on, registers) in [(None, true), (Some(MY_SIGN_INS), false)] {
        let mut world = World::default();
        let code = world.strength(vec![Combination::of(&[Mode::Password, Mode::SoftwareOath])]);
        let certificate =
            world.strength(vec![Combination::of(&[Mode::X509CertificateMultiFactor])]);
        let pass = world.strength(passes());
        let certificate = all_resources(one(certificate));
        let certificate = match certificate_on {
            None => excluding(certificate, ORDINARY_APP),
            Some(app) => on_app(certificate, app),
        };
        let policies = [all_resources(one(code)), certificate, registration(one(pass))];
        assert_eq!(world.policies(policies).obtains(Mode::SoftwareOath), registers);
    }
}

#[test]
fn multifactor_on_a_registration_app_lets_newcomers_in_who_can_register_some() {
    let on_my_sign_ins = || on_app(all_resources(one(Control::Mfa)), MY_SIGN_INS);
    for (listed_means_let_in, gets_in) in [(true, true), (false, false)] {
        let mut world = World { start: vec![Mode::Password], ..World::default() };
        if !listed_means_let_in {
            world.assumptions = Assumptions::default().with_switched(Assumption::ListedMeansLetIn);
        }
        let world = world.policies([all_resources(one(Control::Mfa)), on_my_sign_ins()]);
        assert_eq!(world.obtains(Mode::SoftwareOath), gets_in);
    }
}

#[test]
fn looking_up_what_to_register_passes_compliance_but_no_hybrid_join() {
    for (control, registers) in
        [(Control::CompliantDevice, true), (Control::DomainJoinedDevice, false)]
    {
        let mut world = World::default();
        world.actor.devices = vec![Device::phone(Platform::Ios)];
        let policy = excluding(all_resources(one(control)), CREDENTIAL_CONFIGURATION);
        assert_eq!(world.policies([policy]).obtains_in_authenticator(), registers);
    }
}

#[test]
fn joining_a_device_begins_with_a_passkey_that_could_not_meet_its_policies() {
    for (policies, joins) in [(0, true), (1, false)] {
        let mut world = World { start: vec![Mode::Fido2], ..World::default() };
        let in_authenticator = KeyRestrictions::Allow([Aaguid::AUTHENTICATOR_IOS].into());
        world.tenant.methods = Some(passkeys_for_all(in_authenticator));
        world.actor.devices = vec![Device::work_computer()];
        let policy = joining(one(Control::Mfa));
        let world = world.policies(std::iter::repeat_n(policy, policies));
        assert_eq!(world.obtains(Mode::WindowsHelloForBusiness), joins);
    }
}

#[test]
fn a_passkey_on_an_iphone_reaches_other_phones_over_bluetooth_only() {
    for (across, gets_in) in [(Across::Open, true), (Across::Shut, false)] {
        let mut world = World {
            start: vec![Mode::Password, Mode::Fido2],
            account: Account::Registered,
            ..World::default()
        };
        let passkey = world.strength(vec![passkey_in_authenticator()]);
        let mut world = world.policies([all_resources(one(passkey))]);
        let phone = Device { across, ..Device::phone(Platform::Android) };
        world.actor.devices = vec![phone.clone()];
        assert_eq!(world.gets_in(), gets_in);
        // Each device has Bluetooth of its own or has none.
        world.actor.devices = vec![phone, Device::work_computer()];
        assert!(world.gets_in());
    }
}

#[test]
fn passkeys_in_windows_must_be_allowed_by_name() {
    let hello = BTreeSet::from([Aaguid::WINDOWS_HELLO_HARDWARE]);
    for (restrictions, registers) in
        [(KeyRestrictions::None, false), (KeyRestrictions::Allow(hello.clone()), true)]
    {
        let mut world = World::default();
        let windows = Combination {
            passkeys: PasskeyRule::Only(hello.clone()),
            ..Combination::of(&[Mode::Fido2])
        };
        let windows = world.strength(vec![windows]);
        let pass = world.strength(passes());
        world.tenant.methods = Some(passkeys_for_all(restrictions));
        let world = world.policies([all_resources(one(windows)), registration(one(pass))]);
        assert_eq!(world.obtains(Mode::Fido2), registers);
    }
}

#[test]
fn the_wizard_offers_nothing_that_only_one_of_two_demands_accepts() {
    let world = |policies: usize| {
        let mut world = World { start: vec![Mode::Password], ..World::default() };
        let passkeys = world.strength(vec![Combination::of(&[Mode::Fido2])]);
        let policies = [one(Control::Mfa), one(passkeys)].into_iter().take(policies);
        world.policies(policies.map(all_resources))
    };
    assert!(world(1).obtains(Mode::Sms));
    assert!(world(1).gets_in());
    assert!(!world(2).obtains(Mode::Sms));
    assert!(!world(2).gets_in());
    let union = Assumptions::default().with_switched(Assumption::WizardServesEveryDemand);
    assert!(World { assumptions: union, ..world(2) }.gets_in());
}

#[test]
fn a_demand_that_the_device_meets_asks_nothing_of_the_wizard() {
    let mut world = World { start: vec![Mode::Password, Mode::QrCodePin], ..World::default() };
    let code = world.strength(vec![Combination::of(&[Mode::Password, Mode::SoftwareOath])]);
    let passkeys = world.strength(vec![Combination::of(&[Mode::Fido2])]);
    let mut world = world.policies([
        all_resources(one(code)),
        all_resources(any(&[passkeys, Control::CompliantDevice])),
    ]);
    world.actor.devices = vec![Device::work_computer()];
    assert!(world.obtains(Mode::SoftwareOath));
    world.actor.devices = vec![Device::phone(Platform::Ios)];
    assert!(!world.obtains(Mode::SoftwareOath));
}

#[test]
fn whoever_opens_security_info_meets_the_wizard() {
    let mut world = World { start: vec![Mode::Password], ..World::default() };
    world = world.policies([on_app(all_resources(one(Control::Mfa)), MY_SIGN_INS)]);
    assert!(world.obtains(Mode::Sms));
}

#[test]
fn nobody_is_sent_from_a_sign_in_that_is_blocked_to_the_wizard() {
    let block = |app| on_app(all_resources(Grant::Block), app);
    for (blocked, obtains) in [(MY_SIGN_INS, false), (ORDINARY_APP, true)] {
        let world = World { start: vec![Mode::Password], ..World::default() };
        let world = world.policies([all_resources(one(Control::Mfa)), block(blocked)]);
        assert_eq!(world.obtains(Mode::Sms), obtains);
    }
}

#[test]
fn app_protection_is_met_by_an_app_of_a_person_and_by_no_browser_and_no_thief() {
    use cardea_tenant::journey::actor::Intent;
    let mut world = World { start: vec![Mode::Password], ..World::default() };
    world.actor.devices = vec![Device::phone(Platform::Android)];
    let mut world = world.policies([all_resources(one(Control::CompliantApplication))]);
    let open = |client| Deed::Open { device: 0, client, show: vec![Mode::Password] };
    let deeds = [open(ClientApp::MobileAppsAndDesktopClients), open(ClientApp::Browser)];
    let password = |means: &Means| State {
        held: means.mode(Mode::Password).into_iter().collect(),
        ..State::default()
    };
    let unmet = Step::Refused(Wall::Unmet(vec![PolicyIndex::at(0)]));
    assert_eq!(world.walk(password, &deeds), [Step::Granted, unmet]);
    assert!(world.gets_in());
    world.actor.intent = Intent::Attacker;
    assert!(!world.gets_in());
}
