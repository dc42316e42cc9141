//! The settings as a claim.

use cardea_policy::index::Index;
use cardea_prover::reach::terrain::Reachable;
use cardea_tenant::assumption::Assumption;
use cardea_tenant::journey::means::Means;
use cardea_tenant::tenant::Tenant;
use cardea_verify::claim::{Claim, Goal, Passes, Population};

use crate::config::{self, Config};
use crate::examine::premises::Premises;

/// What is claimed of a tenant under these settings: that every population reaches every goal.
pub fn claim(tenant: &Tenant, config: &Config) -> Claim {
    let index = Index::new(tenant.policies.clone(), tenant.settings.clone());
    let premises = Premises { tenant, config, index: &index };
    let means = Means::of(tenant);
    let desk = config.assumptions.hold(Assumption::HelpDeskIssuesPasses);
    let population = |it: &config::Population| Population {
        name: it.name.clone(),
        groups: it.groups.clone(),
        actor: premises.actor(it),
        has: it.has.iter().flat_map(|held| held.among(&means)).collect(),
        account: it.account,
        passes: match it.passes {
            config::Passes::AsAllowed if desk => Passes::Given,
            config::Passes::AsAllowed | config::Passes::None => Passes::NotGiven,
        },
    };
    let goals = premises.goals().into_iter().map(|goal| Goal {
        name: goal.name,
        request: goal.request,
        from: match goal.from {
            Reachable::AnyDevice => None,
            Reachable::Form(form) => Some(form),
        },
    });
    Claim {
        assumptions: config.assumptions.clone(),
        memberships: config.memberships,
        populations: config.populations.iter().map(population).collect(),
        goals: goals.collect(),
    }
}
