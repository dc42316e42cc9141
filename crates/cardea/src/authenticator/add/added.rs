//! A passkey that was added, and what is said of it.

use anyhow::Result;
use cardea_authenticator::client::CreationOptions;
use cardea_web::authenticator::Registered;
use serde_json::json;

use super::super::sign_in::refused;
use super::super::tenant::Tenant;

/// A passkey that was added.
pub(in super::super) struct Added {
    pub(super) id: String,
    pub(super) profile: String,
    pub(super) account: String,
    pub(super) model: Model,
}

/// Whether the tenant can be sure of what made the passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Model {
    Proven,
    /// It wants no proof from this person.
    NotAsked,
    Unproven,
}

/// What the tenant makes of it.
pub(super) fn proven(
    tenant: &Tenant,
    registered: &Registered,
    options: &CreationOptions,
) -> Result<Model> {
    let there = tenant.passkeys()?.map_err(|problem| refused(&problem))?.value;
    let is_attested = there.iter().any(|it| it.id == registered.id && it.attested);
    Ok(match (is_attested, options.attestation.as_str()) {
        (true, _) => Model::Proven,
        (false, "direct" | "indirect" | "enterprise") => Model::Unproven,
        (false, _) => Model::NotAsked,
    })
}

impl Added {
    /// What a person reads.
    pub(in super::super) fn told(&self) -> String {
        let unproven = match self.model {
            Model::Proven | Model::NotAsked => "",
            Model::Unproven => {
                "    its model is unproven: the tenant has not certified this installation\n"
            }
        };
        let first = format!("ok  passkey added to profile {}", self.profile);
        format!("{first:<40}this profile only; add others with --profile\n{unproven}")
    }

    /// What a script reads.
    pub(super) fn json(&self) -> Result<String> {
        let value = json!({
            "id": self.id, "profile": self.profile, "account": self.account,
            "attested": self.model == Model::Proven,
        });
        Ok(serde_json::to_string_pretty(&value)? + "\n")
    }
}
