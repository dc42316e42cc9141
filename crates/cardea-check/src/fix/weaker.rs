//! What a change makes weaker and stricter, for everybody and everywhere, in words.

use std::collections::{BTreeMap, BTreeSet};

use cardea_graph::well_known::APPS;
use cardea_policy::conditions::location::{Network, Trust};
use cardea_policy::conditions::target::UserAction;
use cardea_policy::control::{Control, Grant, Operator};
use cardea_policy::policy_set::PolicySet;
use cardea_policy::strength::Mode;
use cardea_prover::effect::difference::{Change, Difference, difference};
use cardea_prover::effect::implication::Demand;
use cardea_prover::gap::{Completeness, Deviation, Limits, Witness};
use cardea_prover::safety::{Factor, Factors};
use cardea_prover::universe::What;
use cardea_tenant::tenant::Tenant;

use crate::examine::Examination;

/// How many lines say what changes; those behind are counted.
const SHOWN: usize = 8;

/// What a change does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Effect {
    /// What needs less than before, a line each.
    pub(super) weaker: Vec<String>,
    /// What needs more than before, a line each.
    pub(super) stricter: Vec<String>,
    /// Why more could become weaker than is said.
    pub(super) unsure: Option<String>,
    /// Whether the comparison ended before everything was compared.
    pub(super) is_unfinished: bool,
}

impl Effect {
    /// Compares the demands on all sign-ins, and the ways in that register methods.
    pub(super) fn of(before: &Examination<'_>, after: &Examination<'_>) -> Self {
        let memberships = before.config.memberships;
        let limits = Limits { memberships, points: 4_000, escapes: 64, ..Limits::default() };
        let difference = difference(before.tenant, after.tenant, limits);
        let (old, new) = (Wording { examination: before }, Wording { examination: after });
        let mut weaker = shortened(lines(&difference.weaker, &old, &new, Side::Weaker));
        weaker.extend(registering(before, after));
        let stricter = shortened(lines(&difference.stricter, &new, &old, Side::Stricter));
        let is_unfinished = difference.completeness == Completeness::OutOfBudget;
        Self { weaker, stricter, unsure: limit(&difference), is_unfinished }
    }
}

/// What was not compared.
fn limit(difference: &Difference) -> Option<String> {
    match difference.completeness {
        Completeness::Exact => None,
        Completeness::Bounded { memberships } => Some(format!(
            "perhaps more for people who combine more than {memberships} of the memberships that \
             policies name"
        )),
        Completeness::OutOfBudget => Some("perhaps more: the comparison ended early".to_owned()),
    }
}

fn shortened(mut lines: Vec<String>) -> Vec<String> {
    let more = lines.len().saturating_sub(SHOWN);
    lines.truncate(SHOWN);
    if more > 0 {
        lines.push(format!("and {more} more of this kind"));
    }
    lines
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Weaker,
    Stricter,
}

/// One line for what changes; sign-ins of which the same changes are one. `from` has the version
/// that demands more.
fn lines(changes: &[Change], from: &Wording<'_>, to: &Wording<'_>, side: Side) -> Vec<String> {
    let mut places: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for change in changes {
        let demanded: BTreeSet<String> =
            change.demands.iter().map(|(_, demand)| from.demand(demand)).collect();
        let demanded = demanded.into_iter().collect::<Vec<_>>().join(" and ");
        let (mine, theirs) = match side {
            Side::Weaker => (&change.old, &change.new),
            Side::Stricter => (&change.new, &change.old),
        };
        let instead: BTreeSet<String> = theirs
            .iter()
            .filter(|it| !mine.contains(it))
            .map(|(_, grant)| to.grant(grant))
            .collect();
        let instead = instead.into_iter().collect::<Vec<_>>().join(" and ");
        let place = from.place(&change.witness);
        places.entry((demanded, instead)).or_default().insert(place);
    }
    let line = |((demanded, instead), places): ((String, String), BTreeSet<String>)| {
        let places: Vec<String> = places.into_iter().collect();
        let places = places.join("; ");
        match (side, instead.is_empty()) {
            (Side::Weaker, true) => format!("{places}: no longer {demanded}"),
            (Side::Weaker, false) => format!("{places}: {instead} in place of {demanded}"),
            (Side::Stricter, true) => format!("{places}: also {demanded}"),
            (Side::Stricter, false) => format!("{places}: {demanded} in place of {instead}"),
        }
    };
    places.into_iter().map(line).collect()
}

/// Words for one version of the tenant.
struct Wording<'a> {
    examination: &'a Examination<'a>,
}

impl Wording<'_> {
    fn tenant(&self) -> &Tenant {
        self.examination.tenant
    }

    fn demand(&self, demand: &Demand) -> String {
        match demand {
            Demand::Block => "a block".to_owned(),
            Demand::AnyOf(controls) => self.controls(controls, " or "),
        }
    }

    fn grant(&self, grant: &Grant) -> String {
        match grant {
            Grant::Block => "a block".to_owned(),
            Grant::Require { operator: Operator::And, controls } => {
                self.controls(controls, " and ")
            }
            Grant::Require { operator: Operator::Or, controls } => self.controls(controls, " or "),
        }
    }

    fn controls(&self, controls: &[Control], between: &str) -> String {
        let words = controls.iter().map(|control| match control {
            Control::Strength(strength) => {
                let found = self.tenant().strengths.get(strength.position());
                found.map_or_else(|| control.text().to_owned(), |it| format!("\"{}\"", it.name))
            }
            Control::Mfa
            | Control::CompliantDevice
            | Control::DomainJoinedDevice
            | Control::ApprovedApplication
            | Control::CompliantApplication
            | Control::PasswordChange
            | Control::RiskRemediation
            | Control::Terms(_)
            | Control::Custom(_) => control.text().to_owned(),
        });
        words.collect::<Vec<_>>().join(between)
    }

    /// Who signs in to what and how, as far as it differs from anybody who opens any app.
    fn place(&self, witness: &Witness) -> String {
        let mut people = Vec::new();
        let mut situation = Vec::new();
        for deviation in &witness.deviations {
            match deviation {
                Deviation::Membership(like) => {
                    people.push(either(like, |it| self.examination.membership(it)));
                }
                Deviation::Guest(like) => {
                    people
                        .push(format!("guests ({})", either(like, |it| it.kind.name().to_owned())));
                }
                Deviation::Target(_) => situation.push(self.target(witness)),
                Deviation::Client(like) => {
                    situation.push(format!("with {}", either(like, |it| it.text().to_owned())));
                }
                Deviation::Platform(like) => {
                    situation.push(format!("on {}", either(like, |it| it.text().to_owned())));
                }
                Deviation::Network(like) => situation.push(self.network(&like.fact)),
                Deviation::Device(like) => situation.push(match like.fact.facts {
                    Some(_) => "on another kind of registered device".to_owned(),
                    None => "on an unregistered device".to_owned(),
                }),
                Deviation::Risk(_) => situation.push("at another risk".to_owned()),
                Deviation::Flow(like) => {
                    situation.push(format!("by {}", either(like, |it| it.text().to_owned())));
                }
            }
        }
        if !people.is_empty() {
            situation.push(format!("for {}", people.join(" and ")));
        }
        if situation.is_empty() { "every sign-in".to_owned() } else { situation.join(" ") }
    }

    fn target(&self, witness: &Witness) -> String {
        let request = &witness.sign_in.request;
        let Some(resource) = request.audiences.first() else {
            return match request.action {
                Some(UserAction::RegisterSecurityInfo) => "registering security info".to_owned(),
                Some(UserAction::RegisterDevice) => "registering a device".to_owned(),
                None => "where an authentication context is asked for".to_owned(),
            };
        };
        if matches!(witness.what, What::OtherApp) {
            return "any other app".to_owned();
        }
        let known = || APPS.iter().find(|(id, _)| *id == resource.app.as_str());
        let app = self.examination.app(&resource.app);
        let app = app.or_else(|| known().map(|(_, name)| (*name).to_owned()));
        app.unwrap_or_else(|| format!("app {}", resource.app))
    }

    fn network(&self, network: &Network) -> String {
        let locations = self.tenant().locations.iter();
        let names: Vec<&str> = locations
            .filter(|location| network.named.contains(&location.id))
            .map(|location| location.name.as_str())
            .collect();
        if !names.is_empty() {
            format!("from {}", names.join(" and "))
        } else if network.trust == Trust::Trusted {
            "from a trusted network".to_owned()
        } else {
            "from an unknown network".to_owned()
        }
    }
}

/// A fact and what would do as well.
fn either<F>(like: &cardea_prover::gap::Like<F>, word: impl Fn(&F) -> String) -> String {
    const NAMED: usize = 3;
    let mut words: Vec<String> =
        std::iter::once(&like.fact).chain(&like.alternatives).map(word).collect();
    let mut seen = BTreeSet::new();
    words.retain(|word| seen.insert(word.clone()));
    let more = words.len().saturating_sub(NAMED);
    words.truncate(NAMED);
    let words = words.join(" or ");
    if more > 0 { format!("{words} or {more} more") } else { words }
}

/// Ways in that register a method first and that nothing opened before.
fn registering(before: &Examination<'_>, after: &Examination<'_>) -> Vec<String> {
    let mut opened: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let each = after.cheap.iter();
    for (cheap, people) in each.flat_map(|it| it.people.iter().map(move |people| (it, people))) {
        let Some(class) = people.classes.first() else { continue };
        let known = known_ways(before, &after.person(*class), &cheap.goal);
        let factors = Factors::new(&after.book.means);
        for way in &cheap.ways.by_registering {
            let way: BTreeSet<Factor> = factors.of(*way).into_iter().collect();
            if known.iter().any(|less| less.is_subset(&way)) {
                continue;
            }
            opened.entry(words(&way)).or_default().insert(cheap.goal.as_str());
        }
    }
    let line = |(way, goals): (String, BTreeSet<&str>)| {
        let goals: Vec<&str> = goals.into_iter().collect();
        format!("{way} is enough to register a method, and with that to open {}", goals.join(", "))
    };
    opened.into_iter().map(line).collect()
}

/// All ways in of a person to a goal.
fn known_ways(
    examination: &Examination<'_>,
    person: &cardea_policy::conditions::principal::Person,
    goal: &str,
) -> Vec<BTreeSet<Factor>> {
    let index = examination.index();
    let counted = counted(examination);
    let who = index.who(&index.member(person)).and(&counted);
    let factors = Factors::new(&examination.book.means);
    let is_theirs =
        |class: &usize| examination.classes.list.get(*class).is_some_and(|class| class.who == who);
    let cheap = examination.cheap.iter().filter(|cheap| cheap.goal == goal);
    cheap
        .filter(|cheap| cheap.people.iter().flat_map(|it| &it.classes).any(is_theirs))
        .flat_map(|cheap| cheap.ways.direct.iter().chain(&cheap.ways.by_registering))
        .map(|way| factors.of(*way).into_iter().collect())
        .collect()
}

/// The policies that tell the classes of people apart.
pub(super) fn counted(examination: &Examination<'_>) -> PolicySet {
    let mut counted = PolicySet::none(examination.index().policies().len());
    for class in &examination.classes.list {
        counted.unite(&class.who);
    }
    counted
}

fn words(way: &BTreeSet<Factor>) -> String {
    let word = |factor: &Factor| match factor {
        Factor::Method(method) if method.mode() == Mode::TemporaryAccessPassMultiUse => {
            "a pass".to_owned()
        }
        Factor::Method(method) => method.text(),
        Factor::OneTimePass(_) => "a one-time pass".to_owned(),
        Factor::NothingRegistered => "an account with nothing registered".to_owned(),
    };
    let mut words: Vec<String> = way.iter().map(word).collect();
    words.dedup();
    if words.is_empty() { "nothing at all".to_owned() } else { words.join(" and ") }
}
