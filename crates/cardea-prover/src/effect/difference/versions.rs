//! Two versions of a tenant as one, so that one search sees both.

use std::collections::BTreeSet;

use cardea_policy::conditions::target::{BaselineScopes, Request};
use cardea_policy::control::{Control, Grant};
use cardea_policy::evaluate::SignIn;
use cardea_policy::id::LocationId;
use cardea_policy::index::Index;
use cardea_policy::place::{PolicyIndex, StrengthIndex};
use cardea_policy::policy::{ApprovedApplication, Policy, Settings};
use cardea_policy::policy_set::PolicySet;
use cardea_policy::satisfy::Strengths;
use cardea_policy::strength::Strength;
use cardea_tenant::tenant::Tenant;

use crate::effect::implication::Demand;
use crate::universe::Universe;

/// One of two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    Old,
    New,
}

impl Version {
    pub(super) fn other(self) -> Self {
        match self {
            Self::Old => Self::New,
            Self::New => Self::Old,
        }
    }
}

/// Both versions: the policies of the old one come first, then those of the new one.
pub(super) struct Versions<'a> {
    old: Index,
    new: Index,
    tenants: [&'a Tenant; 2],
    /// The strengths of both. Those of the new version that the old one has as well are the same.
    pub(super) strengths: Strengths,
    /// The number among both of every strength of the new version.
    numbers: Vec<StrengthIndex>,
    policies: Vec<Policy>,
}

impl<'a> Versions<'a> {
    pub(super) fn new(old: &'a Tenant, new: &'a Tenant) -> Self {
        let mut strengths = old.strengths.clone();
        let numbers: Vec<StrengthIndex> =
            new.strengths.iter().map(|strength| number(&mut strengths, strength)).collect();
        let same: Vec<StrengthIndex> = (0..old.strengths.len()).map(StrengthIndex::at).collect();
        let of_old = old.policies.iter().map(|it| effective(it, &old.settings, &same));
        let of_new = new.policies.iter().map(|it| effective(it, &new.settings, &numbers));
        let compiled =
            |tenant: &Tenant| Index::new(tenant.policies.clone(), tenant.settings.clone());
        Self {
            policies: of_old.chain(of_new).collect(),
            old: compiled(old),
            new: compiled(new),
            tenants: [old, new],
            strengths: Strengths::new(strengths),
            numbers,
        }
    }

    /// The policies of both.
    pub(super) fn index(&self) -> Index {
        let settings = Settings {
            approved_application: ApprovedApplication::Enforced,
            baseline_scopes: self.old.settings().baseline_scopes.clone(),
        };
        Index::new(self.policies.clone(), settings)
    }

    /// The sign-ins that policies of either version tell apart.
    pub(super) fn universe(&self, index: &Index) -> Universe {
        let [old, new] = self.tenants;
        let defined: BTreeSet<&LocationId> = new.locations.iter().map(|it| &it.id).collect();
        let only_old = old.locations.iter().filter(|it| !defined.contains(&it.id));
        let apps = if new.apps.is_empty() { &old.apps } else { &new.apps };
        let tenant = Tenant {
            locations: new.locations.iter().chain(only_old).cloned().collect(),
            apps: apps.clone(),
            ..Tenant::default()
        };
        let [old, new] = self.baselines();
        let target = |request: &Request| {
            PolicySet::of(self.policies.len(), |at| {
                let baseline = if at < self.old.policies().len() { old } else { new };
                self.policies
                    .get(at)
                    .is_some_and(|policy| policy.conditions.target.matches(request, baseline))
            })
        };
        Universe::of_versions(index, &tenant, &[old, new], target)
    }

    fn baselines(&self) -> [&BaselineScopes; 2] {
        [&self.old.settings().baseline_scopes, &self.new.settings().baseline_scopes]
    }

    /// Whether the same condition on targets means the same in both versions.
    pub(super) fn read_targets_alike(&self) -> bool {
        let [old, new] = self.baselines();
        old == new
    }

    /// No policy of either version.
    pub(super) fn none(&self) -> PolicySet {
        PolicySet::none(self.policies.len())
    }

    fn of(&self, version: Version) -> &Index {
        match version {
            Version::Old => &self.old,
            Version::New => &self.new,
        }
    }

    fn offset(&self, version: Version) -> usize {
        match version {
            Version::Old => 0,
            Version::New => self.old.policies().len(),
        }
    }

    /// The enabled policies of one version, by their index among both.
    pub(super) fn policies(&self, version: Version) -> impl Iterator<Item = PolicyIndex> + '_ {
        let offset = self.offset(version);
        self.of(version).enabled().iter().map(move |it| PolicyIndex::at(it.position() + offset))
    }

    /// The enabled policies of both that apply, each version evaluated by itself.
    pub(super) fn applied(&self, sign_in: &SignIn) -> PolicySet {
        let mut applied = self.none();
        for version in [Version::Old, Version::New] {
            let decision = self.of(version).evaluate(sign_in).decision;
            for policy in decision.applied.iter() {
                applied.insert(PolicyIndex::at(policy.position() + self.offset(version)));
            }
        }
        applied
    }

    /// What one version demands of a sign-in, policy by policy.
    pub(super) fn demanded(&self, version: Version, sign_in: &SignIn) -> Vec<(PolicyIndex, Grant)> {
        let index = self.of(version);
        let decision = index.evaluate(sign_in).decision;
        decision.demands(index).map(|(policy, grant)| (policy, grant.clone())).collect()
    }

    /// A policy and a demand of it as their own version numbers them.
    pub(super) fn own(
        &self,
        version: Version,
        policy: PolicyIndex,
        demand: &Demand,
    ) -> (PolicyIndex, Demand) {
        let own_number = |at: StrengthIndex| match version {
            Version::Old => at,
            Version::New => {
                let own = self.numbers.iter().position(|number| *number == at);
                own.map_or(at, StrengthIndex::at)
            }
        };
        let demand = match demand {
            Demand::Block => Demand::Block,
            Demand::AnyOf(controls) => Demand::AnyOf(
                controls.iter().cloned().map(|it| renumbered(it, own_number)).collect(),
            ),
        };
        let position = policy.position().saturating_sub(self.offset(version));
        (PolicyIndex::at(position), demand)
    }
}

/// The number of the strength among those of both versions. A strength whose definition changed is
/// another strength; what it is called does not matter.
fn number(strengths: &mut Vec<Strength>, strength: &Strength) -> StrengthIndex {
    let same = |it: &Strength| {
        it.id == strength.id
            && it.origin == strength.origin
            && it.combinations == strength.combinations
    };
    StrengthIndex::at(strengths.iter().position(same).unwrap_or_else(|| {
        strengths.push(strength.clone());
        strengths.len() - 1
    }))
}

/// The policy with what it demands under the settings of its version and with strengths numbered
/// anew.
fn effective(policy: &Policy, settings: &Settings, numbers: &[StrengthIndex]) -> Policy {
    let number = |at: StrengthIndex| numbers.get(at.position()).copied().unwrap_or(at);
    let grant = policy.effective_grant(settings).map(|grant| match grant {
        Grant::Block => Grant::Block,
        Grant::Require { operator, controls } => Grant::Require {
            operator,
            controls: controls.into_iter().map(|it| renumbered(it, number)).collect(),
        },
    });
    Policy { grant, ..policy.clone() }
}

fn renumbered(control: Control, number: impl Fn(StrengthIndex) -> StrengthIndex) -> Control {
    match control {
        Control::Strength(at) => Control::Strength(number(at)),
        Control::Mfa
        | Control::CompliantDevice
        | Control::DomainJoinedDevice
        | Control::ApprovedApplication
        | Control::CompliantApplication
        | Control::PasswordChange
        | Control::RiskRemediation
        | Control::Terms(_)
        | Control::Custom(_) => control,
    }
}
