//! Random sign-ins, and policies on whoever can sign in.

use std::collections::BTreeSet;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::{
    Agent, Agents, IncludedWorkloads, Principals, Workloads,
};
use cardea_policy::conditions::risk::{InsiderRisk, RiskLevel, Risks};
use cardea_policy::conditions::target::{Request, Resource, Scopes, UserAction};
use cardea_policy::evaluate::{Principal, SignIn};
use cardea_policy::id::{ContextId, ServicePrincipalId};
use cardea_policy::policy::Policy;
use cardea_tenant::tenant::Tenant;

use super::actors::{facts, network, person};
use super::policies;
use super::pools::{APPS, CONTEXTS, app_id};
use crate::chance::Chance;

const SERVICES: [&str; 2] = ["backup", "billing"];

/// A policy on people, service principals or agents.
pub(crate) fn policy(chance: &mut Chance, tenant: &Tenant) -> Policy {
    let mut policy = policies::policy(chance, tenant);
    if chance.percent(8) {
        let (include, exclude) = services(chance);
        policy.conditions.principals = Principals::Workloads(Workloads { include, exclude });
    } else if chance.percent(8) {
        let (identities, exclude_identities) = services(chance);
        let (users, exclude_users) = services(chance);
        policy.conditions.principals =
            Principals::Agents(Agents { identities, exclude_identities, users, exclude_users });
    }
    policy
}

fn services(chance: &mut Chance) -> (IncludedWorkloads, BTreeSet<ServicePrincipalId>) {
    let services = SERVICES.map(ServicePrincipalId::new);
    let include = match chance.below(4) {
        0 => IncludedWorkloads::Nobody,
        1 | 2 => IncludedWorkloads::AllOwned,
        _ => IncludedWorkloads::Only(chance.some(&services, 50)),
    };
    (include, chance.some(&services, 25))
}

/// A sign-in of anybody, to anything, from anywhere.
pub(crate) fn sign_in(chance: &mut Chance, tenant: &Tenant) -> SignIn {
    SignIn {
        principal: principal(chance),
        request: request(chance, tenant),
        client: chance.one(&ClientApp::ALL),
        platform: chance.one(&Platform::ALL),
        network: network(chance),
        device: facts(chance),
        risks: risks(chance),
        flow: chance.weighted(&[
            (80, Flow::Ordinary),
            (10, Flow::DeviceCode),
            (10, Flow::AuthenticationTransfer),
        ]),
    }
}

fn principal(chance: &mut Chance) -> Principal {
    let service = ServicePrincipalId::new(chance.one(&SERVICES));
    match chance.below(20) {
        0 => Principal::Workload(service),
        1 => Principal::Agent(Agent::Identity(service)),
        2 => Principal::Agent(Agent::User(service)),
        _ => Principal::Person(person(chance)),
    }
}

/// A request for a few resources, an action, contexts.
fn request(chance: &mut Chance, tenant: &Tenant) -> Request {
    const ACTIONS: [UserAction; 2] = [UserAction::RegisterSecurityInfo, UserAction::RegisterDevice];
    let audiences = chance.weighted(&[(10, 0), (70, 1), (20, 3)]);
    Request {
        audiences: (0..audiences)
            .map(|_| -> Resource { tenant.resource(&app_id(chance.one(&APPS))) })
            .collect(),
        action: chance.percent(20).then(|| chance.one(&ACTIONS)),
        contexts: chance.some(&CONTEXTS.map(ContextId::new), 10),
        scopes: chance.weighted(&[(85, Scopes::Beyond), (15, Scopes::Baseline)]),
    }
}

fn risks(chance: &mut Chance) -> Risks {
    let mut risks = Risks::default();
    if chance.percent(30) {
        risks.sign_in = chance.one(&RiskLevel::ALL);
        risks.user = chance.one(&RiskLevel::ALL);
        risks.insider = chance.one(&InsiderRisk::ALL);
    }
    risks
}
