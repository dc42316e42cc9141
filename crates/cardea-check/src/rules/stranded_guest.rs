//! Guests cannot satisfy what is demanded of them.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::principal::{GuestKind, Membership};
use cardea_policy::control::{Control, Grant};
use cardea_policy::place::PolicyIndex;

use super::stuck::{self, Named};
use super::{Rule, Severity};
use crate::examine::case::Barrier;
use crate::examine::guests::{Guests, Home, Stranded, TrustHelps};
use crate::examine::{ANY_APP, Examination};
use crate::finding::Draft;
use crate::report::{Actor, Outcome, Question, Step, Who};

pub(super) const RULE: Rule = Rule {
    name: "stranded-guest",
    summary: "guests cannot satisfy what is demanded of them",
    severity: Severity::Lockout,
    questions: &[Question::GuestsCanSignIn],
    page: include_str!("../../rules/stranded-guest.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    examination.stranded.iter().filter_map(|one| draft(examination, one)).collect()
}

fn draft(examination: &Examination<'_>, one: &Stranded) -> Option<Draft> {
    let mark = |policy: &PolicyIndex, text: &str| stuck::marks(examination, *policy, text);
    let at_goal = |policy: &PolicyIndex| {
        let mut unmet = one.unmet.iter().chain(&one.barriers);
        unmet.any(|barrier| barrier.policy == *policy)
    };
    let blamed = one.blamed.iter().flat_map(|policy| {
        let includes = format!("includes {}", one.goal);
        mark(policy, if at_goal(policy) { &includes } else { "holds where guests register" })
    });
    let also = one.also.iter().flat_map(|it| mark(it, "also stands in the way of some of them"));
    let marks: Vec<_> = blamed.chain(also).collect();
    let severity = one.guests.iter().map(|(home, guests)| severity(one, *home, guests)).max()?;
    let mut draft = Draft::new(RULE.name, severity, message(one), marks.first()?.clone());
    draft.marks = marks;
    draft.who = who(examination, one);
    draft.trace = trace(examination, one);
    draft.notes = notes(examination, one);
    draft.help = Some(help(one));
    if let (Some(intent), Some(person)) = (&one.intent, one.people.first()) {
        stuck::by_intent(examination, &mut draft, intent, (&one.blamed, person));
    }
    Some(draft)
}

fn severity(one: &Stranded, home: Home, guests: &Guests) -> Severity {
    // Hardly anybody has guests with an account here, or in such groups, and the input does not say.
    let is_likely = guests.people.is_some() || home == Home::Elsewhere || is_blocked(one);
    if guests.trust != TrustHelps::Undecided && is_likely && guests.are_certain() {
        RULE.severity
    } else {
        Severity::Doubt
    }
}

fn is_blocked(one: &Stranded) -> bool {
    one.barriers.iter().any(Barrier::blocks)
}

/// What trust would do for the guests who come from elsewhere; `None` where there are none.
fn trust(one: &Stranded) -> Option<TrustHelps> {
    one.guests.get(&Home::Elsewhere).map(|guests| guests.trust)
}

fn message(one: &Stranded) -> String {
    let guests = if one.is_certain() { "guests" } else { "guests in certain groups or roles" };
    let (get_in, goal) =
        if one.goal == ANY_APP { ("get in", "") } else { ("reach ", one.goal.as_str()) };
    match trust(one) {
        _ if is_blocked(one) => {
            let nothing = stuck::nothing_of(&one.goal);
            format!("{guests} can open {nothing}: a policy blocks them everywhere")
        }
        Some(TrustHelps::Undecided) => {
            format!("{guests} {get_in}{goal} only if what they do at home is trusted")
        }
        Some(TrustHelps::Refused) => {
            format!("{guests} cannot {get_in}{goal}: what they do at home is not trusted")
        }
        Some(TrustHelps::No) => {
            format!("{guests} cannot meet what is demanded of them, whatever is trusted")
        }
        None => format!("{guests} with an account here cannot meet what is demanded"),
    }
}

fn notes(examination: &Examination<'_>, one: &Stranded) -> Vec<String> {
    let mut notes = Vec::new();
    let is_strength = asks_strength(examination, &one.blamed);
    let trust_helps = trust(one).is_some_and(|trust| trust != TrustHelps::No);
    match (one.guests.contains_key(&Home::Here), is_strength) {
        (true, true) if trust_helps => notes
            .push("trust does not help guests with an account here: they cannot register passkeys"),
        (true, true) => {
            notes.push("guests cannot register passkeys, not even with an account here");
        }
        (true, false) if trust_helps => {
            notes.push("trust does not help guests with an account here");
        }
        (true | false, _) => {}
    }
    if trust_helps && is_strength {
        notes.push(
            "guests who sign in with an email code, Google, or another provider than Entra can \
             never satisfy a strength: only the `mfa` control is for them",
        );
    }
    if !one.is_certain() {
        notes.push("nothing in the input says whether guests are in them");
    }
    notes.into_iter().map(str::to_owned).collect()
}

fn help(one: &Stranded) -> String {
    match trust(one) {
        _ if !one.is_certain() => {
            "keep guests out of these groups and roles, or trust what they do at home"
        }
        Some(TrustHelps::Undecided | TrustHelps::Refused) => {
            "trust multifactor authentication (and device claims, where the policy asks for them) \
             of guests' home tenants, or exclude guests and give them a policy of their own"
        }
        Some(TrustHelps::No) | None => "exclude guests, and give them a policy that they can meet",
    }
    .to_owned()
}

fn trace(examination: &Examination<'_>, one: &Stranded) -> Vec<Step> {
    let step = |does: String, sees: String, policies: &[PolicyIndex]| Step {
        actor: Actor::Person,
        device: "guest's computer".to_owned(),
        does,
        sees,
        policies: stuck::names(examination, policies),
        outcome: Outcome::Wall,
    };
    let abroad = if one.guests.contains_key(&Home::Elsewhere) { " at home" } else { "" };
    let opens = format!("opens {} and signs in{abroad}", one.goal);
    if !one.barriers.is_empty() {
        return vec![step(opens, stuck::asks(examination, &one.barriers), &one.blamed)];
    }
    let unmet: Vec<PolicyIndex> = one.unmet.iter().map(|barrier| barrier.policy).collect();
    let asked = stuck::asks(examination, &one.unmet);
    let elsewhere = one.blamed.iter().filter(|policy| !unmet.contains(policy));
    let elsewhere: Vec<PolicyIndex> = elsewhere.copied().collect();
    if elsewhere.is_empty() {
        let sees = format!("{asked}; guests can register nothing here that it accepts");
        return vec![step(opens, sees, &unmet)];
    }
    let mut names = stuck::names(examination, &elsewhere);
    names.dedup();
    let do_not = if names.len() == 1 { "does not" } else { "do not" };
    let refused = format!("{} {do_not} let them", stuck::joined(&names));
    vec![
        Step { outcome: Outcome::Onward, ..step(opens, asked, &unmet) },
        step("goes on to register what is asked for".to_owned(), refused, &elsewhere),
    ]
}

fn asks_strength(examination: &Examination<'_>, policies: &[PolicyIndex]) -> bool {
    policies.iter().any(|policy| match examination.index().grant(*policy) {
        Some(Grant::Require { controls, .. }) => {
            controls.iter().any(|control| matches!(control, Control::Strength(_)))
        }
        Some(Grant::Block) | None => false,
    })
}

fn who(examination: &Examination<'_>, one: &Stranded) -> Who {
    let mut kinds: BTreeMap<&[Membership], BTreeSet<GuestKind>> = BTreeMap::new();
    for (memberships, more) in one.guests.values().flat_map(|guests| &guests.who) {
        kinds.entry(memberships).or_default().extend(more);
    }
    let mut alike: BTreeMap<&BTreeSet<GuestKind>, Vec<&[Membership]>> = BTreeMap::new();
    for (memberships, kinds) in &kinds {
        alike.entry(kinds).or_default().push(memberships);
    }
    let (mut texts, mut all) = (Vec::new(), Vec::new());
    for (kinds, memberships) in alike {
        let words = words(kinds);
        if memberships.iter().any(|it| it.is_empty()) {
            let outside = exceptions(examination, one);
            texts.push(if outside.is_empty() {
                words
            } else {
                format!("{words}, except in {}", stuck::joined(&outside.short()))
            });
            all.extend(outside.all());
        } else {
            let memberships = stuck::one_of(examination, &memberships);
            texts.push(format!("{words} in {}", memberships.short().join(", or in ")));
            all.extend(memberships.all());
        }
    }
    let people: Vec<usize> = one.guests.values().filter_map(|guests| guests.people).collect();
    let examples = one.guests.values().flat_map(|guests| guests.examples.iter().cloned());
    Who {
        text: texts.join("; "),
        people: (!people.is_empty()).then(|| people.iter().sum()),
        examples: examples.take(stuck::EXAMPLES).collect(),
        memberships: all,
        ..Who::default()
    }
}

/// The groups that every policy to blame leaves out.
fn exceptions(examination: &Examination<'_>, one: &Stranded) -> Named {
    let rows = examination.index().memberships().iter();
    let outside = rows.filter(|row| {
        matches!(row.membership, Membership::Group(_))
            && one.blamed.iter().all(|policy| row.exclude.contains(*policy))
    });
    stuck::named(examination, outside.map(|row| row.membership.clone()).collect())
}

fn words(kinds: &BTreeSet<GuestKind>) -> String {
    if kinds.len() == GuestKind::ALL.len() {
        return "guests and external users of every kind".to_owned();
    }
    let words: Vec<String> = kinds
        .iter()
        .map(|kind| match kind {
            GuestKind::InternalGuest => "guests with an account here",
            GuestKind::B2bCollaborationGuest => "invited guests",
            GuestKind::B2bCollaborationMember => "external members",
            GuestKind::B2bDirectConnectUser => "people of shared channels",
            GuestKind::OtherExternalUser => "other external users",
            GuestKind::ServiceProvider => "technicians of service providers",
        })
        .map(str::to_owned)
        .collect();
    stuck::joined(&words)
}
