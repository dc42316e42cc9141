//! How cheaply anybody gets in, for the classes of people whose policies differ.

use std::collections::BTreeMap;

use cardea_policy::conditions::location::{Network, Trust};
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::target::Request;
use cardea_policy::id::AppId;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::well_known;
use cardea_prover::reach::terrain::{Goal, Reachable, Terrain};
use cardea_prover::reach::ways::FactorSet;
use cardea_prover::safety::{CheapestWays, Factors, Grade, cheapest_ways, ways_by_approach};
use cardea_tenant::journey::actor::{Actor, Device, Form, Intent};
use cardea_tenant::journey::permission::Permissions;

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
    /// Without registration, by what the client claims to be.
    pub by_claim: Vec<Claim>,
}

/// What one claim of a client costs.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The claimed platform.
    pub platform: Platform,
    /// The policies that demand something.
    pub applied: PolicySet,
    /// The cheapest ways.
    pub ways: Vec<FactorSet>,
}

impl Cheap {
    /// The grade of the cheapest direct way; `None` where there is none at all.
    pub fn intended(&self, factors: Factors<'_>) -> Option<Grade> {
        self.ways.direct.iter().map(|way| factors.grade(*way)).min()
    }

    /// Ways through registration that are cheaper than every direct one.
    pub fn laundered(&self, factors: Factors<'_>) -> Vec<FactorSet> {
        let Some(intended) = self.intended(factors) else { return Vec::new() };
        let ways = self.ways.by_registering.iter().copied();
        ways.filter(|way| factors.grade(*way) < intended).collect()
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
    let index = examination.index();
    let relevant = index.enabled().and(index.demanding());
    let mut memo: BTreeMap<(PolicySet, Permissions), Vec<usize>> = BTreeMap::new();
    for (at, class) in examination.classes.list.iter().enumerate() {
        let person = examination.person(at);
        if person.guest.is_some() {
            continue;
        }
        let book = &examination.book;
        let permissions =
            Permissions::of(examination.tenant, &book.means, &person, &book.assumptions);
        memo.entry((class.who.and(&relevant), permissions)).or_default().push(at);
    }
    let mut found = Vec::new();
    for ((who, permissions), classes) in memo {
        let terrain = Terrain::new(&examination.book, &targets, &who, &permissions, &actor);
        for (goal, ways) in cheapest_ways(&terrain).into_iter().enumerate() {
            found.push(Cheap {
                classes: classes.clone(),
                goal: names.get(goal).cloned().unwrap_or_default(),
                ways,
                by_claim: claims(&terrain, goal),
            });
        }
    }
    found.sort_by_key(|cheap| cheap.classes.first().copied());
    found
}

fn claims(terrain: &Terrain<'_>, goal: usize) -> Vec<Claim> {
    let approaches = terrain.goals.get(goal).map_or(&[][..], Vec::as_slice);
    let ways = ways_by_approach(terrain, goal);
    approaches
        .iter()
        .zip(ways)
        .map(|(approach, ways)| Claim {
            platform: approach.situation.platform,
            applied: approach.gate.applied.clone(),
            ways,
        })
        .collect()
}
