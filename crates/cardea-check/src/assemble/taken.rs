//! What a run took for granted, as far as it bears on this input.

use std::collections::BTreeSet;

use cardea_policy::conditions::target::{IncludedResources, Resources, Target};
use cardea_policy::control::{Control, Grant};
use cardea_policy::place::PolicyIndex;
use cardea_policy::strength::Mode;
use cardea_policy::well_known;
use cardea_tenant::assumption::Assumption;
use cardea_tenant::methods::{MethodKind, MethodState};

use super::copies;
use crate::config::{Config, Population};
use crate::examine::Examination;
use crate::report;

/// Everything that was taken for granted and could have made a difference.
pub(super) fn for_granted(examination: &Examination<'_>) -> Vec<report::Assumption> {
    let mut taken = Vec::new();
    let mut take = |name: &str, text: String| {
        taken.push(report::Assumption { name: name.to_owned(), text });
    };
    if let Some(one_tenant) = copies::one_tenant(examination) {
        take(&one_tenant.name, one_tenant.text);
    }
    if examination.tenant.directory.is_empty() {
        let text = "no people in this export: every possible person is checked";
        take("no-directory", text.to_owned());
    }
    if examination.config.populations == Population::usual() {
        let text = "people have a managed computer with Windows and a phone of their own; they are \
                    new, or have lost what they had registered";
        take("usual-populations", text.to_owned());
    }
    if examination.config.goals == Config::default().goals {
        take("usual-goals", "people must reach an ordinary app and Office 365".to_owned());
    }
    let relevant = Relevant::to(examination);
    for assumption in Assumption::ALL.into_iter().filter(|it| relevant.is(*it)) {
        let text = match (assumption, &examination.tenant.methods) {
            (Assumption::MethodsEnabled, Some(_)) => {
                "methods that the methods policy does not mention are enabled"
            }
            _ => assumption.text(),
        };
        if examination.config.assumptions.hold(assumption) {
            take(assumption.name(), text.to_owned());
        } else {
            take(assumption.name(), format!("not taken for granted: {text}"));
        }
    }
    taken
}

/// What the enabled policies of a tenant have in them.
struct Relevant<'e> {
    examination: &'e Examination<'e>,
    /// Demands of policies that are not on registering security info.
    elsewhere: BTreeSet<Control>,
    /// Demands of policies on registering security info.
    on_registration: BTreeSet<Control>,
}

impl<'e> Relevant<'e> {
    fn to(examination: &'e Examination<'e>) -> Self {
        let index = examination.index();
        let demands = |policy: PolicyIndex| match index.grant(policy) {
            Some(Grant::Require { controls, .. }) => controls.clone(),
            Some(Grant::Block) | None => Vec::new(),
        };
        let registering = index.enabled().and(index.on_registration());
        let mut others = index.enabled().clone();
        others.subtract(index.on_registration());
        Self {
            examination,
            elsewhere: others.iter().flat_map(demands).collect(),
            on_registration: registering.iter().flat_map(demands).collect(),
        }
    }

    fn is(&self, assumption: Assumption) -> bool {
        let tenant = self.examination.tenant;
        let has_policies = !self.examination.index().enabled().is_empty();
        has_policies
            && match assumption {
                Assumption::RegisterDeviceIsAResource => self.covers_everything(),
                Assumption::RegistrationAppsCount => self.names_an_app_of_registration(),
                Assumption::MfaOnRegistrationDisplaces => {
                    self.on_registration.contains(&Control::Mfa) && self.demands_strengths()
                }
                Assumption::ListedMeansLetIn => self.demands_strengths(),
                Assumption::MfaMetInWizard => self.elsewhere.contains(&Control::Mfa),
                Assumption::WizardServesEveryDemand => self.demands_authentication_twice(),
                Assumption::WizardMakesAnyPasskey | Assumption::BluetoothOpen => {
                    self.accepts(Mode::Fido2)
                }
                Assumption::HelpDeskIssuesPasses => self.knows_passes(),
                Assumption::TrustedNetworkInReach => self.looks_at_locations(),
                Assumption::FirstMethodByPassword => {
                    self.elsewhere.contains(&Control::Mfa) || self.demands_strengths()
                }
                Assumption::WindowsHelloAtSetup => self.accepts(Mode::WindowsHelloForBusiness),
                Assumption::MethodsEnabled => self.lacks_method_settings(),
                Assumption::GuestMfaTrusted => tenant.inbound_trust.is_none(),
            }
    }

    fn policies(&self) -> impl Iterator<Item = &cardea_policy::policy::Policy> {
        let index = self.examination.index();
        index.enabled().iter().filter_map(|policy| index.policy(policy))
    }

    fn covers_everything(&self) -> bool {
        self.policies().any(|policy| policy.conditions.target.is_all_resources())
    }

    fn names_an_app_of_registration(&self) -> bool {
        let registration = well_known::registration_resources();
        let named = |resources: &Resources| {
            let included = match &resources.include {
                IncludedResources::Only(list) => Some(list),
                IncludedResources::All | IncludedResources::Nothing => None,
            };
            included
                .into_iter()
                .chain([&resources.exclude])
                .any(|list| registration.iter().any(|app| list.apps.contains(app)))
        };
        self.policies().any(|policy| match &policy.conditions.target {
            Target::Resources(resources) => named(resources) || resources.filter.is_some(),
            Target::UserActions(_) | Target::Contexts(_) => false,
        })
    }

    fn demands_strengths(&self) -> bool {
        self.elsewhere.iter().any(|control| matches!(control, Control::Strength(_)))
    }

    /// Whether a strength is among several demands for authentication.
    fn demands_authentication_twice(&self) -> bool {
        let authenticates =
            |control: &&Control| matches!(control, Control::Mfa | Control::Strength(_));
        self.demands_strengths() && self.elsewhere.iter().filter(authenticates).count() > 1
    }

    fn accepts(&self, mode: Mode) -> bool {
        let strengths = &self.examination.tenant.strengths;
        self.elsewhere.iter().chain(&self.on_registration).any(|control| match control {
            Control::Strength(at) => strengths.get(at.position()).is_some_and(|it| it.lists(mode)),
            Control::Mfa => true,
            Control::CompliantDevice
            | Control::DomainJoinedDevice
            | Control::ApprovedApplication
            | Control::CompliantApplication
            | Control::PasswordChange
            | Control::RiskRemediation
            | Control::Terms(_)
            | Control::Custom(_) => false,
        })
    }

    fn knows_passes(&self) -> bool {
        let Some(methods) = &self.examination.tenant.methods else { return true };
        let passes = methods.configurations.get(&MethodKind::TemporaryAccessPass);
        passes.is_none_or(|configuration| configuration.state == MethodState::Enabled)
    }

    fn looks_at_locations(&self) -> bool {
        self.policies().any(|policy| policy.conditions.locations.is_some())
    }

    fn lacks_method_settings(&self) -> bool {
        let Some(methods) = &self.examination.tenant.methods else { return true };
        let modes = Mode::ALL.into_iter().filter_map(cardea_tenant::journey::permission::kind);
        modes.into_iter().any(|kind| !methods.configurations.contains_key(&kind))
    }
}
