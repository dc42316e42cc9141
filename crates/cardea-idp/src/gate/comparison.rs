//! The tenant before and after a change, both proved, and what the change brings.

use cardea_check::examine::Examination;
use cardea_check::fix;
use cardea_check::report::{Finding, Question, Severity};

use super::known::{Known, is_about};
use super::proof::{Candidate, Proof};
use crate::failure::Failure;

/// What two proofs say of a change.
pub(super) struct Comparison {
    /// What was proved of the tenant as it is; `None` where there is none yet.
    pub(super) before: Option<Proof>,
    /// What was proved of the tenant as it would be.
    pub(super) after: Proof,
    /// Findings of the tenant as it would be that it does not have yet, by their places in the
    /// report: all that lock somebody out, let somebody in more cheaply, or cannot be read.
    pub(super) brings: Vec<usize>,
    /// Findings that would be gone.
    pub(super) mends: Vec<Finding>,
    /// What policies would ask less for, a line each. Only asked where a finding of [`Self::brings`]
    /// is a weakness.
    pub(super) weaker: Vec<String>,
}

impl Comparison {
    /// Proves both and compares them, at the side because it takes a while.
    ///
    /// # Errors
    /// The work was lost, or there is no tenant.
    pub(super) async fn of(
        before: Option<Candidate>,
        after: Option<Candidate>,
    ) -> Result<Self, Failure> {
        let after = after.ok_or(Failure::NoTenant)?;
        let work = move || Self::new(before.map(Candidate::prove), after.prove());
        tokio::task::spawn_blocking(work).await.map_err(|_| Failure::Proving)
    }

    fn new(before: Option<Proof>, after: Proof) -> Self {
        let (brings, mends) = changed(before.as_ref(), &after);
        let weakens = brings.iter().filter_map(|at| after.report.findings.get(*at)).any(opens);
        let weaker = match &before {
            Some(before) if weakens && is_asking(before) => weaker(before, &after),
            Some(_) | None => Vec::new(),
        };
        Self { before, after, brings, mends, weaker }
    }

    /// The findings that the change brings.
    pub(super) fn brought(&self) -> impl Iterator<Item = &Finding> {
        self.brings.iter().filter_map(|at| self.after.report.findings.get(*at))
    }

    /// The weaknesses for which a change is not made: somebody would get in more cheaply than today.
    ///
    /// A change of policies opens nothing where no policy asks less than before, whatever is found
    /// of it: asking for a passkey that can be registered with a password is worth no more than
    /// the password, and no less than not asking. What people are in, and which methods there are,
    /// policies do not say. Where nothing was asked of anybody, nothing can be opened. Who lets
    /// people in again may pay for it as a proved fix may ([`fix::is_price`]).
    pub(super) fn weaknesses(&self, is_policies: bool) -> Vec<&Finding> {
        if !self.before.as_ref().is_some_and(is_asking) || is_policies && self.weaker.is_empty() {
            return Vec::new();
        }
        let frees = self.mends.iter().any(|it| it.severity == Severity::Lockout);
        let is_paid = |finding: &Finding| frees && fix::is_price(finding.rule);
        self.brought().filter(|it| opens(it) && !is_paid(it)).collect()
    }
}

/// What a change brings, by places in the report, and what it does away with.
fn changed(before: Option<&Proof>, after: &Proof) -> (Vec<usize>, Vec<Finding>) {
    let known = Known::of(before);
    let is_new = |it: &Finding| {
        if it.severity == Severity::Weakness {
            opens(it) && !known.covers_weakness(after, it)
        } else {
            it.severity >= Severity::Lockout && !known.covers(after, it)
        }
    };
    let findings = after.report.findings.iter().enumerate();
    let brings = findings.filter(|(_, it)| is_new(it)).map(|(at, _)| at).collect();
    let later = Known::of(Some(after));
    let is_gone = |it: &&Finding| !before.is_some_and(|before| later.covers(before, it));
    let earlier = before.map(|before| before.report.findings.iter()).into_iter().flatten();
    (brings, earlier.filter(is_gone).cloned().collect())
}

/// Whether a finding says that somebody gets in more cheaply than intended, or unasked.
fn opens(finding: &Finding) -> bool {
    finding.severity == Severity::Weakness
        && [Question::NoWeakWayIn, Question::NothingUnprotected]
            .into_iter()
            .any(|question| is_about(finding, question))
}

/// Whether any policy is on.
fn is_asking(proof: &Proof) -> bool {
    use cardea_policy::policy::State;
    proof.lowered.tenant.policies.iter().any(|policy| policy.state == State::Enabled)
}

fn weaker(before: &Proof, after: &Proof) -> Vec<String> {
    let was = before.config.clone().resolved(&before.lowered.names);
    let is = after.config.clone().resolved(&after.lowered.names);
    fix::weaker(&Examination::of(&before.lowered, &was), &Examination::of(&after.lowered, &is))
}
