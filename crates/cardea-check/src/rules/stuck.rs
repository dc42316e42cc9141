//! What the rules about people who cannot get in share: who they are, where the policies stand,
//! what they meet step by step, and the ways that were tried.

mod ask;
mod intention;
mod named;
mod phones;
mod trace;
mod tried;
mod who;

use std::collections::BTreeSet;

use cardea_policy::control::{Control, Grant};
use cardea_policy::place::{Field, Object, Place, PolicyIndex};
use cardea_policy::strength::Mode;
use cardea_prover::liveness::Guard;
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::means::{Method, PasskeyHome};

use super::Rule;
use crate::examine::trouble::{Cause, Missing, ShutWay, Trouble};
use crate::examine::{ANY_APP, Examination};
use crate::finding::{Draft, Mark};

pub(super) use ask::{asks, quoted};
pub(super) use intention::by_intent;
pub(super) use named::{Named, named, one_of};
pub(super) use phones::{OnThePhone, all_in_trouble, registering, with_phones};
pub(super) use trace::{access, trace};
pub(super) use tried::tried;
pub(super) use who::{EXAMPLES, among, besides, who};

/// What a rule says about a trouble besides who, where and how.
pub(super) struct Saying {
    /// One terse sentence.
    pub(super) message: String,
    /// What to do, as one action.
    pub(super) help: Option<String>,
    /// Remarks.
    pub(super) notes: Vec<String>,
}

impl Saying {
    /// A message and what to do about it.
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: Some(help.into()), notes: Vec::new() }
    }
}

/// One finding for each trouble with a cause of this rule.
pub(super) fn drafts(
    examination: &Examination<'_>,
    rule: &Rule,
    say: impl Fn(&Trouble) -> Option<Saying>,
) -> Vec<Draft> {
    drafts_of(examination, rule, &examination.troubles, say)
}

/// The same for some of the troubles.
pub(super) fn drafts_of(
    examination: &Examination<'_>,
    rule: &Rule,
    troubles: &[Trouble],
    say: impl Fn(&Trouble) -> Option<Saying>,
) -> Vec<Draft> {
    let draft = |trouble: &Trouble| {
        let Saying { message, help, notes } = say(trouble)?;
        let marks = places(examination, trouble);
        let mut draft = Draft::new(rule.name, rule.severity, message, marks.first()?.clone());
        draft.marks = marks;
        draft.who = who(examination, trouble);
        draft.trace = trace(examination, trouble);
        // Where no method helps, none is worth trying.
        if !matches!(trouble.cause, Cause::Blocked | Cause::Control | Cause::Defect(_)) {
            draft.tried = tried(examination, trouble);
        }
        draft.help = help;
        draft.notes = notes;
        Some(draft)
    };
    troubles.iter().filter_map(draft).collect()
}

/// The places of a trouble: the blamed policies first, then others that stand in the way.
fn places(examination: &Examination<'_>, trouble: &Trouble) -> Vec<Mark> {
    let mut policies = trouble.blamed.clone();
    let others = trouble.unmet.iter().chain(ways(trouble).flat_map(|way| &way.unmet));
    for other in others {
        if !policies.contains(other) {
            policies.push(*other);
        }
    }
    let mut marks = Vec::new();
    for (at, policy) in policies.iter().take(PLACES).enumerate() {
        let reason = if trouble.cause == Cause::Disjoint {
            "demands a method of its own".to_owned()
        } else if at < trouble.blamed.len() {
            reason(examination, trouble, *policy)
        } else {
            "also stands in the way".to_owned()
        };
        marks.extend(self::marks(examination, *policy, &reason));
    }
    if policies.len() > PLACES
        && let Some(last) = marks.last_mut()
    {
        last.text = format!("{}; {} more policies do as well", last.text, policies.len() - PLACES);
    }
    if marks.is_empty() {
        let whole = Place { object: Object::Input, field: Field::Whole };
        marks.push(Mark::new(whole, "no single policy stands in the way"));
    }
    marks
}

/// How many policies a finding points at.
const PLACES: usize = 4;

fn reason(examination: &Examination<'_>, trouble: &Trouble, policy: PolicyIndex) -> String {
    let on_registration = examination.index().on_registration().contains(policy);
    let shown = nearest(trouble).map(|(_, way)| way).filter(|way| way.unmet.contains(&policy));
    let way = shown.or_else(|| ways(trouble).find(|way| way.unmet.contains(&policy)));
    match way {
        _ if on_registration => "holds wherever a method is added".to_owned(),
        Some(way) if trouble.cause != Cause::Blocked => {
            format!("includes {}, where it would be added", way.channel.text())
        }
        Some(_) | None => format!("includes {}", trouble.goal),
    }
}

/// Where a policy stands in the way: its target, then its demand.
pub(super) fn marks(examination: &Examination<'_>, policy: PolicyIndex, target: &str) -> Vec<Mark> {
    let Some(found) = examination.policy(policy) else { return Vec::new() };
    let mut marks = Vec::new();
    let target_field = if found.conditions.target.is_all_resources() {
        Field::IncludeApplications
    } else if examination.index().on_registration().contains(policy) {
        Field::IncludeUserActions
    } else {
        Field::Applications
    };
    marks.push(Mark::new(Place::policy(policy, target_field), target));
    match examination.index().grant(policy) {
        Some(Grant::Block) => {
            marks.push(Mark::new(Place::policy(policy, Field::BuiltInControls), "blocks"));
        }
        Some(Grant::Require { controls, .. }) => {
            let mut fields = BTreeSet::new();
            for control in controls.iter().filter(|control| fields.insert(control.field())) {
                let text = demand(examination, control);
                marks.push(Mark::new(Place::policy(policy, control.field()), text));
            }
        }
        None => {}
    }
    marks
}

/// What a control demands, in words.
pub(super) fn demand(examination: &Examination<'_>, control: &Control) -> String {
    match control {
        Control::Strength(index) => {
            let strength = examination.tenant.strengths.get(index.position());
            format!("accepts only {}", strength.map_or("an unknown strength", |s| s.name.as_str()))
        }
        Control::Mfa
        | Control::CompliantDevice
        | Control::DomainJoinedDevice
        | Control::ApprovedApplication
        | Control::CompliantApplication
        | Control::PasswordChange
        | Control::RiskRemediation
        | Control::Terms(_)
        | Control::Custom(_) => format!("demands {}", control.text()),
    }
}

/// The names of policies; of several with one name, once.
pub(super) fn names(examination: &Examination<'_>, policies: &[PolicyIndex]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in policies.iter().map(|policy| examination.name(*policy)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The shut ways to methods that people lack.
pub(super) fn ways(trouble: &Trouble) -> impl Iterator<Item = &ShutWay> {
    trouble.sought.iter().filter_map(|missing| missing.way.as_ref())
}

/// The way to show: that of a passkey, where one is accepted, in the app where it is kept there;
/// else the nearest.
pub(super) fn nearest(trouble: &Trouble) -> Option<(&Missing, &ShutWay)> {
    let each = trouble.sought.iter().filter_map(|missing| Some((missing, missing.way.as_ref()?)));
    each.min_by_key(|(missing, way)| {
        let (passkey, in_app) = match missing.method {
            Method::Passkey(passkey) => (true, passkey.home.authenticator().is_some()),
            Method::Mode(_) => (false, false),
        };
        let elsewhere = in_app && way.channel != Channel::Authenticator;
        (!passkey, elsewhere, way.guard == Guard::SomethingElse, way.unmet.len())
    })
}

/// What people lack, as one thing: "a passkey in Authenticator", "a text message".
pub(super) fn lacked(trouble: &Trouble) -> String {
    let passkeys = trouble.sought.iter().filter_map(|missing| match missing.method {
        Method::Passkey(passkey) => Some(passkey.home),
        Method::Mode(_) => None,
    });
    let homes: Vec<PasskeyHome> = passkeys.collect();
    if !homes.is_empty() {
        let in_app = homes.iter().all(|home| home.authenticator().is_some());
        return if in_app { "a passkey in Authenticator" } else { "a passkey" }.to_owned();
    }
    let nearest = nearest(trouble).map(|(missing, _)| missing).or(trouble.sought.first());
    match nearest.map(|missing| missing.method) {
        None => "a method that is accepted".to_owned(),
        Some(Method::Mode(Mode::WindowsHelloForBusiness)) => "Windows Hello for Business".into(),
        Some(method) => {
            let text = method.text();
            let vowel = text.starts_with(['a', 'e', 'i', 'o', 'A']);
            format!("{} {text}", if vowel { "an" } else { "a" })
        }
    }
}

/// "no app" for the goal that stands for every app.
pub(super) fn nothing_of(goal: &str) -> String {
    if goal == ANY_APP { "no app".to_owned() } else { format!("nothing of {goal}") }
}

/// Joins words: "a", "a and b", "a, b and c".
pub(super) fn joined(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
