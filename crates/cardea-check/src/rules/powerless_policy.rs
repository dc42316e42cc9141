//! An enabled policy that changes nothing.

use cardea_policy::evaluate::Dimension;
use cardea_policy::place::{Field, Place, PolicyIndex};
use cardea_prover::gap::{Limits, Powerless, powerless};

use super::Rule;
use crate::examine::Examination;
use crate::finding::{Draft, Mark};
use crate::report::Severity;

pub(super) const RULE: Rule = Rule {
    name: "powerless-policy",
    summary: "an enabled policy changes nothing",
    severity: Severity::Weakness,
    questions: &[],
    page: include_str!("../../rules/powerless-policy.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let Examination { universe, book, .. } = examination;
    powerless(&book.index, universe, &book.strengths, Limits::default())
        .into_iter()
        .filter_map(|(policy, why)| draft(examination, policy, &why))
        .collect()
}

/// A policy that can never apply or demands nothing looks like protection and is none. One that
/// others cover merely says twice what holds anyway, so it is only a note. Retired controls have a
/// rule of their own.
fn draft(examination: &Examination<'_>, policy: PolicyIndex, why: &Powerless) -> Option<Draft> {
    let name = examination.name(policy);
    let at = |field| Place::policy(policy, field);
    let (severity, message, mark) = match why {
        Powerless::Retired => return None,
        Powerless::Never(dimension) => (
            RULE.severity,
            format!("{name} can never apply"),
            Mark::new(at(field(*dimension)), "nothing matches this"),
        ),
        Powerless::DemandsNothing => (
            RULE.severity,
            format!("{name} neither blocks nor demands anything"),
            Mark::new(at(Field::GrantControls), "no control"),
        ),
        Powerless::Shadowed(others) => {
            let names: Vec<String> = others.iter().map(|o| examination.name(*o)).collect();
            (
                Severity::Note,
                format!("{name} changes nothing: {} ask as much", names.join(", ")),
                Mark::new(at(Field::GrantControls), "asked for elsewhere as well"),
            )
        }
    };
    let mut draft = Draft::new(RULE.name, severity, message, mark);
    if let Powerless::Shadowed(others) = why {
        draft.marks.extend(others.iter().map(|other| {
            Mark::new(
                Place::policy(*other, Field::GrantControls),
                "asks as much wherever it applies",
            )
        }));
    }
    draft.help = Some("disable it, or give it something to do".to_owned());
    Some(draft)
}

fn field(dimension: Dimension) -> Field {
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
