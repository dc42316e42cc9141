//! There is nothing to check.

use cardea_policy::place::{Field, Object, Place, PolicyIndex};

use super::Rule;
use crate::examine::Examination;
use crate::finding::{Draft, Mark};
use crate::report::{Question, Severity};

pub(super) const RULE: Rule = Rule {
    name: "no-policies",
    summary: "the input has no policy, or none that is in force",
    severity: Severity::Input,
    questions: &Question::ALL,
    page: include_str!("../../rules/no-policies.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let index = examination.index();
    if !index.enabled().is_empty() {
        return Vec::new();
    }
    if index.policies().is_empty() {
        let place = Place { object: Object::Input, field: Field::Whole };
        let message = "the input has no Conditional Access policy";
        let mut draft = Draft::new(RULE.name, RULE.severity, message, Mark::new(place, ""));
        draft.help = Some(
            "export them from Microsoft Graph: GET /identity/conditionalAccess/policies".to_owned(),
        );
        return vec![draft];
    }
    let place = Place::policy(PolicyIndex(0), Field::State);
    let message = match index.policies().len() {
        1 => "the only policy is not enabled".to_owned(),
        count => format!("none of {count} policies is enabled"),
    };
    let mark = Mark::new(place, "not enabled");
    let mut draft = Draft::new(RULE.name, Severity::Doubt, message, mark);
    draft.help =
        Some("see what they would do with --as-if-enabled, or --as-if-enabled=all".to_owned());
    vec![draft]
}
