//! What the rules about people who cannot get in share: who they are, where the policies stand,
//! what they meet step by step, and the ways that were tried.

use std::collections::BTreeSet;

use cardea_policy::conditions::principal::{Include, Principals};
use cardea_policy::control::{Control, Grant};
use cardea_policy::place::{Field, Place, PolicyIndex};
use cardea_policy::strength::Mode;
use cardea_prover::liveness::Creation;
use cardea_tenant::journey::channel::Channel;
use cardea_tenant::journey::means::Method;

use crate::examine::Examination;
use crate::examine::trouble::{Kind, Missing, ShutWay, Trouble, Usable};
use crate::finding::Mark;
use crate::report::{Actor, Outcome, Step, Tried, Who};

/// Whom a trouble concerns.
pub(super) fn who(examination: &Examination<'_>, trouble: &Trouble) -> Who {
    let first = trouble.classes.first().copied().unwrap_or_default();
    let directory = &examination.tenant.directory;
    let counts = trouble
        .classes
        .iter()
        .filter_map(|class| examination.classes.list.get(*class))
        .filter_map(|class| class.people.headcount());
    let (mut people, mut examples) = (None, Vec::new());
    for headcount in counts {
        let count = usize::try_from(headcount.count).unwrap_or(usize::MAX);
        people = Some(people.unwrap_or(0) + count);
        examples.extend(headcount.examples.iter().map(|p| directory.name(*p).to_owned()));
    }
    examples.truncate(3);
    Who { text: text(examination, trouble, first), people, examples }
}

fn text(examination: &Examination<'_>, trouble: &Trouble, first: usize) -> String {
    let person = examination.person(first);
    let populations: Vec<&str> = trouble.populations.iter().map(String::as_str).collect();
    let populations = populations.join(", ");
    if let Some(guest) = &person.guest {
        return format!("guests ({}): {populations}", guest.kind.name());
    }
    let memberships: Vec<String> =
        examination.memberships(first).iter().map(|m| examination.membership(m)).collect();
    let base = if memberships.is_empty() || !examination.tenant.directory.is_empty() {
        let except = excluded_groups(examination, &trouble.unmet);
        if except.is_empty() {
            "everyone".to_owned()
        } else {
            format!("everyone except {}", except.join(", "))
        }
    } else {
        format!("members of {}", memberships.join(" and "))
    };
    format!("{base}: {populations}")
}

fn excluded_groups(examination: &Examination<'_>, policies: &[PolicyIndex]) -> Vec<String> {
    let Some(policy) = policies.first().and_then(|policy| examination.policy(*policy)) else {
        return Vec::new();
    };
    let Principals::Users(users) = &policy.conditions.principals else { return Vec::new() };
    if users.include != Include::Everyone {
        return Vec::new();
    }
    let memberships: Vec<_> = users.exclude.memberships().collect();
    let mut shown: Vec<String> =
        memberships.iter().take(3).map(|m| examination.membership(m)).collect();
    if memberships.len() > 3 {
        shown.push(format!("{} more", memberships.len() - 3));
    }
    shown
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

/// The names of policies, joined.
pub(super) fn names(examination: &Examination<'_>, policies: &[PolicyIndex]) -> Vec<String> {
    policies.iter().map(|policy| examination.name(*policy)).collect()
}

/// The nearest way to a method that people lack.
pub(super) fn nearest(trouble: &Trouble) -> Option<(&Missing, &ShutWay)> {
    trouble.sought.iter().find_map(|missing| Some((missing, missing.way.as_ref()?)))
}

/// What people meet: the access, the registration that it leads to, and the wall.
pub(super) fn trace(examination: &Examination<'_>, trouble: &Trouble) -> Vec<Step> {
    let at_goal = names(examination, &trouble.unmet);
    let step = |device: &str, does: String, sees: String, policies: &[String], outcome| Step {
        actor: Actor::Person,
        device: device.to_owned(),
        does,
        sees,
        policies: policies.to_vec(),
        outcome,
    };
    let mut steps = vec![step(
        &trouble.spot.device,
        format!("opens {} and signs in", trouble.goal),
        format!("{} asks for {}", at_goal.join(", "), wanted(trouble)),
        &at_goal,
        Outcome::Onward,
    )];
    let Some((missing, way)) = nearest(trouble) else {
        if let Some(last) = steps.last_mut() {
            last.outcome = Outcome::Wall;
        }
        return steps;
    };
    let walls = names(examination, &way.unmet);
    let looping = way.channel != Channel::Wizard;
    let sees = if walls.is_empty() {
        "multifactor authentication is missing".to_owned()
    } else {
        format!("{} asks for {} again", walls.join(", "), wanted(trouble))
    };
    steps.push(step(
        &way.spot.device,
        format!("goes to {} to add a {}", way.channel.text(), missing.method.text()),
        sees,
        &walls,
        if looping { Outcome::Back(1) } else { Outcome::Wall },
    ));
    steps
}

fn wanted(trouble: &Trouble) -> String {
    trouble.sought.first().map_or_else(|| "what they cannot show".to_owned(), |m| m.method.text())
}

/// The ways that were tried, and why each is shut.
pub(super) fn tried(examination: &Examination<'_>, trouble: &Trouble) -> Vec<Tried> {
    let mut tried: Vec<Tried> = trouble
        .sought
        .iter()
        .map(|missing| Tried {
            method: missing.method.mode().name().to_owned(),
            why_not: why_not(examination, missing),
        })
        .collect();
    for method in &trouble.held {
        if matches!(method, Method::Mode(Mode::Password)) {
            continue;
        }
        tried.push(Tried {
            method: method.mode().name().to_owned(),
            why_not: "at hand, but not accepted".to_owned(),
        });
    }
    tried.sort_by(|a, b| (&a.method, &a.why_not).cmp(&(&b.method, &b.why_not)));
    tried.dedup();
    tried
}

fn why_not(examination: &Examination<'_>, missing: &Missing) -> String {
    if missing.usable == Usable::No {
        return "not enabled by the methods policy".to_owned();
    }
    let Some(way) = &missing.way else {
        return "cannot be registered by people themselves here".to_owned();
    };
    if way.unmet.is_empty() && way.creation == Creation::TooWeak {
        return format!("{} needs multifactor authentication first", way.channel.text());
    }
    format!("{} is guarded by {}", way.channel.text(), names(examination, &way.unmet).join(", "))
}

/// Whether a trouble is about people of the tenant.
pub(super) fn about_members(trouble: &Trouble) -> bool {
    trouble.people == Kind::Members
}
