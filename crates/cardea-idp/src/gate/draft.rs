//! What a change would do, for whoever is still thinking about it.

use cardea_check::fix::Effort;
use cardea_check::report::Finding;
use cardea_store::Store;
use jiff::Timestamp;

use super::comparison::Comparison;
use super::{Proof, Proposal, Refusal, Stop, judge, proof};
use crate::failure::Failure;

/// What a change would do.
#[derive(Debug)]
pub struct Draft {
    /// What would be proved of the tenant.
    pub proof: Proof,
    /// Why it would not be made, where nothing is accepted; `None` where it would.
    pub refusal: Option<Refusal>,
    /// The findings that would keep it from being made, or that are worth a look before it is, by
    /// their places in the report: all that the change brings and that lock somebody out, let
    /// somebody in more cheaply, or cannot be read.
    pub brings: Vec<usize>,
    /// The findings that the change would do away with.
    pub mends: Vec<Finding>,
    /// What policies would ask less for, a line each; asked only where the change brings a weakness.
    pub weaker: Vec<String>,
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
    let compared = Comparison::of(before, after.map(|it| it.with(effort))).await?;
    let refusal = match judge(proposal, &compared) {
        Ok(_) => None,
        Err((why, _)) => Some(why),
    };
    let Comparison { after: proof, brings, mends, weaker, .. } = compared;
    Ok(Ok(Draft { proof, refusal, brings, mends, weaker }))
}
