//! What a change would do, for whoever is still thinking about it.

use cardea_check::fix::Effort;
use cardea_check::report::{Finding, Severity};
use cardea_store::Store;
use jiff::Timestamp;

use super::known::Known;
use super::{Proof, Proposal, Refusal, Stop, judge, proof};
use crate::failure::Failure;

/// What a change would do.
#[derive(Debug)]
pub struct Draft {
    /// What would be proved of the tenant.
    pub proof: Proof,
    /// Why it would not be made, where nothing is accepted; `None` where it would.
    pub refusal: Option<Refusal>,
    /// The findings that would keep it from being made, by their places in the report; all that the
    /// change brings and that lock somebody out.
    pub brings: Vec<usize>,
    /// The findings that the change would do away with.
    pub mends: Vec<Finding>,
}

/// Proves what a change would do, without making it.
///
/// # Errors
/// The database failed, or the tenant in it cannot be read.
pub async fn draft(
    store: &Store,
    proposal: &Proposal<'_>,
    (effort, now): (Effort, Timestamp),
) -> Result<Result<Draft, Stop>, Failure> {
    let before = proof::Candidate::read(&mut store.read().await?, now).await?;
    let mut trial = store.write().await?;
    let audited = trial.audit(now, &proposal.entry(&[], None)).await?;
    if let Err(stop) = proposal.change.apply(&mut trial, &audited, now).await? {
        return Ok(Err(stop));
    }
    let after = proof::Candidate::read(&mut trial, now).await?;
    drop(trial);
    let (before, proof) = proof::prove(before, after.map(|it| it.with(effort))).await?;
    let known = Known::of(before.as_ref());
    let is_new = |it: &Finding| it.severity == Severity::Lockout && !known.covers(&proof, it);
    let findings = proof.report.findings.iter().enumerate();
    let brings: Vec<usize> = findings.filter(|(_, it)| is_new(it)).map(|(at, _)| at).collect();
    let refusal = match judge(proposal, before.as_ref(), &proof) {
        Ok(_) => None,
        Err((why, _)) => Some(why),
    };
    let after = Known::of(Some(&proof));
    let gone = |it: &&Finding| !before.as_ref().is_some_and(|before| after.covers(before, it));
    let before = before.as_ref().map(|it| it.report.findings.iter()).into_iter().flatten();
    let mends = before.filter(gone).cloned().collect();
    Ok(Ok(Draft { proof, refusal, brings, mends }))
}
