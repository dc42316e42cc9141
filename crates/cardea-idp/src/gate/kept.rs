//! What a change leaves in the tenant's settings.

use std::fmt::Write as _;

use cardea_check::report::Finding;
use cardea_store as store;
use cardea_store::{Audited, Transaction};

use super::Acceptance;
use crate::failure::Failure;
use crate::import::Import;
use crate::json;
use crate::settings::Settings;

/// Keeps the `cardea.toml` that an import brought.
pub(super) async fn settings(
    transaction: &mut Transaction,
    audited: &Audited,
    import: &Import,
) -> Result<(), Failure> {
    let Some(text) = &import.settings else { return Ok(()) };
    change_settings(transaction, audited, |settings| settings.check.clone_from(text)).await
}

/// Writes into the tenant's `cardea.toml` what was accepted, so that it is known when it ends.
pub(super) async fn acceptances(
    transaction: &mut Transaction,
    audited: &Audited,
    (acceptances, findings): (&[Acceptance], &[Finding]),
) -> Result<(), Failure> {
    let used = acceptances.iter().filter(|it| findings.iter().any(|found| found.rule == it.rule));
    let mut text = String::new();
    for it in used {
        // The escapes of a JSON string are escapes of a TOML string too.
        let (rule, reason) = (json::quoted(&it.rule), json::quoted(&it.reason));
        let until = it.until;
        // Writing to a string cannot fail.
        let _ = write!(text, "\n[[accept]]\nrule = {rule}\nreason = {reason}\nuntil = {until}\n");
    }
    if text.is_empty() {
        return Ok(());
    }
    change_settings(transaction, audited, |settings| settings.check.push_str(&text)).await
}

pub(crate) async fn change_settings(
    transaction: &mut Transaction,
    audited: &Audited,
    change: impl FnOnce(&mut Settings),
) -> Result<(), Failure> {
    let tenant = transaction.tenant().await?.ok_or(Failure::NoTenant)?;
    let mut settings = Settings::of(&tenant)?;
    change(&mut settings);
    let tenant = store::Tenant { settings: settings.to_text()?, ..tenant };
    Ok(transaction.put_tenant(audited, &tenant).await?)
}
