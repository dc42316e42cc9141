//! How cheaply anybody gets in, for the classes of people whose policies differ.

use std::collections::BTreeMap;

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
use cardea_prover::reach::stance::Claimed;
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

/// How cheaply somebody gets in as one class of people.
#[derive(Clone, Debug)]
pub struct Cheap {
    /// The classes, by position.
    pub classes: Vec<usize>,
    /// The goal: an app.
    pub goal: String,
    /// The cheapest ways.
    pub ways: CheapestWays,
    /// Without registration, for each client in each place that differs: what it costs by what the
    /// client claims to be, and by nothing else.
    pub sessions: Vec<Vec<Claim>>,
    /// The cheapest way through registration that undercuts every direct one.
    pub laundering: Option<Laundering>,
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
#[derive(Clone, Debug)]
pub struct Claim {
    /// The claimed platform.
    pub platform: Platform,
    /// The client.
    pub client: ClientApp,
    /// The policies that demand something.
    pub applied: PolicySet,
    /// The cheapest ways, app protection and terms of use left aside: they are no obstacle to anybody.
    pub ways: Vec<FactorSet>,
}

impl Cheap {
    /// The grade of the cheapest direct way; `None` where there is none at all.
    pub fn intended(&self, factors: Factors<'_>) -> Option<Grade> {
        self.ways.direct.iter().map(|way| factors.grade(*way)).min()
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
        devices: vec![Device::attacker(Form::Computer), Device::attacker(Form::Phone)],
        networks,
        across: examination.across(),
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
    let relevant = ground.relevant();
    let mut memo: BTreeMap<(PolicySet, Permissions), Vec<usize>> = BTreeMap::new();
    let mut allowed = Allowed::default();
    for (at, class) in examination.classes.list.iter().enumerate() {
        let person = examination.person(at);
        if person.guest.is_some() {
            continue;
        }
        let permissions = allowed.to(examination, class, &person);
        memo.entry((class.who.and(&relevant), permissions)).or_default().push(at);
    }
    let mut found = Vec::new();
    let scene = examination.memory.scene(&examination.book, &actor);
    for ((who, permissions), classes) in memo {
        let terrain = Terrain::new(&ground, &who, &permissions);
        let all = scene.ways_in(&terrain);
        for (goal, ways) in all.goals.iter().enumerate() {
            found.push(Cheap {
                classes: classes.clone(),
                goal: names.get(goal).cloned().unwrap_or_default(),
                laundering: laundering(&terrain, goal, ways),
                ways: ways.clone(),
                sessions: sessions((&ground, &terrain), goal, &all),
            });
        }
    }
    // What holds of people in no group holds of most.
    let bare = |class: &usize| examination.memberships(*class).is_empty();
    found.sort_by_cached_key(|cheap| {
        (!cheap.classes.iter().any(bare), cheap.classes.first().copied())
    });
    found
}

fn sessions(
    (ground, terrain): (&Ground<'_>, &Terrain<'_>),
    goal: usize,
    all: &WaysIn,
) -> Vec<Vec<Claim>> {
    let easy = Ease::ProtectedApp.contents(&terrain.traveller.book.index);
    let sessions = terrain.claimed(ground, goal, &easy).into_iter().map(|(seat, claims)| {
        let claim = |it: Claimed| Claim {
            ways: through((ground, terrain), (seat, &it.demands), all),
            platform: it.platform,
            client: seat.client,
            applied: it.applied,
        };
        claims.into_iter().map(claim).collect()
    });
    sessions.collect()
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
