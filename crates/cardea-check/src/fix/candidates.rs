//! What could remove a finding, by rule: the documented ways out, cheapest first. Nothing here is
//! offered before it was proved.

pub(super) mod accounts;
mod clients;
mod devices;
mod passes;
mod registration;

use cardea_policy::conditions::location::{IncludedLocations, Trust};
use cardea_policy::control::Grant;
use cardea_policy::place::{Object, PolicyIndex, StrengthIndex};
use cardea_policy::policy::{Policy, State};
use cardea_policy::strength::Strength;

use super::recipe::Recipe;
use crate::examine::Examination;
use crate::finding::Draft;
use cardea_graph::edit::{Change, Json};
use cardea_graph::lower::Lowered;

/// What candidates are made from.
#[derive(Clone, Copy)]
pub(super) struct Plan<'a> {
    pub(super) lowered: &'a Lowered,
    pub(super) examination: &'a Examination<'a>,
    pub(super) draft: &'a Draft,
}

/// Possible fixes of a finding.
pub(super) fn recipes(plan: &Plan<'_>) -> Vec<Recipe> {
    match plan.draft.rule {
        "registration-loop"
        | "unsatisfiable-strength"
        | "disjoint-strengths"
        | "blocked-attestation"
        | "stale-sign-in"
        | "single-profile-passkey"
        | "unfinishable-campaign" => stuck_on_a_method(plan),
        "closed-registration" => {
            let mut recipes = passes::at_registration(plan);
            recipes.extend(devices::off_trusted_networks(plan));
            recipes.extend(stuck_on_a_method(plan));
            recipes
        }
        "dead-pass" => {
            let mut recipes = passes::usable(plan);
            recipes.extend(stuck_on_a_method(plan));
            recipes
        }
        "protected-app-demand" => {
            let mut recipes = clients::replace_retired(plan);
            recipes.extend(devices::or_managed(plan));
            recipes.extend(devices::off_trusted_networks(plan));
            recipes.extend(registration::leave_out_the_writer(plan));
            recipes.extend(registration::leave_out_the_tagged(plan));
            recipes
        }
        "unmanaged-phone" => {
            let mut recipes = devices::off_trusted_networks(plan);
            recipes.extend(registration::leave_out_the_writer(plan));
            recipes.extend(registration::leave_out_the_tagged(plan));
            recipes
        }
        "powerless-break-glass" | "missing-break-glass" | "last-admin" | "unreachable-resource" => {
            accounts::leave_out_break_glass(plan)
        }
        "stranded-guest" => accounts::leave_out_guests(plan),
        "weak-registration" => registration::demand_more(plan),
        "wide-pass" => passes::on_trusted_networks_only(plan),
        "spoofable-platform" => clients::demand_the_same(plan),
        "legacy-client" => clients::block_legacy(plan),
        "unprotected-resource" | "narrow-block" => {
            let mut recipes = clients::block_legacy(plan);
            recipes.extend(clients::block_unknown(plan));
            recipes
        }
        "retired-control" | "powerless-policy" => clients::replace_retired(plan),
        _ => Vec::new(),
    }
}

fn stuck_on_a_method(plan: &Plan<'_>) -> Vec<Recipe> {
    let mut recipes = passes::on_trusted_networks(plan);
    recipes.extend(passes::at_registration(plan));
    recipes.extend(passes::split_by_platform(plan));
    recipes.extend(registration::leave_out_the_tagged(plan));
    recipes
}

impl<'a> Plan<'a> {
    /// The policies that the finding points at and that changes could be made of, the primary one
    /// first.
    fn policies(&self) -> Vec<PolicyIndex> {
        let mut policies = Vec::new();
        for mark in &self.draft.marks {
            if let Object::Policy(policy) = mark.place.object
                && !policies.contains(&policy)
                && self.is_understood(policy)
            {
                policies.push(policy);
            }
        }
        policies
    }

    fn policy(&self, policy: PolicyIndex) -> Option<&'a Policy> {
        self.lowered.tenant.policies.get(policy.position())
    }

    fn name(&self, policy: PolicyIndex) -> String {
        self.examination.name(policy)
    }

    fn strength(&self, strength: StrengthIndex) -> Option<&'a Strength> {
        self.lowered.tenant.strengths.get(strength.position())
    }

    /// A policy with fields that mean nothing to Cardea is not copied or changed.
    fn is_understood(&self, policy: PolicyIndex) -> bool {
        self.policy(policy).is_some_and(|policy| policy.unmodelled.is_empty())
    }

    fn has_trusted_network(&self) -> bool {
        let locations = &self.lowered.tenant.locations;
        locations.iter().any(|location| location.trust() == Trust::Trusted)
    }

    /// A policy for everybody or nearly so on everything, whose assignment a new policy can take
    /// over: the first that the finding points at, else the first one that is for everybody.
    fn pattern(&self) -> Option<PolicyIndex> {
        let index = self.examination.index();
        let good = |policy: &PolicyIndex| {
            self.is_understood(*policy)
                && self.policy(*policy).is_some_and(|policy| policy.state == State::Enabled)
        };
        let broad = index.everyone().and(index.enabled());
        let pointed = self.policies().into_iter().filter(good);
        let mut pointed = pointed.filter(|policy| broad.contains(*policy));
        pointed.next().or_else(|| broad.iter().find(good))
    }
}

/// Changes that keep a policy away from trusted networks; `None` where it cannot be.
fn off_trusted(policy: &Policy) -> Option<Vec<Change>> {
    const INCLUDE: &str = "conditions.locations.includeLocations";
    const EXCLUDE: &str = "conditions.locations.excludeLocations";
    match &policy.conditions.locations {
        None => Some(vec![
            Change::set(INCLUDE, Json::texts(["All"])),
            Change::set(EXCLUDE, Json::texts(["AllTrusted"])),
        ]),
        Some(locations) if is_trusted_listed(&locations.exclude) => None,
        Some(_) => Some(vec![Change::append(EXCLUDE, ["AllTrusted"])]),
    }
}

/// Changes that keep a policy to trusted networks; `None` where it cannot be.
fn on_trusted(policy: &Policy) -> Option<Vec<Change>> {
    const INCLUDE: &str = "conditions.locations.includeLocations";
    match &policy.conditions.locations {
        None => Some(vec![Change::set(INCLUDE, Json::texts(["AllTrusted"]))]),
        Some(locations) if is_trusted_listed(&locations.exclude) => None,
        Some(locations) => match &locations.include {
            IncludedLocations::All => Some(vec![Change::set(INCLUDE, Json::texts(["AllTrusted"]))]),
            IncludedLocations::Only(_) => None,
        },
    }
}

fn is_trusted_listed(list: &cardea_policy::conditions::location::LocationList) -> bool {
    list.trusted == cardea_policy::conditions::location::TrustedLocations::Listed
}

/// Whether a policy demands something that can be met.
fn demands(policy: &Policy) -> bool {
    matches!(&policy.grant, Some(Grant::Require { controls, .. }) if !controls.is_empty())
}
