//! People without a policy role can edit a group that policies exclude.

use std::collections::BTreeMap;

use cardea_policy::conditions::principal::{People, Principals};
use cardea_policy::id::{GroupId, UserId};
use cardea_policy::place::{Field, Place, PolicyIndex};
use cardea_tenant::directory::{Group, RoleAssignable};

use super::Rule;
use crate::examine::Examination;
use crate::examine::admins;
use crate::finding::{Draft, Mark};
use crate::report::{Actor, Outcome, Question, Severity, Step, Who};

pub(super) const RULE: Rule = Rule {
    name: "editable-exclusion",
    summary: "somebody without a policy role decides who is excluded from policies",
    severity: Severity::Weakness,
    questions: &[Question::NoWeakWayIn],
    page: include_str!("../../rules/editable-exclusion.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let excluding = excluding(examination);
    let directory = &examination.tenant.directory;
    let drafts = directory.groups.iter().filter_map(|group| {
        let policies = excluding.get(&group.id)?;
        let owners = outsiders(examination, group);
        (!owners.is_empty()).then(|| draft(examination, group, (policies, &owners)))
    });
    drafts.collect()
}

/// The groups that enabled policies with a demand exclude, nested ones included: whoever edits a
/// group inside an excluded one edits the exclusion.
fn excluding(examination: &Examination<'_>) -> BTreeMap<GroupId, Vec<PolicyIndex>> {
    let index = examination.index();
    let mut direct: BTreeMap<&GroupId, Vec<PolicyIndex>> = BTreeMap::new();
    for policy in index.enabled().and(index.demanding()).iter() {
        for group in excluded(examination, policy).into_iter().flat_map(|people| &people.groups) {
            direct.entry(group).or_default().push(policy);
        }
    }
    let directory = &examination.tenant.directory;
    let mut all: BTreeMap<GroupId, Vec<PolicyIndex>> = BTreeMap::new();
    for (at, group) in directory.groups.iter().enumerate() {
        let index = cardea_tenant::directory::GroupIndex(u32::try_from(at).unwrap_or(u32::MAX));
        let around = directory.ancestors(index).into_iter().filter_map(|it| directory.group(it));
        for policies in around.filter_map(|around| direct.get(&around.id)) {
            all.entry(group.id.clone()).or_default().extend(policies);
        }
    }
    for policies in all.values_mut() {
        policies.sort_unstable();
        policies.dedup();
    }
    all
}

fn excluded<'e>(examination: &'e Examination<'_>, policy: PolicyIndex) -> Option<&'e People> {
    match &examination.policy(policy)?.conditions.principals {
        Principals::Users(users) => Some(&users.exclude),
        Principals::Workloads(_) | Principals::Agents(_) => None,
    }
}

/// Owners who have no role that may change policies; none where the input does not list owners.
/// Only role administrators can change a group that may be assigned roles.
fn outsiders(examination: &Examination<'_>, group: &Group) -> Vec<String> {
    if group.role_assignable == RoleAssignable::Yes {
        return Vec::new();
    }
    let directory = &examination.tenant.directory;
    let owners = group.owners.as_deref().unwrap_or_default();
    let name = |owner: &UserId| {
        let known = directory.people().find(|it| UserId::new(directory.id(*it)) == *owner);
        match known {
            Some(person) if admins::is_editor(&directory.person(person)) => None,
            Some(person) => Some(directory.name(person).to_owned()),
            None => Some(owner.to_string()),
        }
    };
    owners.iter().filter_map(name).collect()
}

fn draft(
    examination: &Examination<'_>,
    group: &Group,
    (policies, owners): (&[PolicyIndex], &[String]),
) -> Draft {
    let name = if group.name.is_empty() { group.id.as_str() } else { group.name.as_str() };
    let owned = owners.first().cloned().unwrap_or_default();
    let others =
        if owners.len() > 1 { format!(" and {} more", owners.len() - 1) } else { String::new() };
    let names: Vec<String> = policies.iter().map(|policy| examination.name(*policy)).collect();
    let (severity, role) = if admins::knows_roles(examination) {
        (RULE.severity, "without a policy role")
    } else {
        (Severity::Doubt, "perhaps without a policy role")
    };
    let message = format!("{owned}{others}, {role}, decides whom {} excludes", names.join(", "));
    let text = format!("excludes {name}, whose owners can add anybody");
    let mut marks = policies
        .iter()
        .map(|policy| Mark::new(Place::policy(*policy, Field::ExcludeGroups), text.clone()));
    let first =
        marks.next().unwrap_or_else(|| Mark::new(Place::policy(PolicyIndex(0), Field::Whole), ""));
    let mut draft = Draft::new(RULE.name, severity, message, first);
    draft.marks.extend(marks);
    draft.who = Who {
        text: format!("owners of {name}"),
        people: Some(owners.len()),
        examples: owners.iter().take(3).cloned().collect(),
        ..Who::default()
    };
    draft.trace = vec![Step {
        actor: Actor::Attacker,
        device: "any device".to_owned(),
        does: format!("signs in as {owned} and adds an account to {name}"),
        sees: format!("{} no longer applies to it", names.join(", ")),
        policies: names,
        outcome: Outcome::Door,
    }];
    draft.help =
        Some("make the group role-assignable, or leave its ownership to administrators".to_owned());
    draft
}
