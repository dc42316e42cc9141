//! People to whom an escape is not open although it takes nothing of a person: policies of their own
//! ask something of them.

use cardea_policy::conditions::principal::{Guest, Membership, Person};
use cardea_policy::evaluate::Principal;
use cardea_policy::policy_set::PolicySet;
use cardea_prover::gap::Gap;

use crate::examine::Examination;
use crate::rules::outside::member;
use crate::rules::people::{self, BRIEF};
use crate::rules::stuck::joined;

/// "anybody", "anybody but members of group A", "anybody whom no policy names".
pub(super) fn anybody(examination: &Examination<'_>, gap: &Gap) -> String {
    let index = examination.index();
    let closing = gap.ease.closing(index, &examination.universe);
    let rows = index.memberships().iter().filter(|row| row.include.meets(&closing));
    let members: Vec<Membership> = rows
        .map(|row| row.membership.clone())
        .filter(|membership| is_asked(examination, (gap, &closing), member(membership.clone())))
        .collect();
    let all = examination.universe.guests.iter();
    let guests: Vec<Guest> = all
        .filter(|atom| {
            let guest = Some(atom.guest.clone());
            is_asked(examination, (gap, &closing), Person { guest, ..Person::default() })
        })
        .flat_map(|atom| std::iter::once(&atom.guest).chain(&atom.alternatives).cloned())
        .collect();
    if members.len() > BRIEF {
        return "anybody whom no policy names".to_owned();
    }
    let mut but = Vec::new();
    if !members.is_empty() {
        but.push(people::subject(examination, &members, BRIEF).0);
    }
    if !guests.is_empty() {
        but.push(people::guests(&guests));
    }
    if but.is_empty() { "anybody".to_owned() } else { format!("anybody but {}", joined(&but)) }
}

/// Whether some policy asks more of this person in the same situation.
fn is_asked(
    examination: &Examination<'_>,
    (gap, closing): (&Gap, &PolicySet),
    person: Person,
) -> bool {
    let index = examination.index();
    let mut sign_in = gap.witness.sign_in.clone();
    sign_in.principal = Principal::Person(person);
    index.evaluate(&sign_in).decision.applied.meets(closing)
}
