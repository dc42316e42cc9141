//! From arguments to a tenant and its settings.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use cardea_check::config::Config;
use cardea_graph::export::Export;
use cardea_graph::lower::{Lowered, lower};
use cardea_graph::problem::Consequence;
use cardea_graph::recognise::ObjectKind;
use cardea_graph::source::SourceFile;
use cardea_policy::policy::State;
use clap::ValueEnum;

use crate::clock;
use crate::input::{Input, shown};
use crate::settings;

/// What to read, and how.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Reading {
    /// Settings; without, the cardea.toml beside the paths or above them
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Count report-only policies too, with `all` also those that are off
    #[arg(
        long,
        value_name = "all",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "report-only",
        hide_possible_values = true
    )]
    pub as_if_enabled: Option<AsIfEnabled>,
    /// How many memberships are combined where nobody says who is in which group
    #[arg(long, value_name = "K")]
    pub memberships: Option<usize>,
    /// The day to count from, as 2026-12-31; without, today. What ends before it has ended
    #[arg(long, value_name = "DATE")]
    pub on: Option<jiff::civil::Date>,
}

impl Reading {
    fn day(&self) -> String {
        self.on.map_or_else(clock::today, |day| day.to_string())
    }
}

/// Which policies count beside those that are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AsIfEnabled {
    ReportOnly,
    All,
}

/// A tenant and its settings.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The tenant, with the files that it was read from.
    pub lowered: Lowered,
    /// The settings, with the arguments that replace them.
    pub config: Config,
    /// Where the files are, by the path that is shown.
    pub places: BTreeMap<String, PathBuf>,
}

impl Loaded {
    /// Reads the paths and their settings.
    ///
    /// # Errors
    /// A path does not exist, the settings cannot be used, or there is no policy.
    pub(crate) fn of(paths: &[PathBuf], reading: &Reading) -> Result<Self> {
        let settings = match &reading.config {
            Some(path) => Some(path.clone()),
            None => settings::find(paths)?,
        };
        let settings = settings.as_deref().map(Settings::read).transpose()?;
        let names: Vec<String> = paths.iter().map(|path| format!("`{}`", shown(path))).collect();
        Self::from(Input::read(paths)?, settings.as_ref(), (&names.join(", "), reading))
    }

    /// Lowers what was read from somewhere, under these settings.
    ///
    /// # Errors
    /// The settings cannot be used, or there is no policy.
    pub(crate) fn from(
        input: Input,
        settings: Option<&Settings>,
        (from, reading): (&str, &Reading),
    ) -> Result<Self> {
        let Input { mut export, places, others } = input;
        let mut config = match settings {
            None => parsed("", "", &reading.day())?,
            Some(settings) => settings.parsed(&mut export, &reading.day())?,
        };
        config.memberships = reading.memberships.unwrap_or(config.memberships);
        let mut lowered = lower(export);
        if lowered.tenant.policies.is_empty() {
            return Err(no_policies(from, &lowered, others));
        }
        if let Some(beside) = reading.as_if_enabled {
            count_as_enabled(&mut lowered, beside);
        }
        Ok(Self { lowered, config, places })
    }
}

/// A file of settings.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// What it is called in messages.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Settings {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let name = shown(path);
        let bytes = fs::read(path).with_context(|| format!("cannot read `{name}`"))?;
        Ok(Self { name, bytes })
    }

    /// The settings, also put among the sources so that findings can point into them.
    fn parsed(&self, export: &mut Export, today: &str) -> Result<Config> {
        let file = SourceFile::decode(self.name.clone(), self.bytes.clone())
            .map_err(|refused| anyhow!("`{}`: {}", self.name, refused.error))?;
        let mut config = parsed(&file.text, &self.name, today)?;
        config.file = Some(export.sources.add(file));
        Ok(config)
    }
}

fn parsed(text: &str, name: &str, today: &str) -> Result<Config> {
    Config::from_toml(text, today).map_err(|error| {
        let help = error.help.map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        anyhow!("{name}:{}:{}: {}{help}", error.line, error.column, error.message)
    })
}

/// Lets policies count that are not on.
fn count_as_enabled(lowered: &mut Lowered, beside: AsIfEnabled) {
    for policy in &mut lowered.tenant.policies {
        policy.state = match (policy.state, beside) {
            (State::Enabled | State::ReportOnly, _) | (State::Disabled, AsIfEnabled::All) => {
                State::Enabled
            }
            (State::Disabled, AsIfEnabled::ReportOnly) => State::Disabled,
        };
    }
}

/// What was there instead of policies.
fn no_policies(from: &str, lowered: &Lowered, others: usize) -> anyhow::Error {
    let mut seen: Vec<String> =
        lowered.counts.iter().map(|(kind, number)| counted(*number, *kind)).collect();
    if seen.is_empty() {
        seen.push(format!(
            "{} without anything known",
            files(lowered.export.sources.files().len())
        ));
    }
    if others > 0 {
        seen.push(format!("{} that are no JSON, YAML or table", files(others)));
    }
    let mut text = format!("no Conditional Access policy in {from}; saw {}", seen.join(", "));
    let unread = lowered.problems.iter().filter(|it| it.kind.consequence() == Consequence::Unread);
    for problem in unread {
        let at = lowered.export.sources.start(&problem.span);
        let file = lowered.export.sources.file(problem.span.file);
        let path = file.map_or("", |file| file.path.as_str());
        let _ = write!(text, "\nnot read: {path}:{}:{}: {}", at.line, at.column, problem.message);
    }
    text += "\nhelp: export GET /identity/conditionalAccess/policies into the folder";
    anyhow!(text)
}

fn files(number: usize) -> String {
    if number == 1 { "1 file".to_owned() } else { format!("{number} files") }
}

/// So many objects of a kind, in words.
fn counted(number: usize, kind: ObjectKind) -> String {
    let (one, many) = match kind {
        ObjectKind::Policy => ("policy", "policies"),
        ObjectKind::Strength => ("strength", "strengths"),
        ObjectKind::IpLocation | ObjectKind::CountryLocation | ObjectKind::CompliantNetwork => {
            ("named location", "named locations")
        }
        ObjectKind::Group => ("group", "groups"),
        ObjectKind::User | ObjectKind::RegistrationDetails => ("person", "people"),
        ObjectKind::MethodsPolicy | ObjectKind::MethodConfiguration => {
            ("part of the methods policy", "parts of the methods policy")
        }
        ObjectKind::ServicePrincipal
        | ObjectKind::Application
        | ObjectKind::Role
        | ObjectKind::RoleDefinition
        | ObjectKind::RoleAssignment
        | ObjectKind::TermsOfUse
        | ObjectKind::AuthenticationContext
        | ObjectKind::MigrationTable
        | ObjectKind::RegisteredMethod
        | ObjectKind::Device
        | ObjectKind::CrossTenantAccess
        | ObjectKind::DeviceRegistration => ("other object", "other objects"),
    };
    format!("{number} {}", if number == 1 { one } else { many })
}
