//! A claim that anyone can make buys a cheaper way in.

use std::collections::{BTreeMap, BTreeSet};

use cardea_policy::conditions::client::ClientApp;
use cardea_policy::conditions::platform::Platform;
use cardea_policy::place::{Field, Place, PolicyIndex};
use cardea_prover::gap::Ease;
use cardea_prover::reach::ways::FactorSet;
use cardea_prover::safety::{Factors, Grade};

use super::people::Number;
use super::stuck::joined;
use super::{Rule, stuck, weak_registration};
use crate::examine::Examination;
use crate::examine::cheap::{Cheap, Claim, Hit};
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
        let stances = cheap.stances_where(|claims| differ(examination, claims));
        for people in &cheap.people {
            let sessions = cheap.sessions(people, &stances);
            let bargains = sessions.iter().filter_map(|it| Bargain::of(examination, it));
            let mut bargains: Vec<Bargain<'_>> = bargains.collect();
            bargains.sort_by_key(|it| (it.cost, it.client()));
            for bargain in &bargains {
                let told = |policy| seen.keys().flatten().any(|it| it == policy);
                if bargain.avoided.iter().all(told) {
                    continue;
                }
                let any_client = bargains
                    .iter()
                    .any(|it| it.client() != bargain.client() && it.avoided == bargain.avoided);
                let client = if any_client { "a client" } else { bargain.client().text() };
                if let Some(draft) = draft(examination, (cheap, people), bargain, client) {
                    seen.insert(bargain.avoided.clone(), draft);
                }
            }
        }
    }
    seen.into_values().collect()
}

/// Whether claims that no policy blocks differ in what they cost.
fn differ(examination: &Examination<'_>, claims: &[Claim]) -> bool {
    let factors = Factors::new(&examination.book.means);
    let mut costs = open(examination, claims).map(|claim| Cost::of(factors, claim));
    let first = costs.next();
    costs.any(|cost| Some(cost) != first)
}

fn open<'c>(
    examination: &Examination<'_>,
    claims: &'c [Claim],
) -> impl Iterator<Item = &'c Claim> + Clone {
    let blocking = examination.index().blocking();
    claims.iter().filter(move |claim| !claim.applied.meets(blocking))
}

/// What one client in one place gains by claiming another platform.
struct Bargain<'c> {
    /// The claims that cost more.
    honest: Vec<&'c Claim>,
    /// The claim that costs least.
    claimed: &'c Claim,
    /// What the latter costs.
    cost: Cost,
    /// The policies that demand something of the former only.
    avoided: Vec<PolicyIndex>,
}

/// Platforms that are told only where no other would do.
const RARE: [Platform; 2] = [Platform::WindowsPhone, Platform::Unknown];

/// What a claim costs. Keeping everybody out costs more than anything.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cost {
    Of(Grade),
    Everything,
}

impl Cost {
    fn of(factors: Factors<'_>, claim: &Claim) -> Self {
        let least = claim.ways.iter().map(|way| factors.grade(*way)).min();
        least.map_or(Self::Everything, Self::Of)
    }
}

impl<'c> Bargain<'c> {
    fn of(examination: &Examination<'_>, session: &'c [Claim]) -> Option<Self> {
        let factors = Factors::new(&examination.book.means);
        let cost = |claim: &&Claim| Cost::of(factors, claim);
        let index = examination.index();
        let open = open(examination, session);
        let claimed = open
            .clone()
            .filter(|claim| !claim.ways.is_empty())
            .min_by_key(|claim| (cost(claim), RARE.contains(&claim.platform)))?;
        // Where nothing is asked of the claim, that itself is the finding, of another rule.
        if !claimed.applied.meets(index.demanding()) {
            return None;
        }
        let honest: Vec<&Claim> = open
            .filter(|claim| cost(claim) > cost(&claimed))
            .filter(|claim| !avoided(examination, claim, claimed).is_empty())
            .collect();
        let each = honest.iter().flat_map(|claim| avoided(examination, claim, claimed));
        let avoided: BTreeSet<PolicyIndex> = each.collect();
        let (avoided, cost) = (avoided.into_iter().collect(), cost(&claimed));
        (!honest.is_empty()).then_some(Self { honest, claimed, cost, avoided })
    }

    /// The platforms that cost more: those that people use, if any of them does.
    fn platforms(&self) -> String {
        let (rare, usual): (Vec<Platform>, Vec<Platform>) =
            self.honest.iter().map(|claim| claim.platform).partition(|it| RARE.contains(it));
        let shown = if usual.is_empty() { rare } else { usual };
        joined(&shown.into_iter().map(|it| it.text().to_owned()).collect::<Vec<_>>())
    }

    fn client(&self) -> ClientApp {
        self.claimed.client
    }
}

/// Policies that look at the platform and demand something of the one claim but not of the other.
/// App protection is there for phones only, and no obstacle to anybody who has one.
fn avoided(examination: &Examination<'_>, honest: &Claim, claimed: &Claim) -> Vec<PolicyIndex> {
    let index = examination.index();
    let asking = Ease::ProtectedApp.closing(index, &examination.universe);
    let looks = |policy: &PolicyIndex| {
        examination.policy(*policy).is_some_and(|p| p.conditions.platforms.is_some())
    };
    honest.applied.minus(&claimed.applied).and(&asking).iter().filter(looks).collect()
}

fn draft(
    examination: &Examination<'_>,
    (cheap, people): (&Cheap, &Hit),
    bargain: &Bargain<'_>,
    client: &str,
) -> Option<Draft> {
    let Bargain { claimed, avoided, .. } = bargain;
    let factors = Factors::new(&examination.book.means);
    let way = claimed.ways.iter().min_by_key(|way| (factors.grade(**way), way.len()))?;
    let names = stuck::names(examination, avoided);
    let message = format!(
        "{client} that claims to be {} avoids what {} {} of {}",
        claimed.platform.text(),
        joined(&names),
        Number::of(&names).verb("asks", "ask"),
        bargain.platforms()
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
    draft.who = weak_registration::who(examination, &people.classes);
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
        format!("{} {} that", joined(&names), Number::of(&names).verb("accepts", "accept"))
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
