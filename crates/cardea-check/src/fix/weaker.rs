//! What a change makes weaker, for everybody: ways in that need less than any way did before.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::location::{Network, Trust};
use cardea_policy::conditions::platform::Platform;
use cardea_policy::conditions::principal::Person;
use cardea_policy::conditions::target::Request;
use cardea_policy::id::AppId;
use cardea_policy::policy_set::PolicySet;
use cardea_policy::strength::Mode;
use cardea_policy::well_known;
use cardea_prover::reach::terrain::{Goal, Ground, Reachable, Targets, Terrain};
use cardea_prover::safety::{Factor, Factors, cheapest_ways};
use cardea_tenant::journey::actor::{Actor, Device, DeviceState, Form, Intent};
use cardea_tenant::journey::permission::Permissions;

use crate::examine::cheap::attacker;
use crate::examine::{Examination, ORDINARY_APP};

/// The minimal sets of factors that open a goal.
type Open = BTreeSet<BTreeSet<Factor>>;

/// Where ways in are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Setting {
    Anywhere,
    TrustedNetwork,
    ManagedDevice,
}

impl Setting {
    const ALL: [Self; 3] = [Self::Anywhere, Self::TrustedNetwork, Self::ManagedDevice];

    fn text(self) -> &'static str {
        match self {
            Self::Anywhere => "",
            Self::TrustedNetwork => "on a trusted network, ",
            Self::ManagedDevice => "with a managed device, ",
        }
    }

    /// Somebody on one device for each platform, in the order of [`Platform::ALL`].
    fn actor(self, examination: &Examination<'_>) -> Actor {
        let devices = Platform::ALL.map(|platform| {
            let form = if platform.is_phone() { Form::Phone } else { Form::Computer };
            let plain = Device { claims: vec![platform], ..Device::attacker(form) };
            match self {
                Self::Anywhere | Self::TrustedNetwork => plain,
                Self::ManagedDevice => Device {
                    state: DeviceState::CompliantAndHybridJoined,
                    facts: Device::work_computer().facts,
                    ..plain
                },
            }
        });
        let networks = match self {
            Self::Anywhere | Self::ManagedDevice => attacker(examination).networks,
            Self::TrustedNetwork => trusted(examination),
        };
        Actor {
            devices: devices.to_vec(),
            networks,
            across: examination.across(),
            intent: Intent::Attacker,
        }
    }
}

fn trusted(examination: &Examination<'_>) -> Vec<Network> {
    let locations = examination.tenant.locations.iter();
    let trusted = locations.filter(|location| location.trust() == Trust::Trusted);
    let named = trusted.map(|location| location.id.clone()).collect();
    vec![Network { named, trust: Trust::Trusted }]
}

const GOALS: [(&str, &str); 3] = [
    ("any app", ORDINARY_APP),
    ("Office 365", well_known::EXCHANGE_ONLINE),
    ("the admin portals", well_known::AZURE_PORTAL),
];

/// What became weaker, one line for each way in that opens something that took more before.
pub(super) fn lines(before: &Examination<'_>, after: &Examination<'_>) -> Vec<String> {
    let mut weaker: BTreeMap<(Setting, BTreeSet<Factor>), Opened> = BTreeMap::new();
    for setting in Setting::ALL {
        let (old, new) = (setting.actor(before), setting.actor(after));
        let (old_targets, new_targets) = (targets(before), targets(after));
        let mut old = Ways::new(before, &old_targets, &old);
        let mut new = Ways::new(after, &new_targets, &new);
        let mut seen = BTreeSet::new();
        for class in 0..after.classes.list.len() {
            let person = after.person(class);
            let keys = (old.key(&person), new.key(&person));
            if person.guest.is_some() || !seen.insert(keys.clone()) {
                continue;
            }
            let (was, is) = (old.of(&keys.0).clone(), new.of(&keys.1).clone());
            for (opened, open) in is {
                let known = was.get(&opened);
                for way in open.iter().filter(|way| !is_open(known, way)) {
                    let (goal, place) = opened;
                    let entry = weaker.entry((setting, way.clone())).or_default();
                    entry.goals.insert(goal);
                    entry.places.insert(place);
                }
            }
        }
    }
    said(&weaker)
}

/// The goals and the platforms that a way newly opens; no platform for ways with registration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Opened {
    goals: BTreeSet<usize>,
    places: BTreeSet<Option<Platform>>,
}

fn is_open(known: Option<&Open>, way: &BTreeSet<Factor>) -> bool {
    known.is_some_and(|open| open.iter().any(|less| less.is_subset(way)))
}

fn said(weaker: &BTreeMap<(Setting, BTreeSet<Factor>), Opened>) -> Vec<String> {
    let mut lines: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for ((setting, way), opened) in weaker {
        let anywhere = weaker.get(&(Setting::Anywhere, way.clone()));
        if *setting != Setting::Anywhere && anywhere == Some(opened) {
            continue;
        }
        let names = opened.goals.iter().filter_map(|goal| GOALS.get(*goal));
        let goals = listed(names.map(|(name, _)| (*name).to_owned()).collect());
        let platforms: Vec<String> =
            opened.places.iter().flatten().map(|platform| platform.text().to_owned()).collect();
        let place = if opened.places.contains(&None) && platforms.is_empty() {
            ", by registering a method".to_owned()
        } else if platforms.len() == Platform::ALL.len() {
            String::new()
        } else {
            format!(" on {}", listed(platforms))
        };
        let rest = format!("{}%{goals}{place}", setting.text());
        lines.entry(rest).or_default().insert(words(way));
    }
    let line = |(rest, ways): (String, BTreeSet<String>)| {
        let (setting, opened) = rest.split_once('%').unwrap_or_default();
        let verb = if ways.len() == 1 { "opens" } else { "open" };
        let ways: Vec<String> = ways.into_iter().collect();
        format!("{setting}{} {verb} {opened}", ways.join(", or "))
    };
    lines.into_iter().map(line).collect()
}

fn words(way: &BTreeSet<Factor>) -> String {
    let word = |factor: &Factor| match factor {
        Factor::Method(method) => match method.mode() {
            Mode::TemporaryAccessPassMultiUse => "a pass".to_owned(),
            _ => method.text(),
        },
        Factor::OneTimePass(_) => "a one-time pass".to_owned(),
        Factor::NothingRegistered => "an account with nothing registered".to_owned(),
    };
    if way.is_empty() {
        "nothing at all".to_owned()
    } else {
        listed(way.iter().map(word).collect())
    }
}

fn listed(mut words: Vec<String>) -> String {
    words.dedup();
    match words.pop() {
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} and {last}", words.join(", ")),
        None => String::new(),
    }
}

fn targets(examination: &Examination<'_>) -> Targets {
    let goals = GOALS.map(|(name, app)| Goal {
        name: name.to_owned(),
        request: Request::resource(examination.tenant.resource(&AppId::new(app))),
        from: Reachable::AnyDevice,
    });
    examination.targets(goals.to_vec())
}

/// What decides the ways in of a person.
type Key = (PolicySet, Permissions);

/// The ways in of people of one tenant.
struct Ways<'a> {
    examination: &'a Examination<'a>,
    ground: Ground<'a>,
    relevant: PolicySet,
    known: BTreeMap<Key, BTreeMap<(usize, Option<Platform>), Open>>,
}

impl<'a> Ways<'a> {
    fn new(examination: &'a Examination<'a>, targets: &'a Targets, actor: &'a Actor) -> Self {
        let ground = Ground::new(&examination.book, targets, actor);
        let relevant = ground.relevant();
        Self { examination, ground, relevant, known: BTreeMap::new() }
    }

    fn key(&self, person: &Person) -> Key {
        let Examination { tenant, book, .. } = self.examination;
        let who = book.index.who(&book.index.member(person)).and(&self.relevant);
        (who, Permissions::of(tenant, &book.means, person, &book.assumptions))
    }

    fn of(&mut self, key: &Key) -> &BTreeMap<(usize, Option<Platform>), Open> {
        let Self { examination, ground, known, .. } = self;
        known.entry(key.clone()).or_insert_with(|| find(examination, ground, key))
    }
}

fn find(
    examination: &Examination<'_>,
    ground: &Ground<'_>,
    (who, permissions): &Key,
) -> BTreeMap<(usize, Option<Platform>), Open> {
    let terrain = Terrain::new(ground, who, permissions);
    let factors = Factors::new(&examination.book.means);
    let mut found: BTreeMap<(usize, Option<Platform>), Open> = BTreeMap::new();
    let all = cheapest_ways(&terrain);
    for (goal, (approaches, (ways, by_approach))) in terrain.goals.iter().zip(&all).enumerate() {
        for (approach, ways) in approaches.iter().zip(by_approach) {
            let open = found.entry((goal, Some(approach.situation.platform))).or_default();
            let realisable =
                ways.minimal().iter().copied().filter(|way| factors.is_realisable(*way));
            open.extend(realisable.map(|way| factors.of(way).into_iter().collect()));
        }
        let ways = ways.direct.iter().chain(&ways.by_registering);
        let ways = ways.map(|way| factors.of(*way).into_iter().collect());
        found.entry((goal, None)).or_default().extend(ways);
    }
    found
}
