//! What can be registered where. Entra, *Register passkeys in Authenticator*, *Combined
//! registration*, *How authentication strengths work*.

use std::collections::BTreeSet;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::target::{Request, UserAction};
use cardea_policy::control::{Control, Grant, Operator};
use cardea_policy::id::AppId;
use cardea_policy::policy::Policy;
use cardea_policy::strength::{Combination, Mode, Origin, PasskeyRule, multifactor};
use cardea_tenant::assumption::Assumption;
use cardea_tenant::journey::actor::{Across, Device, Form, Intent, Situation};
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::gate::Passage;
use cardea_tenant::journey::means::{Means, Method, Passkey, PasskeyHome};

use super::allowed::registrable;
use super::demands::{Shown, gives_way, lets_in, on_registration};
use crate::draw::Case;
use crate::draw::pools::DEVICE_REGISTRATION;

/// What a way of registering asks for, one request after the other.
pub(crate) fn requests(case: &Case, channel: Channel) -> Vec<(Passage, Request)> {
    const WRITES: &str = "ea890292-c8c8-4433-b5ea-b09d0668e1a6";
    const TOUCHED: [&str; 8] = [
        "19db86c3-b2b9-44cc-b339-36da233a3be2",
        "0000000c-0000-0000-c000-000000000000",
        "00000002-0000-0000-c000-000000000000",
        "93625bc8-bfe2-437a-97e0-3d0060024faa",
        "00000003-0000-0000-c000-000000000000",
        "1b912ec3-a9dd-4c4d-a53e-76aa7adb28d7",
        WRITES,
        "5f09333a-842c-47da-a157-57da27fcbca5",
    ];
    let holds = |assumption| case.assumptions.hold(assumption);
    let request = |apps: &[&str], action| Request {
        audiences: apps.iter().map(|app| case.tenant.resource(&AppId::new(app))).collect(),
        action,
        ..Request::default()
    };
    let register = Some(UserAction::RegisterSecurityInfo);
    let counted = |all| if holds(Assumption::RegistrationAppsCount) { all } else { &[WRITES][..] };
    match channel {
        Channel::Authenticator => vec![
            (
                Passage::AuthenticatorSignIn,
                request(&["ff9ebd75-fe62-434a-a6ce-b3f0a8592eaf"], None),
            ),
            (Passage::AuthenticatorWrites, request(&[WRITES], register)),
        ],
        Channel::SecurityInfo => vec![(Passage::Plain, request(counted(&TOUCHED), register))],
        Channel::Wizard => vec![(Passage::Wizard, request(counted(&TOUCHED), register))],
        Channel::WindowsSetup => {
            let apps: &[&str] = if holds(Assumption::RegisterDeviceIsAResource) {
                &[DEVICE_REGISTRATION]
            } else {
                &[]
            };
            let join = Some(UserAction::RegisterDevice);
            vec![(Passage::DeviceRegistration, request(apps, join))]
        }
    }
}

/// Whether the way exists there at all.
pub(crate) fn exists(case: &Case, channel: Channel, at: &Situation<'_>) -> bool {
    let app = at.client == ClientApp::MobileAppsAndDesktopClients;
    let on_phone = [Platform::Android, Platform::Ios].contains(&at.platform);
    match channel {
        Channel::Authenticator => app && at.device.form == Form::Phone && on_phone,
        Channel::SecurityInfo | Channel::Wizard => at.client == ClientApp::Browser,
        Channel::WindowsSetup => {
            app && at.device.form == Form::Computer
                && at.platform == Platform::Windows
                && at.device.facts.is_some()
                && case.actor.intent == Intent::Person
                && case.assumptions.hold(Assumption::WindowsHelloAtSetup)
        }
    }
}

/// What the wizard offers to somebody whose access it interrupts. `access` are the policies on the
/// access, `registration` those on registering.
pub(crate) fn offered(
    case: &Case,
    at: &Situation<'_>,
    access: &[&Policy],
    registration: &[&Policy],
) -> BTreeSet<Method> {
    // Whoever is blocked does not get as far as the wizard.
    if access.iter().any(|policy| policy.grant == Some(Grant::Block)) {
        return BTreeSet::new();
    }
    let all = |_: &Policy, _: &Control| true;
    let interrupts = missing(case, at, access, &all);
    // Whoever is let in because a demand lists something takes nothing that it does not list.
    let door = |policy: &Policy, control: &Control| {
        !on_registration(policy)
            && !gives_way(case, registration, policy, control)
            && lets_in(case, at.device, control)
    };
    let doors = missing(case, at, registration, &door);
    let every = case.assumptions.hold(Assumption::WizardServesEveryDemand);
    let listed: BTreeSet<Method> = interrupts
        .iter()
        .flatten()
        .flat_map(|control| offered_by_wizard(case, at.device, control))
        .collect();
    let serves = |controls: &Vec<&Control>, method: Method| {
        controls.iter().any(|control| match control {
            Control::Strength(at)
                if case.tenant.strengths[at.position()].origin == Origin::Unknown =>
            {
                case.actor.intent == Intent::Person
            }
            control => is_asked_for(&asked_for(case, control), method),
        })
    };
    let fits = |method: &Method| {
        !every || interrupts.iter().chain(&doors).all(|controls| serves(controls, *method))
    };
    listed.into_iter().filter(fits).collect()
}

/// Of each demand for authentication, the controls that could serve it, as far as they count. What
/// the device is, or a click, may serve a demand that leaves the choice.
fn missing<'p>(
    case: &Case,
    at: &Situation<'_>,
    policies: &[&'p Policy],
    counts: &dyn Fn(&Policy, &Control) -> bool,
) -> Vec<Vec<&'p Control>> {
    let mut missing = Vec::new();
    for policy in policies {
        let Some(Grant::Require { operator, controls }) = &policy.grant else { continue };
        let authenticates =
            |control: &&Control| matches!(control, Control::Mfa | Control::Strength(_));
        let counted: Vec<&Control> = controls
            .iter()
            .filter(|control| authenticates(control) && counts(policy, control))
            .collect();
        if *operator == Operator::And {
            missing.extend(counted.into_iter().map(|control| vec![control]));
            continue;
        }
        let nobody = Shown {
            case,
            methods: BTreeSet::new(),
            device: at.device,
            client: at.client,
            passage: Passage::Plain,
            applied: Vec::new(),
        };
        let others = controls.iter().filter(|control| !authenticates(control));
        let settled = others
            .filter(|control| nobody.counts(control))
            .any(|control| nobody.control(policy, control));
        if !settled && !counted.is_empty() {
            missing.push(counted);
        }
    }
    missing
}

/// What the way can make there. `offered` is what the wizard offers.
pub(crate) fn made(
    case: &Case,
    channel: Channel,
    at: &Situation<'_>,
    offered: &BTreeSet<Method>,
) -> BTreeSet<Method> {
    let all = Means::of(&case.tenant);
    let computer = at.device.form == Form::Computer;
    let windows = computer && at.platform == Platform::Windows;
    // Whether the way makes the method, and whether the authenticator can attest itself on it.
    let way = |method: Method| match (channel, method) {
        (Channel::Authenticator, Method::Passkey(passkey)) => {
            let home = match at.platform {
                Platform::Android => PasskeyHome::AuthenticatorAndroid,
                _ => PasskeyHome::AuthenticatorIos,
            };
            (passkey.home == home, true)
        }
        (Channel::Authenticator, Method::Mode(mode)) => {
            ([Mode::MicrosoftAuthenticatorPush, Mode::DeviceBasedPush].contains(&mode), true)
        }
        (Channel::SecurityInfo | Channel::Wizard, Method::Mode(mode)) => (self_service(mode), true),
        (Channel::SecurityInfo | Channel::Wizard, Method::Passkey(passkey)) => match passkey.home {
            PasskeyHome::SecurityKey => (true, true),
            PasskeyHome::SyncedProvider => (true, false),
            PasskeyHome::Windows => (windows, false),
            // Across devices from a computer; the wizard sends people into the app instead.
            PasskeyHome::AuthenticatorAndroid | PasskeyHome::AuthenticatorIos => {
                let open = at.device.across == Across::Open;
                (channel == Channel::SecurityInfo && computer && open, false)
            }
        },
        (Channel::WindowsSetup, method) => {
            (method == Method::Mode(Mode::WindowsHelloForBusiness), true)
        }
    };
    all.iter()
        .map(|(_, method)| method)
        .filter(|method| {
            let (reaches, attested) = way(*method);
            reaches && registrable(case, *method, attested)
        })
        .filter(|method| channel != Channel::Wizard || offered.contains(method))
        .collect()
}

/// What the wizard offers because the control accepts it, alone or beside the password, and the
/// person is allowed to register it.
pub(crate) fn offered_by_wizard(
    case: &Case,
    device: &Device,
    control: &Control,
) -> BTreeSet<Method> {
    let combinations = asked_for(case, control);
    let strength = matches!(control, Control::Strength(_));
    let any = case.assumptions.hold(Assumption::WizardMakesAnyPasskey);
    let shown = |passkey: Passkey| match passkey.home {
        PasskeyHome::AuthenticatorAndroid | PasskeyHome::AuthenticatorIos => true,
        PasskeyHome::SecurityKey | PasskeyHome::SyncedProvider => any,
        PasskeyHome::Windows => any && device.form == Form::Computer,
    };
    Means::of(&case.tenant)
        .iter()
        .map(|(_, method)| method)
        .filter(|method| match method {
            Method::Mode(mode) => self_service(*mode),
            // Only strengths ask for passkeys by name.
            Method::Passkey(passkey) => strength && shown(*passkey),
        })
        .filter(|method| {
            is_asked_for(&combinations, *method)
                && registrable(case, *method, attested_in_app(*method))
        })
        .collect()
}

fn asked_for(case: &Case, control: &Control) -> Vec<Combination> {
    match control {
        Control::Mfa => multifactor(),
        Control::Strength(at) => case.tenant.strengths[at.position()].combinations.clone(),
        _ => Vec::new(),
    }
}

/// Whether the method is one of the combinations, alone or beside the password.
fn is_asked_for(combinations: &[Combination], method: Method) -> bool {
    combinations.iter().any(|combination| {
        let beside: Vec<Mode> =
            combination.modes.iter().copied().filter(|m| *m != Mode::Password).collect();
        beside == [method.mode()]
            && match (method, &combination.passkeys) {
                (Method::Passkey(passkey), PasskeyRule::Only(models)) => {
                    passkey.model.iter().any(|model| models.contains(model))
                }
                (Method::Passkey(_), PasskeyRule::Any) | (Method::Mode(_), _) => true,
            }
    })
}

fn attested_in_app(method: Method) -> bool {
    match method {
        Method::Mode(_) => true,
        Method::Passkey(passkey) => {
            ![PasskeyHome::SyncedProvider, PasskeyHome::Windows].contains(&passkey.home)
        }
    }
}

fn self_service(mode: Mode) -> bool {
    [Mode::Sms, Mode::Voice, Mode::SoftwareOath, Mode::MicrosoftAuthenticatorPush].contains(&mode)
}
