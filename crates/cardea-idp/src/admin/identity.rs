//! How somebody at the help desk has made sure who calls.

use cardea_store::AuditEntry;
use jiff::Timestamp;
use serde_json::json;

use super::caller::Caller;
use crate::failure::Failure;
use crate::idp::Idp;

impl Idp {
    /// Keeps in the log how a caller of the help desk was recognised, before anything is done for them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn note_identity_check(
        &self,
        caller: &Caller,
        (person, how): (&str, &str),
        now: Timestamp,
    ) -> Result<(), Failure> {
        let entry = AuditEntry {
            actor: caller.actor().to_owned(),
            action: String::from("Check who calls"),
            target: person.to_owned(),
            json: json!({ "identity": how }).to_string(),
        };
        let mut transaction = self.store().write().await?;
        transaction.audit(now, &entry).await?;
        Ok(transaction.commit().await?)
    }
}
