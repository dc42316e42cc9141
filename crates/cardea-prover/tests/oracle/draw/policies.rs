//! Random policies.

use cardea_policy::conditions::principal::Principals;
use cardea_policy::control::{Control, Grant, Operator, Session};
use cardea_policy::id::{CustomFactorId, TermsId};
use cardea_policy::place::StrengthIndex;
use cardea_policy::policy::{Conditions, Policy, State};
use cardea_tenant::tenant::Tenant;

use super::conditions;
use crate::chance::Chance;

/// A policy on people.
pub(crate) fn policy(chance: &mut Chance, tenant: &Tenant) -> Policy {
    let grant = chance.percent(96).then(|| grant(chance, tenant));
    let mut policy = Policy {
        id: None,
        name: String::new(),
        state: chance.weighted(&[
            (90, State::Enabled),
            (6, State::ReportOnly),
            (4, State::Disabled),
        ]),
        conditions: Conditions {
            principals: Principals::Users(conditions::users(chance)),
            target: conditions::target(chance),
            client_apps: conditions::clients(chance),
            platforms: conditions::platforms(chance),
            locations: conditions::locations(chance),
            devices: conditions::devices(chance),
            risks: conditions::risks(chance),
            flows: conditions::flows(chance),
        },
        grant,
        session: Session::default(),
        unmodelled: Vec::new(),
    };
    // A block without any condition would shut most tenants and test nothing.
    if policy.grant == Some(Grant::Block) && policy.conditions.platforms.is_none() {
        policy.conditions.locations =
            policy.conditions.locations.or_else(|| conditions::locations(chance));
    }
    policy
}

fn grant(chance: &mut Chance, tenant: &Tenant) -> Grant {
    if chance.percent(6) {
        return Grant::Block;
    }
    let count = chance.weighted(&[(75, 1), (20, 2), (4, 3), (1, 0)]);
    Grant::Require {
        operator: chance.one(&[Operator::And, Operator::Or, Operator::Or]),
        controls: (0..count).map(|_| control(chance, tenant)).collect(),
    }
}

fn control(chance: &mut Chance, tenant: &Tenant) -> Control {
    match chance.below(100) {
        0..=32 => Control::Mfa,
        33..=69 => Control::Strength(StrengthIndex::at(chance.below(tenant.strengths.len()))),
        70..=79 => Control::CompliantDevice,
        80..=83 => Control::DomainJoinedDevice,
        84..=87 => Control::ApprovedApplication,
        88..=91 => Control::CompliantApplication,
        92 => Control::PasswordChange,
        93 => Control::RiskRemediation,
        94..=96 => Control::Terms(TermsId::new("terms")),
        _ => Control::Custom(CustomFactorId::new("factor")),
    }
}
