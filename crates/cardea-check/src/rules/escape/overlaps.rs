//! Escapes that take several memberships at once.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::principal::Membership;
use cardea_prover::gap::Gap;

use super::{Escapes, Part, Situation, folded, memberships, part, parts};
use crate::examine::Examination;
use crate::rules::people::{self, BRIEF};

/// Escapes that only people in several groups at once have, and that no member of one of them has
/// a smaller form of: those are told with the smaller one, by [`extensions`].
pub(in crate::rules) fn overlapping<'e>(examination: &'e Examination<'_>) -> Vec<Escapes<'e>> {
    let alone = alone(examination);
    folded(examination, |gap| {
        is_overlap(gap) && !parts(gap).iter().any(|part| shares(part, &alone))
    })
}

fn is_overlap(gap: &Gap) -> bool {
    gap.witness.personal() > 1 && gap.witness.sign_in.client.is_modern()
}

/// The memberships that are enough by themselves for some escape.
fn alone(examination: &Examination<'_>) -> Vec<Membership> {
    let single = |gap: &&Gap| gap.witness.sign_in.client.is_modern();
    memberships(&examination.gaps.list.iter().filter(single).collect::<Vec<_>>())
}

fn shares(part: &Part, memberships: &[Membership]) -> bool {
    match part {
        Part::Members(of) => of.iter().any(|membership| memberships.contains(membership)),
        Part::Guests(_) => false,
    }
}

/// What else is open to some of these people if they are in another group as well, as remarks; each
/// is told once.
pub(in crate::rules) fn extensions(
    examination: &Examination<'_>,
    escapes: &Escapes<'_>,
    told: &mut BTreeSet<usize>,
) -> Vec<String> {
    let alone = memberships(&escapes.gaps);
    let mut found: BTreeMap<(Situation, Vec<Part>), Vec<Membership>> = BTreeMap::new();
    let overlaps = examination.gaps.list.iter().enumerate().filter(|(_, gap)| is_overlap(gap));
    for (number, gap) in overlaps {
        let mut others = parts(gap);
        let Some(at) = others.iter().position(|part| shares(part, &alone)) else { continue };
        let Part::Members(of) = others.remove(at) else { continue };
        if !told.insert(number) {
            continue;
        }
        let situation = Situation::of(examination, gap);
        // In words nothing is added, for instance by a kind of device that has no name.
        if situation == escapes.situation {
            continue;
        }
        let key = (situation, others);
        found.entry(key).or_default().extend(of);
    }
    let more = found.len().saturating_sub(BRIEF);
    let mut notes: Vec<String> = found
        .into_iter()
        .take(BRIEF)
        .map(|((situation, others), mut of)| {
            of.sort();
            of.dedup();
            let all = alone.iter().all(|membership| of.contains(membership));
            let people =
                if all { "those".to_owned() } else { people::subject(examination, &of, BRIEF).0 };
            let others: Vec<String> = others.iter().map(|other| part(examination, other)).collect();
            let others = others.join(" and in ");
            format!("{people} who are also in {others} {}", situation.beyond(&escapes.situation))
        })
        .collect();
    if more > 0 {
        notes.push(format!("and more in {more} more combinations of groups"));
    }
    notes
}
