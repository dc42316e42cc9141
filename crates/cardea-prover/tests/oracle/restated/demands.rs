//! When the demands of policies are met. Entra, *Conditional Access: Grant*, *Authentication
//! strengths*, *How authentication strengths work*, *Combined registration*.

use std::collections::BTreeSet;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::target::{IncludedResources, Target, UserAction};
use cardea_policy::control::{Control, Grant, Operator};
use cardea_policy::policy::{ApprovedApplication, Policy};
use cardea_policy::strength::{Combination, Mode, Origin, PasskeyRule};
use cardea_tenant::assumption::Assumption;
use cardea_tenant::journey::actor::{Device, DeviceState, Form, Intent};
use cardea_tenant::journey::gate::Passage;
use cardea_tenant::journey::means::{Method, PasskeyHome};

use super::ways::offered_by_wizard;
use crate::draw::Case;

/// What somebody shows in a session, and for what.
pub(crate) struct Shown<'a> {
    pub(crate) case: &'a Case,
    pub(crate) methods: BTreeSet<Method>,
    pub(crate) device: &'a Device,
    pub(crate) client: ClientApp,
    pub(crate) passage: Passage,
    /// The policies that apply.
    pub(crate) applied: Vec<&'a Policy>,
}

impl Shown<'_> {
    /// Whether access is granted.
    pub(crate) fn granted(&self) -> bool {
        self.begins() && self.unmet().is_empty()
    }

    /// The policies whose demand is not met.
    pub(crate) fn unmet(&self) -> Vec<&Policy> {
        self.applied.iter().copied().filter(|policy| !self.met(policy)).collect()
    }

    /// Whether anything shown is a first factor.
    pub(crate) fn begins(&self) -> bool {
        const SECOND_ONLY: [Mode; 5] = [
            Mode::Sms,
            Mode::Voice,
            Mode::SoftwareOath,
            Mode::HardwareOath,
            Mode::MicrosoftAuthenticatorPush,
        ];
        self.methods.iter().any(|method| !SECOND_ONLY.contains(&method.mode()))
    }

    fn met(&self, policy: &Policy) -> bool {
        match &policy.grant {
            None => true,
            Some(Grant::Block) => false,
            Some(Grant::Require { operator, controls }) => {
                let controls: Vec<&Control> =
                    controls.iter().filter(|control| self.counts(control)).collect();
                match operator {
                    _ if controls.is_empty() => true,
                    Operator::And => controls.iter().all(|c| self.control(policy, c)),
                    Operator::Or => controls.iter().any(|c| self.control(policy, c)),
                }
            }
        }
    }

    /// Approved apps are retired: as if the control were not selected.
    pub(super) fn counts(&self, control: &Control) -> bool {
        let retired =
            self.case.tenant.settings.approved_application == ApprovedApplication::Retired;
        !(retired && *control == Control::ApprovedApplication)
    }

    pub(super) fn control(&self, policy: &Policy, control: &Control) -> bool {
        let state = self.device.state;
        let looks_up = self.passage == Passage::AuthenticatorSignIn;
        match control {
            Control::Mfa => self.multifactor() || self.wizard_waives(policy, control),
            Control::Strength(at) => {
                let strength = &self.case.tenant.strengths[at.position()];
                let met = match (strength.origin, self.case.actor.intent) {
                    (Origin::Unknown, Intent::Person) => self.multifactor(),
                    (Origin::Unknown, Intent::Attacker) => false,
                    _ => strength.combinations.iter().any(|c| self.combination(c)),
                };
                met || self.wizard_waives(policy, control)
            }
            // Looking up what can be registered is exempt; registering is not.
            Control::CompliantDevice => {
                looks_up
                    || [DeviceState::Compliant, DeviceState::CompliantAndHybridJoined]
                        .contains(&state)
            }
            Control::DomainJoinedDevice => {
                [DeviceState::HybridJoined, DeviceState::CompliantAndHybridJoined].contains(&state)
            }
            // Authenticator is neither an approved nor a protected app, and no browser is. An app
            // of somebody else is not managed.
            Control::ApprovedApplication | Control::CompliantApplication => {
                looks_up
                    || (self.device.form == Form::Phone
                        && self.client == ClientApp::MobileAppsAndDesktopClients
                        && self.passage != Passage::AuthenticatorWrites
                        && self.case.actor.intent == Intent::Person)
            }
            Control::PasswordChange | Control::RiskRemediation => self.multifactor(),
            Control::Terms(_) => true,
            Control::Custom(_) => self.case.actor.intent == Intent::Person,
        }
    }

    /// What policies give up in the wizard.
    fn wizard_waives(&self, policy: &Policy, control: &Control) -> bool {
        self.passage == Passage::Wizard
            && !on_registration(policy)
            && (gives_way(self.case, &self.applied, policy, control)
                || lets_in(self.case, self.device, control))
    }

    /// Whether multifactor authentication of any kind was done: the built-in strength.
    pub(crate) fn multifactor(&self) -> bool {
        let with_password = [
            Mode::MicrosoftAuthenticatorPush,
            Mode::SoftwareOath,
            Mode::HardwareOath,
            Mode::X509CertificateSingleFactor,
            Mode::X509CertificateMultiFactor,
            Mode::Sms,
            Mode::Voice,
        ];
        let with_federation = [
            Mode::MicrosoftAuthenticatorPush,
            Mode::SoftwareOath,
            Mode::HardwareOath,
            Mode::Sms,
            Mode::Voice,
        ];
        let alone = [
            Mode::WindowsHelloForBusiness,
            Mode::Fido2,
            Mode::X509CertificateMultiFactor,
            Mode::DeviceBasedPush,
            Mode::TemporaryAccessPassOneTime,
            Mode::TemporaryAccessPassMultiUse,
            Mode::FederatedMultiFactor,
        ];
        let has = |mode: Mode| self.has(mode, &PasskeyRule::Any);
        alone.into_iter().any(has)
            || (has(Mode::Password) && with_password.into_iter().any(has))
            || (has(Mode::FederatedSingleFactor) && with_federation.into_iter().any(has))
    }

    fn combination(&self, combination: &Combination) -> bool {
        combination.modes.iter().all(|mode| self.has(*mode, &combination.passkeys))
    }

    fn has(&self, mode: Mode, rule: &PasskeyRule) -> bool {
        let joining = self.passage == Passage::DeviceRegistration;
        self.methods.iter().filter(|method| method.mode() == mode).any(|method| match method {
            // Joining a device is never satisfied by what is bound to one.
            Method::Mode(mode) => !(joining && *mode == Mode::WindowsHelloForBusiness),
            Method::Passkey(passkey) => {
                let portable =
                    [PasskeyHome::SecurityKey, PasskeyHome::SyncedProvider].contains(&passkey.home);
                let accepted = match rule {
                    PasskeyRule::Any => true,
                    PasskeyRule::Only(models) => {
                        passkey.model.iter().any(|model| models.contains(model))
                    }
                };
                accepted && (portable || !joining)
            }
        })
    }
}

pub(super) fn on_registration(policy: &Policy) -> bool {
    matches!(&policy.conditions.target, Target::UserActions(actions)
        if actions.contains(&UserAction::RegisterSecurityInfo))
}

/// Whether a control on all resources counts as met in the wizard: multifactor authentication, and
/// a strength that another one on registering takes the place of.
pub(super) fn gives_way(
    case: &Case,
    applied: &[&Policy],
    policy: &Policy,
    control: &Control,
) -> bool {
    let holds = |assumption| case.assumptions.hold(assumption);
    let on_all_resources = matches!(&policy.conditions.target, Target::Resources(resources)
        if resources.include == IncludedResources::All);
    let brings_strength = |p: &&Policy| match &p.grant {
        Some(Grant::Require { controls, .. }) => controls.iter().any(|c| {
            matches!(c, Control::Strength(_))
                || (*c == Control::Mfa && holds(Assumption::MfaOnRegistrationDisplaces))
        }),
        Some(Grant::Block) | None => false,
    };
    on_all_resources
        && match control {
            Control::Mfa => holds(Assumption::MfaMetInWizard),
            Control::Strength(_) => {
                applied.iter().filter(|p| on_registration(p)).any(brings_strength)
            }
            _ => false,
        }
}

/// Whether people who do not meet the control are let into the wizard to register what it lists.
pub(super) fn lets_in(case: &Case, device: &Device, control: &Control) -> bool {
    case.assumptions.hold(Assumption::ListedMeansLetIn)
        && !offered_by_wizard(case, device, control).is_empty()
}
