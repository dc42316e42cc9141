//! What policies ask for is met with a password alone.

use cardea_policy::control::{Control, Grant};
use cardea_policy::place::{Place, PolicyIndex};
use cardea_policy::policy_set::PolicySet;
use cardea_prover::gap::{Ease, Gap};

use super::Rule;
use super::escape::{self, Escapes};
use super::people::Number;
use super::stuck::{self, joined};
use crate::examine::Examination;
use crate::finding::{Draft, Mark};
use crate::report::{Question, Severity};

pub(super) const RULE: Rule = Rule {
    name: "weak-demand",
    summary: "what policies ask for is met with a password alone",
    severity: Severity::Weakness,
    questions: &[Question::NoWeakWayIn],
    page: include_str!("../../rules/weak-demand.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let folded = escape::folded_of(examination, &examination.lenient, |_| true);
    let ways = escape::by_people(folded);
    ways.into_iter()
        .map(|ways| {
            let mut draft = draft(examination, &ways.escapes);
            let others = ways.others.iter().take(MORE);
            draft.notes.extend(others.map(|it| format!("they also {}", it.too())));
            draft
        })
        .collect()
}

/// How many further situations are remarked.
const MORE: usize = 3;

fn draft(examination: &Examination<'_>, escapes: &Escapes<'_>) -> Draft {
    let subject = match escapes.gaps.as_slice() {
        [gap, ..] if gap.witness.personal() > 1 => {
            (escape::together(examination, gap), Number::One)
        }
        gaps => escape::subject(examination, gaps),
    };
    let message = escapes.situation.sentence(subject);
    let mut draft = escape::draft(examination, &RULE, escapes, message);
    // What takes least is shown; more ways are remarks.
    let ease = escapes.gaps.first().map_or(Ease::Terms, |gap| gap.ease);
    let gaps: Vec<&Gap> = escapes.gaps.iter().copied().filter(|gap| gap.ease == ease).collect();
    let content = content(examination, &gaps);
    let marks = content.iter().flat_map(|policy| marks(examination, policy, ease));
    draft.marks.splice(0..0, marks);
    draft.marks.retain(|mark| *mark != escape::nowhere(examination));
    let names = stuck::names(examination, &content.iter().collect::<Vec<_>>());
    let accepts = Number::of(&names).verb("accepts", "accept");
    for step in &mut draft.trace {
        step.sees = format!("{} {accepts} that", joined(&names));
        step.policies.clone_from(&names);
    }
    if ease == Ease::ProtectedApp {
        draft.notes.push(
            "app protection keeps data inside the app: whoever signs in there gets it, on any \
             phone"
                .to_owned(),
        );
    }
    draft.help = Some(
        "ask for it together with multifactor authentication (AND), or ask for that in a policy \
         of its own"
            .to_owned(),
    );
    draft
}

/// The policies that ask for something there, and are content.
fn content(examination: &Examination<'_>, gaps: &[&Gap]) -> PolicySet {
    let index = examination.index();
    let mut content = PolicySet::none(index.policies().len());
    for gap in gaps {
        content.unite(&gap.witness.applied(index).and(&gap.ease.contents(index)));
    }
    content
}

/// What a policy is content with.
fn marks(examination: &Examination<'_>, policy: PolicyIndex, ease: Ease) -> Vec<Mark> {
    let Some(Grant::Require { controls, .. }) = examination.index().grant(policy) else {
        return Vec::new();
    };
    let met = |control: &&Control| ease.meets(control);
    let only = controls.iter().all(|control| met(&control));
    let text = |control: &Control| {
        let text = control.text();
        if only { format!("asks for {text} only") } else { format!("is content with {text}") }
    };
    let mark = |control: &Control| {
        let place = Place::policy(policy, control.field());
        Mark::at(place, examination.element(place, |it| it == control.name()), text(control))
    };
    controls.iter().filter(met).map(mark).collect()
}
