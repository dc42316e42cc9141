//! What can be registered where. Entra, *Register passkeys in Authenticator*, *Combined
//! registration*, *How authentication strengths work*.

use std::collections::BTreeSet;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::target::{Request, UserAction};
use cardea_policy::control::Control;
use cardea_policy::id::AppId;
use cardea_policy::strength::{Mode, PasskeyRule, multifactor};
use cardea_tenant::assumption::Assumption;
use cardea_tenant::journey::actor::{Across, Device, Form, Intent, Situation};
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::gate::Passage;
use cardea_tenant::journey::means::{Means, Method, Passkey, PasskeyHome};

use super::allowed::registrable;
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

/// What the way can make there. `demanded` are the demands of the access that the wizard
/// interrupts.
pub(crate) fn made(
    case: &Case,
    channel: Channel,
    at: &Situation<'_>,
    demanded: &[&Control],
) -> BTreeSet<Method> {
    let all = Means::of(&case.tenant);
    let offered: BTreeSet<Method> =
        demanded.iter().flat_map(|control| offered_by_wizard(case, at.device, control)).collect();
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
                let open = case.actor.across == Across::Open;
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
    let (combinations, strength) = match control {
        Control::Mfa => (multifactor(), false),
        Control::Strength(at) => (case.tenant.strengths[at.position()].combinations.clone(), true),
        _ => return BTreeSet::new(),
    };
    let any = case.assumptions.hold(Assumption::WizardMakesAnyPasskey);
    let shown = |passkey: Passkey| match passkey.home {
        PasskeyHome::AuthenticatorAndroid | PasskeyHome::AuthenticatorIos => true,
        PasskeyHome::SecurityKey | PasskeyHome::SyncedProvider => any,
        PasskeyHome::Windows => any && device.form == Form::Computer,
    };
    let accepted = |method: Method| {
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
    };
    Means::of(&case.tenant)
        .iter()
        .map(|(_, method)| method)
        .filter(|method| match method {
            Method::Mode(mode) => self_service(*mode),
            // Only strengths ask for passkeys by name.
            Method::Passkey(passkey) => strength && shown(*passkey),
        })
        .filter(|method| accepted(*method) && registrable(case, *method, attested_in_app(*method)))
        .collect()
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
