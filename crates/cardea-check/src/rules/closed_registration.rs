//! A policy on registering security info, or on everything that registering touches, cannot be met
//! by people who still have to register.

use std::collections::BTreeSet;

use cardea_policy::place::{Field, Object, Place};

use super::stuck::{self, Saying};
use super::{Rule, Severity};
use crate::examine::Examination;
use crate::examine::registering::{Registering, Wanted};
use crate::examine::trouble::{Cause, Shut, Trouble};
use crate::finding::{Draft, Mark};
use crate::report::Question;

pub(super) const RULE: Rule = Rule {
    name: "closed-registration",
    summary: "people who still have to register cannot meet what registering demands",
    severity: Severity::Lockout,
    questions: &[Question::EveryoneCanSignIn, Question::EveryoneCanRegister],
    page: include_str!("../../rules/closed-registration.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let mut drafts = stuck::drafts(examination, &RULE, say);
    for draft in &mut drafts {
        point_at_self_service(draft);
    }
    // People who cannot register anything, although nothing that they open demands it yet.
    let alone = examination.registering.iter().filter(|one| {
        one.wanted == Wanted::AnyMethod
            && !one.barriers.is_empty()
            && !stuck::all_in_trouble(examination, &one.classes)
    });
    drafts.extend(alone.filter_map(|one| early(examination, one)));
    drafts
}

fn say(trouble: &Trouble) -> Option<Saying> {
    let Cause::Registration(shut) = trouble.cause else { return None };
    let lacked = stuck::lacked(trouble);
    Some(match shut {
        Shut::ByAction => Saying::new(
            format!("people without {lacked} cannot add one: registering is shut to them"),
            "accept a Temporary Access Pass for registering security info, from where people are",
        ),
        Shut::ByResource => Saying::new(
            format!("people without {lacked} cannot add one: what registering opens is shut"),
            "keep the apps behind registering out of the policy",
        ),
        Shut::BySelfService => {
            Saying::new(SELF_SERVICE, "set `isSelfServiceRegistrationAllowed` to true for passkeys")
        }
    })
}

const SELF_SERVICE: &str = "people may not add passkeys themselves, and nothing else is accepted";

fn point_at_self_service(draft: &mut Draft) {
    if draft.message == SELF_SERVICE {
        let place = Place { object: Object::MethodsPolicy, field: Field::Fido2 };
        draft.marks.insert(0, Mark::new(place, "does not let people register passkeys"));
    }
}

fn early(examination: &Examination<'_>, one: &Registering) -> Option<Draft> {
    let saying = Saying::new(
        "people who have nothing registered yet cannot register anything",
        "accept a Temporary Access Pass for registering security info, from where people are",
    );
    stuck::registering(examination, &RULE, (one, &BTreeSet::new()), saying)
}
