//! What the prover says of a tenant that is, or would be, in the database.

use std::collections::BTreeSet;

use aws_lc_rs::digest;
use cardea_check::assemble;
use cardea_check::certificate::{certify, claim};
use cardea_check::config::Config;
use cardea_check::fix::Effort;
use cardea_check::render;
use cardea_check::report::{Finding, Report, Severity};
use cardea_check::roll::Roll;
use cardea_graph::export::Export;
use cardea_graph::lower::{Lowered, lower};
use cardea_policy::id::RoleId;
use cardea_store as store;
use jiff::Timestamp;

use super::comparison::Comparison;
use super::{LAST_ADMIN, registered};
use crate::admin::caller::of_roles;
use crate::admin::right::Right;
use crate::failure::Failure;
use crate::json::Spacing;
use crate::settings::Settings;
use crate::snapshot;

/// What was proved.
pub struct Proof {
    /// The report.
    pub report: Report,
    /// The tenant that it is about, with the texts that its findings point into.
    pub lowered: Lowered,
    /// SHA-256 of the certificate of everything that holds, or of the report where a proof does not
    /// make one.
    pub fingerprint: String,
    /// The settings that it was made with.
    pub config: Config,
}

impl Proof {
    /// What is true of the tenant in the database, or of what it would be in this transaction.
    ///
    /// # Errors
    /// The database failed or holds no tenant, or the work was lost.
    pub(crate) async fn of(
        store: &mut store::Snapshot,
        (effort, now): (Effort, Timestamp),
    ) -> Result<Self, Failure> {
        let candidate = Candidate::read(store, now).await?.map(|it| it.with(effort));
        Ok(Comparison::of(None, candidate).await?.after)
    }

    /// The roll of the people whom findings speak of.
    pub fn roll(&self) -> Roll {
        Roll::of(&self.lowered, &self.config)
    }

    /// Whether somebody has a role that may change policies.
    pub(crate) fn is_staffed(&self) -> bool {
        let directory = &self.lowered.tenant.directory;
        let may = |roles: &BTreeSet<RoleId>| of_roles(roles).contains(&Right::WritePolicies);
        let by_group = directory.groups.iter().any(|group| may(&group.roles));
        let direct = |person| directory.direct_roles(person).is_some_and(may);
        directory.people().any(direct)
            || by_group && directory.people().any(|person| may(&directory.person(person).roles))
    }

    /// Findings that nobody would be left who can change policies, whatever is accepted elsewhere.
    pub(crate) fn last_admin(&self) -> Vec<Finding> {
        let refuted = |it: &&Finding| it.rule == LAST_ADMIN && it.severity == Severity::Lockout;
        self.all().filter(refuted).cloned().collect()
    }

    /// Everything that is found, accepted or not.
    pub(super) fn all(&self) -> impl Iterator<Item = &Finding> {
        let accepted = self.report.accepted.iter().map(|accepted| &accepted.finding);
        self.report.findings.iter().chain(accepted)
    }
}

/// The findings in short: the tenant itself would be pages.
impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let findings = self.report.findings.iter().map(|it| (it.rule, &it.message));
        f.debug_struct("Proof")
            .field("findings", &findings.collect::<Vec<_>>())
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}

/// A tenant that is to be proved.
pub(super) struct Candidate {
    export: Export,
    config: Config,
    effort: Effort,
}

impl Candidate {
    /// What the database holds, or what it would hold in this transaction; `None` where that is
    /// nothing.
    ///
    /// # Errors
    /// The database failed, or holds what cannot be read.
    pub(super) async fn read(
        store: &mut store::Snapshot,
        now: Timestamp,
    ) -> Result<Option<Self>, Failure> {
        let Some(tenant) = store.tenant().await? else { return Ok(None) };
        let config = Settings::of(&tenant)?.config(now)?;
        let objects = store.all_objects().await?;
        let registered =
            registered::of_administrators(store, (&objects, &config.break_glass)).await?;
        let mut reader = snapshot::reader(store, objects, Spacing::Indented).await?;
        reader.add("userRegistrationDetails/administrators.json", registered.into_bytes());
        let export = reader.finish();
        Ok(Some(Self { export, config, effort: Effort::NONE }))
    }

    /// With so much trying of fixes.
    pub(super) fn with(self, effort: Effort) -> Self {
        Self { effort, ..self }
    }

    /// Proves it; that takes a while.
    pub(super) fn prove(self) -> Proof {
        let lowered = lower(self.export);
        let report = assemble::run(&lowered, &self.config, self.effort);
        let fingerprint = fingerprint(&lowered, self.config.clone(), &report);
        Proof { report, lowered, fingerprint, config: self.config }
    }
}

fn fingerprint(lowered: &Lowered, config: Config, report: &Report) -> String {
    let config = config.resolved(&lowered.names);
    let mut context = digest::Context::new(&digest::SHA256);
    for file in lowered.export.sources.files() {
        context.update(&file.text.len().to_le_bytes());
        context.update(file.text.as_bytes());
    }
    let claim = claim(&lowered.tenant, &config);
    let text = certify(&lowered.tenant, &claim, hex(context.finish()))
        .ok()
        .and_then(|certificate| serde_json::to_string(&certificate).ok())
        .unwrap_or_else(|| render::json(report, &lowered.export.sources));
    hex(digest::digest(&digest::SHA256, text.as_bytes()))
}

fn hex(digest: digest::Digest) -> String {
    let bytes = digest.as_ref().iter();
    bytes.fold(String::from("sha256:"), |text, byte| text + &format!("{byte:02x}"))
}
