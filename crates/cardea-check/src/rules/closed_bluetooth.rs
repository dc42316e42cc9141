//! Passkeys live on phones, computers forbid Bluetooth, and nothing else satisfies there.

use cardea_prover::reach::terrain::{Goal, Reachable};
use cardea_tenant::journey::actor::{Across, Form};

use super::stuck;
use super::{Rule, Severity};
use crate::config::DeviceSetting;
use crate::examine::Examination;
use crate::examine::case::Case;
use crate::examine::compare::{Change, Lost, lost};
use crate::finding::Draft;
use crate::report::{Outcome, Question};

pub(super) const RULE: Rule = Rule {
    name: "closed-bluetooth",
    summary: "computers cannot reach the passkeys on phones, and nothing else is accepted there",
    severity: Severity::Lockout,
    questions: &[Question::EveryoneCanSignIn],
    page: include_str!("../../rules/closed-bluetooth.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let shut = |it: &DeviceSetting| examination.premises().device(it).across == Across::Shut;
    let from_computers = |goal: Goal| Goal { from: Reachable::Form(Form::Computer), ..goal };
    let goals = examination.goals().into_iter();
    let goals = goals.filter(|goal| goal.from != Reachable::Form(Form::Phone));
    let change = Change {
        about: &|population| {
            population.devices.iter().any(|it| it.form == Form::Computer && shut(it))
        },
        before: &|case: &mut Case<'_>| {
            for device in &mut case.actor.devices {
                device.across = Across::Open;
            }
        },
        after: &|case: &mut Case<'_>, as_it_is| case.actor.clone_from(as_it_is),
    };
    let lost = lost(examination, goals.map(from_computers).collect(), &change);
    lost.iter().filter_map(|lost| draft(examination, lost)).collect()
}

fn draft(examination: &Examination<'_>, lost: &Lost) -> Option<Draft> {
    let policies: Vec<_> = lost.barriers.iter().map(|barrier| barrier.policy).collect();
    let reason = format!("includes {} on computers", lost.goal);
    let marks: Vec<_> =
        policies.iter().flat_map(|policy| stuck::marks(examination, *policy, &reason)).collect();
    let message = "people with a passkey on their phone cannot use it on their computer";
    let mut draft = Draft::new(RULE.name, RULE.severity, message, marks.first()?.clone());
    draft.marks = marks;
    draft.who = stuck::among(examination, (&lost.classes, &policies), &lost.populations);
    let mut step = stuck::access(examination, (&lost.spot, &lost.goal), &lost.barriers);
    step.sees.push_str("; the phone with the passkey cannot be reached without Bluetooth");
    step.outcome = Outcome::Wall;
    draft.trace = vec![step];
    draft.notes.push("the settings say that these computers cannot use Bluetooth".to_owned());
    draft.help = Some(
        "allow Bluetooth for passkeys only (`cardea bluetooth-policy` writes the settings), or \
         accept a method that lives on the computer"
            .to_owned(),
    );
    Some(draft)
}
