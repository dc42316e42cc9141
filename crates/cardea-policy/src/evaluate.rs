//! The one evaluation: which policies apply to a sign-in, and why the others do not.

use crate::conditions::client::ClientApp;
use crate::conditions::flow::Flow;
use crate::conditions::location::Network;
use crate::conditions::platform::Platform;
use crate::conditions::principal::{Agent, Person};
use crate::conditions::risk::Risks;
use crate::conditions::target::Request;
use crate::control::Grant;
use crate::filter::DeviceFacts;
use crate::id::ServicePrincipalId;
use crate::index::Index;
use crate::place::PolicyIndex;
use crate::policy::State;
use crate::policy_set::PolicySet;

/// Who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A person.
    Person(Person),
    /// A service principal.
    Workload(ServicePrincipalId),
    /// An agent.
    Agent(Agent),
}

/// Everything that policies look at in one sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Who signs in.
    pub principal: Principal,
    /// What is asked for.
    pub request: Request,
    /// With what client.
    pub client: ClientApp,
    /// On what platform, as claimed.
    pub platform: Platform,
    /// From where.
    pub network: Network,
    /// On what device; `None` where it is not registered or does not identify itself.
    pub device: Option<DeviceFacts>,
    /// At what risk.
    pub risks: Risks,
    /// By what flow.
    pub flow: Flow,
}

/// A dimension of a sign-in, in the order in which conditions are checked and reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the conditions")]
pub enum Dimension {
    Principal,
    Target,
    Client,
    Platform,
    Network,
    Device,
    Risk,
    Flow,
}

impl Dimension {
    /// All dimensions, in the order in which conditions are checked.
    pub const ALL: [Self; 8] = [
        Self::Principal,
        Self::Target,
        Self::Client,
        Self::Platform,
        Self::Network,
        Self::Device,
        Self::Risk,
        Self::Flow,
    ];
}

/// The facts of a sign-in as sets of matching policies. Whoever evaluates often keeps these sets:
/// a session keeps its person's and its device's, a tenant its apps'.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// From [`Index::who`], [`Index::workload`] or [`Index::agent`].
    pub principal: &'a PolicySet,
    /// From [`Index::target`].
    pub target: &'a PolicySet,
    /// From [`Index::client`].
    pub client: &'a PolicySet,
    /// From [`Index::platform`].
    pub platform: &'a PolicySet,
    /// From [`Index::network`].
    pub network: &'a PolicySet,
    /// From [`Index::device`].
    pub device: &'a PolicySet,
    /// From [`Index::risk`].
    pub risk: &'a PolicySet,
    /// From [`Index::flow`].
    pub flow: &'a PolicySet,
}

impl<'a> Facts<'a> {
    /// The set of one dimension.
    pub fn of(&self, dimension: Dimension) -> &'a PolicySet {
        match dimension {
            Dimension::Principal => self.principal,
            Dimension::Target => self.target,
            Dimension::Client => self.client,
            Dimension::Platform => self.platform,
            Dimension::Network => self.network,
            Dimension::Device => self.device,
            Dimension::Risk => self.risk,
            Dimension::Flow => self.flow,
        }
    }

    /// Policies of any state that match in every dimension.
    pub fn matched(&self) -> PolicySet {
        let mut matched = self.principal.clone();
        for set in [
            self.target,
            self.client,
            self.platform,
            self.network,
            self.device,
            self.risk,
            self.flow,
        ] {
            matched.retain(set);
        }
        matched
    }

    /// The first dimension in which the policy does not match; `None` where it matches.
    pub fn first_mismatch(&self, policy: PolicyIndex) -> Option<Dimension> {
        Dimension::ALL.into_iter().find(|dimension| !self.of(*dimension).contains(policy))
    }
}

/// The decision about a sign-in, before anything is shown: what applies and what it demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Enabled policies that apply: all of them must be satisfied.
    pub applied: PolicySet,
    /// Report-only policies that match: scored, never enforced.
    pub report_only: PolicySet,
}

impl Decision {
    /// The first policy that blocks, if one does. A block beats everything.
    pub fn blocked_by(&self, index: &Index) -> Option<PolicyIndex> {
        self.applied.and(index.blocking()).first()
    }

    /// What is demanded, policy by policy.
    pub fn demands<'a>(
        &'a self,
        index: &'a Index,
    ) -> impl Iterator<Item = (PolicyIndex, &'a Grant)> + 'a {
        self.applied.iter().filter_map(|policy| Some((policy, index.grant(policy)?)))
    }
}

/// Why a policy does not apply, as Graph's What If reports it: the first reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It applies.
    Applies,
    /// It is disabled.
    NotEnabled,
    /// This dimension does not match.
    Mismatch(Dimension),
}

impl Index {
    /// Decides a sign-in whose facts are known as sets.
    pub fn decide(&self, facts: &Facts<'_>) -> Decision {
        let matched = facts.matched();
        Decision {
            applied: matched.and(self.enabled()),
            report_only: matched.and(self.report_only()),
        }
    }

    /// Decides a sign-in, with the reason for each policy.
    pub fn evaluate(&self, sign_in: &SignIn) -> Evaluation {
        let principal = match &sign_in.principal {
            Principal::Person(person) => self.who(&self.member(person)),
            Principal::Workload(workload) => self.workload(workload),
            Principal::Agent(agent) => self.agent(agent),
        };
        let target = self.target(&sign_in.request);
        let network = self.network(&sign_in.network);
        let device = self.device(sign_in.device.as_ref());
        let risk = self.risk(&sign_in.risks);
        let facts = Facts {
            principal: &principal,
            target: &target,
            client: self.client(sign_in.client),
            platform: self.platform(sign_in.platform),
            network: &network,
            device: &device,
            risk: &risk,
            flow: self.flow(sign_in.flow),
        };
        let reasons = self
            .policies()
            .iter()
            .enumerate()
            .map(|(at, policy)| {
                if policy.state == State::Disabled {
                    Reason::NotEnabled
                } else {
                    facts
                        .first_mismatch(PolicyIndex::at(at))
                        .map_or(Reason::Applies, Reason::Mismatch)
                }
            })
            .collect();
        Evaluation { decision: self.decide(&facts), reasons }
    }
}

/// A decision with the reason for each policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// The decision.
    pub decision: Decision,
    /// One reason for each policy, by index.
    pub reasons: alloc::vec::Vec<Reason>,
}
