//! The places that let people go: where exactly a policy that would have asked something does not
//! apply.

use std::collections::BTreeMap;

use cardea_policy::conditions::location::Trust;
use cardea_policy::conditions::principal::{Include, Membership, Person, Principals, Users};
use cardea_policy::conditions::target::{IncludedResources, Resource, Resources, Target};
use cardea_policy::control::Grant;
use cardea_policy::evaluate::{Dimension, SignIn};
use cardea_policy::place::{Field, Object, Place, PolicyIndex};
use cardea_policy::policy::Policy;
use cardea_prover::gap::{Gap, Witness};

use super::{Part, apps, parts};
use crate::examine::Examination;
use crate::finding::Mark;

/// How many policies a finding points at.
const SHOWN: usize = 3;
/// How many elements of one list it points at.
const ELEMENTS: usize = 3;

/// Where policies let these people go: those that match in every other respect, at the condition
/// that does not; the policies that matter most first. And how many more there are.
pub(super) fn marks(examination: &Examination<'_>, gaps: &[&Gap]) -> (Vec<Mark>, usize) {
    let (index, universe) = (examination.index(), &examination.universe);
    let mut misses: BTreeMap<(Rank, PolicyIndex), Vec<Mark>> = BTreeMap::new();
    for gap in gaps {
        for (policy, dimension) in gap.witness.near_misses(index, universe) {
            let Some(found) = examination.policy(policy) else { continue };
            let (kept, marks) = why(examination, (policy, found), dimension, gap);
            let rank = Rank::of(examination, policy, kept);
            misses.entry((rank, policy)).or_default().extend(marks);
        }
    }
    // Policies that are meant for others say something only where no policy leaves these out.
    let closest = misses.keys().next().map(|(rank, _)| rank.kept);
    misses.retain(|(rank, _), _| Some(rank.kept) == closest || rank.kept == Kept::Excluded);
    let more = misses.len().saturating_sub(SHOWN);
    let mut marks: Vec<Mark> = Vec::new();
    for of_policy in misses.into_values().take(SHOWN) {
        let mut shown: Vec<Mark> = Vec::new();
        for mark in of_policy {
            let in_list = shown.iter().filter(|it| it.place == mark.place).count();
            if !shown.contains(&mark) && in_list < ELEMENTS {
                shown.push(mark);
            }
        }
        marks.extend(shown);
    }
    if marks.is_empty() {
        marks.push(nowhere(examination));
    }
    (marks, more)
}

/// There is no place where something is missing.
pub(in crate::rules) fn nowhere(examination: &Examination<'_>) -> Mark {
    let place = Place { object: Object::Input, field: Field::Whole };
    let text = match examination.index().enabled().len() {
        1 => "the only policy in force is about other sign-ins".to_owned(),
        count => format!("none of the {count} policies in force is about such sign-ins"),
    };
    Mark::new(place, text)
}

/// How a policy lets somebody go. The order is that of interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kept {
    /// It leaves them out by name.
    Excluded,
    /// It does not look at such sign-ins.
    Elsewhere,
    /// It is for other people.
    ForOthers,
}

/// Which policies matter most: those that ask everybody for something that can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    kept: Kept,
    blocks: bool,
    narrow: bool,
}

impl Rank {
    fn of(examination: &Examination<'_>, policy: PolicyIndex, kept: Kept) -> Self {
        let index = examination.index();
        let broad = index.all_resources().contains(policy) && index.everyone().contains(policy);
        Self { kept, blocks: index.blocking().contains(policy), narrow: !broad }
    }
}

/// The condition that keeps a policy away.
fn why(
    examination: &Examination<'_>,
    (at, policy): (PolicyIndex, &Policy),
    dimension: Dimension,
    gap: &Gap,
) -> (Kept, Vec<Mark>) {
    let mark = |field, text| Vec::from([Mark::new(Place::policy(at, field), text)]);
    let SignIn { client, platform, device, .. } = &gap.witness.sign_in;
    if is_unclear(policy, dimension) {
        let text = "is not understood, and may ask for more".to_owned();
        return (Kept::Elsewhere, mark(field_of(dimension), text));
    }
    let marks = match dimension {
        Dimension::Principal => return principal(examination, (at, policy), gap),
        Dimension::Target => return target(examination, (at, policy), &gap.witness),
        Dimension::Client => {
            mark(Field::ClientAppTypes, format!("does not name {}", client.text()))
        }
        Dimension::Platform => {
            let conditions = policy.conditions.platforms.as_ref();
            if conditions.is_some_and(|platforms| platforms.exclude.contains(platform)) {
                mark(Field::ExcludePlatforms, format!("leaves out {}", platform.text()))
            } else {
                mark(Field::IncludePlatforms, format!("does not name {}", platform.text()))
            }
        }
        Dimension::Network => Vec::from([network(at, policy, &gap.witness)]),
        Dimension::Device => {
            let whom = if device.is_some() { "such a device" } else { "unregistered devices" };
            mark(Field::DeviceFilter, format!("leaves out {whom}"))
        }
        Dimension::Risk => risk(at, policy, &gap.witness),
        Dimension::Flow => mark(Field::AuthenticationFlows, "is about other flows only".to_owned()),
    };
    (Kept::Elsewhere, marks)
}

/// Networks: the list that leaves them out, else the one that does not name them.
fn network(at: PolicyIndex, policy: &Policy, witness: &Witness) -> Mark {
    let network = &witness.sign_in.network;
    let conditions = policy.conditions.locations.as_ref();
    if !conditions.is_some_and(|locations| locations.exclude.contains(network)) {
        let place = Place::policy(at, Field::IncludeLocations);
        return Mark::new(place, "is about other networks only");
    }
    let trusted = network.trust == Trust::Trusted && network.named.is_empty();
    let whom = if trusted { "trusted networks" } else { "this network" };
    Mark::new(Place::policy(at, Field::ExcludeLocations), format!("leaves out {whom}"))
}

/// People: the elements of the lists that leave them out, else the list that they are not in.
fn principal(
    examination: &Examination<'_>,
    (at, policy): (PolicyIndex, &Policy),
    gap: &Gap,
) -> (Kept, Vec<Mark>) {
    let (Principals::Users(users), Some(person)) =
        (&policy.conditions.principals, gap.witness.person())
    else {
        return (Kept::ForOthers, Vec::new());
    };
    if !users.exclude.contain(person) {
        let place = Place::policy(at, including(users));
        return (Kept::ForOthers, Vec::from([Mark::new(place, "is for other people")]));
    }
    let mut marks = Vec::new();
    for membership in everybody_meant(gap, person) {
        if users.exclude.lists(&membership) {
            let field = match membership {
                Membership::User(_) => Field::ExcludeUsers,
                Membership::Group(_) => Field::ExcludeGroups,
                Membership::Role(_) => Field::ExcludeRoles,
            };
            let place = Place::policy(at, field);
            let span = examination.element_of(place, &membership);
            marks.push(Mark::at(place, span, left_out(examination, &membership)));
        }
    }
    if marks.is_empty() {
        let place = Place::policy(at, Field::ExcludeGuests);
        marks.push(Mark::new(place, "leaves out such guests"));
    }
    (Kept::Excluded, marks)
}

/// What a list leaves out, by name where the list has only its id.
fn left_out(examination: &Examination<'_>, membership: &Membership) -> String {
    let (id, kind) = match membership {
        Membership::User(user) => (user.as_str(), "user"),
        Membership::Group(group) => (group.as_str(), "group"),
        Membership::Role(role) => (role.as_str(), "role"),
    };
    if examination.called(membership) == id {
        return format!("leaves out this {kind}");
    }
    format!("leaves out {}", examination.membership(membership))
}

/// The memberships of the person, and those that would do as well.
fn everybody_meant(gap: &Gap, person: &Person) -> Vec<Membership> {
    let mut memberships: Vec<Membership> = person.memberships().collect();
    for part in parts(gap) {
        match part {
            Part::Members(of) => memberships.extend(of),
            Part::Guests(_) => {}
        }
    }
    memberships.sort();
    memberships.dedup();
    memberships
}

/// The list that says whom a policy is for.
fn including(users: &Users) -> Field {
    match &users.include {
        Include::Nobody | Include::Everyone => Field::IncludeUsers,
        Include::Only(people) => {
            match (people.groups.is_empty(), people.roles.is_empty(), people.users.is_empty()) {
                (false, _, _) => Field::IncludeGroups,
                (true, false, _) => Field::IncludeRoles,
                (true, true, false) => Field::IncludeUsers,
                (true, true, true) => Field::IncludeGuests,
            }
        }
    }
}

/// Apps: the element of the exclusions, else the list that does not name the app.
fn target(
    examination: &Examination<'_>,
    (at, policy): (PolicyIndex, &Policy),
    witness: &Witness,
) -> (Kept, Vec<Mark>) {
    let mark = |field, text: &str| Vec::from([Mark::new(Place::policy(at, field), text)]);
    let resources = match &policy.conditions.target {
        Target::Resources(resources) => resources,
        Target::UserActions(_) => {
            return (Kept::ForOthers, mark(Field::IncludeUserActions, "is about an action only"));
        }
        Target::Contexts(_) => {
            let text = "is about an authentication context only";
            return (Kept::ForOthers, mark(Field::IncludeContexts, text));
        }
    };
    let audience = witness.sign_in.request.audiences.first();
    if let Some(resource) = audience.filter(|it| resources.exclude.contains(it)) {
        return (Kept::Excluded, Vec::from([excluded_app(examination, at, resources, resource)]));
    }
    match (&resources.filter, &resources.include) {
        (Some(_), _) => {
            (Kept::Elsewhere, mark(Field::ApplicationFilter, "does not select such apps"))
        }
        (None, IncludedResources::All) => {
            // Requests for a profile only, where the tenant treats them as before 2026.
            let text = "with an exclusion, it does not see requests for basic profile scopes";
            (Kept::Elsewhere, mark(Field::ExcludeApplications, text))
        }
        (None, IncludedResources::Only(_) | IncludedResources::Nothing) => {
            (Kept::Elsewhere, mark(Field::IncludeApplications, "names other apps only"))
        }
    }
}

/// The element of a policy's exclusions that holds an app.
fn excluded_app(
    examination: &Examination<'_>,
    at: PolicyIndex,
    resources: &Resources,
    resource: &Resource,
) -> Mark {
    let place = Place::policy(at, Field::ExcludeApplications);
    let group = resource.groups.iter().find(|it| resources.exclude.groups.contains(it));
    let is_app = |text: &str| {
        let names = examination.lowered.map(|lowered| &lowered.names.apps);
        names.is_some_and(|names| names.resolve(text) == resource.app)
    };
    let names =
        |text: &str| group.map_or_else(|| is_app(text), |it| apps::words(*it).contains(&text));
    let name = match group {
        Some(group) => apps::group(*group),
        None => apps::name(examination, &resource.app),
    };
    Mark::at(place, examination.element(place, names), format!("leaves out {name}"))
}

/// The kinds of risk that do not match.
fn risk(at: PolicyIndex, policy: &Policy, witness: &Witness) -> Vec<Mark> {
    let (levels, risks) = (&policy.conditions.risks, &witness.sign_in.risks);
    let kinds = [
        (levels.sign_in.matches(risks.sign_in), Field::SignInRiskLevels, "sign-in risk"),
        (levels.user.matches(risks.user), Field::UserRiskLevels, "user risk"),
        (levels.insider.matches(risks.insider), Field::InsiderRiskLevels, "insider risk"),
    ];
    let missed = kinds.into_iter().filter(|(matches, _, _)| !matches);
    missed
        .map(|(_, field, kind)| {
            Mark::new(Place::policy(at, field), format!("is about other levels of {kind} only"))
        })
        .collect()
}

/// Policies with parts that are not understood, which may ask something of these people after all.
pub(super) fn unsure(examination: &Examination<'_>, gaps: &[&Gap]) -> Vec<PolicyIndex> {
    let index = examination.index();
    let may_apply = |policy: &PolicyIndex| {
        let Some(found) = examination.policy(*policy) else { return false };
        let anything = found.unmodelled.contains(&Field::Whole);
        let demands = matches!(index.grant(*policy), Some(Grant::Block | Grant::Require { .. }))
            || found.unmodelled.iter().any(|field| bears_on(*field) == Some(Bearing::Demand));
        let applies = |gap: &&Gap| {
            let sets = gap.witness.sets(index);
            let mut each = Dimension::ALL.into_iter().zip(&sets);
            each.all(|(dimension, set)| set.contains(*policy) || is_unclear(found, dimension))
        };
        found.unmodelled.iter().any(|field| bears_on(*field).is_some())
            && (anything || demands && gaps.iter().any(applies))
    };
    let not_understood = |policy: &PolicyIndex| {
        examination.policy(*policy).is_some_and(|policy| !policy.unmodelled.is_empty())
    };
    index.enabled().iter().filter(not_understood).filter(may_apply).collect()
}

/// Whether a part of a policy about this dimension is not understood.
fn is_unclear(policy: &Policy, dimension: Dimension) -> bool {
    policy.unmodelled.iter().any(|field| bears_on(*field) == Some(Bearing::On(dimension)))
}

/// The field that holds the condition.
fn field_of(dimension: Dimension) -> Field {
    match dimension {
        Dimension::Principal => Field::Users,
        Dimension::Target => Field::Applications,
        Dimension::Client => Field::ClientAppTypes,
        Dimension::Platform => Field::Platforms,
        Dimension::Network => Field::Locations,
        Dimension::Device => Field::DeviceFilter,
        Dimension::Risk => Field::SignInRiskLevels,
        Dimension::Flow => Field::AuthenticationFlows,
    }
}

/// What a field decides about people who sign in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bearing {
    On(Dimension),
    Demand,
}

fn bears_on(field: Field) -> Option<Bearing> {
    let path = field.path();
    let dimensions = [
        ("conditions.users", Dimension::Principal),
        ("conditions.applications", Dimension::Target),
        ("conditions.clientAppTypes", Dimension::Client),
        ("conditions.platforms", Dimension::Platform),
        ("conditions.locations", Dimension::Network),
        ("conditions.devices", Dimension::Device),
        ("conditions.signInRiskLevels", Dimension::Risk),
        ("conditions.userRiskLevels", Dimension::Risk),
        ("conditions.insiderRiskLevels", Dimension::Risk),
        ("conditions.authenticationFlows", Dimension::Flow),
    ];
    let on = dimensions.into_iter().find(|(prefix, _)| path.starts_with(prefix));
    match on {
        Some((_, dimension)) => Some(Bearing::On(dimension)),
        None if path.is_empty() || path.starts_with("grantControls") => Some(Bearing::Demand),
        None => None,
    }
}
