//! Every fact of a sign-in that some policy could tell from another, counted by brute force.
//!
//! A fact is kept if no fact before it matches the same policies. What is taken for granted:
//! dimensions are independent of each other; an app that no policy names has no attributes where
//! the input has apps, and any where it has none; address, country by address, country by position
//! and locations whose extent nobody knows are independent, and at most two of the latter occur at
//! once; people have no risk of workloads or agents.

use std::collections::BTreeSet;
use std::net::IpAddr;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::location::{IncludedLocations, Network, Trust};
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::{
    ExternalTenants, Guest, GuestKind, Include, Person, Principals,
};
use cardea_policy::conditions::risk::{InsiderRisk, RiskLevel, Risks};
use cardea_policy::conditions::target::{
    AppGroup, BaselineScopes, IncludedResources, Request, Resource, Scopes, Target,
};
use cardea_policy::evaluate::{Principal, SignIn};
use cardea_policy::filter::{
    AppAttributes, Coverage, DeviceFacts, representative_attributes, representative_devices,
};
use cardea_policy::id::{AppId, LocationId, TenantId};
use cardea_policy::index::Index;
use cardea_policy::policy::Policy;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::well_known::windows_azure_ad;
use cardea_tenant::location::{Area, CountryLookup, NamedLocation};
use cardea_tenant::tenant::Tenant;

use crate::people::Kind;

/// How many dimensions a sign-in has beside the person.
pub const AXES: usize = 7;

/// How many devices, attributes and networks are told apart at most.
const LIMIT: usize = 1 << 12;

/// Facts of one dimension, each with the policies whose condition matches it.
pub type Axis<F> = Vec<(F, PolicySet)>;

/// Every sign-in to a resource.
#[derive(Debug)]
pub struct Space<'a> {
    pub(crate) index: &'a Index,
    /// Enabled policies on people that block or demand something.
    pub closing: PolicySet,
    targets: Axis<Request>,
    clients: Axis<ClientApp>,
    platforms: Axis<Platform>,
    networks: Axis<Network>,
    devices: Axis<Option<DeviceFacts>>,
    risks: Axis<Risks>,
    flows: Axis<Flow>,
    /// Guests that policies can tell apart, and people who are none.
    pub(crate) guests: Vec<Option<Guest>>,
    /// Whether facts may be missing, because there are too many.
    pub coverage: Coverage,
}

impl<'a> Space<'a> {
    /// Counts the facts.
    pub fn new(index: &'a Index, tenant: &Tenant) -> Self {
        let on_people = PolicySet::of(index.policies().len(), |at| {
            let policy = index.policies().get(at);
            policy.is_some_and(|it| matches!(it.conditions.principals, Principals::Users(_)))
        });
        let closing = on_people.and(index.enabled()).and(index.demanding());
        let policies: Vec<&Policy> = closing.iter().filter_map(|at| index.policy(at)).collect();
        let filters = policies.iter().filter_map(|it| it.conditions.devices.as_ref());
        let devices = representative_devices(filters.map(|it| &it.rule), &[], LIMIT);
        let (requests, told_apart) = requests(&policies, index, tenant);
        let (networks, located) = networks(&policies, &tenant.locations);
        let known = devices.cases.into_iter().map(Some);
        Self {
            targets: axis(&closing, requests, |it| index.target(it)),
            clients: axis(&closing, ClientApp::ALL, |it| index.client(*it).clone()),
            platforms: axis(&closing, Platform::ALL, |it| index.platform(*it).clone()),
            networks: axis(&closing, networks, |it| index.network(it)),
            devices: axis(&closing, [None].into_iter().chain(known), |it| {
                index.device(it.as_ref())
            }),
            risks: axis(&closing, risks(), |it| index.risk(it)),
            flows: axis(&closing, Flow::ALL, |it| index.flow(*it).clone()),
            guests: guests(&policies),
            coverage: devices.coverage.max(told_apart).max(located),
            closing,
            index,
        }
    }

    /// The policies that can hit such people.
    pub fn hitting(&self, kind: &Kind) -> PolicySet {
        self.index.who(&self.index.member(&kind.person())).and(&self.closing)
    }

    /// For each dimension, the policies that match each of its facts.
    pub(crate) fn sets(&self) -> [Vec<&PolicySet>; AXES] {
        fn of<F>(axis: &Axis<F>) -> Vec<&PolicySet> {
            axis.iter().map(|(_, set)| set).collect()
        }
        [
            of(&self.targets),
            of(&self.clients),
            of(&self.platforms),
            of(&self.networks),
            of(&self.devices),
            of(&self.risks),
            of(&self.flows),
        ]
    }

    /// The numbers of the facts that are the same to policies as those of a sign-in; `None` where
    /// one of them is like none.
    pub fn facts(&self, sign_in: &SignIn) -> Option<[usize; AXES]> {
        let SignIn { principal: _, request, client, platform, network, device, risks, flow } =
            sign_in;
        let index = self.index;
        let like = [
            index.target(request),
            index.client(*client).clone(),
            index.platform(*platform).clone(),
            index.network(network),
            index.device(device.as_ref()),
            index.risk(risks),
            index.flow(*flow).clone(),
        ];
        let mut facts = [0; AXES];
        for ((fact, sets), set) in facts.iter_mut().zip(self.sets()).zip(like) {
            let set = set.and(&self.closing);
            *fact = sets.iter().position(|known| **known == set)?;
        }
        Some(facts)
    }

    /// The sign-in of a person with these facts; `None` where there are no such facts.
    pub fn sign_in(&self, person: Person, facts: &[usize; AXES]) -> Option<SignIn> {
        fn of<F: Clone>(axis: &Axis<F>, at: usize) -> Option<F> {
            axis.get(at).map(|(fact, _)| fact.clone())
        }
        let [target, client, platform, network, device, risk, flow] = *facts;
        Some(SignIn {
            principal: Principal::Person(person),
            request: of(&self.targets, target)?,
            client: of(&self.clients, client)?,
            platform: of(&self.platforms, platform)?,
            network: of(&self.networks, network)?,
            device: of(&self.devices, device)?,
            risks: of(&self.risks, risk)?,
            flow: of(&self.flows, flow)?,
        })
    }
}

fn axis<F>(
    closing: &PolicySet,
    facts: impl IntoIterator<Item = F>,
    set: impl Fn(&F) -> PolicySet,
) -> Axis<F> {
    let mut axis = Axis::new();
    for fact in facts {
        let set = set(&fact).and(closing);
        if !axis.iter().any(|(_, known)| *known == set) {
            axis.push((fact, set));
        }
    }
    axis
}

fn risks() -> impl Iterator<Item = Risks> {
    RiskLevel::ALL.into_iter().flat_map(|sign_in| {
        RiskLevel::ALL.into_iter().flat_map(move |user| {
            InsiderRisk::ALL.into_iter().map(move |insider| Risks {
                sign_in,
                user,
                insider,
                ..Risks::default()
            })
        })
    })
}

/// Requests for every app that policies name, one of each group of apps, one of none, and the apps
/// of the tenant; with and without contexts and scopes that policies look at.
fn requests(policies: &[&Policy], index: &Index, tenant: &Tenant) -> (Vec<Request>, Coverage) {
    let other = AppId::new("any other app");
    let mut apps = BTreeSet::from([windows_azure_ad()]);
    let mut filters = Vec::new();
    let mut contexts = BTreeSet::new();
    for policy in policies {
        match &policy.conditions.target {
            Target::Resources(it) => {
                if let IncludedResources::Only(list) = &it.include {
                    apps.extend(list.apps.iter().cloned());
                }
                apps.extend(it.exclude.apps.iter().cloned());
                filters.extend(it.filter.as_ref().map(|filter| &filter.rule));
            }
            Target::Contexts(of_policy) => contexts.extend(of_policy),
            Target::UserActions(_) => {}
        }
    }
    if let BaselineScopes::App(app) = &index.settings().baseline_scopes {
        apps.insert(app.clone());
    }
    apps.extend(tenant.apps.iter().map(|app| app.id.clone()));
    let mut resources = Vec::from([Resource::new(other.clone())]);
    resources.extend(apps.iter().map(|app| tenant.resource(app)));
    // What baseline scopes count as is evaluated without attributes.
    resources.extend(apps.iter().map(|app| Resource::new(app.clone())));
    resources.extend(unnamed());
    let mut coverage = Coverage::Complete;
    if tenant.apps.is_empty() {
        let assigned = representative_attributes(filters, LIMIT);
        coverage = assigned.coverage;
        let with = |attributes: &AppAttributes| {
            let with = |it: &Resource| Resource { attributes: attributes.clone(), ..it.clone() };
            resources.iter().map(with).collect::<Vec<Resource>>()
        };
        resources = assigned.cases.iter().flat_map(with).collect();
    }
    let mut requests: Vec<Request> = resources.into_iter().map(Request::resource).collect();
    let baseline: Vec<Request> =
        requests.iter().map(|it| Request { scopes: Scopes::Baseline, ..it.clone() }).collect();
    let other = Resource::new(other);
    let demanding = contexts.into_iter().map(|context| Request {
        contexts: BTreeSet::from([context.clone()]),
        ..Request::resource(other.clone())
    });
    requests.extend(demanding.chain(baseline));
    (requests, coverage)
}

/// Apps that no policy names, for every set of groups of apps.
fn unnamed() -> impl Iterator<Item = Resource> {
    use AppGroup::{AllAgentIdResources, MicrosoftAdminPortals, Office365};
    let groups: [&[AppGroup]; 4] = [
        &[Office365],
        &[MicrosoftAdminPortals],
        &[AllAgentIdResources],
        &[Office365, MicrosoftAdminPortals],
    ];
    groups.into_iter().map(|groups| Resource {
        groups: groups.iter().copied().collect(),
        ..Resource::new(AppId::new("another app of the group"))
    })
}

/// Networks at every border of a range, in every country that is listed, in one that is not and in
/// an unknown one, and in up to two locations of unknown extent.
fn networks(policies: &[&Policy], locations: &[NamedLocation]) -> (Vec<Network>, Coverage) {
    let mut named: BTreeSet<LocationId> = BTreeSet::new();
    for condition in policies.iter().filter_map(|it| it.conditions.locations.as_ref()) {
        named.extend(condition.exclude.named.iter().cloned());
        if let IncludedLocations::Only(list) = &condition.include {
            named.extend(list.named.iter().cloned());
        }
    }
    let mut found = BTreeSet::from([Network::default()]);
    let mut coverage = Coverage::Complete;
    for part in [
        by_address(locations),
        by_country(locations, CountryLookup::Address),
        by_country(locations, CountryLookup::AuthenticatorGps),
        unbounded(locations, &named),
    ] {
        let both = |left: &Network, right: &Network| Network {
            named: left
                .named
                .union(&right.named)
                .filter(|it| named.contains(it))
                .cloned()
                .collect(),
            trust: left.trust.min(right.trust),
        };
        found = found.iter().flat_map(|it| part.iter().map(move |more| both(it, more))).collect();
        if found.len() > LIMIT {
            coverage = Coverage::Partial;
            found = found.into_iter().take(LIMIT).collect();
        }
    }
    found.insert(Network { trust: Trust::Trusted, ..Network::default() });
    (found.into_iter().collect(), coverage)
}

fn inside<'l>(locations: impl Iterator<Item = &'l NamedLocation>) -> Network {
    let mut network = Network::default();
    for location in locations {
        network.named.insert(location.id.clone());
        network.trust = network.trust.min(location.trust());
    }
    network
}

fn by_address(locations: &[NamedLocation]) -> BTreeSet<Network> {
    let mut borders: BTreeSet<IpAddr> = BTreeSet::new();
    for location in locations {
        let Area::Addresses { ranges, .. } = &location.area else { continue };
        for range in ranges {
            borders.insert(range.network());
            borders.extend(after(range.broadcast()));
        }
    }
    let covering = |address: Option<IpAddr>| {
        let in_ranges = locations.iter().filter(|it| matches!(it.area, Area::Addresses { .. }));
        inside(in_ranges.filter(|it| it.covers(address, None)))
    };
    borders.into_iter().map(Some).chain([None]).map(covering).collect()
}

fn after(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(it) => u32::from(it).checked_add(1).map(|next| IpAddr::V4(next.into())),
        IpAddr::V6(it) => u128::from(it).checked_add(1).map(|next| IpAddr::V6(next.into())),
    }
}

fn by_country(locations: &[NamedLocation], by: CountryLookup) -> BTreeSet<Network> {
    let listed = locations.iter().filter_map(|location| match &location.area {
        Area::Countries { countries, lookup, .. } if *lookup == by => Some((location, countries)),
        Area::Countries { .. } | Area::Addresses { .. } | Area::CompliantNetwork { .. } => None,
    });
    let listed: Vec<(&NamedLocation, &BTreeSet<String>)> = listed.collect();
    let countries = listed.iter().flat_map(|(_, countries)| *countries).map(|it| Some(it.as_str()));
    let countries: BTreeSet<Option<&str>> =
        countries.chain([Some("another country"), None]).collect();
    let there = |country: Option<&str>| {
        inside(listed.iter().map(|(it, _)| *it).filter(|it| it.covers(None, country)))
    };
    countries.into_iter().map(there).collect()
}

fn unbounded(locations: &[NamedLocation], named: &BTreeSet<LocationId>) -> BTreeSet<Network> {
    let open = locations.iter().filter(|location| match &location.area {
        Area::Addresses { ranges, .. } => ranges.is_empty(),
        Area::Countries { .. } => false,
        Area::CompliantNetwork { .. } => true,
    });
    let mut alone: Vec<Network> = open.map(|it| inside([it].into_iter())).collect();
    for unknown in named.iter().filter(|id| !locations.iter().any(|it| it.id == **id)) {
        for trust in [Trust::Untrusted, Trust::Trusted] {
            alone.push(Network { named: BTreeSet::from([unknown.clone()]), trust });
        }
    }
    let mut networks = BTreeSet::from([Network::default()]);
    for (at, one) in alone.iter().enumerate() {
        for other in alone.iter().skip(at) {
            networks.insert(Network {
                named: one.named.union(&other.named).cloned().collect(),
                trust: one.trust.min(other.trust),
            });
        }
    }
    networks
}

/// Nobody's guest, and every kind of guest from every tenant that a policy names and from another
/// one. Internal guests come from no tenant.
fn guests(policies: &[&Policy]) -> Vec<Option<Guest>> {
    let mut tenants: BTreeSet<Option<&TenantId>> = BTreeSet::from([None]);
    let mut asked = false;
    for policy in policies {
        let Principals::Users(users) = &policy.conditions.principals else { continue };
        let included = match &users.include {
            Include::Only(people) => people.guests.as_ref(),
            Include::Everyone | Include::Nobody => None,
        };
        for guests in included.into_iter().chain(&users.exclude.guests) {
            asked = true;
            if let ExternalTenants::Only(only) = &guests.tenants {
                tenants.extend(only.iter().map(Some));
            }
        }
    }
    let mut guests = Vec::from([None]);
    for kind in GuestKind::ALL.into_iter().filter(|_| asked) {
        for tenant in tenants.iter().copied() {
            if tenant.is_none() || kind != GuestKind::InternalGuest {
                guests.push(Some(Guest { kind, tenant: tenant.cloned() }));
            }
        }
    }
    guests
}
