//! What the rules about sign-ins that no policy asks anything of share: the escapes folded by
//! situation, and their wording.

use std::collections::BTreeMap;

use cardea_policy::conditions::location::Trust;
use cardea_policy::conditions::principal::Principals;
use cardea_policy::conditions::target::UserAction;
use cardea_policy::evaluate::{Dimension, Reason};
use cardea_policy::place::{Field, Object, Place, PolicyIndex};
use cardea_prover::gap::{Deviation, Gap, Witness};
use cardea_prover::universe::What;

use crate::examine::Examination;
use crate::finding::Mark;
use crate::report::{Actor, Outcome, Step, Who};

/// Escapes that need the same situation, of different people.
pub(super) struct Escapes<'e> {
    /// The situation in words; empty for an ordinary sign-in.
    pub(super) situation: String,
    /// The escapes.
    pub(super) gaps: Vec<&'e Gap>,
}

/// The escapes that a rule is about, folded by situation.
pub(super) fn folded<'e>(
    examination: &'e Examination<'_>,
    about: impl Fn(&Witness) -> bool,
) -> Vec<Escapes<'e>> {
    let mut folded: BTreeMap<String, Vec<&Gap>> = BTreeMap::new();
    for gap in &examination.gaps.list {
        if about(&gap.witness) {
            let situation = situation(examination, &gap.witness);
            folded.entry(situation).or_default().push(gap);
        }
    }
    folded.into_iter().map(|(situation, gaps)| Escapes { situation, gaps }).collect()
}

/// Whether an escape is open to everybody: it takes nothing of a person, and the directory counts
/// nobody apart.
pub(super) fn is_for_everybody(gap: &Gap) -> bool {
    gap.people.is_none() && gap.witness.is_about_everybody()
}

/// What is asked for, in words.
pub(super) fn target(examination: &Examination<'_>, witness: &Witness) -> String {
    let Some(resource) = witness.sign_in.request.audiences.first() else {
        return match witness.sign_in.request.action {
            Some(UserAction::RegisterSecurityInfo) => "register security info".to_owned(),
            Some(UserAction::RegisterDevice) => "register a device".to_owned(),
            None => "an authentication context".to_owned(),
        };
    };
    let ordinary = !witness.deviations.iter().any(|d| matches!(d, Deviation::Target(_)));
    if ordinary {
        return "any app".to_owned();
    }
    let names = examination.tenant.app_names();
    let name = names.get(&resource.app).map(|name| (*name).to_owned());
    let fallback = || match &witness.what {
        What::OtherApp => "any other app".to_owned(),
        What::App(app) => examination.app(app).unwrap_or_else(|| app.to_string()),
        What::AppOf(_) | What::Context(_) | What::Action(_) => resource.app.to_string(),
    };
    name.filter(|name| !name.is_empty()).unwrap_or_else(fallback)
}

/// The situation of a witness, in words; empty for an ordinary sign-in.
fn situation(examination: &Examination<'_>, witness: &Witness) -> String {
    let parts: Vec<String> = witness
        .deviations
        .iter()
        .filter_map(|deviation| match deviation {
            Deviation::Membership(_) | Deviation::Guest(_) => None,
            Deviation::Target(_) => Some(format!("to {}", target(examination, witness))),
            Deviation::Client(like) => Some(format!("with {}", like.fact.text())),
            Deviation::Platform(like) => Some(format!("claiming {}", like.fact.text())),
            Deviation::Network(like) => Some(network(examination, &like.fact)),
            Deviation::Device(like) => Some(if like.fact.facts.is_some() {
                "from a registered device that filters leave out".to_owned()
            } else {
                "from an unregistered device".to_owned()
            }),
            Deviation::Risk(_) => Some("at another risk".to_owned()),
            Deviation::Flow(like) => Some(format!("by {}", like.fact.text())),
        })
        .collect();
    parts.join(" ")
}

fn network(
    examination: &Examination<'_>,
    network: &cardea_policy::conditions::location::Network,
) -> String {
    let names: Vec<String> = network
        .named
        .iter()
        .map(|id| {
            let found = examination.tenant.locations.iter().find(|l| l.id == *id);
            found.map_or_else(|| id.to_string(), |location| location.name.clone())
        })
        .collect();
    if !names.is_empty() {
        format!("from {}", names.join(" and "))
    } else if network.trust == Trust::Trusted {
        "from a trusted network".to_owned()
    } else {
        "from an unknown network".to_owned()
    }
}

/// The people of escapes, in words, with how many and who.
pub(super) fn who(examination: &Examination<'_>, escapes: &Escapes<'_>) -> Who {
    let mut names: Vec<String> = Vec::new();
    let (mut people, mut examples) = (None, Vec::new());
    for gap in &escapes.gaps {
        names.push(person(examination, &gap.witness));
        if let Some(headcount) = &gap.people {
            let count = usize::try_from(headcount.count).unwrap_or(usize::MAX);
            people = Some(people.unwrap_or(0_usize).saturating_add(count));
            let directory = &examination.tenant.directory;
            examples.extend(headcount.examples.iter().map(|p| directory.name(*p).to_owned()));
        }
    }
    names.sort();
    names.dedup();
    let more = names.len().saturating_sub(3);
    names.truncate(3);
    let mut text = names.join("; ");
    if more > 0 {
        text = format!("{text}; and {more} more");
    }
    examples.truncate(3);
    Who { text, people, examples }
}

fn person(examination: &Examination<'_>, witness: &Witness) -> String {
    let memberships: Vec<String> = witness
        .deviations
        .iter()
        .filter_map(|deviation| match deviation {
            Deviation::Membership(like) => Some(examination.membership(&like.fact)),
            Deviation::Guest(like) => Some(format!("guests ({})", like.fact.kind.name())),
            Deviation::Target(_)
            | Deviation::Client(_)
            | Deviation::Platform(_)
            | Deviation::Network(_)
            | Deviation::Device(_)
            | Deviation::Risk(_)
            | Deviation::Flow(_) => None,
        })
        .collect();
    let user = witness.person().and_then(|person| person.user.as_ref());
    match (memberships.is_empty(), user) {
        (false, _) => memberships.join(" and "),
        (true, Some(user)) => {
            let directory = &examination.tenant.directory;
            let known = directory.people().find(|p| directory.id(*p) == user.as_str());
            known.map_or_else(|| format!("user {user}"), |p| directory.name(p).to_owned())
        }
        (true, None) => "anybody".to_owned(),
    }
}

/// Where policies let these people go: for each policy that demands something and does not apply,
/// the condition that keeps it away. Exclusions come first.
pub(super) fn marks(examination: &Examination<'_>, escapes: &Escapes<'_>) -> Vec<Mark> {
    const SHOWN: usize = 6;
    let index = examination.index();
    let demanding = index.enabled().and(index.demanding());
    let mut marks = Vec::new();
    for gap in &escapes.gaps {
        let reasons = index.evaluate(gap.witness.sign_in()).reasons;
        for policy in demanding.iter() {
            if let Some(Reason::Mismatch(dimension)) = reasons.get(policy.position()) {
                marks.extend(mark(examination, (policy, *dimension), &gap.witness));
            }
        }
    }
    marks.sort_by_key(|mark| (!is_exclusion(mark.place.field), mark.place));
    marks.dedup_by_key(|mark| mark.place);
    marks.truncate(SHOWN);
    if marks.is_empty() {
        let place = Place { object: Object::Input, field: Field::Whole };
        marks.push(Mark::new(place, "no enabled policy applies"));
    }
    marks
}

fn is_exclusion(field: Field) -> bool {
    matches!(
        field,
        Field::ExcludeUsers | Field::ExcludeGroups | Field::ExcludeRoles | Field::ExcludeGuests
    )
}

fn mark(
    examination: &Examination<'_>,
    (policy, dimension): (PolicyIndex, Dimension),
    witness: &Witness,
) -> Option<Mark> {
    let field = match dimension {
        Dimension::Principal => {
            let Principals::Users(users) = &examination.policy(policy)?.conditions.principals
            else {
                return None;
            };
            let field = users.deciding_field(witness.person()?)?;
            let name = person(examination, witness);
            return Some(Mark::new(Place::policy(policy, field), format!("{name}: excluded here")));
        }
        Dimension::Target => Field::Applications,
        Dimension::Client => Field::ClientAppTypes,
        Dimension::Platform => Field::Platforms,
        Dimension::Network => Field::Locations,
        Dimension::Device => Field::DeviceFilter,
        Dimension::Risk => Field::SignInRiskLevels,
        Dimension::Flow => Field::AuthenticationFlows,
    };
    Some(Mark::new(Place::policy(policy, field), "leaves this sign-in out"))
}

/// The sign-in, as one step.
pub(super) fn trace(examination: &Examination<'_>, escapes: &Escapes<'_>) -> Vec<Step> {
    let Some(gap) = escapes.gaps.first() else { return Vec::new() };
    let situation = if escapes.situation.is_empty() {
        String::new()
    } else {
        format!(" {}", escapes.situation)
    };
    vec![Step {
        actor: Actor::Attacker,
        device: "any device".to_owned(),
        does: format!(
            "signs in as {} with a password{situation}",
            person(examination, &gap.witness)
        ),
        sees: "no enabled policy asks for anything".to_owned(),
        policies: Vec::new(),
        outcome: Outcome::Door,
    }]
}
