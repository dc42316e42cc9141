//! What was so before a change: nobody is refused a change because of what it does not bring.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use cardea_check::report::{Finding, Label, Question, Severity};
use cardea_check::roll::Roll;

use super::Proof;

/// The findings of the tenant before a change.
pub(super) struct Known<'a> {
    before: Option<&'a Proof>,
    /// Findings before, by rule and places.
    findings: BTreeMap<String, Vec<&'a Finding>>,
    /// The people whom each of them concerns are asked for only where they are counted.
    roll: OnceCell<Roll>,
    roll_after: OnceCell<Roll>,
    /// The people of the tenant before, by id.
    there: OnceCell<BTreeSet<&'a str>>,
    /// Those whom the change lets out of a lockout.
    freed: OnceCell<BTreeSet<&'a str>>,
    /// Those of whom nothing was asked somewhere, and something is after the change.
    asked: OnceCell<BTreeSet<&'a str>>,
}

impl<'a> Known<'a> {
    pub(super) fn of(before: Option<&'a Proof>) -> Self {
        let mut findings: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
        for finding in before.into_iter().flat_map(|proof| &proof.report.findings) {
            findings.entry(mark(finding)).or_default().push(finding);
        }
        Self {
            before,
            findings,
            roll: OnceCell::new(),
            roll_after: OnceCell::new(),
            there: OnceCell::new(),
            freed: OnceCell::new(),
            asked: OnceCell::new(),
        }
    }

    /// Whether a finding after the change was there before, about everybody whom it is about now.
    ///
    /// Where people are counted, they are compared one by one: a change that keeps one person out
    /// and lets another one in is not the same as no change.
    pub(super) fn covers(&self, after: &Proof, finding: &Finding) -> bool {
        let Some(before) = self.before else { return false };
        self.is_known(before, (after, finding), |_| true)
    }

    /// The same of a weakness, leaving aside whom the change makes no worse off by it: who was not in
    /// the directory before or was locked out got in nowhere, and who was asked nothing and is asked
    /// something now gets in no more cheaply, however weak what is asked is.
    pub(super) fn covers_weakness(&self, after: &Proof, finding: &Finding) -> bool {
        let Some(before) = self.before else { return false };
        let is_weak_demand = is_about(finding, Question::NoWeakWayIn);
        let there = self.there.get_or_init(|| ids(before).collect());
        let freed = self
            .freed
            .get_or_init(|| self.leaving(before, after, |it| it.severity == Severity::Lockout));
        let asked = self.asked.get_or_init(|| {
            self.leaving(before, after, |it| is_about(it, Question::NothingUnprotected))
        });
        let counts = |id: &str| {
            there.contains(id) && !freed.contains(id) && !(is_weak_demand && asked.contains(id))
        };
        self.is_known(before, (after, finding), counts)
    }

    /// The people who are no longer in such a finding, or in fewer of them.
    fn leaving(
        &self,
        before: &'a Proof,
        after: &Proof,
        is_such: impl Fn(&Finding) -> bool,
    ) -> BTreeSet<&'a str> {
        let mut later: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for finding in after.all().filter(|it| is_such(it)) {
            later.entry(mark(finding)).or_default().extend(self.people_after(after, finding));
        }
        let roll = self.roll.get_or_init(|| before.roll());
        let directory = &before.lowered.tenant.directory;
        let mut left = BTreeSet::new();
        for finding in before.all().filter(|it| is_such(it)) {
            let stay = later.get(&mark(finding));
            let people = roll.people(&finding.who).map(|person| directory.id(person));
            left.extend(people.filter(|id| !stay.is_some_and(|stay| stay.contains(id))));
        }
        left
    }

    fn people_after<'p>(
        &'p self,
        after: &'p Proof,
        finding: &'p Finding,
    ) -> impl Iterator<Item = &'p str> {
        let roll = self.roll_after.get_or_init(|| after.roll());
        let directory = &after.lowered.tenant.directory;
        roll.people(&finding.who).map(|person| directory.id(person))
    }

    fn is_known(
        &self,
        before: &Proof,
        (after, finding): (&Proof, &Finding),
        counts: impl Fn(&str) -> bool,
    ) -> bool {
        let Some(known) = self.findings.get(&mark(finding)) else { return false };
        if finding.who.classes.is_empty() {
            let same =
                |it: &&&Finding| it.message == finding.message && it.who.text == finding.who.text;
            return known.iter().find(same).is_some();
        }
        let roll = self.roll.get_or_init(|| before.roll());
        let directory = &before.lowered.tenant.directory;
        let all = known.iter().flat_map(|it| roll.people(&it.who));
        let all: BTreeSet<&str> = all.map(|person| directory.id(person)).collect();
        self.people_after(after, finding).all(|id| !counts(id) || all.contains(id))
    }
}

/// Whether a finding refutes an answer to a question.
pub(super) fn is_about(finding: &Finding, question: Question) -> bool {
    let rule = cardea_check::rules::named(finding.rule);
    rule.is_some_and(|rule| rule.questions.contains(&question))
}

fn ids(proof: &Proof) -> impl Iterator<Item = &str> {
    let directory = &proof.lowered.tenant.directory;
    directory.people().map(|person| directory.id(person))
}

/// What makes two findings speak of the same thing, whoever it is about.
fn mark(finding: &Finding) -> String {
    // By ids where there are any: a policy that is renamed is still the same one.
    let object = |it: &Label| if it.id.is_empty() { it.object.clone() } else { it.id.clone() };
    let places: Vec<String> =
        finding.places.iter().map(|it| format!("{}|{}", object(it), it.field)).collect();
    format!("{}|{}", finding.rule, places.join("|"))
}
