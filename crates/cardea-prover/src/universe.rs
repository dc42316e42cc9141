//! Every sign-in that policies can tell apart, dimension by dimension.
//!
//! A dimension is cut into *atoms*: facts that no counted policy tells apart are one atom, which
//! keeps the most ordinary of them as its fact and the others for wording. The first atom of each
//! [`Axis`] is the ordinary one; whatever else a sign-in does is a deviation from it.
//!
//! Counted are enabled policies on people. Report-only policies count if the caller enabled them
//! before building the [`Index`]; policies on service principals and agents never meet people.
//!
//! What the axes take for granted, so that a proof over them is a proof over sign-ins:
//! * dimensions are independent of each other, although a device that is hybrid joined and claims
//!   to be a phone is unusual: platforms are claimed, not verified;
//! * sign-in, user and insider risk are independent; people have no workload or agent risk;
//! * networks: see [`networks`]; devices and attributes: see the representatives of the filters;
//! * registering security info touches all resources of
//!   [`registration_resources`](cardea_policy::well_known::registration_resources), registering a
//!   device touches none;
//! * an authentication context is demanded by an app that no policy names.

mod axis;
mod devices;
pub(crate) mod extent;
mod networks;
mod people;
mod risks;
mod targets;

use std::collections::BTreeSet;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::location::Network;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::{Person, Principals};
use cardea_policy::conditions::risk::Risks;
use cardea_policy::conditions::target::{BaselineScopes, Request};
use cardea_policy::evaluate::{Dimension, Principal, SignIn};
use cardea_policy::filter::Coverage;
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy::Policy;
use cardea_policy::policy_set::PolicySet;
use cardea_tenant::tenant::Tenant;

use axis::Facts;
pub use axis::{Atom, Axis};
pub use devices::DeviceCase;
pub use people::GuestAtom;
pub use targets::{Destination, What};

/// The dimensions of a situation: everything about a sign-in but who signs in.
pub const SITUATION: [Dimension; 7] = [
    Dimension::Target,
    Dimension::Client,
    Dimension::Platform,
    Dimension::Network,
    Dimension::Device,
    Dimension::Risk,
    Dimension::Flow,
];

/// Every sign-in of a tenant, as far as counted policies can tell.
#[derive(Clone, Debug)]
pub struct Universe {
    /// What is asked for; ordinary is an app that no policy names.
    pub targets: Axis<Destination>,
    /// With what client; ordinary is a browser.
    pub clients: Axis<ClientApp>,
    /// On what platform; ordinary is Windows.
    pub platforms: Axis<Platform>,
    /// From where; ordinary is a network that nothing is known about.
    pub networks: Axis<Network>,
    /// On what device; ordinary is one that is not registered.
    pub devices: Axis<DeviceCase>,
    /// At what risk; ordinary is none.
    pub risks: Axis<Risks>,
    /// By what flow.
    pub flows: Axis<Flow>,
    /// Guests that policies tell apart from people of the tenant.
    pub guests: Vec<GuestAtom>,
    /// The policies that the atoms were made for.
    pub counted: PolicySet,
    /// Dimensions of which some atoms may be missing, because there were too many. A proof is not
    /// a proof then.
    pub partial: BTreeSet<Dimension>,
}

/// One atom of every dimension of a situation, by position on its axis; 0 is the ordinary one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Situation {
    /// Position on [`Universe::targets`].
    pub target: usize,
    /// Position on [`Universe::clients`].
    pub client: usize,
    /// Position on [`Universe::platforms`].
    pub platform: usize,
    /// Position on [`Universe::networks`].
    pub network: usize,
    /// Position on [`Universe::devices`].
    pub device: usize,
    /// Position on [`Universe::risks`].
    pub risk: usize,
    /// Position on [`Universe::flows`].
    pub flow: usize,
}

impl Universe {
    /// The universe of the enabled policies on people.
    pub fn new(index: &Index, tenant: &Tenant) -> Self {
        let baselines = [&index.settings().baseline_scopes];
        Self::of_versions(index, tenant, &baselines, |request| index.target(request))
    }

    /// The universe of several versions of a tenant, which may treat baseline scopes differently
    /// and so read one request differently: `target` takes the place of [`Index::target`].
    pub(crate) fn of_versions(
        index: &Index,
        tenant: &Tenant,
        baselines: &[&BaselineScopes],
        target: impl Fn(&Request) -> PolicySet,
    ) -> Self {
        let counted = counted(index);
        let policies: Vec<&Policy> = counted.iter().filter_map(|at| index.policy(at)).collect();
        let only = |set: &PolicySet| set.and(&counted);
        let mut partial = BTreeSet::new();
        let mut note = |dimension, coverage| {
            if coverage == Coverage::Partial {
                partial.insert(dimension);
            }
        };
        let (destinations, coverage) = targets::destinations(&policies, baselines, tenant);
        note(Dimension::Target, coverage);
        let (networks, coverage) = networks::networks(&policies, &tenant.locations);
        note(Dimension::Network, coverage);
        let (devices, told_apart, coverage) = devices::cases(&policies, index, &counted);
        note(Dimension::Device, coverage);
        Self {
            targets: Axis::fold(destinations, |it| only(&target(&it.request)), |_| ()),
            clients: Axis::fold(clients(), |it| only(index.client(*it)), |_| ()),
            platforms: Axis::fold(platforms(), |it| only(index.platform(*it)), |_| ()),
            networks: Axis::fold(networks, |it| only(&index.network(it)), |_| ()),
            devices: Axis::fold(
                devices,
                |it| only(&index.device(it.facts.as_ref())),
                |it| told_apart.mark(it.state),
            ),
            risks: Axis::fold(risks::risks(&policies), |it| only(&index.risk(it)), |_| ()),
            flows: Axis::fold(flows(), |it| only(index.flow(*it)), |_| ()),
            guests: people::guests(&policies, index, &counted),
            counted,
            partial,
        }
    }

    /// The universe as these policies see it: distinctions that only others make are gone, and so
    /// are differences between devices that only grant controls read.
    #[must_use]
    pub fn seen_by(&self, policies: &PolicySet) -> Self {
        Self {
            targets: self.targets.seen_by(policies),
            clients: self.clients.seen_by(policies),
            platforms: self.platforms.seen_by(policies),
            networks: self.networks.seen_by(policies),
            devices: self.devices.seen_by(policies),
            risks: self.risks.seen_by(policies),
            flows: self.flows.seen_by(policies),
            guests: people::seen_by(&self.guests, policies),
            counted: self.counted.and(policies),
            partial: self.partial.clone(),
        }
    }

    /// The policies behind every atom of a dimension, in the order of the axis. The principal
    /// dimension has no atoms.
    pub fn sets(&self, dimension: Dimension) -> Vec<&PolicySet> {
        match dimension {
            Dimension::Principal => Vec::new(),
            Dimension::Target => self.targets.sets(),
            Dimension::Client => self.clients.sets(),
            Dimension::Platform => self.platforms.sets(),
            Dimension::Network => self.networks.sets(),
            Dimension::Device => self.devices.sets(),
            Dimension::Risk => self.risks.sets(),
            Dimension::Flow => self.flows.sets(),
        }
    }

    /// The policies whose conditions, other than on people, match the situation.
    pub fn matched(&self, situation: &Situation) -> PolicySet {
        let mut matched = self.targets.at(situation.target).set.clone();
        for set in [
            &self.clients.at(situation.client).set,
            &self.platforms.at(situation.platform).set,
            &self.networks.at(situation.network).set,
            &self.devices.at(situation.device).set,
            &self.risks.at(situation.risk).set,
            &self.flows.at(situation.flow).set,
        ] {
            matched.retain(set);
        }
        matched
    }

    /// The sign-in of a person in a situation.
    pub fn sign_in(&self, situation: &Situation, person: Person) -> SignIn {
        SignIn {
            principal: Principal::Person(person),
            request: self.targets.at(situation.target).fact.request.clone(),
            client: self.clients.at(situation.client).fact,
            platform: self.platforms.at(situation.platform).fact,
            network: self.networks.at(situation.network).fact.clone(),
            device: self.devices.at(situation.device).fact.facts.clone(),
            risks: self.risks.at(situation.risk).fact,
            flow: self.flows.at(situation.flow).fact,
        }
    }
}

impl Situation {
    /// The position of the dimension's atom; 0 for the principal dimension, which has none.
    pub fn position(&self, dimension: Dimension) -> usize {
        match dimension {
            Dimension::Principal => 0,
            Dimension::Target => self.target,
            Dimension::Client => self.client,
            Dimension::Platform => self.platform,
            Dimension::Network => self.network,
            Dimension::Device => self.device,
            Dimension::Risk => self.risk,
            Dimension::Flow => self.flow,
        }
    }

    /// The situation with another atom in one dimension; the principal dimension has none.
    #[must_use]
    pub fn with(mut self, dimension: Dimension, position: usize) -> Self {
        match dimension {
            Dimension::Principal => {}
            Dimension::Target => self.target = position,
            Dimension::Client => self.client = position,
            Dimension::Platform => self.platform = position,
            Dimension::Network => self.network = position,
            Dimension::Device => self.device = position,
            Dimension::Risk => self.risk = position,
            Dimension::Flow => self.flow = position,
        }
        self
    }

    /// The dimensions in which the situation is not the ordinary one.
    pub fn deviations(&self) -> impl Iterator<Item = Dimension> + '_ {
        SITUATION.into_iter().filter(|dimension| self.position(*dimension) != 0)
    }
}

/// Enabled policies on people.
fn counted(index: &Index) -> PolicySet {
    let people = PolicySet::of(index.policies().len(), |at| {
        index
            .policy(PolicyIndex::at(at))
            .is_some_and(|policy| matches!(policy.conditions.principals, Principals::Users(_)))
    });
    people.and(index.enabled())
}

fn clients() -> Facts<ClientApp> {
    Facts {
        ordinary: ClientApp::Browser,
        others: Vec::from([
            ClientApp::MobileAppsAndDesktopClients,
            ClientApp::Other,
            ClientApp::EasSupported,
            ClientApp::EasUnsupported,
        ]),
    }
}

fn platforms() -> Facts<Platform> {
    Facts {
        ordinary: Platform::Windows,
        others: Vec::from([
            Platform::MacOs,
            Platform::Ios,
            Platform::Android,
            Platform::Linux,
            Platform::Unknown,
            Platform::WindowsPhone,
        ]),
    }
}

fn flows() -> Facts<Flow> {
    Facts {
        ordinary: Flow::Ordinary,
        others: Vec::from([Flow::DeviceCode, Flow::AuthenticationTransfer]),
    }
}
