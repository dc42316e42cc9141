//! What one class of people, with one actor's devices and networks, can try.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::risk::Risks;
use cardea_policy::conditions::target::Request;
use cardea_policy::evaluate::Facts;
use cardea_policy::policy_set::PolicySet;
use cardea_tenant::journey::actor::{Actor, Form, Situation};
use cardea_tenant::journey::channel::{Channel, Leg};
use cardea_tenant::journey::gate::{Book, Gate, Passage};
use cardea_tenant::journey::means::MeansIndex;
use cardea_tenant::journey::permission::Permissions;
use cardea_tenant::journey::step::{Seat, Traveller};
use cardea_tenant::tenant::Tenant;

/// Something that people are meant to reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// What it is called: "any app", "the admin portals".
    pub name: String,
    /// What is asked for.
    pub request: Request,
    /// The devices that it is to be reached from.
    pub from: Reachable,
}

/// From where a goal must be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reachable {
    /// From any device at hand.
    AnyDevice,
    /// From a device of this form.
    Form(Form),
}

/// A class of people together with what they act with.
#[derive(Debug)]
pub struct Terrain<'a> {
    /// The rules, the people and what they are allowed.
    pub traveller: Traveller<'a>,
    /// Ways of registering, each in each situation that differs.
    pub tries: Vec<Try<'a>>,
    /// Ways of reaching each goal.
    pub goals: Vec<Vec<Approach<'a>>>,
}

/// A way of registering in one situation.
#[derive(Clone, Debug)]
pub struct Try<'a> {
    /// The way.
    pub channel: Channel,
    /// The device, by position among the actor's.
    pub device: usize,
    /// The situation.
    pub situation: Situation<'a>,
    /// What the legs of the channel demand.
    pub gates: Vec<Gate>,
    /// What it can make.
    pub makes: Vec<MeansIndex>,
    /// For the wizard: the goal whose access it interrupts.
    pub interrupts: Option<usize>,
}

/// A way of reaching a goal in one situation.
#[derive(Clone, Debug)]
pub struct Approach<'a> {
    /// The device, by position among the actor's.
    pub device: usize,
    /// The situation.
    pub situation: Situation<'a>,
    /// What the access demands.
    pub gate: Gate,
}

impl Try<'_> {
    /// The session that it happens in.
    pub fn seat(&self) -> Seat {
        Seat { device: self.device, client: self.situation.client }
    }
}

impl Approach<'_> {
    /// The session that it happens in.
    pub fn seat(&self) -> Seat {
        Seat { device: self.device, client: self.situation.client }
    }
}

/// The requests of channels and goals as sets of policies: the same for every class of people.
#[derive(Debug)]
pub struct Targets {
    legs: BTreeMap<Channel, Vec<(Leg, PolicySet)>>,
    goals: Vec<(Goal, PolicySet)>,
}

impl Targets {
    /// Compiles the requests of a tenant.
    pub fn new(tenant: &Tenant, book: &Book, goals: Vec<Goal>) -> Self {
        let legs = Channel::ALL.into_iter().map(|channel| {
            let legs = channel.legs(tenant, &book.assumptions).into_iter().map(|leg| {
                let set = book.index.target(&leg.request);
                (leg, set)
            });
            (channel, legs.collect())
        });
        let legs = legs.collect();
        let goals = goals
            .into_iter()
            .map(|goal| {
                let set = book.index.target(&goal.request);
                (goal, set)
            })
            .collect();
        Self { legs, goals }
    }

    /// The goals.
    pub fn goals(&self) -> impl Iterator<Item = &Goal> {
        self.goals.iter().map(|(goal, _)| goal)
    }

    /// The legs of a channel.
    pub fn legs(&self, channel: Channel) -> Vec<Leg> {
        self.legs.get(&channel).into_iter().flatten().map(|(leg, _)| leg.clone()).collect()
    }

    /// The request of a goal.
    pub fn request(&self, goal: usize) -> Option<&Request> {
        self.goals.get(goal).map(|(goal, _)| &goal.request)
    }
}

struct Located<'a> {
    device: usize,
    situation: Situation<'a>,
    base: PolicySet,
}

impl<'a> Terrain<'a> {
    /// Lays out what a class of people can try with the actor's devices.
    pub fn new(
        book: &'a Book,
        targets: &Targets,
        who: &'a PolicySet,
        permissions: &'a Permissions,
        actor: &'a Actor,
    ) -> Self {
        let traveller =
            Traveller { book, who, permissions, across: actor.across, intent: actor.intent };
        let located = locate(book, who, actor);
        let goals: Vec<Vec<Approach<'a>>> =
            targets.goals.iter().map(|(goal, set)| approaches(&located, goal, set)).collect();
        let mut layout = Layout { traveller, targets, tries: Vec::new() };
        for channel in Channel::ALL {
            for place in &located {
                if channel.fits(&layout.traveller, &place.situation) {
                    layout.attempt(channel, place);
                }
            }
        }
        Self { traveller: layout.traveller, tries: layout.tries, goals }
    }

    /// The sessions in which anything can be tried.
    pub fn seats(&self) -> BTreeSet<Seat> {
        let approaches = self.goals.iter().flatten().map(Approach::seat);
        self.tries.iter().map(Try::seat).chain(approaches).collect()
    }
}

fn locate<'a>(book: &Book, who: &PolicySet, actor: &'a Actor) -> Vec<Located<'a>> {
    let index = &book.index;
    let everything = PolicySet::of(index.policies().len(), |_| true);
    let risk = index.risk(&Risks::default());
    let networks: Vec<PolicySet> = actor.networks.iter().map(|n| index.network(n)).collect();
    let devices: Vec<PolicySet> =
        actor.devices.iter().map(|d| index.device(d.facts.as_ref())).collect();
    let mut located = Vec::new();
    for situation in actor.situations() {
        let device = actor.devices.iter().position(|d| std::ptr::eq(d, situation.device));
        let network = actor.networks.iter().position(|n| std::ptr::eq(n, situation.network));
        let (Some(device), Some(network)) = (device, network) else { continue };
        let (Some(device_set), Some(network_set)) = (devices.get(device), networks.get(network))
        else {
            continue;
        };
        let facts = Facts {
            principal: who,
            target: &everything,
            client: index.client(situation.client),
            platform: index.platform(situation.platform),
            network: network_set,
            device: device_set,
            risk: &risk,
            flow: index.flow(Flow::Ordinary),
        };
        located.push(Located { device, base: index.decide(&facts).applied, situation });
    }
    located
}

fn approaches<'a>(located: &[Located<'a>], goal: &Goal, set: &PolicySet) -> Vec<Approach<'a>> {
    let mut approaches: Vec<Approach<'a>> = Vec::new();
    for place in located {
        if goal.from != Reachable::AnyDevice
            && goal.from != Reachable::Form(place.situation.device.form)
        {
            continue;
        }
        let gate = Gate { passage: Passage::Plain, applied: place.base.and(set) };
        let known = |other: &Approach<'_>| {
            other.device == place.device
                && other.gate == gate
                && other.situation.client == place.situation.client
                && other.situation.platform == place.situation.platform
        };
        if !approaches.iter().any(known) {
            let situation = place.situation.clone();
            approaches.push(Approach { device: place.device, situation, gate });
        }
    }
    approaches
}

struct Layout<'a, 't> {
    traveller: Traveller<'a>,
    targets: &'t Targets,
    tries: Vec<Try<'a>>,
}

impl<'a> Layout<'a, '_> {
    fn attempt(&mut self, channel: Channel, place: &Located<'a>) {
        let legs = self.targets.legs.get(&channel).map_or(&[][..], Vec::as_slice);
        let gates: Vec<Gate> = legs
            .iter()
            .map(|(leg, set)| Gate { passage: leg.passage, applied: place.base.and(set) })
            .collect();
        if channel != Channel::Wizard {
            let makes = channel.makes(&self.traveller, &place.situation, &[]);
            self.add(channel, place, &gates, (None, makes));
            return;
        }
        for (goal, (_, set)) in self.targets.goals.iter().enumerate() {
            let demanded = self.traveller.demanded(&place.base.and(set));
            let makes = channel.makes(&self.traveller, &place.situation, &demanded);
            self.add(channel, place, &gates, (Some(goal), makes));
        }
    }

    fn add(
        &mut self,
        channel: Channel,
        place: &Located<'a>,
        gates: &[Gate],
        (interrupts, makes): (Option<usize>, Vec<MeansIndex>),
    ) {
        let known = |other: &Try<'_>| {
            other.channel == channel
                && other.device == place.device
                && other.makes == makes
                && other.gates == gates
                && other.interrupts == interrupts
        };
        if makes.is_empty() || self.tries.iter().any(known) {
            return;
        }
        let situation = place.situation.clone();
        let (gates, device) = (gates.to_vec(), place.device);
        self.tries.push(Try { channel, device, situation, gates, makes, interrupts });
    }
}
