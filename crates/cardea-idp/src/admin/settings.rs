//! What the tenant itself is set to: its name, its help desk, and the `cardea.toml` that proofs read.

use cardea_store::AuditEntry;
use jiff::Timestamp;
use serde_json::json;

use super::caller::{Caller, Denied};
use super::right::Right;
use crate::failure::Failure;
use crate::gate::{self, Acceptance, Change, Outcome, Proposal};
use crate::idp::Idp;
use crate::import::Import;
use crate::json;
use crate::settings::Settings;

/// What became of new settings.
#[derive(Debug)]
pub enum Set {
    /// They were tried; the gate says what came of it.
    Tried(Box<Outcome>),
    /// They are none, and why.
    Unreadable(String),
}

impl Idp {
    /// The tenant's `cardea.toml`.
    ///
    /// # Errors
    /// The database failed. A refusal is an answer.
    pub async fn check_settings(&self, caller: &Caller) -> Result<Result<String, Denied>, Failure> {
        if let Err(denied) = caller.may(Right::ReadPolicies) {
            return Ok(Err(denied));
        }
        let tenant = self.store().read().await?.tenant().await?.ok_or(Failure::NoTenant)?;
        Ok(Ok(Settings::of(&tenant)?.check))
    }

    /// Puts another `cardea.toml` in the place of the tenant's, if what is proved with it allows.
    ///
    /// # Errors
    /// The database failed. A refusal is an answer.
    pub async fn change_check_settings(
        &self,
        caller: &Caller,
        text: &str,
        now: Timestamp,
    ) -> Result<Result<Set, Denied>, Failure> {
        if let Err(denied) = caller.may(Right::WriteSettings) {
            return Ok(Err(denied));
        }
        let check = Settings { check: text.to_owned(), ..Settings::default() };
        if let Err(Failure::Unreadable { reason, .. }) = check.config(now) {
            return Ok(Ok(Set::Unreadable(reason)));
        }
        let mut import = Import::default();
        import.settings = Some(text.to_owned());
        let change = Change::Import(&import);
        let proposal = Proposal { change, accepted: &[], actor: caller.actor() };
        let outcome = gate::admit(self.store(), &proposal, now).await?;
        Ok(Ok(Set::Tried(Box::new(outcome))))
    }

    /// Accepts findings of a rule of the tenant as it is.
    ///
    /// # Errors
    /// The database failed. A refusal is an answer.
    pub async fn accept(
        &self,
        caller: &Caller,
        acceptance: &Acceptance,
        now: Timestamp,
    ) -> Result<Result<Set, Denied>, Failure> {
        if let Some(unacceptable) = acceptance.fault(now) {
            let outcome = Outcome::Unacceptable(unacceptable);
            return Ok(Ok(Set::Tried(Box::new(outcome))));
        }
        let before = match self.check_settings(caller).await? {
            Ok(text) => text,
            Err(denied) => return Ok(Err(denied)),
        };
        // The escapes of a JSON string are escapes of a TOML string too.
        let (rule, reason) = (json::quoted(&acceptance.rule), json::quoted(&acceptance.reason));
        let until = acceptance.until;
        let text =
            format!("{before}\n[[accept]]\nrule = {rule}\nreason = {reason}\nuntil = {until}\n");
        self.change_check_settings(caller, &text, now).await
    }

    /// Calls the tenant and its help desk by other names. Nothing is decided by them.
    ///
    /// # Errors
    /// The database failed. A refusal is an answer.
    pub async fn name_tenant(
        &self,
        caller: &Caller,
        (name, help_desk): (&str, &str),
        now: Timestamp,
    ) -> Result<Result<(), Denied>, Failure> {
        if let Err(denied) = caller.may(Right::WriteSettings) {
            return Ok(Err(denied));
        }
        let mut transaction = self.store().write().await?;
        let mut tenant = transaction.tenant().await?.ok_or(Failure::NoTenant)?;
        let entry = AuditEntry {
            actor: caller.actor().to_owned(),
            action: String::from("Update company settings"),
            target: tenant.id.clone(),
            json: json!({
                "before": { "displayName": tenant.display_name, "helpDesk": tenant.help_desk },
                "after": { "displayName": name, "helpDesk": help_desk },
            })
            .to_string(),
        };
        let audited = transaction.audit(now, &entry).await?;
        name.clone_into(&mut tenant.display_name);
        help_desk.clone_into(&mut tenant.help_desk);
        transaction.put_tenant(&audited, &tenant).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }
}
