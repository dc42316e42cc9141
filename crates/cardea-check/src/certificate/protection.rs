//! Whether every sign-in is protected: as a covering, or as sign-ins that nothing covers.

use std::collections::BTreeSet;

use cardea_policy::evaluate::Principal;
use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::policy_set::PolicySet;
use cardea_prover::gap::{Limits, Witness, unprotected, unprotected_people};
use cardea_prover::people::{Folding, classes};
use cardea_prover::universe::Universe;
use cardea_tenant::tenant::Tenant;
use cardea_verify::certificate::{Cover, Open, Protection, Verdict, Who};
use cardea_verify::claim::Claim;
use cardea_verify::facts::Space;
use cardea_verify::people::{Everybody, Kind};
use cardea_verify::protection::{Region, memberships};

/// How many policies a covering may take.
const LONGEST: usize = 1 << 14;

/// Why a covering was not found.
enum Stop {
    /// A part that no policy applies to.
    Open,
    /// Too many policies would be needed.
    TooLong,
}

/// The certificate of protection; `None` where neither a covering nor an open sign-in was found.
pub fn protection(tenant: &Tenant, index: &Index, claim: &Claim) -> Option<Protection> {
    let space = Space::new(index, tenant);
    let open = open(tenant, index, claim, &space);
    if !open.is_empty() {
        let (answer, covered) = (Verdict::Refuted, Vec::new());
        return Some(Protection { answer, memberships: None, covered, open });
    }
    let (memberships, covered) = if tenant.directory.is_empty() {
        of_anybody(&space, claim)?
    } else {
        (None, of_people(tenant, &space, claim)?)
    };
    Some(Protection { answer: Verdict::Proved, memberships, covered, open })
}

/// What the prover found open.
fn open(tenant: &Tenant, index: &Index, claim: &Claim, space: &Space<'_>) -> Vec<Open> {
    let universe = Universe::new(index, tenant);
    let limits = Limits { memberships: claim.memberships, ..Limits::default() };
    let gaps = if tenant.directory.is_empty() {
        unprotected(index, &universe, limits)
    } else {
        let classes = classes(index, tenant, &universe, &Folding::by_policies(claim.memberships));
        unprotected_people(index, &universe, &classes.but(&tenant.directory, |_| false), limits)
    };
    let named = memberships(space);
    let open = |witness: &Witness| {
        let Principal::Person(person) = &witness.sign_in.principal else { return None };
        let has = person.memberships().filter(|it| named.contains(it)).collect();
        let kind = Kind { memberships: has, guest: person.guest.clone() };
        Some(Open { person: Who::from(&kind), facts: space.facts(&witness.sign_in)? })
    };
    let witnesses = gaps.list.iter().map(|gap| &gap.witness).chain(&gaps.beyond);
    witnesses.filter_map(open).collect()
}

/// A covering for anybody, with any number of memberships if that is not too long.
fn of_anybody(space: &Space<'_>, claim: &Claim) -> Option<(Option<usize>, Vec<Cover>)> {
    for bound in [None, Some(claim.memberships)] {
        match covering(Region::of_anybody(space), &space.closing, bound) {
            Ok(policies) => return Some((bound, vec![Cover { people: Vec::new(), policies }])),
            Err(Stop::Open) => return None,
            Err(Stop::TooLong) => {}
        }
    }
    None
}

/// Coverings of the people who exist; those whom the same policies can hit are covered once.
fn of_people(tenant: &Tenant, space: &Space<'_>, claim: &Claim) -> Option<Vec<Cover>> {
    let named = memberships(space);
    let everybody = Everybody::of(&tenant.directory, &named, claim.memberships);
    let mut done: BTreeSet<PolicySet> = BTreeSet::new();
    let mut covered: Vec<Cover> = Vec::new();
    for kind in &everybody.kinds {
        if !done.insert(space.hitting(kind)) {
            continue;
        }
        let policies = covering(Region::of(space, kind), &space.closing, None).ok()?;
        let who = Who::from(kind);
        match covered.iter_mut().find(|it| it.policies == policies) {
            Some(known) => known.people.push(who),
            None => covered.push(Cover { people: vec![who], policies }),
        }
    }
    Some(covered)
}

/// Policies that cover a region, each taken out of what was left over last. The one that leaves
/// the fewest parts is taken.
fn covering(
    region: Region<'_>,
    policies: &PolicySet,
    bound: Option<usize>,
) -> Result<Vec<usize>, Stop> {
    let mut covering = Vec::new();
    let mut left = Vec::from([region]);
    while let Some(region) = left.pop() {
        if covering.len() == LONGEST {
            return Err(Stop::TooLong);
        }
        let rest = |policy: PolicyIndex| {
            let rest = region.clone().without(policy).into_iter();
            rest.filter(|it| bound.is_none_or(|bound| it.personal() <= bound)).collect::<Vec<_>>()
        };
        let meeting = policies.iter().filter(|policy| region.meets(*policy));
        let best = meeting.map(|policy| (policy, rest(policy))).min_by_key(|(_, it)| it.len());
        let Some((policy, rest)) = best else { return Err(Stop::Open) };
        covering.push(policy.position());
        left.extend(rest);
    }
    Ok(covering)
}
