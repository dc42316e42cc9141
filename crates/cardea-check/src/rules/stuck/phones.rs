//! What the rules about registering on phones share.

use std::collections::BTreeSet;

use cardea_policy::control::{Control, Grant};
use cardea_policy::id::Aaguid;
use cardea_policy::place::PolicyIndex;
use cardea_policy::strength::{Mode, PasskeyRule};
use cardea_tenant::methods::{MethodKind, MethodState};

use super::{Saying, asks, besides, drafts, marks, names};
use crate::examine::Examination;
use crate::examine::case::Barrier;
use crate::examine::registering::{Otherwise, Registering, Wanted};
use crate::examine::trouble::{Cause, Trouble};
use crate::finding::Draft;
use crate::report::{Actor, Outcome, Severity, Step};
use crate::rules::Rule;

/// Whether all of these classes are in trouble already.
pub(in crate::rules) fn all_in_trouble(examination: &Examination<'_>, classes: &[usize]) -> bool {
    let troubled: BTreeSet<usize> =
        examination.troubles.iter().flat_map(|trouble| &trouble.classes).copied().collect();
    classes.iter().all(|class| troubled.contains(class))
}

/// What stands between people and a passkey on their phone.
pub(in crate::rules) struct OnThePhone<'r> {
    /// Why people cannot get in who need that passkey.
    pub(in crate::rules) cause: Cause,
    /// Whether this is what shuts registering to those who get in.
    pub(in crate::rules) shut: &'r dyn Fn(&[Barrier]) -> bool,
    /// What is said.
    pub(in crate::rules) saying: &'r dyn Fn() -> Saying,
}

/// The findings about people who cannot get in, and those about people who get in, but cannot
/// register the passkey that they are meant to.
pub(in crate::rules) fn with_phones(
    examination: &Examination<'_>,
    rule: &Rule,
    phone: &OnThePhone<'_>,
) -> Vec<Draft> {
    let caused = |trouble: &Trouble| trouble.cause == phone.cause;
    let mut drafts = drafts(examination, rule, |trouble| caused(trouble).then(|| (phone.saying)()));
    let is_meant = is_meant(examination);
    let in_app = |one: &&Registering| {
        one.wanted == Wanted::PasskeyInAuthenticator && (phone.shut)(&one.barriers)
    };
    let found: Vec<&Registering> = examination.registering.iter().filter(in_app).collect();
    for (at, one) in found.iter().enumerate() {
        let same = |trouble: &&Trouble| {
            let blames = |barrier: &Barrier| trouble.blamed.contains(&barrier.policy);
            caused(trouble) && one.barriers.iter().any(blames) || trouble.cause == Cause::Blocked
        };
        let told = examination.troubles.iter().filter(same).flat_map(|it| &it.classes);
        let told: BTreeSet<usize> = told.copied().collect();
        // Where nobody means people to have the passkey, it makes no difference how else they could.
        let repeats = found.iter().enumerate().any(|(other_at, other)| {
            at != other_at && !is_meant && one.is_part_of(other) && !other.is_part_of(one)
        });
        if repeats || one.classes.iter().all(|class| told.contains(class)) {
            continue;
        }
        let saying = (phone.saying)();
        let Some(mut draft) = registering(examination, rule, (one, &told), saying) else {
            continue;
        };
        let note = match (one.otherwise, is_meant) {
            (Otherwise::Impossible, true) => None,
            (Otherwise::Possible, _) => Some(
                "it can still be added from a computer, by scanning a code, as long as attestation \
                 is not enforced",
            ),
            (Otherwise::Impossible, false) => {
                Some("nothing in the input says that people should have passkeys in Authenticator")
            }
        };
        if let Some(note) = note {
            draft.severity = Severity::Note;
            draft.notes.push(note.to_owned());
        }
        drafts.push(draft);
    }
    drafts
}

/// Whether people are meant to register passkeys in Authenticator: the methods policy of the input
/// enables passkeys, or a strength in force accepts only those in Authenticator.
fn is_meant(examination: &Examination<'_>) -> bool {
    let methods = examination.tenant.methods.as_ref();
    let fido2 = methods.and_then(|methods| methods.configurations.get(&MethodKind::Fido2));
    let index = examination.index();
    let narrowed = |control: &Control| match control {
        Control::Strength(at) => examination.tenant.strengths.get(at.position()).is_some_and(|s| {
            s.combinations.iter().any(|combination| {
                combination.modes.contains(&Mode::Fido2)
                    && matches!(&combination.passkeys, PasskeyRule::Only(models)
                        if models.iter().any(|model: &Aaguid| model.is_authenticator()))
            })
        }),
        Control::Mfa
        | Control::CompliantDevice
        | Control::DomainJoinedDevice
        | Control::ApprovedApplication
        | Control::CompliantApplication
        | Control::PasswordChange
        | Control::RiskRemediation
        | Control::Terms(_)
        | Control::Custom(_) => false,
    };
    let demanded = index.enabled().iter().any(|policy| match index.grant(policy) {
        Some(Grant::Require { controls, .. }) => controls.iter().any(narrowed),
        Some(Grant::Block) | None => false,
    });
    demanded || fido2.is_some_and(|it| it.state == MethodState::Enabled)
}

/// A finding about people who cannot register; of some another one may tell.
pub(in crate::rules) fn registering(
    examination: &Examination<'_>,
    rule: &Rule,
    (one, told): (&Registering, &BTreeSet<usize>),
    saying: Saying,
) -> Option<Draft> {
    let policies: Vec<PolicyIndex> = one.barriers.iter().map(|barrier| barrier.policy).collect();
    let opened = format!("includes what {} opens", one.channel.text());
    let each = policies.iter().flat_map(|policy| {
        let on_registration = examination.index().on_registration().contains(*policy);
        let target = if on_registration { "holds wherever a method is added" } else { &opened };
        marks(examination, *policy, target)
    });
    let places: Vec<_> = each.collect();
    let mut draft = Draft::new(rule.name, rule.severity, saying.message, places.first()?.clone());
    draft.marks = places;
    let people = (&one.classes[..], &policies[..]);
    draft.who = besides(examination, people, &one.populations, told);
    draft.trace = vec![Step {
        actor: Actor::Person,
        device: one.spot.device.clone(),
        does: format!("opens {} to add a method", one.channel.text()),
        sees: asks(examination, &one.barriers),
        policies: names(examination, &policies),
        outcome: Outcome::Wall,
    }];
    draft.help = saying.help;
    draft.notes = saying.notes;
    Some(draft)
}
