//! Ways out at the resources behind registration, and demands on registering.

use std::collections::BTreeSet;

use cardea_graph::document::Value;
use cardea_graph::edit::{Change, Json};
use cardea_graph::recognise::ObjectKind;
use cardea_policy::conditions::principal::{Membership, Principals};
use cardea_policy::place::{Object, PolicyIndex};
use cardea_policy::strength::Strength;
use cardea_policy::well_known;

use super::accounts::without_guests;
use super::{Plan, passes};
use crate::fix::parts::{for_registration, grant, strength_of};
use crate::fix::recipe::{Copied, Recipe, Step};

/// The policies of the finding that are for all resources.
fn broad<'a>(plan: &'a Plan<'_>) -> impl Iterator<Item = PolicyIndex> + 'a {
    let is_broad = |policy: &PolicyIndex| {
        plan.policy(*policy).is_some_and(|policy| policy.conditions.target.is_all_resources())
    };
    plan.policies().into_iter().filter(is_broad)
}

/// Takes the service through which credentials are written out of the policy.
pub(super) fn leave_out_the_writer(plan: &Plan<'_>) -> Vec<Recipe> {
    let recipe = |policy: PolicyIndex| {
        let exclude = Change::append(
            "conditions.applications.excludeApplications",
            [well_known::CREDENTIAL_CONFIGURATION],
        );
        Recipe {
            title: format!(
                "leave Azure Credential Configuration Endpoint Service out of {}",
                plan.name(policy)
            ),
            notes: vec![
                "not documented by Microsoft, but in wide use; create its service principal if \
                 the tenant has none"
                    .to_owned(),
            ],
            steps: vec![Step::Change(Object::Policy(policy), vec![exclude])],
        }
    };
    broad(plan).map(recipe).collect()
}

/// How many tags are tried.
const TAGS: usize = 2;

/// Takes apps with a tag out of the policy: a custom security attribute that the service behind
/// registration has in this tenant.
pub(super) fn leave_out_the_tagged(plan: &Plan<'_>) -> Vec<Recipe> {
    let tags = tags_of_the_writer(plan);
    let mut recipes = Vec::new();
    for policy in broad(plan) {
        let has_filter = plan.lowered.positions.exact(cardea_policy::place::Place::policy(
            policy,
            cardea_policy::place::Field::ApplicationFilter,
        ));
        let is_free =
            has_filter.is_none_or(|span| plan.lowered.export.sources.text(span).ends_with("null"));
        for (attribute, value) in tags.iter().take(TAGS).filter(|_| is_free) {
            let rule = format!("CustomSecurityAttribute.{attribute} -contains \"{value}\"");
            let filter =
                Json::object([("mode", Json::text("exclude")), ("rule", Json::text(rule))]);
            let change = Change::set("conditions.applications.applicationFilter", filter);
            recipes.push(Recipe {
                title: format!(
                    "leave apps tagged {attribute} = {value} out of {}",
                    plan.name(policy)
                ),
                notes: Vec::new(),
                steps: vec![Step::Change(Object::Policy(policy), vec![change])],
            });
        }
    }
    recipes
}

/// Tags as attribute and value.
fn tags_of_the_writer(plan: &Plan<'_>) -> BTreeSet<(String, String)> {
    let export = &plan.lowered.export;
    let principals =
        export.objects.iter().filter(|found| found.kind == ObjectKind::ServicePrincipal);
    let is_writer = |value: &Value<'_>| {
        let app = value.get("appId").and_then(Value::as_text);
        app.is_some_and(|app| app.eq_ignore_ascii_case(well_known::CREDENTIAL_CONFIGURATION))
    };
    let mut tags = BTreeSet::new();
    for principal in principals.filter_map(|found| export.value(found.at)).filter(is_writer) {
        let sets = principal.get("customSecurityAttributes").into_iter().flat_map(Value::entries);
        for set in sets {
            for attribute in set.value.entries().filter(|entry| !entry.name().contains('@')) {
                let values = attribute.value.items().chain([attribute.value]);
                for value in values.filter_map(Value::as_text).filter(|text| !text.contains('"')) {
                    let id = format!("{}_{}", set.name(), attribute.name());
                    tags.insert((id, value.into_owned()));
                }
            }
        }
    }
    tags
}

/// How many groups are tried that a policy on registering leaves out.
const GROUPS: usize = 2;

/// Leaves groups in policies on registering that leave them out, break-glass accounts apart.
fn leave_in(plan: &Plan<'_>) -> Vec<Recipe> {
    let index = plan.examination.index();
    let declared = &plan.examination.config.break_glass.groups;
    let mut recipes = Vec::new();
    for policy in index.on_registration().and(index.enabled()).iter() {
        let Some(found) = plan.policy(policy).filter(|_| plan.is_understood(policy)) else {
            continue;
        };
        let Principals::Users(users) = &found.conditions.principals else { continue };
        let groups = users.exclude.groups.iter().filter(|group| !declared.contains(group));
        recipes.extend(groups.take(GROUPS).map(|group| {
            let change = Change::remove("conditions.users.excludeGroups", [group.as_str()]);
            let called = plan.examination.membership(&Membership::Group(group.clone()));
            Recipe {
                title: format!("no longer leave {called} out of {}", plan.name(policy)),
                notes: Vec::new(),
                steps: vec![Step::Change(Object::Policy(policy), vec![change])],
            }
        }));
    }
    recipes
}

/// Demands as much of registering as its methods are worth.
pub(super) fn demand_more(plan: &Plan<'_>) -> Vec<Recipe> {
    let mut recipes = leave_in(plan);
    for policy in plan.policies() {
        let Some(at) = plan.policy(policy).and_then(strength_of) else { continue };
        let listed = plan.strength(at).filter(|it: &&Strength| !it.combinations.is_empty());
        if let Some(strength) = listed {
            recipes.push(passes::registering(plan, policy, (at, strength)));
            break;
        }
    }
    if let Some(policy) = plan.policies().first().copied().or_else(|| plan.pattern()) {
        let mut changes = for_registration();
        changes.push(grant(&["mfa"], None));
        let copied = |changes| Copied {
            word: "security-info",
            name: format!("{} (security info: MFA)", plan.name(policy)),
            changes,
        };
        let title = "demand multifactor authentication or a pass to register security info";
        let of_all = Recipe {
            title: title.to_owned(),
            notes: Vec::new(),
            steps: vec![Step::CopyPolicy(policy, copied(changes.clone()))],
        };
        // Guests get no passes, and register when a policy first asks them to.
        changes.push(without_guests());
        let of_members = Recipe {
            title: format!("{title}, guests left out"),
            notes: Vec::new(),
            steps: vec![Step::CopyPolicy(policy, copied(changes))],
        };
        recipes.extend([of_all, of_members]);
    }
    recipes
}
