//! The gate: no change of what decides sign-ins is made before it is proved on the whole tenant.
//!
//! A change is tried in a transaction that is dropped, so that what is proved is what the database
//! would hold; then it is proved without holding anything, and then made, if the tenant is still
//! the one that it was tried on. What would leave nobody who can change policies is refused always;
//! other people are locked out, and anybody let in more cheaply, only where somebody says that this
//! may be, why, and until when.

mod comparison;
mod draft;
mod kept;
mod known;
mod proof;
mod registered;
mod told;

use cardea_check::config::Date;
use cardea_check::report::{Finding, Severity};
use cardea_policy::policy::State;
use cardea_store as store;
use cardea_store::{AuditEntry, Audited, Store, Transaction};
use jiff::Timestamp;
use serde_json::json;

use comparison::Comparison;
pub use draft::{Draft, draft};
pub(crate) use kept::change_settings;
pub use proof::Proof;
use told::told;

use crate::admin::edit::{Edits, Effect};
use crate::beginning::Beginning;
use crate::failure::Failure;
use crate::import::{Import, Imported};
use crate::json::{self, Field, Spacing};
use crate::settings::day;

/// The longest that a finding can be accepted, in days.
pub const LONGEST: u32 = 90;
/// The rule whose lockouts nobody can accept.
const LAST_ADMIN: &str = "last-admin";
/// How often a change is tried anew because another one came between.
const ATTEMPTS: usize = 3;
/// The kind of policies.
pub(crate) const POLICY: &str = "conditionalAccessPolicy";

/// Something that is to be changed.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// A tenant comes into being, with everything that is in it.
    Create(Beginning<'a>),
    /// Objects and people are added or replaced.
    Import(&'a Import),
    /// A policy is turned on, off, or to report-only.
    Policy {
        /// Its id or its name.
        policy: &'a str,
        /// What it shall be.
        state: State,
    },
    /// Objects and people are changed one by one.
    Edits(&'a Edits),
}

/// A change with what somebody accepts for it.
#[derive(Clone, Copy, Debug)]
pub struct Proposal<'a> {
    /// The change.
    pub change: Change<'a>,
    /// What it may bring with it.
    pub accepted: &'a [Acceptance],
    /// Who wants it: a person's id or the name of a command.
    pub actor: &'a str,
}

/// That findings of a rule are accepted for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// The rule.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// The last day, at most [`LONGEST`] days from now.
    pub until: Date,
}

/// What became of a proposal.
#[derive(Debug)]
pub enum Outcome {
    /// It is made.
    Done {
        /// What an import brought.
        imported: Imported,
        /// Lockouts and weaknesses that it brings and that were accepted.
        accepted: Vec<Finding>,
        /// What was proved of the tenant as it is now; `None` where nothing that decides sign-ins was
        /// changed.
        proof: Option<Proof>,
    },
    /// It is not made.
    Refused {
        /// Why.
        why: Refusal,
        /// What was proved of the tenant as it would be. Its findings are those that count.
        proof: Proof,
    },
    /// An acceptance cannot be one; nothing was tried.
    Unacceptable(Unacceptable),
    /// It cannot be made, whatever it would do to people.
    Stopped(Stop),
    /// Others changed the tenant at the same time, again and again.
    Overtaken,
}

/// Why a change cannot be made at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// There is no such policy, or there are several of that name.
    NoSuchPolicy,
    /// There is no such object.
    Absent {
        /// What it would be.
        kind: String,
        /// Its id.
        id: String,
    },
    /// Somebody else changed the object in the meantime.
    Conflict {
        /// What it is.
        kind: String,
        /// Its id.
        id: String,
        /// The object as it is now, as JSON.
        current: String,
    },
    /// Somebody else has the name, or one that only looks different.
    NameTaken(String),
}

/// Why a change is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody would be left who can change policies. Nobody can accept that.
    LastAdmin,
    /// People would be locked out, and nobody accepted it.
    Lockout,
    /// Somebody would get in more cheaply than today, and nobody accepted it.
    Weakness,
    /// What is written cannot be read, so nobody knows what it does.
    Unreadable,
}

/// Why an acceptance is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unacceptable {
    /// Of that rule nothing can be accepted.
    #[error("`last-admin` cannot be accepted: nobody would be left who can undo it")]
    LastAdmin,
    /// There is no such rule.
    #[error("there is no rule `{0}`; `cardea explain` lists them")]
    NoSuchRule(String),
    /// It says no reason.
    #[error("an acceptance needs a reason")]
    NoReason,
    /// It has ended, or ends too late.
    #[error("an acceptance ends within {LONGEST} days from today; `{0}` is not such a day")]
    End(String),
}

/// Tries a change, proves it, and makes it if it may be made.
///
/// # Errors
/// The database failed, or the tenant in it cannot be read.
pub async fn admit(
    store: &Store,
    proposal: &Proposal<'_>,
    now: Timestamp,
) -> Result<Outcome, Failure> {
    if let Some(unacceptable) = proposal.accepted.iter().find_map(|it| it.fault(now)) {
        return Ok(Outcome::Unacceptable(unacceptable));
    }
    if let Change::Edits(Edits { effect: Effect::Describes, .. }) = proposal.change {
        return Box::pin(describe(store, proposal, now)).await;
    }
    for _ in 0..ATTEMPTS {
        // Tenants and proofs are big, and whoever calls keeps this future on the stack.
        if let Some(outcome) = Box::pin(attempt(store, proposal, now)).await? {
            return Ok(outcome);
        }
    }
    Ok(Outcome::Overtaken)
}

/// One attempt; `None` if another change came between.
async fn attempt(
    store: &Store,
    proposal: &Proposal<'_>,
    now: Timestamp,
) -> Result<Option<Outcome>, Failure> {
    let mut reader = store.read().await?;
    let revision = reader.revision().await?;
    let before = proof::Candidate::read(&mut reader, now).await?;
    drop(reader);
    let mut trial = store.write().await?;
    if trial.revision().await? != revision {
        return Ok(None);
    }
    let audited = trial.audit(now, &proposal.entry(&[], None)).await?;
    if let Err(stop) = proposal.change.apply(&mut trial, &audited, now).await? {
        return Ok(Some(Outcome::Stopped(stop)));
    }
    let after = proof::Candidate::read(&mut trial, now).await?;
    drop(trial);
    let compared = Comparison::of(before, after).await?;
    let judged = judge(proposal, &compared);
    let mut proof = compared.after;
    match judged {
        Ok(accepted) => make(store, proposal, (revision, now), (accepted, proof)).await,
        Err((why, findings)) => {
            proof.report.findings = findings;
            proof.report.accepted.clear();
            note_refusal(store, proposal, &proof, now).await?;
            Ok(Some(Outcome::Refused { why, proof }))
        }
    }
}

/// Makes a change that was proved; `None` if the tenant is not the one any more that it was tried on.
async fn make(
    store: &Store,
    proposal: &Proposal<'_>,
    (revision, now): (u64, Timestamp),
    (accepted, proof): (Vec<Finding>, Proof),
) -> Result<Option<Outcome>, Failure> {
    let mut transaction = store.write().await?;
    if transaction.revision().await? != revision {
        return Ok(None);
    }
    let entry = proposal.entry(&accepted, Some(&proof));
    let entry = proposal.with_objects(entry, &mut transaction).await?;
    let audited = transaction.audit(now, &entry).await?;
    let imported = match proposal.change.apply(&mut transaction, &audited, now).await? {
        Ok(imported) => imported,
        Err(stop) => return Ok(Some(Outcome::Stopped(stop))),
    };
    kept::acceptances(&mut transaction, &audited, (proposal.accepted, &accepted)).await?;
    transaction.commit().await?;
    Ok(Some(Outcome::Done { imported, accepted, proof: Some(proof) }))
}

/// Makes a change that decides nothing.
async fn describe(
    store: &Store,
    proposal: &Proposal<'_>,
    now: Timestamp,
) -> Result<Outcome, Failure> {
    let mut transaction = store.write().await?;
    let entry = proposal.with_objects(proposal.entry(&[], None), &mut transaction).await?;
    let audited = transaction.audit(now, &entry).await?;
    match proposal.change.apply(&mut transaction, &audited, now).await? {
        Ok(imported) => {
            transaction.commit().await?;
            Ok(Outcome::Done { imported, accepted: Vec::new(), proof: None })
        }
        Err(stop) => Ok(Outcome::Stopped(stop)),
    }
}

/// The findings that the change brings and that are accepted; or why it is not made, and the
/// findings that say so.
fn judge(
    proposal: &Proposal<'_>,
    compared: &Comparison,
) -> Result<Vec<Finding>, (Refusal, Vec<Finding>)> {
    // Turning a policy off asks less of everybody, and may be a step out of a lockout.
    if proposal.change.is_easing() {
        return Ok(Vec::new());
    }
    let (before, after) = (compared.before.as_ref(), &compared.after);
    let last_admin = after.last_admin();
    // An export that lists no roles says nothing about them; here it says that nobody has one.
    let left = before.is_some_and(|before| before.is_staffed() && !after.is_staffed());
    if !last_admin.is_empty() || left {
        return Err((Refusal::LastAdmin, last_admin));
    }
    let of = |severity| compared.brought().filter(move |it| it.severity == severity);
    // Exports bring what nobody can read; what is written here one by one has to be readable.
    if matches!(proposal.change, Change::Edits(_)) {
        let unread: Vec<Finding> = of(Severity::Input).cloned().collect();
        if !unread.is_empty() {
            return Err((Refusal::Unreadable, unread));
        }
    }
    let is_accepted =
        |finding: &&Finding| proposal.accepted.iter().any(|it| it.rule == finding.rule);
    // An exemption says itself whom it lets in more cheaply, under which control, and until when.
    let weaknesses = if proposal.change.is_exemption() {
        Vec::new()
    } else {
        compared.weaknesses(proposal.change.is_of_policies())
    };
    let all = of(Severity::Lockout).chain(weaknesses);
    let (accepted, open): (Vec<&Finding>, Vec<&Finding>) = all.partition(is_accepted);
    let why = match open.first() {
        None => return Ok(accepted.into_iter().cloned().collect()),
        // Lockouts come first.
        Some(first) if first.severity == Severity::Lockout => Refusal::Lockout,
        Some(_) => Refusal::Weakness,
    };
    Err((why, open.into_iter().cloned().collect()))
}

impl Acceptance {
    /// Why it is none; `None` where it is one.
    pub(crate) fn fault(&self, now: Timestamp) -> Option<Unacceptable> {
        let today = day(now);
        if self.rule == LAST_ADMIN {
            Some(Unacceptable::LastAdmin)
        } else if cardea_check::rules::named(&self.rule).is_none() {
            Some(Unacceptable::NoSuchRule(self.rule.clone()))
        } else if self.reason.trim().is_empty() {
            Some(Unacceptable::NoReason)
        } else if self.until < today || today.days_until(self.until) > LONGEST {
            Some(Unacceptable::End(self.until.to_string()))
        } else {
            None
        }
    }
}

impl Change<'_> {
    /// Whether it can only make policies ask less.
    fn is_easing(self) -> bool {
        match self {
            Self::Policy { state: State::Disabled | State::ReportOnly, .. } => true,
            Self::Edits(edits) => edits.is_easing(),
            Self::Policy { state: State::Enabled, .. } | Self::Create(..) | Self::Import(_) => {
                false
            }
        }
    }

    /// Whether somebody comes out of a policy for some hours.
    fn is_exemption(self) -> bool {
        matches!(self, Self::Edits(edits) if edits.is_exemption())
    }

    /// Whether nothing but policies is changed.
    fn is_of_policies(self) -> bool {
        match self {
            Self::Policy { .. } => true,
            Self::Edits(edits) => edits.is_of_policies(),
            Self::Create(..) | Self::Import(_) => false,
        }
    }

    fn words(self) -> (&'static str, String) {
        match self {
            Self::Create(new) => ("Create tenant", new.tenant.id.clone()),
            Self::Import(_) => ("Import objects", String::from("tenant")),
            Self::Policy { policy, .. } => ("Update conditional access policy", policy.to_owned()),
            Self::Edits(edits) => (edits.activity, edits.target.clone()),
        }
    }

    /// Writes it; or says why it cannot be made.
    pub(crate) async fn apply(
        self,
        transaction: &mut Transaction,
        audited: &Audited,
        now: Timestamp,
    ) -> Result<Result<Imported, Stop>, Failure> {
        match self {
            Self::Create(Beginning { tenant, import, credentials }) => {
                if transaction.tenant().await?.is_some() {
                    return Err(Failure::TenantExists);
                }
                transaction.put_tenant(audited, tenant).await?;
                kept::settings(transaction, audited, import).await?;
                let imported = import.apply(transaction, audited).await?;
                for credential in credentials {
                    credential.keep(transaction, audited).await?;
                }
                Ok(Ok(imported))
            }
            Self::Import(import) => {
                kept::settings(transaction, audited, import).await?;
                Ok(Ok(import.apply(transaction, audited).await?))
            }
            Self::Policy { policy, state } => {
                let Some(mut object) = policy_named(transaction, policy).await? else {
                    return Ok(Err(Stop::NoSuchPolicy));
                };
                let state = json::quoted(state.name());
                let fields = [Field::With("state", &state)];
                object.json = json::rewritten(&object.json, &fields, Spacing::Compact)?;
                object.changed = now;
                transaction.put_object(audited, &object).await?;
                Ok(Ok(Imported { replaced: 1, ..Imported::default() }))
            }
            Self::Edits(edits) => edits.apply(transaction, audited).await,
        }
    }
}

async fn note_refusal(
    store: &Store,
    proposal: &Proposal<'_>,
    proof: &Proof,
    now: Timestamp,
) -> Result<(), Failure> {
    let entry = proposal.entry(&[], Some(proof));
    let entry = AuditEntry {
        action: format!("{} (refused)", entry.action),
        json: json!({"findings": told(&proof.report.findings), "proof": proof.fingerprint})
            .to_string(),
        ..entry
    };
    let mut transaction = store.write().await?;
    transaction.audit(now, &entry).await?;
    Ok(transaction.commit().await?)
}

/// The policy with this id, or the only one with this name.
async fn policy_named(
    store: &mut store::Snapshot,
    policy: &str,
) -> Result<Option<store::Object>, Failure> {
    if let Some(object) = store.object(POLICY, policy).await? {
        return Ok(Some(object));
    }
    let mut named = store.objects(POLICY).await?.into_iter().filter(|it| it.name == policy);
    Ok(named.next().filter(|_| named.next().is_none()))
}

#[cfg(test)]
mod tests;
