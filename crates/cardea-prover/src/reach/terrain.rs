//! What one class of people, with one actor's devices and networks, can try.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use cardea_policy::conditions::flow::Flow;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::risk::Risks;
use cardea_policy::conditions::target::Request;
use cardea_policy::evaluate::Facts;
use cardea_policy::policy_set::PolicySet;
use cardea_tenant::journey::actor::{Actor, Device, Form, Situation};
use cardea_tenant::journey::channel::{Channel, Leg};
use cardea_tenant::journey::gate::{Book, Demands, Gate, Passage};
use cardea_tenant::journey::means::MeansIndex;
use cardea_tenant::journey::permission::Permissions;
use cardea_tenant::journey::step::{Seat, Traveller};
use cardea_tenant::journey::wizard::Errand;
use cardea_tenant::tenant::Tenant;

use super::footprint::{Footprint, Footprints};
use super::stance::{self, Stance};

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
    /// The same, with what is waived taken out.
    pub demands: Vec<Demands>,
    /// What it can make.
    pub makes: Vec<MeansIndex>,
    /// For the wizard: the goal whose access it interrupts, or none where it is Security info itself
    /// that was opened.
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
    /// The same, with what is waived taken out.
    pub demands: Demands,
}

/// A terrain without the policies that made it: what can be tried, what each try and each approach
/// demands, and what is allowed. People whose terrains have the same outline on the same ground,
/// and who start alike, come by the same methods and reach the same goals.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outline {
    permissions: Permissions,
    tries: Vec<OutlinedTry>,
    goals: Vec<Vec<(Seat, Demands)>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct OutlinedTry {
    channel: Channel,
    seat: Seat,
    demands: Vec<(Passage, Demands)>,
    makes: Vec<MeansIndex>,
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

    /// The policies on each request.
    fn sets(&self) -> impl Iterator<Item = &PolicySet> {
        let legs = self.legs.values().flatten().map(|(_, set)| set);
        legs.chain(self.goals.iter().map(|(_, set)| set))
    }

    /// The request of a goal.
    pub fn request(&self, goal: usize) -> Option<&Request> {
        self.goals.get(goal).map(|(goal, _)| &goal.request)
    }
}

/// The situations of an actor, for everybody: laid out once, shared by all classes of people.
#[derive(Debug)]
pub struct Ground<'a> {
    book: &'a Book,
    targets: &'a Targets,
    actor: &'a Actor,
    located: Vec<Located<'a>>,
    stances: Rc<[Stance]>,
    footprints: Footprints,
    made: RefCell<BTreeMap<Permissions, Rc<Made>>>,
}

/// What channels make for people with the same permissions.
type Made = RefCell<BTreeMap<(Channel, usize, Platform, Errand), Vec<MeansIndex>>>;

#[derive(Clone, Debug)]
struct Located<'a> {
    device: usize,
    situation: Situation<'a>,
    base: PolicySet,
}

impl Located<'_> {
    /// Whether two situations are the same to every channel and goal.
    fn equals(&self, other: &Self) -> bool {
        self.device == other.device
            && self.situation.client == other.situation.client
            && self.situation.platform.is_phone() == other.situation.platform.is_phone()
            && (self.situation.platform == other.situation.platform
                || !matters(self.situation.platform) && !matters(other.situation.platform))
            && self.base == other.base
    }
}

/// Whether channels ask which platform it is: Authenticator's two, and Windows.
fn matters(platform: Platform) -> bool {
    platform.is_phone() || platform == Platform::Windows
}

impl<'a> Ground<'a> {
    /// Lays out the situations of an actor.
    pub fn new(book: &'a Book, targets: &'a Targets, actor: &'a Actor) -> Self {
        let index = &book.index;
        let mut asked = PolicySet::none(index.policies().len());
        for set in targets.sets() {
            asked.unite(set);
        }
        asked.retain(index.demanding());
        let mut located: Vec<Located<'a>> = Vec::new();
        let places = locate(book, &asked, actor);
        let stances = stance::of(places.iter().map(|it| (&it.situation, it.device, &it.base)));
        for place in places {
            if !located.iter().any(|other| other.equals(&place)) {
                located.push(place);
            }
        }
        let requests: Vec<&PolicySet> = targets.sets().collect();
        let applied =
            located.iter().flat_map(|place| requests.iter().map(|set| place.base.and(set)));
        let footprints = Footprints::new(index, applied);
        let stances = stances.into();
        Self { book, targets, actor, located, stances, footprints, made: RefCell::default() }
    }

    /// The policies that can matter to anybody here: classes of people that agree on these are the
    /// same.
    pub fn relevant(&self) -> PolicySet {
        let mut relevant = PolicySet::none(self.book.index.policies().len());
        for place in &self.located {
            relevant.unite(&place.base);
        }
        relevant
    }

    /// What of these policies decides how people fare here.
    pub fn footprint(&self, who: &PolicySet) -> Footprint {
        self.footprints.of(who)
    }

    /// The sessions of the actor, each with every platform that its client may claim.
    pub fn stances(&self) -> &Rc<[Stance]> {
        &self.stances
    }

    /// The device of a session.
    pub fn device(&self, seat: Seat) -> Option<&Device> {
        self.actor.devices.get(seat.device)
    }

    /// The policies on a goal.
    pub fn on_goal(&self, goal: usize) -> Option<&PolicySet> {
        self.targets.goals.get(goal).map(|(_, set)| set)
    }

    fn made(&self, permissions: &Permissions) -> Rc<Made> {
        let mut made = self.made.borrow_mut();
        if let Some(known) = made.get(permissions) {
            return Rc::clone(known);
        }
        Rc::clone(made.entry(permissions.clone()).or_default())
    }
}

impl<'a> Terrain<'a> {
    /// Lays out what a class of people can try on this ground.
    pub fn new(ground: &Ground<'a>, who: &'a PolicySet, permissions: &'a Permissions) -> Self {
        let intent = ground.actor.intent;
        let (flow, risks) = (Flow::Ordinary, Risks::default());
        let traveller = Traveller { book: ground.book, who, permissions, intent, flow, risks };
        let mut located: Vec<Located<'a>> = Vec::new();
        for place in &ground.located {
            let place = Located { base: place.base.and(who), ..place.clone() };
            if !located.iter().any(|other| other.equals(&place)) {
                located.push(place);
            }
        }
        let made = ground.made(permissions);
        let mut layout = Layout { ground, traveller, made, tries: Vec::new() };
        let goals = ground.targets.goals.iter();
        let goals = goals.map(|(goal, set)| layout.approaches(&located, goal, set)).collect();
        for channel in Channel::ALL {
            for place in &located {
                if channel.fits(&layout.traveller, &place.situation) {
                    layout.attempt(channel, place);
                }
            }
        }
        Self { traveller: layout.traveller, tries: layout.tries, goals }
    }

    /// What decides how people fare here.
    pub fn outline(&self) -> Outline {
        let tries = self.tries.iter().map(|it| {
            let passages = it.gates.iter().map(|gate| gate.passage);
            OutlinedTry {
                channel: it.channel,
                seat: it.seat(),
                demands: passages.zip(it.demands.iter().cloned()).collect(),
                makes: it.makes.clone(),
            }
        });
        let mut tries: Vec<_> = tries.collect();
        tries.sort_unstable();
        tries.dedup();
        let goals = self.goals.iter().map(|approaches| {
            let mut approaches: Vec<_> =
                approaches.iter().map(|it| (it.seat(), it.demands.clone())).collect();
            approaches.sort_unstable();
            approaches.dedup();
            approaches
        });
        let permissions = self.traveller.permissions.clone();
        Outline { permissions, tries, goals: goals.collect() }
    }

    /// The sessions in which anything can be tried.
    pub fn seats(&self) -> BTreeSet<Seat> {
        let approaches = self.goals.iter().flatten().map(Approach::seat);
        self.tries.iter().map(Try::seat).chain(approaches).collect()
    }
}

fn locate<'a>(book: &Book, asked: &PolicySet, actor: &'a Actor) -> Vec<Located<'a>> {
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
            principal: asked,
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

struct Layout<'g, 'a> {
    ground: &'g Ground<'a>,
    traveller: Traveller<'a>,
    made: Rc<Made>,
    tries: Vec<Try<'a>>,
}

impl<'a> Layout<'_, 'a> {
    fn approaches(
        &self,
        located: &[Located<'a>],
        goal: &Goal,
        set: &PolicySet,
    ) -> Vec<Approach<'a>> {
        let reachable = |place: &&Located<'_>| {
            goal.from == Reachable::AnyDevice
                || goal.from == Reachable::Form(place.situation.device.form)
        };
        let mut approaches: Vec<Approach<'a>> = Vec::new();
        for place in located.iter().filter(reachable) {
            let gate = Gate { passage: Passage::Plain, applied: place.base.and(set) };
            let situation = place.situation.clone();
            let known = |other: &Approach<'_>| {
                other.device == place.device
                    && other.gate == gate
                    && other.situation.client == situation.client
                    && other.situation.platform == situation.platform
            };
            if !approaches.iter().any(known) {
                let demands = self.demands(&gate, place);
                approaches.push(Approach { device: place.device, situation, gate, demands });
            }
        }
        approaches
    }

    fn demands(&self, gate: &Gate, place: &Located<'_>) -> Demands {
        let Traveller { book, permissions, .. } = self.traveller;
        gate.demands(book, permissions, place.situation.device)
    }

    fn makes(&self, channel: Channel, place: &Located<'_>, errand: Errand) -> Vec<MeansIndex> {
        let key = (channel, place.device, place.situation.platform, errand);
        if let Some(known) = self.made.borrow().get(&key) {
            return known.clone();
        }
        let makes = channel.makes(&self.traveller, &place.situation, &key.3);
        self.made.borrow_mut().insert(key, makes.clone());
        makes
    }

    fn attempt(&mut self, channel: Channel, place: &Located<'a>) {
        let targets = self.ground.targets;
        let legs = targets.legs.get(&channel).map_or(&[][..], Vec::as_slice);
        let gates: Vec<Gate> = legs
            .iter()
            .map(|(leg, set)| Gate { passage: leg.passage, applied: place.base.and(set) })
            .collect();
        if channel != Channel::Wizard {
            let makes = self.makes(channel, place, Errand::default());
            self.add(channel, place, &gates, (None, makes));
            return;
        }
        let Some(registration) = gates.first() else { return };
        let goals = targets.goals.iter().enumerate();
        let accesses = goals.map(|(goal, (_, set))| (Some(goal), Some(place.base.and(set))));
        for (interrupts, access) in accesses.chain([(None, None)]) {
            let (situation, access) = (&place.situation, access.as_ref());
            let errand = Errand::of(&self.traveller, situation, access, &registration.applied);
            let makes = self.makes(channel, place, errand);
            self.add(channel, place, &gates, (interrupts, makes));
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
        };
        if makes.is_empty() || self.tries.iter().any(known) {
            return;
        }
        self.tries.push(Try {
            channel,
            device: place.device,
            situation: place.situation.clone(),
            demands: gates.iter().map(|gate| self.demands(gate, place)).collect(),
            gates: gates.to_vec(),
            makes,
            interrupts,
        });
    }
}
