//! What a certificate is about: the settings, as the journey needs them.

use std::collections::BTreeSet;

use cardea_policy::conditions::target::Request;
use cardea_policy::id::GroupId;
use cardea_tenant::assumption::Assumptions;
use cardea_tenant::journey::actor::{Actor, Form};
use cardea_tenant::journey::means::MeansIndex;
use cardea_tenant::journey::step::Account;

/// What is claimed of a tenant: that everybody of every population reaches every goal.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What is taken for granted.
    pub assumptions: Assumptions,
    /// How many memberships of which nobody knows who has them are combined.
    pub memberships: usize,
    /// The populations.
    pub populations: Vec<Population>,
    /// The goals.
    pub goals: Vec<Goal>,
}

/// A kind of people, and what they act with.
#[derive(Clone, Debug)]
pub struct Population {
    /// What they are called.
    pub name: String,
    /// Members of any of these groups; everybody where there are none.
    pub groups: Vec<GroupId>,
    /// Devices and networks.
    pub actor: Actor,
    /// Methods that they start with, passes excepted.
    pub has: BTreeSet<MeansIndex>,
    /// Whether the account has something registered.
    pub account: Account,
    /// Whether the help desk gives them passes, of every kind that they may use.
    pub passes: Passes,
}

/// Whether the help desk gives passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passes {
    /// As many as it takes.
    Given,
    /// None.
    NotGiven,
}

/// Something to reach.
#[derive(Clone, Debug)]
pub struct Goal {
    /// What it is called.
    pub name: String,
    /// What is asked for.
    pub request: Request,
    /// The form of device from which; `None` for any.
    pub from: Option<Form>,
}
