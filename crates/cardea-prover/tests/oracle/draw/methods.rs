//! Random authentication methods policies.

use std::collections::BTreeSet;

use cardea_policy::id::{Aaguid, GroupId, PasskeyProfileId, UserId};
use cardea_tenant::methods::{
    Attestation, AuthenticatorMode, IncludeTarget, KeyRestrictions, MethodConfiguration,
    MethodKind, MethodState, MethodsPolicy, PassSettings, PassUse, PasskeyProfile, PasskeySettings,
    PasskeyType, SelfService, TargetId,
};

use super::pools::{GROUPS, KEY_MODEL, SYNCED_MODEL, USERS};
use crate::chance::Chance;

const KINDS: [MethodKind; 9] = [
    MethodKind::Fido2,
    MethodKind::MicrosoftAuthenticator,
    MethodKind::Sms,
    MethodKind::Voice,
    MethodKind::TemporaryAccessPass,
    MethodKind::SoftwareOath,
    MethodKind::HardwareOath,
    MethodKind::X509Certificate,
    MethodKind::QrCodePin,
];

/// A methods policy, or none in the input.
pub(super) fn policy(chance: &mut Chance) -> Option<MethodsPolicy> {
    if chance.percent(15) {
        return None;
    }
    let passkeys = passkeys(chance);
    let profiles: Vec<_> = passkeys.profiles.iter().filter_map(|p| p.id.clone()).collect();
    let mut policy = MethodsPolicy {
        passkeys,
        pass: PassSettings {
            usable: chance.one(&[PassUse::Either, PassUse::Either, PassUse::OnceOnly]),
            ..PassSettings::default()
        },
        ..MethodsPolicy::default()
    };
    for kind in KINDS {
        // A kind that is absent counts as the assumption about missing configurations says.
        if chance.percent(95) {
            policy.configurations.insert(kind, configuration(chance, kind, &profiles));
        }
    }
    Some(policy)
}

fn configuration(
    chance: &mut Chance,
    kind: MethodKind,
    profiles: &[PasskeyProfileId],
) -> MethodConfiguration {
    let often = matches!(
        kind,
        MethodKind::Fido2 | MethodKind::MicrosoftAuthenticator | MethodKind::TemporaryAccessPass
    );
    let enabled = chance.percent(if often { 80 } else { 35 });
    let mut include = Vec::new();
    if chance.percent(80) {
        include.push(TargetId::AllUsers);
    }
    if chance.percent(30) {
        include.push(target(chance));
    }
    MethodConfiguration {
        state: if enabled { MethodState::Enabled } else { MethodState::Disabled },
        include: include
            .into_iter()
            .map(|id| IncludeTarget {
                id,
                profiles: chance.some(profiles, 50),
                authenticator: chance.one(&[
                    AuthenticatorMode::Any,
                    AuthenticatorMode::Push,
                    AuthenticatorMode::DeviceBasedPush,
                ]),
            })
            .collect(),
        exclude: if chance.percent(15) {
            BTreeSet::from([target(chance)])
        } else {
            BTreeSet::new()
        },
    }
}

fn target(chance: &mut Chance) -> TargetId {
    if chance.percent(80) {
        TargetId::Group(GroupId::new(chance.one(&GROUPS)))
    } else {
        TargetId::User(UserId::new(chance.one(&USERS)))
    }
}

fn passkeys(chance: &mut Chance) -> PasskeySettings {
    let count = chance.weighted(&[(20, 0), (50, 1), (30, 2)]);
    let profiles: Vec<_> = (0..count).map(|at| profile(chance, at)).collect();
    PasskeySettings {
        self_service: chance.weighted(&[(90, SelfService::Allowed), (10, SelfService::Forbidden)]),
        default_profile: profiles.last().and_then(|profile| profile.id.clone()),
        profiles,
    }
}

fn profile(chance: &mut Chance, at: usize) -> PasskeyProfile {
    const MODELS: [Aaguid; 5] = [
        Aaguid::AUTHENTICATOR_ANDROID,
        Aaguid::AUTHENTICATOR_IOS,
        Aaguid::WINDOWS_HELLO_HARDWARE,
        KEY_MODEL,
        SYNCED_MODEL,
    ];
    PasskeyProfile {
        id: Some(PasskeyProfileId::new(&format!("profile {at}"))),
        name: format!("profile {at}"),
        types: chance.some(&[PasskeyType::DeviceBound, PasskeyType::Synced], 75),
        attestation: chance.one(&[Attestation::Disabled, Attestation::RegistrationOnly]),
        restrictions: match chance.below(4) {
            0 | 1 => KeyRestrictions::None,
            2 => KeyRestrictions::Allow(chance.some(&MODELS, 60)),
            _ => KeyRestrictions::Block(chance.some(&MODELS, 30)),
        },
    }
}
