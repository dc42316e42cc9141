//! The approved client app control, which no longer counts.

use cardea_policy::control::{Control, Grant, Operator};
use cardea_policy::place::{Field, Place, PolicyIndex};
use cardea_policy::policy::{ApprovedApplication, Policy, Settings};

use super::Rule;
use crate::examine::Examination;
use crate::finding::{Draft, Mark};
use crate::report::{Question, Severity};

pub(super) const RULE: Rule = Rule {
    name: "retired-control",
    summary: "a policy relies on the approved client app control, which no longer counts",
    severity: Severity::Weakness,
    questions: &[Question::NoWeakWayIn],
    page: include_str!("../../rules/retired-control.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let policies = examination.index().enabled().iter();
    policies.filter_map(|at| draft(examination, at, examination.policy(at)?)).collect()
}

fn draft(examination: &Examination<'_>, at: PolicyIndex, policy: &Policy) -> Option<Draft> {
    let world = |approved_application| {
        let settings = Settings { approved_application, ..examination.tenant.settings.clone() };
        policy.effective_grant(&settings)
    };
    let before = world(ApprovedApplication::Enforced);
    let after = world(ApprovedApplication::Retired);
    let (operator, controls) = relies(before.as_ref()?)?;
    // With other ways to satisfy the policy, the retirement takes one away and weakens nothing.
    let narrower = after.is_some() && operator == Operator::Or && controls > 1;
    let severity = if narrower { Severity::Note } else { RULE.severity };
    let name = examination.name(at);
    let message = if after.is_none() {
        format!("{name} demands nothing since approved client apps were retired")
    } else if narrower {
        format!("{name} no longer accepts approved client apps")
    } else {
        format!("{name} no longer demands an approved client app")
    };
    let place = Place::policy(at, Field::BuiltInControls);
    let span = examination.element(place, |text| text.eq_ignore_ascii_case("approvedApplication"));
    let mark = Mark::at(place, span, "no longer counts");
    let mut draft = Draft::new(RULE.name, severity, message, mark);
    draft.notes = vec![
        format!("before March 2026 it demanded {}", in_words(examination, before.as_ref())),
        format!("since then it demands {}", in_words(examination, after.as_ref())),
    ];
    let protects = matches!(&after, Some(Grant::Require { controls, .. })
        if controls.contains(&Control::CompliantApplication));
    let help = if protects {
        "take it out of the list: app protection (`compliantApplication`) is in it already"
    } else {
        "demand an app protection policy (`compliantApplication`) instead"
    };
    draft.help = Some(help.to_owned());
    Some(draft)
}

/// How the retired control is joined to how many controls in all; `None` where it is not there.
fn relies(grant: &Grant) -> Option<(Operator, usize)> {
    match grant {
        Grant::Block => None,
        Grant::Require { operator, controls } => {
            controls.contains(&Control::ApprovedApplication).then_some((*operator, controls.len()))
        }
    }
}

fn in_words(examination: &Examination<'_>, grant: Option<&Grant>) -> String {
    match grant {
        None => "nothing".to_owned(),
        Some(Grant::Block) => "what nobody has: it blocks".to_owned(),
        Some(Grant::Require { operator, controls }) => {
            let words: Vec<String> = controls
                .iter()
                .map(|control| match control {
                    Control::Strength(at) => {
                        let strength = examination.tenant.strengths.get(at.position());
                        strength.map_or("a strength", |it| it.name.as_str()).to_owned()
                    }
                    Control::Mfa
                    | Control::CompliantDevice
                    | Control::DomainJoinedDevice
                    | Control::ApprovedApplication
                    | Control::CompliantApplication
                    | Control::PasswordChange
                    | Control::RiskRemediation
                    | Control::Terms(_)
                    | Control::Custom(_) => control.text().to_owned(),
                })
                .collect();
            words.join(match operator {
                Operator::And => " and ",
                Operator::Or => " or ",
            })
        }
    }
}
