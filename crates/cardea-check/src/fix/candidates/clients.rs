//! Clients, platforms and controls that let too much through.

use cardea_graph::edit::{Change, Json};
use cardea_policy::control::{Control, Grant};
use cardea_policy::place::{Object, PolicyIndex};
use cardea_policy::policy::Policy;

use super::Plan;
use crate::fix::parts::{for_everything, grant};
use crate::fix::recipe::{Copied, Recipe, Step};

/// A new policy that blocks on a condition, for those whom a pattern is for.
fn blocking(
    plan: &Plan<'_>,
    word: &'static str,
    title: &str,
    condition: Vec<Change>,
) -> Vec<Recipe> {
    let Some(pattern) = plan.pattern() else { return Vec::new() };
    let mut changes = for_everything();
    changes.extend(condition);
    changes.push(grant(&["block"], None));
    let copy = Copied { word, name: format!("{} ({title})", plan.name(pattern)), changes };
    vec![Recipe {
        title: format!("add a policy: {title}"),
        notes: vec![format!("it leaves out whom {} leaves out", plan.name(pattern))],
        steps: vec![Step::CopyPolicy(pattern, copy)],
    }]
}

/// Blocks clients that cannot do modern authentication.
pub(super) fn block_legacy(plan: &Plan<'_>) -> Vec<Recipe> {
    let clients = Json::texts(["exchangeActiveSync", "other"]);
    let condition = vec![Change::set("conditions.clientAppTypes", clients)];
    blocking(plan, "legacy-clients", "block legacy clients", condition)
}

/// Blocks platforms that have no name.
pub(super) fn block_unknown(plan: &Plan<'_>) -> Vec<Recipe> {
    let known = ["android", "iOS", "windows", "windowsPhone", "macOS", "linux"];
    let condition = vec![
        Change::set("conditions.platforms.includePlatforms", Json::texts(["all"])),
        Change::set("conditions.platforms.excludePlatforms", Json::texts(known)),
    ];
    blocking(plan, "unknown-platforms", "block unknown platforms", condition)
}

/// Makes policies that look at the platform and ask how somebody signs in look at all platforms. A
/// demand on devices or apps cannot be met on every platform, so that it is not spread.
pub(super) fn demand_the_same(plan: &Plan<'_>) -> Vec<Recipe> {
    let asks_for_methods = |policy: &Policy| {
        let is_method = |control: &Control| matches!(control, Control::Mfa | Control::Strength(_));
        matches!(&policy.grant, Some(Grant::Require { controls, .. })
            if !controls.is_empty() && controls.iter().all(is_method))
    };
    let looks = |policy: &PolicyIndex| {
        let found = plan.policy(*policy).filter(|policy| policy.conditions.platforms.is_some());
        found.is_some_and(asks_for_methods)
    };
    let recipe = |policy: PolicyIndex| Recipe {
        title: format!("let {} demand the same of every platform", plan.name(policy)),
        notes: Vec::new(),
        steps: vec![Step::Change(
            Object::Policy(policy),
            vec![
                Change::set("conditions.platforms.includePlatforms", Json::texts(["all"])),
                Change::set("conditions.platforms.excludePlatforms", Json::texts::<&str>([])),
            ],
        )],
    };
    plan.policies().into_iter().filter(looks).take(2).map(recipe).collect()
}

/// App protection in place of the retired demand for an approved client app.
pub(super) fn replace_retired(plan: &Plan<'_>) -> Vec<Recipe> {
    const CONTROLS: &str = "grantControls.builtInControls";
    let recipe = |index: PolicyIndex| {
        let grant = plan.policy(index)?.grant.as_ref()?;
        let Grant::Require { controls, .. } = grant else { return None };
        if !controls.contains(&Control::ApprovedApplication) {
            return None;
        }
        let mut changes = vec![Change::remove(CONTROLS, ["approvedApplication"])];
        let name = plan.name(index);
        let title = if controls.len() > 1 {
            format!("drop the retired approved client app from {name}")
        } else {
            changes.push(Change::append(CONTROLS, ["compliantApplication"]));
            format!("demand app protection in place of an approved client app in {name}")
        };
        let steps = vec![Step::Change(Object::Policy(index), changes)];
        Some(Recipe { title, notes: Vec::new(), steps })
    };
    plan.policies().into_iter().filter_map(recipe).collect()
}
