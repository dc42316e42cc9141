//! Policies compiled once: every fact as the set of policies whose condition it matches.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use smallvec::SmallVec;

use crate::conditions::client::ClientApp;
use crate::conditions::flow::Flow;
use crate::conditions::location::Network;
use crate::conditions::platform::Platform;
use crate::conditions::principal::{Agent, Guest, Include, Membership, Person, Principals, Users};
use crate::conditions::risk::Risks;
use crate::conditions::target::{Request, UserAction};
use crate::control::Grant;
use crate::filter::DeviceFacts;
use crate::id::ServicePrincipalId;
use crate::place::PolicyIndex;
use crate::policy::{Policy, Settings, State};
use crate::policy_set::PolicySet;

/// The policies of a tenant, compiled.
#[derive(Clone, Debug)]
pub struct Index {
    policies: Vec<Policy>,
    settings: Settings,
    grants: Vec<Option<Grant>>,
    enabled: PolicySet,
    report_only: PolicySet,
    blocking: PolicySet,
    demanding: PolicySet,
    all_resources: PolicySet,
    on_registration: PolicySet,
    everyone: PolicySet,
    rows: BTreeMap<Membership, Row>,
    compact: Vec<MembershipRow>,
    clients: [PolicySet; ClientApp::ALL.len()],
    platforms: [PolicySet; Platform::ALL.len()],
    flows: [PolicySet; Flow::ALL.len()],
    networks: Conditional,
    devices: Conditional,
    risks: Conditional,
}

/// Which policies have a condition of one kind. Most have none, and are not asked again and again.
#[derive(Clone, Debug)]
struct Conditional {
    without: PolicySet,
    with: Vec<PolicyIndex>,
}

impl Conditional {
    fn new(policies: &[Policy], has: impl Fn(&Policy) -> bool) -> Self {
        let without = PolicySet::of(policies.len(), |at| policies.get(at).is_some_and(|p| !has(p)));
        let everything = PolicySet::of(policies.len(), |_| true);
        Self { with: everything.minus(&without).iter().collect(), without }
    }

    /// The policies without the condition, and those with it for which it holds.
    fn select(&self, policies: &[Policy], holds: impl Fn(&Policy) -> bool) -> PolicySet {
        let mut selected = self.without.clone();
        for index in &self.with {
            if policies.get(index.position()).is_some_and(&holds) {
                selected.insert(*index);
            }
        }
        selected
    }
}

/// The number of a membership that some policy names, for fast evaluation of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(pub u32);

/// What one membership does: the policies that it brings on, and those that it keeps away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MembershipRow {
    /// The membership.
    pub membership: Membership,
    /// Policies whose inclusion lists it.
    pub include: PolicySet,
    /// Policies whose exclusion lists it.
    pub exclude: PolicySet,
}

/// A person reduced to the memberships that policies name.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Member {
    /// Rows of the index.
    pub rows: SmallVec<[Row; 8]>,
    /// Set for guests and external users.
    pub guest: Option<Guest>,
}

impl Index {
    /// Compiles policies. Which of them count is decided by their state.
    pub fn new(policies: Vec<Policy>, settings: Settings) -> Self {
        let count = policies.len();
        let all = |holds: &dyn Fn(&Policy) -> bool| {
            PolicySet::of(count, |at| policies.get(at).is_some_and(holds))
        };
        let grants: Vec<Option<Grant>> =
            policies.iter().map(|policy| policy.effective_grant(&settings)).collect();
        let compact = membership_rows(&policies);
        let rows = compact
            .iter()
            .enumerate()
            .map(|(at, row)| (row.membership.clone(), Row(u32::try_from(at).unwrap_or(u32::MAX))))
            .collect();
        Self {
            enabled: all(&|p| p.state == State::Enabled),
            report_only: all(&|p| p.state == State::ReportOnly && !targets_action(p)),
            blocking: PolicySet::of(count, |at| matches!(grants.get(at), Some(Some(Grant::Block)))),
            demanding: PolicySet::of(count, |at| matches!(grants.get(at), Some(Some(_)))),
            all_resources: all(&|p| p.conditions.target.is_all_resources()),
            on_registration: all(&|p| {
                p.conditions.target.is_action(UserAction::RegisterSecurityInfo)
            }),
            everyone: all(&|p| users(p).is_some_and(|u| u.include == Include::Everyone)),
            clients: ClientApp::ALL.map(|c| all(&|p| p.conditions.client_apps.matches(c))),
            platforms: Platform::ALL.map(|platform| {
                all(&|p| p.conditions.platforms.as_ref().is_none_or(|c| c.matches(platform)))
            }),
            flows: Flow::ALL.map(|flow| all(&|p| p.conditions.flows.matches(flow))),
            networks: Conditional::new(&policies, |p| p.conditions.locations.is_some()),
            devices: Conditional::new(&policies, |p| p.conditions.devices.is_some()),
            risks: Conditional::new(&policies, |p| p.conditions.risks.is_configured()),
            rows,
            compact,
            grants,
            settings,
            policies,
        }
    }

    /// The policies, in the order of their index.
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// The policy with this index.
    pub fn policy(&self, index: PolicyIndex) -> Option<&Policy> {
        self.policies.get(index.position())
    }

    /// The settings that the policies were compiled under.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What the policy demands; `None` where it demands nothing.
    pub fn grant(&self, index: PolicyIndex) -> Option<&Grant> {
        self.grants.get(index.position())?.as_ref()
    }

    /// Policies in force.
    pub fn enabled(&self) -> &PolicySet {
        &self.enabled
    }

    /// Report-only policies that are evaluated. Entra does not evaluate user actions for them.
    pub fn report_only(&self) -> &PolicySet {
        &self.report_only
    }

    /// Policies that block.
    pub fn blocking(&self) -> &PolicySet {
        &self.blocking
    }

    /// Policies that block or demand a control.
    pub fn demanding(&self) -> &PolicySet {
        &self.demanding
    }

    /// Policies on all resources.
    pub fn all_resources(&self) -> &PolicySet {
        &self.all_resources
    }

    /// Policies on the registration of security info.
    pub fn on_registration(&self) -> &PolicySet {
        &self.on_registration
    }

    /// Policies that include everyone, before exclusions.
    pub fn everyone(&self) -> &PolicySet {
        &self.everyone
    }

    /// The memberships that policies name, with what each does. [`Row`] is a position here.
    pub fn memberships(&self) -> &[MembershipRow] {
        &self.compact
    }

    /// The row of a membership, if a policy names it.
    pub fn row(&self, membership: &Membership) -> Option<Row> {
        self.rows.get(membership).copied()
    }

    /// What a membership does, if a policy names it.
    pub fn named(&self, membership: &Membership) -> Option<&MembershipRow> {
        self.memberships().get(usize::try_from(self.row(membership)?.0).ok()?)
    }

    /// Reduces a person to what policies name. Done once when a person is loaded.
    pub fn member(&self, person: &Person) -> Member {
        let rows = person.memberships().filter_map(|membership| self.row(&membership)).collect();
        Member { rows, guest: person.guest.clone() }
    }

    /// The policies whose user condition matches the member.
    pub fn who(&self, member: &Member) -> PolicySet {
        let mut included = self.everyone.clone();
        let mut excluded = PolicySet::none(self.policies.len());
        for row in &member.rows {
            if let Some(row) = usize::try_from(row.0).ok().and_then(|at| self.compact.get(at)) {
                included.unite(&row.include);
                excluded.unite(&row.exclude);
            }
        }
        if let Some(guest) = &member.guest {
            let (include, exclude) = self.guest_rows(guest);
            included.unite(&include);
            excluded.unite(&exclude);
        }
        included.subtract(&excluded);
        included
    }

    /// What being such a guest does: policies that it brings on, and those that it keeps away.
    pub fn guest_rows(&self, guest: &Guest) -> (PolicySet, PolicySet) {
        let include = self.all(|p| users(p).is_some_and(|u| u.include.lists_guest(guest)));
        let exclude = self.all(|p| {
            users(p)
                .and_then(|u| u.exclude.guests.as_ref())
                .is_some_and(|guests| guests.matches(guest))
        });
        (include, exclude)
    }

    /// The policies whose condition on service principals matches.
    pub fn workload(&self, workload: &ServicePrincipalId) -> PolicySet {
        self.all(|p| match &p.conditions.principals {
            Principals::Workloads(workloads) => workloads.matches(workload),
            Principals::Users(_) | Principals::Agents(_) => false,
        })
    }

    /// The policies whose condition on agents matches.
    pub fn agent(&self, agent: &Agent) -> PolicySet {
        self.all(|p| match &p.conditions.principals {
            Principals::Agents(agents) => agents.matches(agent),
            Principals::Users(_) | Principals::Workloads(_) => false,
        })
    }

    /// The policies whose target matches the request.
    pub fn target(&self, request: &Request) -> PolicySet {
        self.all(|p| p.conditions.target.matches(request, &self.settings.baseline_scopes))
    }

    /// The policies whose client condition matches.
    pub fn client(&self, client: ClientApp) -> &PolicySet {
        let [browser, modern, eas, eas_other, other] = &self.clients;
        match client {
            ClientApp::Browser => browser,
            ClientApp::MobileAppsAndDesktopClients => modern,
            ClientApp::EasSupported => eas,
            ClientApp::EasUnsupported => eas_other,
            ClientApp::Other => other,
        }
    }

    /// The policies whose platform condition matches.
    pub fn platform(&self, platform: Platform) -> &PolicySet {
        let [android, ios, windows, phone, mac, linux, unknown] = &self.platforms;
        match platform {
            Platform::Android => android,
            Platform::Ios => ios,
            Platform::Windows => windows,
            Platform::WindowsPhone => phone,
            Platform::MacOs => mac,
            Platform::Linux => linux,
            Platform::Unknown => unknown,
        }
    }

    /// The policies whose location condition matches.
    pub fn network(&self, network: &Network) -> PolicySet {
        self.networks.select(&self.policies, |p| {
            p.conditions.locations.as_ref().is_none_or(|c| c.matches(network))
        })
    }

    /// The policies whose device filter matches; `None` is an unregistered device.
    pub fn device(&self, device: Option<&DeviceFacts>) -> PolicySet {
        self.devices.select(&self.policies, |p| {
            p.conditions.devices.as_ref().is_none_or(|c| c.matches(device))
        })
    }

    /// The policies whose risk conditions match.
    pub fn risk(&self, risks: &Risks) -> PolicySet {
        self.risks.select(&self.policies, |p| p.conditions.risks.matches(risks))
    }

    /// The policies whose flow condition matches.
    pub fn flow(&self, flow: Flow) -> &PolicySet {
        let [ordinary, device_code, transfer] = &self.flows;
        match flow {
            Flow::Ordinary => ordinary,
            Flow::DeviceCode => device_code,
            Flow::AuthenticationTransfer => transfer,
        }
    }

    fn all(&self, holds: impl Fn(&Policy) -> bool) -> PolicySet {
        PolicySet::of(self.policies.len(), |at| self.policies.get(at).is_some_and(&holds))
    }
}

fn users(policy: &Policy) -> Option<&Users> {
    match &policy.conditions.principals {
        Principals::Users(users) => Some(users),
        Principals::Workloads(_) | Principals::Agents(_) => None,
    }
}

fn targets_action(policy: &Policy) -> bool {
    [UserAction::RegisterSecurityInfo, UserAction::RegisterDevice]
        .into_iter()
        .any(|action| policy.conditions.target.is_action(action))
}

fn membership_rows(policies: &[Policy]) -> Vec<MembershipRow> {
    let mut rows: BTreeMap<Membership, MembershipRow> = BTreeMap::new();
    let mut row_of = |membership: &Membership, fill: &dyn Fn(&mut MembershipRow)| {
        let row = rows.entry(membership.clone()).or_insert_with(|| MembershipRow {
            membership: membership.clone(),
            include: PolicySet::none(policies.len()),
            exclude: PolicySet::none(policies.len()),
        });
        fill(row);
    };
    for (at, policy) in policies.iter().enumerate() {
        let Some(users) = users(policy) else { continue };
        if let Include::Only(people) = &users.include {
            for membership in people.memberships() {
                row_of(&membership, &|row| row.include.insert(PolicyIndex::at(at)));
            }
        }
        for membership in users.exclude.memberships() {
            row_of(&membership, &|row| row.exclude.insert(PolicyIndex::at(at)));
        }
    }
    rows.into_values().collect()
}
