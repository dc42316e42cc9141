//! The work and the personal profile of Android are both used, and the passkey is in one.

use cardea_policy::conditions::platform::Platform;
use cardea_prover::reach::terrain::{Goal, Reachable};
use cardea_tenant::journey::actor::Form;

use super::stuck;
use super::{Rule, Severity};
use crate::config::{AndroidProfiles, Population};
use crate::examine::Examination;
use crate::examine::case::Case;
use crate::examine::compare::{Change, Lost, lost};
use crate::finding::Draft;
use crate::report::{Actor, Outcome, Question, Step};

pub(super) const RULE: Rule = Rule {
    name: "single-profile-passkey",
    summary: "a passkey in one Android profile cannot be used in the other",
    severity: Severity::Lockout,
    questions: &[Question::EveryoneCanSignIn],
    page: include_str!("../../rules/single-profile-passkey.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let on_phones = |goal: Goal| Goal { from: Reachable::Form(Form::Phone), ..goal };
    let goals = examination.goals().into_iter();
    let goals = goals.filter(|goal| goal.from != Reachable::Form(Form::Computer));
    // The other profile is a phone of its own: the passkey of the first is not there, and the pass
    // that made it has ended.
    let change = Change {
        about: &both,
        before: &|case: &mut Case<'_>| {
            let android = |claims: &[Platform]| claims.contains(&Platform::Android);
            case.actor.devices.retain(|it| it.form == Form::Phone && android(&it.claims));
        },
        after: &|case: &mut Case<'_>, _| case.lose_passes(),
    };
    let lost = lost(examination, goals.map(on_phones).collect(), &change);
    lost.iter().filter_map(|lost| draft(examination, lost)).collect()
}

fn both(population: &Population) -> bool {
    population.android_profiles == AndroidProfiles::Both
}

fn draft(examination: &Examination<'_>, lost: &Lost) -> Option<Draft> {
    let policies: Vec<_> = lost.barriers.iter().map(|barrier| barrier.policy).collect();
    let reason = format!("includes {} in every profile", lost.goal);
    let marks: Vec<_> =
        policies.iter().flat_map(|policy| stuck::marks(examination, *policy, &reason)).collect();
    let message = "people who registered in one Android profile cannot get in from the other";
    let mut draft = Draft::new(RULE.name, RULE.severity, message, marks.first()?.clone());
    draft.marks = marks;
    draft.who = stuck::among(examination, (&lost.classes, &policies), &lost.populations);
    let mut there = stuck::access(examination, (&lost.spot, &lost.goal), &lost.barriers);
    "phone, other profile".clone_into(&mut there.device);
    there.sees.push_str("; the passkey of the first profile is not here, and the pass has ended");
    there.outcome = Outcome::Wall;
    let here = Step {
        actor: Actor::Person,
        device: "phone, one profile".to_owned(),
        does: "adds a passkey in Authenticator with a pass".to_owned(),
        sees: "it works here".to_owned(),
        policies: Vec::new(),
        outcome: Outcome::Onward,
    };
    draft.trace = vec![here, there];
    draft.help = Some(
        "have people add a passkey in each profile while their pass lasts, with a pass that can be \
         used again"
            .to_owned(),
    );
    Some(draft)
}
