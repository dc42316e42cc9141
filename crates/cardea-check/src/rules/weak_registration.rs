//! A strong method can be registered with weaker factors than it later stands for.

use std::collections::BTreeMap;

use cardea_policy::conditions::principal::Membership;
use cardea_policy::place::{Field, Object, Place, PolicyIndex};
use cardea_policy::strength::Mode;
use cardea_prover::reach::ways::FactorSet;
use cardea_prover::safety::{Factor, Factors, Grade};
use cardea_tenant::journey::means::Method;

use super::people::Number;
use super::stuck::joined;
use super::{Rule, stuck};
use crate::examine::Examination;
use crate::examine::cheap::{Cheap, Hit, Laundering};
use crate::finding::{Draft, Mark};
use crate::report::{Actor, Outcome, Question, Severity, Step, Who};

pub(super) const RULE: Rule = Rule {
    name: "weak-registration",
    summary: "a strong method can be registered with weaker factors than it later stands for",
    severity: Severity::Weakness,
    questions: &[Question::NoWeakWayIn],
    page: include_str!("../../rules/weak-registration.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let mut seen: BTreeMap<(FactorSet, Method), (Draft, usize)> = BTreeMap::new();
    for cheap in &examination.cheap {
        let (Some(laundering), Some(first)) = (&cheap.laundering, cheap.people.first()) else {
            continue;
        };
        let key = (laundering.way, laundering.method);
        if let Some((_, more)) = seen.get_mut(&key) {
            *more += cheap.people.len();
            continue;
        }
        let demanding = demanding(examination, laundering);
        if let Some(draft) = draft(examination, (cheap, first), laundering, &demanding) {
            seen.insert(key, (draft, cheap.people.len() - 1));
        }
    }
    let with_the_rest = |(mut draft, more): (Draft, usize)| {
        if more > 0 {
            draft.notes.push(format!("the same for {more} more kinds of people and apps"));
        }
        draft
    };
    seen.into_values().map(with_the_rest).collect()
}

fn demanding(examination: &Examination<'_>, laundering: &Laundering) -> Vec<PolicyIndex> {
    laundering.goal.iter().filter(|policy| examination.index().grant(*policy).is_some()).collect()
}

fn draft(
    examination: &Examination<'_>,
    (cheap, people): (&Cheap, &Hit),
    laundering: &Laundering,
    demanding: &[PolicyIndex],
) -> Option<Draft> {
    let factors = Factors::new(&examination.book.means);
    let way = words(&factors.of(laundering.way));
    let method = registered(laundering.method);
    let message = if factors.grade(laundering.way) <= Grade::SingleFactor {
        format!("a stolen {way} is enough where nothing is registered yet: it registers {method}")
    } else {
        format!("a phished {way} becomes {method}")
    };
    let first = *demanding.first()?;
    let mut marks = Vec::new();
    for policy in demanding {
        // What is opened is known; what is asked for it matters.
        marks.extend(stuck::marks(examination, *policy, "").into_iter().skip(1));
    }
    let registering: Vec<PolicyIndex> =
        laundering.registration.and(examination.index().on_registration()).iter().collect();
    if registering.is_empty() {
        let place = Place { object: Object::Input, field: Field::IncludeUserActions };
        marks.push(Mark::new(place, "no policy on registering security info applies"));
    }
    for policy in &registering {
        marks.extend(stuck::marks(examination, *policy, "lets the weaker factors register"));
    }
    let fallback = Mark::new(Place::policy(first, Field::GrantControls), "asks for more");
    let mut draft =
        Draft::new(RULE.name, RULE.severity, message, marks.first().cloned().unwrap_or(fallback));
    if !marks.is_empty() {
        draft.marks = marks;
    }
    draft.who = who(examination, &people.classes);
    draft.trace = trace(examination, cheap, laundering, &way);
    draft.help =
        Some("demand a pass, or what the method stands for, to register security info".to_owned());
    Some(draft)
}

fn trace(
    examination: &Examination<'_>,
    cheap: &Cheap,
    laundering: &Laundering,
    way: &str,
) -> Vec<Step> {
    let names = |policies: Vec<PolicyIndex>| stuck::names(examination, &policies);
    let registration = names(laundering.registration.iter().collect());
    let goal = names(demanding(examination, laundering));
    let step = |does: String, sees: String, policies: Vec<String>, outcome| Step {
        actor: Actor::Attacker,
        device: "any device".to_owned(),
        does,
        sees,
        policies,
        outcome,
    };
    let lets_in = if registration.is_empty() {
        "no policy asks for anything".to_owned()
    } else {
        format!("{} that", accepting(&registration))
    };
    vec![
        step(
            format!(
                "signs in with {way}, claims {}, goes to {}",
                laundering.platform.text(),
                laundering.channel.text()
            ),
            lets_in,
            registration,
            Outcome::Onward,
        ),
        step(
            format!("registers {} of their own", registered(laundering.method)),
            "it is added to the account".to_owned(),
            Vec::new(),
            Outcome::Climb,
        ),
        step(
            format!("opens {} with it", cheap.goal),
            format!("{} it", accepting(&goal)),
            goal,
            Outcome::Door,
        ),
    ]
}

/// The classes that a way in concerns.
pub(super) fn who(examination: &Examination<'_>, classes: &[usize]) -> Who {
    let combinations: Vec<Vec<Membership>> =
        classes.iter().map(|class| examination.memberships(*class)).collect();
    let people = classes
        .iter()
        .filter_map(|class| examination.classes.list.get(*class)?.people.headcount())
        .map(|headcount| usize::try_from(headcount.count).unwrap_or(usize::MAX))
        .reduce(usize::saturating_add);
    if people.is_some() || combinations.iter().any(Vec::is_empty) {
        let classes = if people.is_some() { classes.to_vec() } else { Vec::new() };
        return Who { text: "anybody".to_owned(), people, classes, ..Who::default() };
    }
    let named = stuck::one_of(examination, &combinations);
    Who { text: named.members(), people, memberships: named.all(), ..Who::default() }
}

/// "CA001 accepts", "CA001 and CA002 accept".
fn accepting(names: &[String]) -> String {
    format!("{} {}", joined(names), Number::of(names).verb("accepts", "accept"))
}

/// What is registered: for calls and messages a phone.
fn registered(method: Method) -> String {
    match method {
        Method::Mode(Mode::Voice) => "a phone for calls".to_owned(),
        Method::Mode(Mode::Sms) => "a phone for text messages".to_owned(),
        Method::Mode(_) | Method::Passkey(_) => with_article(&method.text()),
    }
}

fn with_article(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// Starting factors in words: "password and text message".
pub(super) fn words(factors: &[Factor]) -> String {
    let words: Vec<String> = factors
        .iter()
        .filter_map(|factor| match factor {
            Factor::Method(method) => Some(method.text()),
            Factor::OneTimePass(_) => Some("one-time pass".to_owned()),
            Factor::NothingRegistered => None,
        })
        .collect();
    words.join(" and ")
}
