//! People who are better left out of policies.

use cardea_graph::edit::{Change, Json};
use cardea_policy::conditions::principal::{GuestKind, Principals};
use cardea_policy::place::{Object, PolicyIndex};

use super::Plan;
use crate::fix::recipe::{Recipe, Step};

/// Leaves the declared break-glass accounts out of all policies that the finding points at, or of
/// all that hit them where it points at none.
pub(super) fn leave_out_break_glass(plan: &Plan<'_>) -> Vec<Recipe> {
    let declared = &plan.examination.config.break_glass;
    if declared.is_empty() {
        return Vec::new();
    }
    let mut policies = plan.policies();
    if policies.is_empty() {
        let index = plan.examination.index();
        policies = index.enabled().and(index.demanding()).iter().collect();
    }
    let mut steps = Vec::new();
    for policy in policies {
        let Some(found) = plan.policy(policy) else { continue };
        let Principals::Users(users) = &found.conditions.principals else { continue };
        let list =
            |path, missing: Vec<&str>| (!missing.is_empty()).then(|| Change::append(path, missing));
        let missing_groups = declared.groups.iter().filter(|it| !users.exclude.groups.contains(it));
        let missing_users = declared.users.iter().filter(|it| !users.exclude.users.contains(it));
        let changes: Vec<Change> = [
            list(
                "conditions.users.excludeGroups",
                missing_groups.map(cardea_policy::id::Id::as_str).collect(),
            ),
            list(
                "conditions.users.excludeUsers",
                missing_users.map(cardea_policy::id::Id::as_str).collect(),
            ),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !changes.is_empty() {
            steps.push(Step::Change(Object::Policy(policy), changes));
        }
    }
    if steps.is_empty() {
        return Vec::new();
    }
    let names: Vec<String> = steps.iter().filter_map(|step| changed(plan, step)).collect();
    let title = match &names[..] {
        [one] => format!("leave the emergency accounts out of {one}"),
        names => format!("leave the emergency accounts out of {} policies", names.len()),
    };
    vec![Recipe { title, notes: Vec::new(), steps }]
}

fn changed(plan: &Plan<'_>, step: &Step) -> Option<String> {
    match step {
        Step::Change(Object::Policy(policy), _) => Some(plan.name(*policy)),
        Step::Change(..) | Step::CopyPolicy(..) | Step::AddStrength(..) => None,
    }
}

/// Leaves guests of every kind out.
pub(in crate::fix) fn without_guests() -> Change {
    let kinds = GuestKind::ALL.map(GuestKind::name).join(",");
    let tenants = Json::object([
        ("@odata.type", Json::text("#microsoft.graph.conditionalAccessAllExternalTenants")),
        ("membershipKind", Json::text("all")),
    ]);
    let guests = Json::object([
        ("guestOrExternalUserTypes", Json::text(kinds)),
        ("externalTenants", tenants),
    ]);
    Change::set("conditions.users.excludeGuestsOrExternalUsers", guests)
}

/// Leaves guests out of a policy that they cannot satisfy.
pub(super) fn leave_out_guests(plan: &Plan<'_>) -> Vec<Recipe> {
    let recipe = |index: PolicyIndex| {
        let policy = plan.policy(index)?;
        let Principals::Users(users) = &policy.conditions.principals else { return None };
        if users.exclude.guests.is_some() {
            return None;
        }
        Some(Recipe {
            title: format!("leave guests out of {}", plan.name(index)),
            notes: Vec::new(),
            steps: vec![Step::Change(Object::Policy(index), vec![without_guests()])],
        })
    };
    plan.policies().into_iter().filter_map(recipe).collect()
}
