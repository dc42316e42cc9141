//! The check of a whole certificate.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use cardea_policy::index::Index;
use cardea_policy::place::PolicyIndex;
use cardea_policy::satisfy::Strengths;
use cardea_tenant::assumption::Assumptions;
use cardea_tenant::journey::gate::Book;
use cardea_tenant::journey::means::Means;
use cardea_tenant::tenant::Tenant;

use crate::certificate::{Answer, Certificate, Reached, Stuck, VERSION, Verdict, Who};
use crate::claim::{Claim, Population};
use crate::people::{Everybody, Kind};
use crate::protection::{self, Protected};
use crate::sign_in::{Fate, Ground, Trial};

/// Why a certificate does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(String);

impl Refusal {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }

    fn within(self, what: impl fmt::Display) -> Self {
        Self(format!("{what}: {}", self.0))
    }
}

/// What was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Who reaches what, for each population each goal.
    pub sign_in: Vec<Reachable>,
    /// What is protected, if the certificate says something about it.
    pub protection: Option<Protected>,
}

/// Who of a population reaches a goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reachable {
    /// The population.
    pub population: String,
    /// The goal.
    pub goal: String,
    /// The kinds of people who do.
    pub reached: BTreeSet<Fate>,
    /// The kinds of people who do not.
    pub stuck: BTreeSet<Fate>,
    /// Policies that refuse those who do not.
    pub refused_by: BTreeSet<PolicyIndex>,
    /// Where there are people with more memberships than were combined: how many were.
    pub combined: Option<usize>,
}

/// The rules of a tenant, compiled.
pub fn book(tenant: &Tenant, assumptions: &Assumptions) -> Book {
    Book {
        index: Index::new(tenant.policies.clone(), tenant.settings.clone()),
        strengths: Strengths::new(tenant.strengths.clone()),
        means: Means::of(tenant),
        assumptions: assumptions.clone(),
    }
}

/// Checks that a certificate holds for a tenant and a claim. `input` is their fingerprint.
///
/// # Errors
/// The certificate is about something else, or something that it says is not so.
pub fn check(
    certificate: &Certificate,
    input: &str,
    tenant: &Tenant,
    claim: &Claim,
) -> Result<Verified, Refusal> {
    if certificate.version != VERSION {
        let version = certificate.version;
        return Err(Refusal::new(format!("version {version} is not known; this is {VERSION}")));
    }
    if certificate.input != input {
        return Err(Refusal::new("it was made for another input, or with other settings"));
    }
    let book = book(tenant, &claim.assumptions);
    let sign_in = sign_in(&certificate.sign_in, tenant, &book, claim)?;
    let protection = certificate.protection.as_ref();
    let protection = protection
        .map(|protection| protection::check(protection, tenant, &book.index, claim))
        .transpose()
        .map_err(|refusal| refusal.within("nothing unprotected"))?;
    Ok(Verified { sign_in, protection })
}

fn sign_in(
    answers: &[Answer],
    tenant: &Tenant,
    book: &Book,
    claim: &Claim,
) -> Result<Vec<Reachable>, Refusal> {
    let trial = Trial::new(tenant, book, claim);
    let everybody = Everybody::of(&tenant.directory, &trial.memberships(), claim.memberships);
    let mut verified = Vec::new();
    let mut answers = answers.iter();
    for population in &claim.populations {
        let court = Court {
            ground: Ground::new(&trial, population),
            trial: &trial,
            fates: fates(&trial, &everybody, population),
            combined: everybody.combined,
        };
        for (at, goal) in claim.goals.iter().enumerate() {
            let what = format!("{} to {}", population.name, goal.name);
            let answer = answers.next().ok_or_else(|| Refusal::new("an answer is missing"));
            let answer = answer.map_err(|refusal| refusal.within(&what))?;
            if (&answer.population, &answer.goal) != (&population.name, &goal.name) {
                return Err(Refusal::new("the answer is about something else").within(what));
            }
            verified.push(court.hear(answer, at).map_err(|refusal| refusal.within(what))?);
        }
    }
    match answers.next() {
        Some(_) => Err(Refusal::new("there are answers that nobody asked for")),
        None => Ok(verified),
    }
}

/// The people of a population, by what decides how they fare. Guests are another question.
pub fn fates(
    trial: &Trial<'_>,
    everybody: &Everybody,
    population: &Population,
) -> BTreeMap<Fate, Kind> {
    let groups = &population.groups;
    let meant = |kind: &&Kind| kind.guest.is_none() && (groups.is_empty() || kind.is_in(groups));
    let mut fates = BTreeMap::new();
    for kind in everybody.kinds.iter().filter(meant) {
        fates.entry(trial.fate(kind)).or_insert_with(|| kind.clone());
    }
    fates
}

/// Where the answers about one population are heard.
struct Court<'a> {
    trial: &'a Trial<'a>,
    ground: Ground<'a>,
    fates: BTreeMap<Fate, Kind>,
    combined: Option<usize>,
}

impl Court<'_> {
    fn hear(&self, answer: &Answer, goal: usize) -> Result<Reachable, Refusal> {
        let mut verified = Reachable {
            population: answer.population.clone(),
            goal: answer.goal.clone(),
            reached: BTreeSet::new(),
            stuck: BTreeSet::new(),
            refused_by: BTreeSet::new(),
            combined: self.combined,
        };
        for Reached { people, journey } in &answer.reached {
            for fate in self.summoned(people)? {
                self.ground.walk(&fate, journey, goal)?;
                verified.reached.insert(fate);
            }
        }
        for Stuck { people, held, refused_by } in &answer.stuck {
            let refused_by = refused_by.iter().copied().map(PolicyIndex::at).collect();
            for fate in self.summoned(people)? {
                let walls = self.ground.walls(&fate, held, goal)?;
                refuses(&refused_by, &walls)?;
                verified.stuck.insert(fate);
            }
            verified.refused_by.extend(refused_by);
        }
        let heard = |fate: &Fate| verified.reached.contains(fate) || verified.stuck.contains(fate);
        if let Some((_, kind)) = self.fates.iter().find(|(fate, _)| !heard(fate)) {
            let who = Who::from(kind);
            return Err(Refusal::new(format!("nothing is said about {who:?}")));
        }
        let proved = verified.stuck.is_empty();
        if proved != (answer.answer == Verdict::Proved) {
            return Err(Refusal::new("the answer is not what follows from it"));
        }
        Ok(verified)
    }

    /// The people, if there are such people in the population.
    fn summoned(&self, people: &[Who]) -> Result<Vec<Fate>, Refusal> {
        let fate = |who: &Who| {
            let fate = who.kind().map(|kind| self.trial.fate(&kind));
            let fate = fate.filter(|fate| self.fates.contains_key(fate));
            fate.ok_or_else(|| Refusal::new(format!("nobody is {who:?}")))
        };
        people.iter().map(fate).collect()
    }
}

/// Whether some of these policies stand at every wall, and each of them at one.
fn refuses(
    refused_by: &BTreeSet<PolicyIndex>,
    walls: &BTreeSet<Vec<PolicyIndex>>,
) -> Result<(), Refusal> {
    if !walls.iter().all(|wall| wall.iter().any(|policy| refused_by.contains(policy))) {
        return Err(Refusal::new("people are refused by other policies than those named"));
    }
    if !refused_by.iter().all(|policy| walls.iter().any(|wall| wall.contains(policy))) {
        return Err(Refusal::new("a policy is named that refuses nobody"));
    }
    Ok(())
}
