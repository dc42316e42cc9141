//! One sign-in that shows what was found, and in what it differs from an ordinary one.

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::location::Network;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::{Guest, Membership, Person};
use cardea_policy::conditions::risk::Risks;
use cardea_policy::evaluate::{Dimension, Principal, SignIn};
use cardea_policy::index::Index;
use cardea_policy::policy_set::PolicySet;

use super::choices::{Choice, Choices, Memberships};
use super::search::Point;
use crate::universe::{Atom, Destination, DeviceCase, Situation, Universe, What};

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

impl<F: Clone> From<&Atom<F>> for Like<F> {
    fn from(atom: &Atom<F>) -> Self {
        Self { fact: atom.fact.clone(), alternatives: atom.alternatives.clone() }
    }
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
    /// The sign-in, to be evaluated.
    pub fn sign_in(&self) -> &SignIn {
        &self.sign_in
    }

    /// The enabled policies that apply to it, by evaluation and not by search.
    pub fn applied(&self, index: &Index) -> PolicySet {
        index.evaluate(&self.sign_in).decision.applied
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
    pub(super) fn of(universe: &Universe, choices: &Choices, point: &Point) -> Self {
        let mut person = Person::default();
        let mut deviations = Vec::new();
        let mut chosen: Vec<&Choice> =
            point.chosen.iter().filter_map(|at| choices.list.get(*at)).collect();
        chosen.sort_by_key(|choice| order(choice));
        for choice in chosen {
            deviations.extend(match choice {
                Choice::Atom(dimension, _) => situational(universe, &point.situation, *dimension),
                Choice::Membership(Memberships { one, alternatives, .. }) => {
                    crate::people::give(&mut person, one.clone());
                    let alternatives = alternatives.clone();
                    Some(Deviation::Membership(Like { fact: one.clone(), alternatives }))
                }
                Choice::Guest(at, _) => universe.guests.get(*at).map(|atom| {
                    person.guest = Some(atom.guest.clone());
                    let alternatives = atom.alternatives.clone();
                    Deviation::Guest(Like { fact: atom.guest.clone(), alternatives })
                }),
            });
        }
        Self {
            sign_in: universe.sign_in(&point.situation, person),
            what: universe.targets.at(point.situation.target).fact.what.clone(),
            deviations,
        }
    }
}

fn order(choice: &Choice) -> Dimension {
    match choice {
        Choice::Atom(dimension, _) => *dimension,
        Choice::Membership(_) | Choice::Guest(..) => Dimension::Principal,
    }
}

fn situational(
    universe: &Universe,
    situation: &Situation,
    dimension: Dimension,
) -> Option<Deviation> {
    Some(match dimension {
        Dimension::Principal => return None,
        Dimension::Target => Deviation::Target(universe.targets.at(situation.target).into()),
        Dimension::Client => Deviation::Client(universe.clients.at(situation.client).into()),
        Dimension::Platform => {
            Deviation::Platform(universe.platforms.at(situation.platform).into())
        }
        Dimension::Network => Deviation::Network(universe.networks.at(situation.network).into()),
        Dimension::Device => {
            Deviation::Device(Box::new(universe.devices.at(situation.device).into()))
        }
        Dimension::Risk => Deviation::Risk(universe.risks.at(situation.risk).into()),
        Dimension::Flow => Deviation::Flow(universe.flows.at(situation.flow).into()),
    })
}
