//! An exemption ends, and its people are locked out or stay exempt.

use std::collections::BTreeSet;

use cardea_policy::conditions::principal::{Membership, Person};
use cardea_policy::id::GroupId;
use cardea_policy::lattice::Plain;
use cardea_policy::place::{Field, Object, Place, PolicyIndex};
use cardea_prover::reach::fixpoint::Fixpoint;
use cardea_prover::reach::terrain::Targets;
use cardea_tenant::journey::permission::Permissions;

use super::{Rule, stuck};
use crate::config::{Exemption, Notice, Population};
use crate::examine::Examination;
use crate::examine::case::Case;
use crate::examine::trouble;
use crate::finding::{Draft, Mark};
use crate::report::{Question, Severity, Who};

pub(super) const RULE: Rule = Rule {
    name: "expired-exemption",
    summary: "an exemption ends before its people are ready, or does not end",
    severity: Severity::Lockout,
    questions: &[Question::EveryoneCanSignIn, Question::NoWeakWayIn],
    page: include_str!("../../rules/expired-exemption.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let targets = examination.targets(examination.goals());
    let exemptions = &examination.config.exemptions;
    exemptions.iter().filter_map(|it| draft(examination, it, &targets)).collect()
}

fn draft(examination: &Examination<'_>, exemption: &Exemption, targets: &Targets) -> Option<Draft> {
    let policies = excluding(examination, &exemption.group);
    let group = examination.membership(&Membership::Group(exemption.group.clone()));
    let until = exemption.until;
    if policies.is_empty() {
        let message = format!("no policy makes an exception for {group}");
        let declared = declared(examination, exemption, "declared here as an exemption");
        return Some(Draft::new(RULE.name, Severity::Note, message, declared));
    }
    let names = stuck::names(examination, &policies).join(", ");
    let (severity, message, help) = if until < examination.config.today {
        let message =
            format!("the exemption of {group} ended on {until}, and {names} still makes it");
        (Severity::Weakness, message, "remove the group's members, or the exclusion")
    } else {
        let message = match (fate(examination, exemption, targets), exemption.notice) {
            (Fate::Fine, _) | (Fate::LockedOutUnlessRegistered, Notice::Given) => return None,
            (Fate::LockedOutUnlessRegistered, Notice::NotGiven) => format!(
                "when the exemption of {group} ends on {until}, whoever has not registered is \
                 locked out, and nobody is told"
            ),
            (Fate::LockedOut, _) => format!(
                "when the exemption of {group} ends on {until}, its members are locked out, \
                 registered or not"
            ),
        };
        let help = "tell them (`notice = true`), and let the help desk exempt latecomers again";
        (RULE.severity, message, help)
    };
    let text = format!("makes an exception for {group}");
    let marks = policies
        .iter()
        .map(|policy| Mark::new(Place::policy(*policy, Field::ExcludeGroups), text.clone()));
    let mut marks: Vec<Mark> = marks.collect();
    marks.push(declared(examination, exemption, &format!("until {until}")));
    let mut draft = Draft::new(RULE.name, severity, message, marks.first()?.clone());
    draft.marks = marks;
    draft.who = who(examination, exemption, &group);
    draft.help = Some(help.to_owned());
    Some(draft)
}

fn declared(examination: &Examination<'_>, exemption: &Exemption, text: &str) -> Mark {
    let place = Place { object: Object::Settings, field: Field::Whole };
    Mark::at(place, examination.config.span(&exemption.at), text)
}

/// Enabled policies with a demand that exclude the group.
fn excluding(examination: &Examination<'_>, group: &GroupId) -> Vec<PolicyIndex> {
    let index = examination.index();
    let membership = Membership::Group(group.clone());
    let row = index.memberships().iter().find(|row| row.membership == membership);
    let excluding = row.map(|row| row.exclude.and(index.enabled()).and(index.demanding()));
    excluding.map(|set| set.iter().collect()).unwrap_or_default()
}

/// What becomes of exempt people afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    /// They get in as before.
    Fine,
    /// Those who have registered by then get in.
    LockedOutUnlessRegistered,
    /// Nobody gets in.
    LockedOut,
}

/// The worst fate of anybody in the group, over all populations.
fn fate(examination: &Examination<'_>, exemption: &Exemption, targets: &Targets) -> Fate {
    let mut worst = Fate::Fine;
    for population in &examination.config.populations {
        for person in exempt(examination, &exemption.group) {
            let meant = population.groups.is_empty()
                || population.groups.iter().any(|group| person.groups.contains(group));
            if meant {
                let fates = fate_of(examination, (population, &person), exemption, targets);
                worst = worst.max(fates);
            }
        }
    }
    worst
}

fn fate_of(
    examination: &Examination<'_>,
    (population, person): (&Population, &Person),
    exemption: &Exemption,
    targets: &Targets,
) -> Fate {
    let during = case(examination, population, person, targets);
    if !gets_in(examination, &during, targets) {
        // Others report people who are locked out already.
        return Fate::Fine;
    }
    let mut later = person.clone();
    later.groups.remove(&exemption.group);
    let unprepared = case(examination, population, &later, targets);
    if settles(examination, &unprepared, targets) {
        return Fate::Fine;
    }
    let mut prepared = unprepared;
    prepared.start.held = registered(&during);
    prepared.lose_passes();
    if gets_in(examination, &prepared, targets) {
        Fate::LockedOutUnlessRegistered
    } else {
        Fate::LockedOut
    }
}

/// Whether people get in for good: with what they can register, once their pass has ended.
fn settles(examination: &Examination<'_>, case: &Case<'_>, targets: &Targets) -> bool {
    let mut settled = case.clone();
    settled.start.held = registered(case);
    settled.lose_passes();
    gets_in(examination, &settled, targets)
}

/// What people hold once they have registered all they can.
fn registered(case: &Case<'_>) -> Vec<bool> {
    let terrain = case.terrain();
    Fixpoint { lattice: &Plain, terrain: &terrain, start: &case.start }.reach().held
}

fn case<'e>(
    examination: &'e Examination<'_>,
    population: &Population,
    person: &Person,
    targets: &'e Targets,
) -> Case<'e> {
    let Examination { tenant, book, .. } = examination;
    let index = examination.index();
    let permissions = Permissions::of(tenant, &book.means, person, &book.assumptions);
    Case {
        book,
        targets,
        who: index.who(&index.member(person)),
        actor: examination.actor(population),
        start: trouble::start(book, population, &permissions),
        permissions,
    }
}

/// Whether all goals of the settings are reached, or one of the usual ones.
fn gets_in(examination: &Examination<'_>, case: &Case<'_>, targets: &Targets) -> bool {
    let mut goals = 0..targets.goals().count();
    if examination.config.goals.is_empty() {
        goals.any(|goal| case.reaches(goal))
    } else {
        goals.all(|goal| case.reaches(goal))
    }
}

/// The people of the group as far as policies tell them apart; somebody who is in no other group
/// where the input has no people.
fn exempt(examination: &Examination<'_>, group: &GroupId) -> Vec<Person> {
    let directory = &examination.tenant.directory;
    if directory.is_empty() {
        let groups = BTreeSet::from([group.clone()]);
        return vec![Person { groups, ..Person::default() }];
    }
    let index = examination.index();
    let mut seen = BTreeSet::new();
    let members = directory.members(group).filter(|it| directory.guest(*it).is_none());
    let members = members.map(|it| directory.person(it));
    members.filter(|person| seen.insert(index.who(&index.member(person)))).collect()
}

fn who(examination: &Examination<'_>, exemption: &Exemption, group: &str) -> Who {
    let directory = &examination.tenant.directory;
    let members: Vec<_> = directory.members(&exemption.group).collect();
    Who {
        text: format!("members of {group}"),
        people: (!directory.is_empty()).then_some(members.len()),
        examples: members.iter().take(3).map(|it| directory.name(*it).to_owned()).collect(),
        ..Who::default()
    }
}
