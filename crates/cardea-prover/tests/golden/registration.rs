use std::collections::BTreeSet;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::{Guest, GuestKind, Include, People, Person, Principals};
use cardea_policy::control::{Control, Grant};
use cardea_policy::id::{GroupId, RoleId, UserId};
use cardea_policy::place::{PolicyIndex, StrengthIndex};
use cardea_policy::policy::{ApprovedApplication, Settings};
use cardea_policy::strength::{Combination, Mode, multifactor};
use cardea_policy::well_known::CREDENTIAL_CONFIGURATION;
use cardea_prover::reach::fixpoint::Account;
use cardea_prover::reach::terrain::Reachable;
use cardea_tenant::journey::actor::{Device, DeviceState, Form};
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::means::{Means, Method};
use cardea_tenant::journey::step::{OneTimePass, State, Step, Wall};
use cardea_tenant::methods::{Attestation, KeyRestrictions, MethodKind, TargetId};
use cardea_tenant::tenant::Tenant;

use crate::world::*;

const PHISHING_RESISTANT: Control = Control::Strength(StrengthIndex(2));

fn phones() -> [Platform; 2] {
    [Platform::Android, Platform::Ios]
}

/// The documented split: passkeys on desktops, passes or passkeys on phones.
fn split(world: &mut World) -> [cardea_policy::policy::Policy; 2] {
    let desktop = world.strength(vec![passkey_in_authenticator()]);
    let mut mobile = passes();
    mobile.push(passkey_in_authenticator());
    let mobile = world.strength(mobile);
    [except(all_resources(one(desktop)), &phones()), on(all_resources(one(mobile)), &phones())]
}

#[test]
fn g01_demanding_an_authenticator_passkey_from_all_resources_is_a_loop() {
    let mut world = World::default();
    let strength = world.strength(vec![passkey_in_authenticator()]);
    assert!(!world.policies([all_resources(one(strength))]).gets_in());
}

#[test]
fn g02_the_split_lets_a_pass_register_the_passkey_on_the_phone() {
    let mut world = World::default();
    let policies = split(&mut world);
    let world = world.policies(policies);
    assert!(world.obtains_in_authenticator());
}

#[test]
fn g03_a_registration_strength_without_the_pass_shuts_the_split_again() {
    let mut world = World::default();
    let policies = split(&mut world);
    let rsi = world.strength(vec![Combination::of(&[Mode::Fido2])]);
    let world = world.policies(policies).policies([registration(one(rsi))]);
    assert!(!world.obtains_in_authenticator());
}

#[test]
fn g04_registration_from_trusted_places_only_stops_a_phone_elsewhere() {
    let mut world = World::default();
    let policies = split(&mut world);
    let mut rsi = passes();
    rsi.push(Combination::of(&[Mode::Fido2]));
    let rsi = world.strength(rsi);
    let mut world = world
        .policies(policies)
        .policies([registration(one(rsi)), untrusted(registration(Grant::Block))]);
    assert!(!world.obtains_in_authenticator());
    world.actor.networks = vec![World::trusted_network()];
    assert!(world.obtains_in_authenticator());
}

#[test]
fn g05_a_tablet_that_claims_to_be_a_mac_loops_again() {
    let mut world = World::default();
    let policies = split(&mut world);
    let mut world = world.policies(policies);
    let mut tablet = Device::phone(Platform::MacOs);
    tablet.name = "tablet".into();
    world.actor.devices = vec![tablet];
    assert!(!world.gets_in());
}

#[test]
fn g06_a_desktop_user_registers_on_the_phone_and_then_signs_in_on_the_desktop() {
    let mut world = World { goal: Reachable::Form(Form::Computer), ..World::default() };
    let policies = split(&mut world);
    assert!(world.policies(policies).gets_in());
}

#[test]
fn g07_a_one_time_pass_spent_on_the_desktop_is_spent_on_the_phone() {
    let mut world = World::default();
    let policies = split(&mut world);
    let world = world.policies(policies);
    let pass = || vec![Mode::TemporaryAccessPassOneTime];
    let on_the_desktop = Deed::Open { device: 0, client: ClientApp::Browser, show: pass() };
    let on_the_phone = || Deed::Register {
        device: 1,
        channel: Channel::Authenticator,
        show: pass(),
        method: authenticator_on_ios,
    };
    let fresh = |_: &Means| State { one_time: OneTimePass::Fresh, ..State::default() };
    let steps = world.walk(fresh, &[on_the_desktop, on_the_phone()]);
    assert_eq!(steps[1], Step::Refused(Wall::PassSpent));
    assert_eq!(world.walk(fresh, &[on_the_phone()]), [Step::Done]);
}

#[test]
fn g08_app_controls_keep_authenticator_from_registering() {
    for approved in [ApprovedApplication::Enforced, ApprovedApplication::Retired] {
        let mut world = app_controls();
        world.tenant.settings = Settings { approved_application: approved, ..Settings::default() };
        world.goal = Reachable::Form(Form::Phone);
        assert!(!world.obtains_in_authenticator(), "{approved:?}");
    }
}

fn app_controls() -> World {
    let mut world = World::default();
    world.actor.devices = vec![Device::phone(Platform::Ios)];
    let passkeys = world.strength(vec![passkey_in_authenticator(), passes().remove(1)]);
    let apps = [Control::ApprovedApplication, Control::CompliantApplication];
    world.policies([all_resources(any(&apps)), all_resources(one(passkeys))])
}

#[test]
fn g09_a_managed_phone_registers_where_compliance_is_accepted_instead() {
    let mut world = World::default();
    let mut phone = Device::phone(Platform::Ios);
    phone.state = DeviceState::Compliant;
    world.actor.devices = vec![phone];
    let controls =
        [Control::ApprovedApplication, Control::CompliantApplication, Control::CompliantDevice];
    assert!(world.policies([all_resources(any(&controls))]).obtains_in_authenticator());
}

#[test]
fn g10_excluding_the_credential_endpoint_lets_authenticator_register() {
    let mut world = World::default();
    world.actor.devices = vec![Device::phone(Platform::Ios)];
    let controls = [Control::ApprovedApplication, Control::CompliantApplication];
    let policy = excluding(all_resources(any(&controls)), CREDENTIAL_CONFIGURATION);
    assert!(world.policies([policy]).obtains_in_authenticator());
}

#[test]
fn g11_compliance_lets_an_unmanaged_phone_look_but_not_register() {
    let mut world = World::default();
    world.actor.devices = vec![Device::phone(Platform::Android)];
    assert!(
        !world.policies([all_resources(one(Control::CompliantDevice))]).obtains_in_authenticator()
    );
}

/// The documented bootstrap pattern.
fn bootstrap() -> World {
    let mut world = World::default();
    let without_pass = multifactor().into_iter().filter(|combination| {
        !combination.modes.contains(&Mode::TemporaryAccessPassOneTime)
            && !combination.modes.contains(&Mode::TemporaryAccessPassMultiUse)
    });
    let without_pass = world.strength(without_pass.collect());
    let bootstrap = world.strength(passes());
    let mut laptop = Device::work_computer();
    laptop.claims = vec![Platform::MacOs];
    world.actor.devices = vec![laptop];
    world.policies([
        all_resources(both(&[without_pass, Control::CompliantDevice])),
        registration(one(bootstrap)),
    ])
}

#[test]
fn g12_a_pass_bootstraps_on_a_compliant_computer_through_the_wizard() {
    assert!(bootstrap().gets_in());
}

#[test]
fn g13_the_same_pass_in_security_info_meets_the_strength_on_all_resources() {
    let code = |method| method == Method::Mode(Mode::SoftwareOath);
    let deed = |channel| Deed::Register {
        device: 0,
        channel,
        show: vec![Mode::TemporaryAccessPassOneTime],
        method: code,
    };
    let walk = |channel| {
        let pass = State { one_time: OneTimePass::Fresh, ..State::default() };
        bootstrap().walk(|_| pass, &[deed(channel)])
    };
    assert_eq!(walk(Channel::Wizard), [Step::Done]);
    let on_all_resources = Wall::Unmet(vec![PolicyIndex::at(0)]);
    assert_eq!(walk(Channel::SecurityInfo), [Step::Refused(on_all_resources)]);
}

#[test]
fn g14_other_controls_still_apply_in_the_wizard() {
    let mut world = bootstrap();
    world.actor.devices[0].state = DeviceState::Unmanaged;
    assert!(!world.gets_in());
    assert!(!world.obtains(Mode::SoftwareOath));
}

#[test]
fn g15_an_attested_passkey_is_registered_in_the_app_and_not_across_devices() {
    let mut world = World { start: vec![Mode::Password, Mode::Sms], ..World::default() };
    let computer = Device::work_computer;
    let phone = || Device::phone(Platform::Ios);
    for (attestation, devices, registers) in [
        (Attestation::Disabled, vec![computer()], true),
        (Attestation::RegistrationOnly, vec![computer()], false),
        (Attestation::RegistrationOnly, vec![computer(), phone()], true),
    ] {
        let mut methods = passkeys_for_all(KeyRestrictions::None);
        methods.passkeys.profiles[0].attestation = attestation;
        world.tenant.methods = Some(methods);
        world.actor.devices = devices;
        assert_eq!(world.obtains_in_authenticator(), registers);
    }
}

#[test]
fn g16_whom_passkeys_exclude_can_neither_register_nor_use_one() {
    let newcomers = GroupId::new("newcomers");
    let mut methods = passkeys_for_all(KeyRestrictions::None);
    let passkeys = methods.configurations.get_mut(&MethodKind::Fido2).unwrap();
    passkeys.exclude = [TargetId::Group(newcomers.clone())].into();
    for (groups, can) in [([].into(), true), ([newcomers].into(), false)] {
        let world = |start| World {
            tenant: Tenant { methods: Some(methods.clone()), ..Tenant::default() },
            person: Person { groups: BTreeSet::clone(&groups), ..Person::default() },
            start,
            account: Account::Registered,
            ..World::default()
        };
        assert_eq!(world(vec![Mode::Fido2]).gets_in(), can);
        assert_eq!(world(vec![Mode::Password, Mode::Sms]).obtains(Mode::Fido2), can);
    }
}

#[test]
fn g17_administrators_without_a_passkey_are_locked_out_by_a_phishing_resistant_demand() {
    let admin = RoleId::new("62e90394-69f5-4237-9190-012177145e10");
    let people = People { roles: [admin.clone()].into(), ..People::default() };
    let policy = for_people(all_resources(one(PHISHING_RESISTANT)), Include::Only(people));
    let mut world = World {
        person: Person { roles: [admin].into(), ..Person::default() },
        start: vec![Mode::Password, Mode::MicrosoftAuthenticatorPush],
        account: Account::Registered,
        ..World::default()
    };
    world.actor.devices = vec![Device::phone(Platform::Ios)];
    // The wizard is open only to methods that the methods policy enables.
    world.tenant.methods = Some(passkeys_disabled());
    assert!(!world.policies([policy]).gets_in());
}

fn passkeys_disabled() -> cardea_tenant::methods::MethodsPolicy {
    use cardea_tenant::methods::{MethodConfiguration, MethodKind, MethodsPolicy};
    MethodsPolicy {
        configurations: [(MethodKind::Fido2, MethodConfiguration::default())].into(),
        ..MethodsPolicy::default()
    }
}

#[test]
fn g18_compliance_from_everybody_locks_out_a_tenant_without_devices() {
    let mut world = World::default();
    world.actor.devices =
        vec![Device { facts: None, state: DeviceState::Unmanaged, ..Device::work_computer() }];
    assert!(!world.policies([all_resources(one(Control::CompliantDevice))]).gets_in());
}

#[test]
fn g19_a_break_glass_account_outside_the_policy_is_not_locked_out() {
    let break_glass = UserId::new("break glass");
    let mut policy = all_resources(one(Control::CompliantDevice));
    if let Principals::Users(users) = &mut policy.conditions.principals {
        users.exclude.users = [break_glass.clone()].into();
    }
    for (user, gets_in) in [(break_glass, true), (UserId::new("somebody"), false)] {
        let mut world = World {
            person: Person { user: Some(user), ..Person::default() },
            start: vec![Mode::Fido2],
            account: Account::Registered,
            ..World::default()
        };
        world.actor.devices = vec![Device::phone(Platform::Ios)];
        assert_eq!(world.policies([policy.clone()]).gets_in(), gets_in);
    }
}

#[test]
fn g20_a_guest_without_mfa_trust_cannot_meet_a_phishing_resistant_demand() {
    let guest = Guest { kind: GuestKind::B2bCollaborationGuest, tenant: None };
    let world = World {
        person: Person { guest: Some(guest), ..Person::default() },
        start: vec![Mode::Password, Mode::MicrosoftAuthenticatorPush],
        ..World::default()
    };
    assert!(!world.policies([all_resources(one(PHISHING_RESISTANT))]).gets_in());
}

/// Which provider a guest comes from is not part of any export: that guests with a Microsoft
/// account may register here, and those of other providers may not, is not told apart.
#[test]
fn g21_multifactor_on_registration_shuts_out_guests_who_have_none() {
    let guest = Guest { kind: GuestKind::B2bCollaborationGuest, tenant: None };
    for (demands, registers) in [(0, true), (1, false)] {
        let world = World {
            person: Person { guest: Some(guest.clone()), ..Person::default() },
            start: vec![Mode::FederatedSingleFactor],
            ..World::default()
        };
        let on_registration = std::iter::repeat_n(registration(one(Control::Mfa)), demands);
        let world = world.policies([all_resources(one(Control::Mfa))]).policies(on_registration);
        assert_eq!(world.gets_in(), registers);
    }
}

#[test]
fn g29_two_disjoint_strengths_need_both_methods() {
    let mut world = World { account: Account::Registered, ..World::default() };
    let passkey = world.strength(vec![Combination::of(&[Mode::X509CertificateMultiFactor])]);
    let text = world.strength(vec![Combination::of(&[Mode::Password, Mode::Sms])]);
    let mut world = world.policies([all_resources(one(passkey)), all_resources(one(text))]);
    world.start = vec![Mode::Password, Mode::X509CertificateMultiFactor];
    world.actor.devices = vec![Device::phone(Platform::Ios)];
    let mut locked = World { start: vec![Mode::Password, Mode::Sms], ..World::default() };
    locked.tenant = world.tenant.clone();
    assert!(!locked.gets_in());
    world.start.push(Mode::Sms);
    assert!(world.gets_in());
}
