//! One sign-in that shows what was found, and in what it differs from an ordinary one.

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::location::Network;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::{Guest, Membership, Person};
use cardea_policy::conditions::risk::Risks;
use cardea_policy::evaluate::{Dimension, Principal, SignIn};
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;

use super::choices::Choice;
use super::region::Region;
use super::space::{Point, Space};
use crate::universe::{Destination, DeviceCase, SITUATION, Universe, What};

/// One sign-in, concrete in every dimension, that stands for all that are like it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The sign-in.
    pub sign_in: SignIn,
    /// What it asks for, for wording.
    pub what: What,
    /// In what it differs from an ordinary sign-in by an ordinary person; the person's
    /// memberships first, then the situation, in the order in which conditions are checked. Each
    /// of them is needed.
    pub deviations: Vec<Deviation>,
}

/// Something in which a sign-in differs from an ordinary one, or what would do just as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deviation {
    /// The person has a membership.
    Membership(Like<Membership>),
    /// The person is a guest.
    Guest(Like<Guest>),
    /// What is asked for.
    Target(Like<Destination>),
    /// The client.
    Client(Like<ClientApp>),
    /// The claimed platform.
    Platform(Like<Platform>),
    /// The network.
    Network(Like<Network>),
    /// The device.
    Device(Box<Like<DeviceCase>>),
    /// The risk.
    Risk(Like<Risks>),
    /// The flow.
    Flow(Like<Flow>),
}

/// A fact, and the facts that would do just as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Like<F> {
    /// The most ordinary one, which the sign-in has.
    pub fact: F,
    /// The others.
    pub alternatives: Vec<F>,
}

impl Deviation {
    /// The dimension in which the sign-in differs.
    pub fn dimension(&self) -> Dimension {
        match self {
            Self::Membership(_) | Self::Guest(_) => Dimension::Principal,
            Self::Target(_) => Dimension::Target,
            Self::Client(_) => Dimension::Client,
            Self::Platform(_) => Dimension::Platform,
            Self::Network(_) => Dimension::Network,
            Self::Device(_) => Dimension::Device,
            Self::Risk(_) => Dimension::Risk,
            Self::Flow(_) => Dimension::Flow,
        }
    }
}

impl Witness {
    /// The sign-in, for [`Index::evaluate`].
    pub fn sign_in(&self) -> &SignIn {
        &self.sign_in
    }

    /// The enabled policies that apply to it, by evaluation and not by search.
    pub fn applied(&self, index: &Index) -> PolicySet {
        index.evaluate(&self.sign_in).decision.applied
    }

    /// The counted policies that block or demand a control, and that would apply if one dimension
    /// were different: what seems to protect the sign-in and does not.
    pub fn near_misses(&self, index: &Index, universe: &Universe) -> Vec<(PolicyIndex, Dimension)> {
        let sets = self.sets(index);
        let misses = |policy: PolicyIndex| {
            let dimensions = Dimension::ALL.into_iter().zip(&sets);
            let mut misses = dimensions.filter(|(_, set)| !set.contains(policy));
            let (dimension, _) = misses.next()?;
            misses.next().is_none().then_some((policy, dimension))
        };
        index.demanding().and(&universe.counted).iter().filter_map(misses).collect()
    }

    /// The policies that match in each dimension, in the order of [`Dimension::ALL`].
    pub fn sets(&self, index: &Index) -> [PolicySet; 8] {
        let SignIn { request, client, platform, network, device, risks, flow, .. } = &self.sign_in;
        [
            self.who(index),
            index.target(request),
            index.client(*client).clone(),
            index.platform(*platform).clone(),
            index.network(network),
            index.device(device.as_ref()),
            index.risk(risks),
            index.flow(*flow).clone(),
        ]
    }

    /// The policies that are assigned to the person.
    pub(super) fn who(&self, index: &Index) -> PolicySet {
        let who = self.person().map(|person| index.who(&index.member(person)));
        who.unwrap_or_else(|| PolicySet::none(index.policies().len()))
    }

    /// The memberships that it takes, each with those that do the same.
    pub fn memberships(&self) -> impl Iterator<Item = &Like<Membership>> {
        self.deviations.iter().filter_map(|deviation| match deviation {
            Deviation::Membership(memberships) => Some(memberships),
            Deviation::Guest(_)
            | Deviation::Target(_)
            | Deviation::Client(_)
            | Deviation::Platform(_)
            | Deviation::Network(_)
            | Deviation::Device(_)
            | Deviation::Risk(_)
            | Deviation::Flow(_) => None,
        })
    }

    /// How many things about the person it takes: memberships, and being a guest.
    pub fn personal(&self) -> usize {
        self.deviations.iter().filter(|it| it.dimension() == Dimension::Principal).count()
    }

    /// Whether anybody can make such a sign-in, whoever they are.
    pub fn is_about_everybody(&self) -> bool {
        self.personal() == 0
    }

    /// The person who signs in.
    pub fn person(&self) -> Option<&Person> {
        match &self.sign_in.principal {
            Principal::Person(person) => Some(person),
            Principal::Workload(_) | Principal::Agent(_) => None,
        }
    }

    /// The witness of a point of the search.
    pub(super) fn of(space: &Space<'_>, point: &Point) -> Self {
        let Space { region, choices, .. } = space;
        let mut person = Person::default();
        let mut deviations: Vec<Deviation> = point
            .chosen
            .iter()
            .filter_map(|at| match choices.list.get(*at)? {
                Choice::Cell { axis, cell } => situational(region, *axis, *cell),
                Choice::Membership(same, _) => {
                    let (one, others) = same.split_first()?;
                    crate::people::give(&mut person, one.clone());
                    let like = Like { fact: one.clone(), alternatives: others.to_vec() };
                    Some(Deviation::Membership(like))
                }
                Choice::Guest(at, _) => {
                    let atom = region.universe.guests.get(*at)?;
                    person.guest = Some(atom.guest.clone());
                    let alternatives = atom.alternatives.clone();
                    Some(Deviation::Guest(Like { fact: atom.guest.clone(), alternatives }))
                }
            })
            .collect();
        // A search for sign-ins that some policy hits begins where its conditions match, which need
        // not be the ordinary situation.
        for (axis, cell) in point.cells.iter().enumerate().filter(|(_, cell)| **cell != 0) {
            let dimension = SITUATION.get(axis);
            if !deviations.iter().any(|it| Some(&it.dimension()) == dimension) {
                deviations.extend(situational(region, axis, *cell));
            }
        }
        deviations.sort_by_key(Deviation::dimension);
        let situation = region.situation(&point.cells);
        Self {
            sign_in: region.universe.sign_in(&situation, person),
            what: region.universe.targets.at(situation.target).fact.what.clone(),
            deviations,
        }
    }
}

fn situational(region: &Region<'_>, axis: usize, cell: usize) -> Option<Deviation> {
    let dimension = *SITUATION.get(axis)?;
    let Universe { targets, clients, platforms, networks, devices, risks, flows, .. } =
        region.universe;
    Some(match dimension {
        Dimension::Principal => return None,
        Dimension::Target => Deviation::Target(region.like(targets, dimension, cell)),
        Dimension::Client => Deviation::Client(region.like(clients, dimension, cell)),
        Dimension::Platform => Deviation::Platform(region.like(platforms, dimension, cell)),
        Dimension::Network => Deviation::Network(region.like(networks, dimension, cell)),
        Dimension::Device => Deviation::Device(Box::new(region.like(devices, dimension, cell))),
        Dimension::Risk => Deviation::Risk(region.like(risks, dimension, cell)),
        Dimension::Flow => Deviation::Flow(region.like(flows, dimension, cell)),
    })
}
