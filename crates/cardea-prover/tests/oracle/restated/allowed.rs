//! What the authentication methods policy lets a person use and register. Entra, *Enable passkeys*,
//! *Temporary Access Pass*, *Manage authentication methods*; B2B methods.

use cardea_policy::conditions::principal::GuestKind;
use cardea_policy::id::Aaguid;
use cardea_policy::strength::Mode;
use cardea_tenant::assumption::Assumption;
use cardea_tenant::journey::means::{Method, Passkey, PasskeyHome};
use cardea_tenant::methods::{
    Attestation, AuthenticatorMode, IncludeTarget, KeyRestrictions, MethodKind, MethodState,
    MethodsPolicy, PassUse, PasskeyProfile, PasskeyType, SelfService, TargetId,
};

use crate::draw::Case;

/// Whether the person may sign in with the method.
pub(crate) fn usable(case: &Case, method: Method) -> bool {
    let mode = method.mode();
    let kind = match case.person.guest.as_ref().map(|guest| guest.kind) {
        None | Some(GuestKind::InternalGuest) => None,
        external @ Some(_) => external,
    };
    if kind.is_some() && !works_in_another_tenant(mode) {
        return false;
    }
    let Some(configured_as) = configuration(mode) else { return true };
    let enabled_unsaid = case.assumptions.hold(Assumption::MethodsEnabled);
    let Some(policy) = &case.tenant.methods else { return enabled_unsaid };
    if !policy.configurations.contains_key(&configured_as) {
        return enabled_unsaid;
    }
    let targets = targets(case, policy, configured_as);
    match method {
        Method::Passkey(passkey) => {
            some_profile(policy, &targets, &|profile| accepted(profile, passkey))
        }
        Method::Mode(Mode::MicrosoftAuthenticatorPush) => {
            targets.iter().any(|t| t.authenticator != AuthenticatorMode::DeviceBasedPush)
        }
        Method::Mode(Mode::DeviceBasedPush) => {
            targets.iter().any(|t| t.authenticator != AuthenticatorMode::Push)
        }
        // Where every pass must be one-time, one that lasts is refused at sign-in.
        Method::Mode(Mode::TemporaryAccessPassMultiUse) => {
            policy.pass.usable == PassUse::Either && !targets.is_empty()
        }
        Method::Mode(_) => !targets.is_empty(),
    }
}

/// Whether the person may register the method, in a way that lets the authenticator attest itself
/// or in one that does not.
pub(crate) fn registrable(case: &Case, method: Method, attested_way: bool) -> bool {
    if !usable(case, method) {
        return false;
    }
    let Method::Passkey(passkey) = method else { return true };
    if case.person.guest.is_some() {
        return false;
    }
    let Some(policy) = &case.tenant.methods else { return true };
    if policy.passkeys.self_service == SelfService::Forbidden {
        return false;
    }
    if !policy.configurations.contains_key(&MethodKind::Fido2) {
        return true;
    }
    let proves = attested_way && passkey.home != PasskeyHome::SyncedProvider;
    some_profile(policy, &targets(case, policy, MethodKind::Fido2), &|profile| {
        accepted(profile, passkey) && (profile.attestation == Attestation::Disabled || proves)
    })
}

/// Targets that include the person; none where an exclusion does.
fn targets<'a>(case: &Case, policy: &'a MethodsPolicy, kind: MethodKind) -> Vec<&'a IncludeTarget> {
    let configuration = &policy.configurations[&kind];
    let is = |target: &TargetId| match target {
        TargetId::AllUsers => true,
        TargetId::Group(group) => case.person.groups.contains(group),
        TargetId::User(user) => case.person.user.as_ref() == Some(user),
    };
    let off = configuration.state == MethodState::Disabled;
    if off || configuration.exclude.iter().any(is) {
        return Vec::new();
    }
    configuration.include.iter().filter(|target| is(&target.id)).collect()
}

/// Whether one of the profiles that the targets bring is fully satisfied.
fn some_profile(
    policy: &MethodsPolicy,
    targets: &[&IncludeTarget],
    satisfied: &dyn Fn(&PasskeyProfile) -> bool,
) -> bool {
    let profiles = &policy.passkeys.profiles;
    if profiles.is_empty() {
        return !targets.is_empty();
    }
    targets.iter().any(|target| {
        if target.profiles.is_empty() {
            let default = profiles.iter().find(|p| p.id == policy.passkeys.default_profile);
            return default.is_some_and(satisfied);
        }
        profiles
            .iter()
            .filter(|profile| profile.id.as_ref().is_some_and(|id| target.profiles.contains(id)))
            .any(satisfied)
    })
}

/// Types and models are checked at registration and at every sign-in.
fn accepted(profile: &PasskeyProfile, passkey: Passkey) -> bool {
    let synced = passkey.home == PasskeyHome::SyncedProvider;
    let kind = if synced { PasskeyType::Synced } else { PasskeyType::DeviceBound };
    let named = |list: &std::collections::BTreeSet<Aaguid>| {
        passkey.model.iter().any(|model| list.contains(model))
    };
    // Passkeys in Windows must be allowed by name.
    let unnamed = passkey.home != PasskeyHome::Windows;
    profile.types.contains(&kind)
        && match &profile.restrictions {
            KeyRestrictions::None => unnamed,
            KeyRestrictions::Allow(list) => named(list),
            KeyRestrictions::Block(list) => unnamed && !named(list),
        }
}

fn works_in_another_tenant(mode: Mode) -> bool {
    [
        Mode::Password,
        Mode::Sms,
        Mode::Voice,
        Mode::MicrosoftAuthenticatorPush,
        Mode::SoftwareOath,
        // Claims of the home tenant.
        Mode::FederatedSingleFactor,
        Mode::FederatedMultiFactor,
    ]
    .contains(&mode)
}

fn configuration(mode: Mode) -> Option<MethodKind> {
    let kinds = [
        (Mode::Fido2, MethodKind::Fido2),
        (Mode::MicrosoftAuthenticatorPush, MethodKind::MicrosoftAuthenticator),
        (Mode::DeviceBasedPush, MethodKind::MicrosoftAuthenticator),
        (Mode::Sms, MethodKind::Sms),
        (Mode::Voice, MethodKind::Voice),
        (Mode::TemporaryAccessPassOneTime, MethodKind::TemporaryAccessPass),
        (Mode::TemporaryAccessPassMultiUse, MethodKind::TemporaryAccessPass),
        (Mode::SoftwareOath, MethodKind::SoftwareOath),
        (Mode::HardwareOath, MethodKind::HardwareOath),
        (Mode::Email, MethodKind::Email),
        (Mode::X509CertificateSingleFactor, MethodKind::X509Certificate),
        (Mode::X509CertificateMultiFactor, MethodKind::X509Certificate),
        (Mode::QrCodePin, MethodKind::QrCodePin),
    ];
    kinds.iter().find(|(of, _)| *of == mode).map(|(_, kind)| *kind)
}
