//! Passwords that administrators give people.
//!
//! Source: Graph, *authenticationMethod: resetPassword*, and *longRunningOperation*. Nothing here takes
//! long: the password is another one when the answer comes, and the operation that it names is the
//! record of the audit log.

use cardea_store as store;
use cardea_store::{AuditEntry, AuditRecord};
use jiff::Timestamp;
use serde_json::json;
use thiserror::Error;
use zeroize::Zeroizing;

use super::caller::{Caller, Denied, Identity};
use super::right::Right;
use crate::failure::Failure;
use crate::idp::Idp;
use crate::pass;

/// What is done, as the audit log says it.
const ACTIVITY: &str = "Reset password (by admin)";

/// Why somebody may not give a person another password.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// They may not, or not to this person.
    #[error(transparent)]
    NotAllowed(#[from] Denied),
    /// No application does this by itself (Graph).
    #[error("no application may reset passwords by itself; a person with the role has to")]
    Application,
}

/// That a person has another password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reset {
    /// The number of its record in the audit log.
    pub operation: u64,
}

/// A password that nobody chose: sixteen letters, eighty bits.
///
/// # Errors
/// There is no chance to be had.
pub fn generated() -> Result<Zeroizing<String>, Failure> {
    let (one, other) = (pass::text()?, pass::text()?);
    Ok(Zeroizing::new(format!("{}-{}", *one, *other)))
}

impl Idp {
    /// Gives a person another password, and signs them out everywhere. Only people do this, and not to
    /// themselves.
    ///
    /// # Errors
    /// The database failed. A refusal is an answer.
    pub async fn reset_password(
        &self,
        caller: &Caller,
        (person, password): (&str, Zeroizing<String>),
        now: Timestamp,
    ) -> Result<Result<Reset, Refused>, Failure> {
        let snapshot = self.snapshot().await?;
        let roles = super::change::roles_of(&snapshot, person);
        if let Err(denied) = caller.may_to(Right::WriteMethods, person, &roles) {
            return Ok(Err(denied.into()));
        }
        if let Identity::Application { .. } = caller.identity() {
            return Ok(Err(Refused::Application));
        }
        let password = self.hashed(password, now).await?;
        let mut transaction = self.store().write().await?;
        let entry = AuditEntry {
            actor: caller.actor().to_owned(),
            action: ACTIVITY.to_owned(),
            target: person.to_owned(),
            json: json!({ "method": "passwordAuthenticationMethod" }).to_string(),
        };
        let audited = transaction.audit(now, &entry).await?;
        transaction.put_password(&audited, person, &password).await?;
        transaction.revoke_sessions_of(&audited, person, now).await?;
        let operation = audited.number;
        transaction.commit().await?;
        Ok(Ok(Reset { operation }))
    }
}

/// The record of a reset of this person's password.
///
/// # Errors
/// The database failed.
pub async fn operation(
    store: &mut store::Snapshot,
    (person, number): (&str, u64),
) -> Result<Option<AuditRecord>, Failure> {
    let records = store.audit_records(number.checked_add(1), 1).await?;
    let is_it = |it: &AuditRecord| {
        it.number == number && it.entry.action == ACTIVITY && it.entry.target == person
    };
    Ok(records.into_iter().find(is_it))
}
