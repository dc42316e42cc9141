//! A claim that anyone can make buys a cheaper way in.

use std::collections::BTreeMap;

use cardea_policy::control::Grant;
use cardea_policy::place::{Field, Place, PolicyIndex};
use cardea_prover::reach::ways::FactorSet;
use cardea_prover::safety::{Factors, Grade};

use super::{Rule, stuck, weak_registration};
use crate::examine::Examination;
use crate::examine::cheap::{Cheap, Claim};
use crate::finding::{Draft, Mark};
use crate::report::{Actor, Outcome, Question, Severity, Step};

pub(super) const RULE: Rule = Rule {
    name: "spoofable-platform",
    summary: "a claim that anyone can make, the user agent, buys a cheaper way in",
    severity: Severity::Weakness,
    questions: &[Question::NoWeakWayIn],
    page: include_str!("../../rules/spoofable-platform.md"),
    run,
};

fn run(examination: &Examination<'_>) -> Vec<Draft> {
    let mut seen: BTreeMap<Vec<PolicyIndex>, Draft> = BTreeMap::new();
    for cheap in &examination.cheap {
        let Some((honest, claimed)) = bargain(examination, cheap) else { continue };
        let avoided = avoided(examination, honest, claimed);
        if avoided.is_empty() || seen.contains_key(&avoided) {
            continue;
        }
        if let Some(draft) = draft(examination, cheap, (honest, claimed), &avoided) {
            seen.insert(avoided, draft);
        }
    }
    seen.into_values().collect()
}

/// The claim that costs most and the one that costs least, where they differ. Keeping everybody
/// out costs more than anything.
fn bargain<'c>(examination: &Examination<'_>, cheap: &'c Cheap) -> Option<(&'c Claim, &'c Claim)> {
    let factors = Factors::new(&examination.book.means);
    let cost = |claim: &&Claim| {
        let least = claim.ways.iter().map(|way| factors.grade(*way)).min();
        least.map_or((1, Grade::Nothing), |grade| (0, grade))
    };
    let index = examination.index();
    let open = cheap.by_claim.iter().filter(|claim| !claim.applied.meets(index.blocking()));
    let dearest = open.clone().max_by_key(cost)?;
    let cheapest = open
        .filter(|claim| !claim.ways.is_empty())
        .filter(|claim| !avoided(examination, dearest, claim).is_empty())
        .min_by_key(cost)?;
    (cost(&cheapest) < cost(&dearest)).then_some((dearest, cheapest))
}

/// Policies that look at the platform and demand something of the one claim but not of the other.
fn avoided(examination: &Examination<'_>, honest: &Claim, claimed: &Claim) -> Vec<PolicyIndex> {
    let asks = |policy: &PolicyIndex| {
        matches!(examination.index().grant(*policy), Some(Grant::Require { .. }))
            && examination.policy(*policy).is_some_and(|p| p.conditions.platforms.is_some())
    };
    honest.applied.minus(&claimed.applied).iter().filter(asks).collect()
}

fn draft(
    examination: &Examination<'_>,
    cheap: &Cheap,
    (honest, claimed): (&Claim, &Claim),
    avoided: &[PolicyIndex],
) -> Option<Draft> {
    let factors = Factors::new(&examination.book.means);
    let way = claimed.ways.iter().min_by_key(|way| (factors.grade(**way), way.len()))?;
    let names = stuck::names(examination, avoided).join(", ");
    let message = format!(
        "a client that claims to be {} avoids what {names} asks of {}",
        claimed.platform.text(),
        honest.platform.text()
    );
    let mut marks: Vec<Mark> = avoided
        .iter()
        .map(|policy| {
            let place = Place::policy(*policy, Field::Platforms);
            Mark::new(place, format!("does not look at {}", claimed.platform.text()))
        })
        .collect();
    marks.extend(claimed.applied.iter().filter(|p| examination.index().grant(*p).is_some()).map(
        |policy| {
            Mark::new(
                Place::policy(policy, Field::GrantControls),
                format!("is all that is left on {}", claimed.platform.text()),
            )
        },
    ));
    let mut draft = Draft::new(RULE.name, RULE.severity, message, marks.first()?.clone());
    draft.marks = marks;
    draft.who = weak_registration::who(examination, cheap);
    draft.trace = trace(examination, cheap, claimed, *way);
    draft.help = Some(
        "demand the same of every platform, and block the platforms that nobody uses".to_owned(),
    );
    Some(draft)
}

fn trace(
    examination: &Examination<'_>,
    cheap: &Cheap,
    claimed: &Claim,
    way: FactorSet,
) -> Vec<Step> {
    let factors = Factors::new(&examination.book.means);
    let demanding: Vec<PolicyIndex> = claimed
        .applied
        .iter()
        .filter(|policy| examination.index().grant(*policy).is_some())
        .collect();
    let names = stuck::names(examination, &demanding);
    let sees = if names.is_empty() {
        "no policy asks for anything".to_owned()
    } else {
        format!("{} accepts that", names.join(", "))
    };
    vec![Step {
        actor: Actor::Attacker,
        device: "any device".to_owned(),
        does: format!(
            "sends the user agent of {} and opens {} with {}",
            claimed.platform.text(),
            cheap.goal,
            weak_registration::words(&factors.of(way))
        ),
        sees,
        policies: names,
        outcome: Outcome::Door,
    }]
}
