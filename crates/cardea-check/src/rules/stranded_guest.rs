//! Guests cannot satisfy what is demanded of them.

use cardea_policy::conditions::principal::GuestKind;
use cardea_policy::control::{Control, Grant};
use cardea_policy::place::PolicyIndex;

use super::stuck;
use super::{Rule, Severity};
use crate::examine::Examination;
use crate::examine::case::Barrier;
use crate::examine::guests::{Stranded, TrustHelps};
use crate::finding::Draft;
use crate::report::{Actor, Outcome, Question, Step, Who};

pub(super) const RULE: Rule = Rule {
    name: "stranded-guest",
    summary: "guests cannot satisfy what is demanded of them",
    severity: Severity::Lockout,
    questions: &[Question::GuestsCanSignIn],
    page: include_str!("../../rules/stranded-guest.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    examination.stranded.iter().filter_map(|one| draft(examination, one)).collect()
}

fn draft(examination: &Examination<'_>, one: &Stranded) -> Option<Draft> {
    let blocked = one.barriers.iter().any(Barrier::blocks);
    let reason = |policy: &PolicyIndex| stuck::marks(examination, *policy, "includes guests");
    let marks: Vec<_> = one.blamed.iter().flat_map(reason).collect();
    let local = one.kinds == [GuestKind::InternalGuest];
    let intended = stuck::intention(examination, &one.blamed);
    let severity = match one.trust {
        TrustHelps::Undecided => Severity::Doubt,
        // Hardly anybody has such guests, and the input does not say.
        TrustHelps::No if local && one.people.is_none() && !blocked => Severity::Doubt,
        TrustHelps::No if blocked && intended.is_some() => Severity::Note,
        TrustHelps::Refused | TrustHelps::No => RULE.severity,
    };
    let message = match one.trust {
        TrustHelps::Undecided => "guests get in only if what they do at home is trusted",
        TrustHelps::Refused => "guests cannot get in: what they do at home is not trusted",
        TrustHelps::No if blocked => "guests can reach nothing: a policy blocks them everywhere",
        TrustHelps::No if local => "guests with an account here cannot meet what is demanded",
        TrustHelps::No => "guests cannot meet what is demanded of them, whatever is trusted",
    };
    let mut draft = Draft::new(RULE.name, severity, message, marks.first()?.clone());
    draft.marks = marks;
    draft.who = Who { text: kinds(&one.kinds), people: one.people, examples: Vec::new() };
    draft.trace = vec![Step {
        actor: Actor::Person,
        device: "guest's computer".to_owned(),
        does: format!("opens {} and signs in{}", one.goal, if local { "" } else { " at home" }),
        sees: sees(examination, one),
        policies: stuck::names(examination, &one.blamed),
        outcome: Outcome::Wall,
    }];
    if local {
        draft
            .notes
            .push("guests cannot register passkeys, not even with an account here".to_owned());
    }
    if asks_strength(examination, &one.blamed) && one.trust != TrustHelps::No {
        draft.notes.push(
            "guests who sign in with an email code, Google, or another provider than Entra can \
             never satisfy a strength: only the `mfa` control is for them"
                .to_owned(),
        );
    }
    if let Some(intended) = intended.filter(|_| severity == Severity::Note) {
        draft.notes.push(format!("intended? {intended}"));
    }
    draft.help = match (one.trust, severity) {
        (_, Severity::Note) => None,
        (TrustHelps::Undecided | TrustHelps::Refused, _) => Some(
            "trust multifactor authentication (and device claims, where the policy asks for them) \
             of guests' home tenants, or exclude guests and give them a policy of their own"
                .to_owned(),
        ),
        (TrustHelps::No, _) => {
            Some("exclude guests, and give them a policy that they can meet".to_owned())
        }
    };
    Some(draft)
}

fn sees(examination: &Examination<'_>, one: &Stranded) -> String {
    if one.barriers.is_empty() {
        let names = stuck::joined(&stuck::names(examination, &one.blamed));
        return format!("what {names} asks for cannot be registered by guests here");
    }
    stuck::asks(examination, &one.barriers)
}

fn asks_strength(examination: &Examination<'_>, policies: &[PolicyIndex]) -> bool {
    policies.iter().any(|policy| match examination.index().grant(*policy) {
        Some(Grant::Require { controls, .. }) => {
            controls.iter().any(|control| matches!(control, Control::Strength(_)))
        }
        Some(Grant::Block) | None => false,
    })
}

fn kinds(kinds: &[GuestKind]) -> String {
    if kinds.len() == GuestKind::ALL.len() {
        return "guests and external users of every kind".to_owned();
    }
    let words: Vec<String> = kinds
        .iter()
        .map(|kind| match kind {
            GuestKind::InternalGuest => "guests with an account here",
            GuestKind::B2bCollaborationGuest => "invited guests",
            GuestKind::B2bCollaborationMember => "external members",
            GuestKind::B2bDirectConnectUser => "people of shared channels",
            GuestKind::OtherExternalUser => "other external users",
            GuestKind::ServiceProvider => "technicians of service providers",
        })
        .map(str::to_owned)
        .collect();
    stuck::joined(&words)
}
