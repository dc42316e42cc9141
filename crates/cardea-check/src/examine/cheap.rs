//! How cheaply anybody gets in, for the classes of people whose policies differ.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::location::{Network, Trust};
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::target::Request;
use cardea_policy::id::AppId;
use cardea_policy::lattice::Plain;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::well_known;
use cardea_prover::gap::Ease;
use cardea_prover::reach::fixpoint::Fixpoint;
use cardea_prover::reach::footprint::Footprint;
use cardea_prover::reach::stance::Stance;
use cardea_prover::reach::terrain::{Approach, Goal, Ground, Reachable, Terrain};
use cardea_prover::reach::ways::FactorSet;
use cardea_prover::safety::{self, CheapestWays, Factors, Grade, WaysIn, registrations};
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::gate::{Demands, Gate};
use cardea_tenant::journey::means::Method;
use cardea_tenant::journey::step::{Seat, Traveller};

use cardea_tenant::journey::actor::{Actor, Device, Form, Intent};
use cardea_tenant::journey::permission::Permissions;

use super::trouble::Allowed;
use super::{Examination, ORDINARY_APP};

/// How cheaply somebody gets in as people who fare alike.
#[derive(Clone, Debug)]
pub struct Cheap {
    /// The people. Those found first come first.
    pub people: Vec<Hit>,
    /// The goal: an app.
    pub goal: String,
    /// The cheapest ways.
    pub ways: CheapestWays,
    /// The cheapest way through registration that undercuts every direct one; the policies are those
    /// of the first people.
    pub laundering: Option<Laundering>,
    on_goal: PolicySet,
    stances: Rc<[Stance]>,
    /// For each stance, the ways of each claim.
    costs: Vec<Vec<Rc<[FactorSet]>>>,
}

/// People whom the same policies can hit.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The policies.
    who: PolicySet,
    /// Their classes, by position.
    pub classes: Vec<usize>,
}

/// A way in that registers a stronger method with weaker factors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Laundering {
    /// What is needed at the start.
    pub way: FactorSet,
    /// The method that opens the goal at last.
    pub method: Method,
    /// How it is registered.
    pub channel: Channel,
    /// What the client claims to be while it registers.
    pub platform: Platform,
    /// Policies that demand something of the registration.
    pub registration: PolicySet,
    /// Policies at the goal that the new method satisfies, and what is needed at the start does not.
    pub goal: PolicySet,
}

/// What one claim of a client costs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claim {
    /// The claimed platform.
    pub platform: Platform,
    /// The client.
    pub client: ClientApp,
    /// The policies that demand something.
    pub applied: PolicySet,
    /// The cheapest ways, app protection and terms of use left aside: they are no obstacle to anybody.
    pub ways: Rc<[FactorSet]>,
}

impl Hit {
    /// Whether one of these policies can hit the people.
    pub fn meets(&self, policies: &PolicySet) -> bool {
        self.who.meets(policies)
    }
}

impl Cheap {
    /// The stances whose claims are so, by position. It is asked of the first people only, so it has to
    /// depend on what the policies that apply demand, and not on which they are.
    pub fn stances_where(&self, is_so: impl Fn(&[Claim]) -> bool) -> Vec<usize> {
        let Some(first) = self.people.first() else { return Vec::new() };
        let stances = 0..self.stances.len();
        stances.filter(|at| self.session(first, *at).is_some_and(|(_, it)| is_so(&it))).collect()
    }

    /// Without registration, for each of these stances that differs: what it costs these people by what
    /// the client claims to be, and by nothing else.
    pub fn sessions(&self, people: &Hit, stances: &[usize]) -> Vec<Vec<Claim>> {
        let sessions = stances.iter().filter_map(|at| self.session(people, *at));
        let mut sessions: Vec<_> = sessions.collect();
        sessions.sort();
        sessions.dedup();
        sessions.into_iter().map(|(_, claims)| claims).collect()
    }

    fn session(&self, people: &Hit, stance: usize) -> Option<(Seat, Vec<Claim>)> {
        let (stance, costs) = (self.stances.get(stance)?, self.costs.get(stance)?);
        let claims = stance.claims(&people.who, &self.on_goal).zip(costs);
        let claims = claims.map(|((platform, applied), ways)| Claim {
            platform,
            client: stance.seat.client,
            applied,
            ways: Rc::clone(ways),
        });
        Some((stance.seat, claims.collect()))
    }
}

/// Somebody who should not get in: any device, any claim, no trusted network.
pub fn attacker(examination: &Examination<'_>) -> Actor {
    let mut networks = vec![Network::default()];
    for location in &examination.tenant.locations {
        if location.trust() == Trust::Untrusted {
            networks.push(Network { named: [location.id.clone()].into(), trust: Trust::Untrusted });
        }
    }
    Actor {
        devices: examination.reached([Form::Computer, Form::Phone].map(Device::attacker).into()),
        networks,
        intent: Intent::Attacker,
    }
}

/// Finds the cheapest ways in for every class that differs.
pub fn find(examination: &Examination<'_>) -> Vec<Cheap> {
    let goal = |name: &str, app: &str| Goal {
        name: name.to_owned(),
        request: Request::resource(examination.tenant.resource(&AppId::new(app))),
        from: Reachable::AnyDevice,
    };
    let goals = vec![
        goal("any app", ORDINARY_APP),
        goal("Office 365", well_known::EXCHANGE_ONLINE),
        goal("the admin portals", well_known::AZURE_PORTAL),
    ];
    let names: Vec<String> = goals.iter().map(|goal| goal.name.clone()).collect();
    let targets = examination.targets(goals);
    let actor = attacker(examination);
    let ground = Ground::new(&examination.book, &targets, &actor);
    let mut found = Vec::new();
    let scene = examination.memory.scene(&examination.book, &actor);
    for ((_, permissions), people) in alike(examination, &ground) {
        let Some(first) = people.first() else { continue };
        let terrain = Terrain::new(&ground, &first.who, &permissions);
        let all = scene.ways_in(&terrain);
        for (goal, ways) in all.goals.iter().enumerate() {
            let Some(on_goal) = ground.on_goal(goal) else { continue };
            found.push(Cheap {
                goal: names.get(goal).cloned().unwrap_or_default(),
                laundering: laundering(&terrain, goal, ways),
                ways: ways.clone(),
                on_goal: on_goal.clone(),
                stances: Rc::clone(ground.stances()),
                costs: costs((&ground, &terrain), on_goal, &all),
                people: people.clone(),
            });
        }
    }
    // What holds of people in no group holds of most.
    found.sort_by_cached_key(|cheap| {
        let first = cheap.people.first().and_then(|hit| hit.classes.first().copied());
        (first.is_none_or(|class| !examination.memberships(class).is_empty()), first)
    });
    found
}

/// Everybody of the tenant, by what decides how they fare.
fn alike(
    examination: &Examination<'_>,
    ground: &Ground<'_>,
) -> BTreeMap<(Footprint, Permissions), Vec<Hit>> {
    let relevant = ground.relevant();
    let mut hits: BTreeMap<(PolicySet, Permissions), Vec<usize>> = BTreeMap::new();
    let mut allowed = Allowed::default();
    for (at, class) in examination.classes.list.iter().enumerate() {
        if examination.is_of_guests(at) {
            continue;
        }
        let permissions = allowed.to(examination, at);
        hits.entry((class.who.and(&relevant), permissions)).or_default().push(at);
    }
    let mut alike: BTreeMap<_, Vec<Hit>> = BTreeMap::new();
    for ((who, permissions), classes) in hits {
        let key = (ground.footprint(&who), permissions);
        alike.entry(key).or_default().push(Hit { who, classes });
    }
    // Of people in a directory the first count, and not those in no group.
    let is_counted = !examination.tenant.directory.is_empty();
    let bare = |class: &usize| is_counted || examination.memberships(*class).is_empty();
    for people in alike.values_mut() {
        people.sort_by_cached_key(|hit| {
            (!hit.classes.iter().any(bare), hit.classes.first().copied())
        });
    }
    alike
}

/// What each claim of each stance costs.
fn costs(
    (ground, terrain): (&Ground<'_>, &Terrain<'_>),
    on_goal: &PolicySet,
    all: &WaysIn,
) -> Vec<Vec<Rc<[FactorSet]>>> {
    let easy = Ease::ProtectedApp.contents(&terrain.traveller.book.index);
    let mut known: HashMap<(Seat, PolicySet), Rc<[FactorSet]>> = HashMap::new();
    let mut cost = |seat: Seat, applied: PolicySet| {
        let hard = applied.minus(&easy);
        let ways = known.entry((seat, hard)).or_insert_with_key(|(_, hard)| {
            let demands = terrain.demands(ground, seat, hard.clone());
            through((ground, terrain), (seat, &demands), all).into()
        });
        Rc::clone(ways)
    };
    let claims = |stance: &Stance| {
        let claims = stance.claims(terrain.traveller.who, on_goal);
        claims.map(|(_, applied)| cost(stance.seat, applied)).collect()
    };
    ground.stances().iter().map(claims).collect()
}

fn through(
    (ground, terrain): (&Ground<'_>, &Terrain<'_>),
    (seat, demands): (Seat, &Demands),
    all: &WaysIn,
) -> Vec<FactorSet> {
    if let Some(known) = all.through(seat, demands) {
        return known.minimal().to_vec();
    }
    match (demands, ground.device(seat)) {
        (Demands::Blocked, _) | (_, None) => Vec::new(),
        (_, Some(device)) => safety::through(terrain, (seat, device), demands).minimal().to_vec(),
    }
}

/// A pass is what newcomers are meant to register with, so a way with a pass launders nothing.
fn laundering(terrain: &Terrain<'_>, goal: usize, ways: &CheapestWays) -> Option<Laundering> {
    let factors = Factors::new(&terrain.traveller.book.means);
    let intended = ways.direct.iter().map(|way| factors.grade(*way)).min()?;
    let cheaper = ways.by_registering.iter().copied().filter(|way| {
        let grade = factors.grade(*way);
        grade < intended && grade != Grade::Bootstrap
    });
    let way = cheaper.min_by_key(|way| (factors.grade(*way), way.len()))?;
    let (start, order) = registrations(terrain, way);
    let fixpoint = Fixpoint { lattice: &Plain, terrain, start: &start };
    let approaches = terrain.goals.get(goal)?;
    let mut held = start.held.clone();
    for made in order {
        *held.get_mut(made.method.0)? = true;
        let Some(approach) = approaches.iter().find(|a| fixpoint.approach(&held, a)) else {
            continue;
        };
        let attempt = terrain.tries.get(made.by)?;
        let mut registration = approach.gate.applied.minus(&approach.gate.applied);
        for gate in &attempt.gates {
            registration.unite(&gate.applied);
        }
        return Some(Laundering {
            way,
            method: terrain.traveller.book.means.method(made.method)?,
            channel: attempt.channel,
            platform: attempt.situation.platform,
            registration,
            goal: unmet(&fixpoint, approach),
        });
    }
    None
}

/// The policies at an approach that are not satisfied at the start.
fn unmet(fixpoint: &Fixpoint<'_, '_, Plain>, approach: &Approach<'_>) -> PolicySet {
    let Traveller { book, permissions, .. } = fixpoint.terrain.traveller;
    let mut unmet = approach.gate.applied.clone();
    for policy in approach.gate.applied.iter() {
        let mut applied = PolicySet::none(book.index.policies().len());
        applied.insert(policy);
        let gate = Gate { applied, ..approach.gate };
        let demands = gate.demands(book, permissions, approach.situation.device);
        let alone = Approach { gate, demands, ..approach.clone() };
        if fixpoint.approach(&fixpoint.start.held, &alone) {
            unmet.remove(policy);
        }
    }
    unmet
}
