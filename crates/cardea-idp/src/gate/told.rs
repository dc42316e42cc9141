//! What the audit log keeps of a change.

use std::collections::BTreeSet;

use cardea_check::report::Finding;
use cardea_store as store;
use cardea_store::AuditEntry;
use serde_json::json;

use super::{Change, Proof, Proposal};
use crate::beginning::Credential;
use crate::failure::Failure;
use crate::json::{self, Field, Spacing};

impl Proposal<'_> {
    pub(super) fn entry(&self, accepted: &[Finding], proof: Option<&Proof>) -> AuditEntry {
        let (action, target) = self.change.words();
        let rules: BTreeSet<&str> = accepted.iter().map(|finding| finding.rule).collect();
        let acceptances = self.accepted.iter().filter(|it| rules.contains(it.rule.as_str()));
        let acceptances: Vec<_> = acceptances
            .map(|it| json!({"rule": it.rule, "reason": it.reason, "until": it.until.to_string()}))
            .collect();
        let (state, credentials) = match self.change {
            Change::Policy { state, .. } => (Some(state.name()), None),
            Change::Create(new) => (None, Some(new.credentials)),
            Change::Import(_) | Change::Edits(_) => (None, None),
        };
        let credentials: Option<Vec<_>> =
            credentials.map(|all| all.iter().map(Credential::told).collect());
        AuditEntry {
            actor: self.actor.to_owned(),
            action: action.to_owned(),
            target,
            json: json!({
                "state": state,
                "credentials": credentials,
                "findings": told(accepted),
                "accepted": acceptances,
                "proof": proof.map(|proof| proof.fingerprint.as_str()),
            })
            .to_string(),
        }
    }
}

impl Proposal<'_> {
    /// The same record, with every object that is edited before and after.
    pub(super) async fn with_objects(
        &self,
        entry: AuditEntry,
        store: &mut store::Snapshot,
    ) -> Result<AuditEntry, Failure> {
        let Change::Edits(edits) = self.change else { return Ok(entry) };
        let told = edits.told(store).await?.to_string();
        let fields = [Field::With("objects", &told)];
        Ok(AuditEntry { json: json::rewritten(&entry.json, &fields, Spacing::Compact)?, ..entry })
    }
}

/// Findings as the audit log keeps them.
pub(super) fn told(findings: &[Finding]) -> Vec<serde_json::Value> {
    let told = findings.iter().map(|it| json!({"rule": it.rule, "message": it.message}));
    told.collect()
}
