//! Memberships, from runs of any order to one list by person.

use super::{NOBODY, Ranks, position};
use crate::lower::directory::claims::{Memberships, Run};
use cardea_tenant::directory::{GroupIndex, People};

/// Fills in the memberships of people, of whom `counts` tells how many each has at most, by number.
/// The runs are given back piece by piece while the list grows.
pub(super) fn fill(people: &mut People, runs: Memberships, counts: &[u32], ranks: &Ranks) {
    let mut ends = starts(counts, ranks, people.ids.len());
    let total = ends.pop().unwrap_or(0);
    // The system gives memory for zeros only when they are overwritten, and until then runs are
    // given back.
    let mut memberships = vec![0; position(total)];
    for piece in runs.pieces {
        let mut words = piece.as_slice();
        while let Some(([owner, length], rest)) = words.split_first_chunk() {
            let (run, next) = rest.split_at(position(*length).min(rest.len()));
            for word in run {
                let (person, group) = match Run::of_number(*owner) {
                    Run::OfPerson(person) => (person.0, *word),
                    Run::OfGroup(group) => (*word, group.0),
                };
                let (Some(person), Some(group)) =
                    (ranks.people.get(position(person)), ranks.groups.get(position(group)))
                else {
                    continue;
                };
                let Some(end) = ends.get_mut(position(*person)) else { continue };
                if let Some(place) = memberships.get_mut(position(*end)) {
                    *place = *group;
                }
                *end += 1;
            }
            words = next;
        }
    }
    people.membership_ends = ends;
    people.memberships = memberships.into_iter().map(GroupIndex).collect();
    sort(people);
}

/// Where the memberships of each person begin, and behind the last one where they end.
fn starts(counts: &[u32], ranks: &Ranks, people: usize) -> Vec<u32> {
    let mut starts = vec![0; people + 1];
    for (count, rank) in counts.iter().zip(&ranks.people) {
        if *rank != NOBODY
            && let Some(start) = starts.get_mut(position(*rank))
        {
            *start = *count;
        }
    }
    let mut sum = 0_u32;
    for start in &mut starts {
        let count = *start;
        *start = sum;
        sum = sum.saturating_add(count);
    }
    starts
}

/// Sorts the memberships of each person and drops those that are there twice.
fn sort(people: &mut People) {
    let memberships = &mut people.memberships;
    let (mut start, mut kept) = (0, 0);
    for end in &mut people.membership_ends {
        let own = start..position(*end).min(memberships.len());
        start = own.end;
        if let Some(groups) = memberships.get_mut(own.clone()) {
            groups.sort_unstable();
        }
        let mut last = None;
        for at in own {
            let group = memberships.get(at).copied();
            if group != last
                && let Some((place, group)) = memberships.get_mut(kept).zip(group)
            {
                *place = group;
                kept += 1;
            }
            last = group;
        }
        *end = u32::try_from(kept).unwrap_or(u32::MAX);
    }
    memberships.truncate(kept);
    memberships.shrink_to_fit();
}
