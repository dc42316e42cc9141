//! Ways out of demands on devices and apps.

use cardea_graph::edit::{Change, Json};
use cardea_policy::control::{Control, Grant};
use cardea_policy::place::{Object, PolicyIndex};

use super::{Plan, demands, off_trusted};
use crate::fix::recipe::{Recipe, Step};

/// A managed device in place of a protected app.
pub(super) fn or_managed(plan: &Plan<'_>) -> Vec<Recipe> {
    let about_apps = |policy: &PolicyIndex| {
        let grant = plan.policy(*policy).and_then(|policy| policy.grant.as_ref());
        let is_app = |control: &Control| {
            matches!(control, Control::ApprovedApplication | Control::CompliantApplication)
        };
        matches!(grant, Some(Grant::Require { controls, .. })
            if !controls.is_empty() && controls.iter().all(is_app))
    };
    let recipe = |policy: PolicyIndex| Recipe {
        title: format!(
            "let {} accept a compliant device in place of a protected app",
            plan.name(policy)
        ),
        notes: vec!["helps only people whose phones are managed".to_owned()],
        steps: vec![Step::Change(
            Object::Policy(policy),
            vec![
                Change::set("grantControls.operator", Json::text("OR")),
                Change::append("grantControls.builtInControls", ["compliantDevice"]),
            ],
        )],
    };
    plan.policies().into_iter().filter(about_apps).map(recipe).collect()
}

/// The demand is dropped on trusted networks, where people register.
pub(super) fn off_trusted_networks(plan: &Plan<'_>) -> Vec<Recipe> {
    if !plan.has_trusted_network() {
        return Vec::new();
    }
    let recipe = |index: PolicyIndex| {
        let policy = plan.policy(index).filter(|policy| demands(policy))?;
        Some(Recipe {
            title: format!("exempt trusted networks from {}", plan.name(index)),
            notes: vec!["people register on a trusted network; a phone joins it, too".to_owned()],
            steps: vec![Step::Change(Object::Policy(index), off_trusted(policy)?)],
        })
    };
    plan.policies().into_iter().filter_map(recipe).collect()
}
