//! Random small tenants, and somebody who wants to get in.
//!
//! The names come from small pools, so that inclusions, exclusions and people meet. Most tenants
//! drawn blindly shut everybody out, which tests little: demands lean to what people can meet, and
//! [`crate::mix`] counts what came of it.

pub(crate) mod actors;
pub(crate) mod conditions;
pub(crate) mod methods;
pub(crate) mod policies;
pub(crate) mod pools;
pub(crate) mod sign_ins;
pub(crate) mod strengths;

use cardea_policy::conditions::principal::Person;
use cardea_policy::conditions::target::Request;
use cardea_policy::id::AppId;
use cardea_policy::strength::Mode;
use cardea_prover::reach::terrain::{Goal, Reachable};
use cardea_tenant::assumption::{Assumption, Assumptions};
use cardea_tenant::journey::actor::{Actor, Form};
use cardea_tenant::journey::step::Account;
use cardea_tenant::tenant::Tenant;

use crate::chance::Chance;
use pools::{GOAL_APPS, app_id};

/// A tenant, and somebody who wants to get in.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// The tenant.
    pub(crate) tenant: Tenant,
    /// What is taken for granted.
    pub(crate) assumptions: Assumptions,
    /// Who it is.
    pub(crate) person: Person,
    /// With what devices, from where.
    pub(crate) actor: Actor,
    /// What is to be reached.
    pub(crate) goals: Vec<Goal>,
    /// Methods at hand, passes excepted.
    pub(crate) has: Vec<Mode>,
    /// Homes of passkeys at hand, by position among the passkeys of the tenant's means.
    pub(crate) passkeys: Vec<usize>,
    /// Whether the account has anything registered.
    pub(crate) account: Account,
    /// Passes that the help desk gives.
    pub(crate) desk: Desk,
}

/// Passes that the help desk gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Desk {
    /// None.
    Shut,
    /// One-time passes, as many as it takes.
    OneTime,
    /// Passes that last.
    MultiUse,
    /// Both.
    Either,
}

impl Desk {
    /// Whether it gives one-time passes.
    pub(crate) fn gives_one_time(self) -> bool {
        matches!(self, Self::OneTime | Self::Either)
    }

    /// Whether it gives passes that last.
    pub(crate) fn gives_multi_use(self) -> bool {
        matches!(self, Self::MultiUse | Self::Either)
    }
}

/// A case of a run.
pub(crate) fn case(chance: &mut Chance) -> Case {
    let mut tenant = Tenant::default();
    tenant.apps = pools::tagged_apps();
    tenant.settings = conditions::settings(chance);
    strengths::define(chance, &mut tenant);
    let person = actors::person(chance);
    tenant.methods = methods::policy(chance);
    let count = chance.between(2, 6);
    tenant.policies = (0..count).map(|_| policies::policy(chance, &tenant)).collect();
    let has = starting_methods(chance);
    Case {
        assumptions: assumptions(chance),
        actor: actors::actor(chance),
        goals: goals(chance, &tenant),
        passkeys: if chance.percent(15) { vec![chance.below(6)] } else { Vec::new() },
        account: if chance.percent(60) { Account::Unregistered } else { Account::Registered },
        desk: chance.weighted(&[
            (45, Desk::Shut),
            (25, Desk::OneTime),
            (15, Desk::MultiUse),
            (15, Desk::Either),
        ]),
        tenant,
        person,
        has,
    }
}

fn starting_methods(chance: &mut Chance) -> Vec<Mode> {
    const OTHERS: [Mode; 12] = [
        Mode::Sms,
        Mode::SoftwareOath,
        Mode::MicrosoftAuthenticatorPush,
        Mode::DeviceBasedPush,
        Mode::HardwareOath,
        Mode::WindowsHelloForBusiness,
        Mode::X509CertificateSingleFactor,
        Mode::X509CertificateMultiFactor,
        Mode::FederatedSingleFactor,
        Mode::FederatedMultiFactor,
        Mode::QrCodePin,
        Mode::Email,
    ];
    let mut has = Vec::new();
    if chance.percent(80) {
        has.push(Mode::Password);
    }
    let more = chance.weighted(&[(50, 0), (35, 1), (15, 2)]);
    for _ in 0..more {
        has.push(chance.one(&OTHERS));
    }
    has.sort_unstable();
    has.dedup();
    has
}

fn assumptions(chance: &mut Chance) -> Assumptions {
    let percent = if chance.percent(50) { 0 } else { 15 };
    Assumptions { switched: chance.some(&Assumption::ALL, percent) }
}

fn goals(chance: &mut Chance, tenant: &Tenant) -> Vec<Goal> {
    let count = chance.between(1, 2);
    (0..count)
        .map(|at| {
            let app: AppId = app_id(chance.one(&GOAL_APPS));
            Goal {
                name: format!("goal {at}"),
                request: Request::resource(tenant.resource(&app)),
                from: chance.weighted(&[
                    (80, Reachable::AnyDevice),
                    (10, Reachable::Form(Form::Computer)),
                    (10, Reachable::Form(Form::Phone)),
                ]),
            }
        })
        .collect()
}
