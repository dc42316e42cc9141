//! `cardea bluetooth-policy`: Windows computers on which Bluetooth is for passkeys only.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow};
use cardea_check::bluetooth::{self, Deviation, Given};
use cardea_check::report::Severity;
use clap::ValueEnum;

use crate::arguments::HELP;
use crate::exit::Exit;
use crate::explain::machine;
use crate::input::shown;
use crate::markdown::bold;
use crate::output::Output;

const EXAMPLES: &str = "\
Examples:
  cardea bluetooth-policy                                     what to type into a custom profile
  cardea bluetooth-policy --format intune > profile.json      what to post to Graph
  cardea bluetooth-policy --format powershell > passkeys.ps1  a script for one computer
  cardea bluetooth-policy profile.json                        what a profile that exists does

Exit codes, for a profile that exists:
  0 passkeys only   1 passkeys do not work, or something else does   2 could not run   3 not decided";

/// Lets Windows use Bluetooth for passkeys only, or checks a profile that does
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(crate) struct Arguments {
    /// Profiles of Intune that exist, as Graph gives them, to be checked
    #[arg(value_name = "FILE", conflicts_with = "format")]
    profile: Option<PathBuf>,
    /// How to write the settings [default: list]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    List,
    Intune,
    Powershell,
}

/// Writes the settings, or checks a profile.
///
/// # Errors
/// The profile cannot be read.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    let Some(profile) = &arguments.profile else {
        let text = match arguments.format.unwrap_or(Format::List) {
            Format::List => bluetooth::list(),
            Format::Intune => machine(&bluetooth::intune()),
            Format::Powershell => bluetooth::powershell(),
        };
        output.write(&text, None)?;
        return Ok(Exit::Proved);
    };
    let name = shown(profile);
    let bytes = fs::read(profile).with_context(|| format!("cannot read `{name}`"))?;
    let given = Given::read(&bytes).map_err(|error| anyhow!("`{name}`: {error}"))?;
    let deviations = given.deviations();
    output.write(&told(&name, &deviations, output.terminal().color), None)?;
    let worst = deviations.iter().map(|it| it.severity).max();
    Ok(match worst {
        None => Exit::Proved,
        Some(severity) if severity >= Severity::Weakness => Exit::Refuted,
        Some(_) => Exit::Undecided,
    })
}

fn told(name: &str, deviations: &[Deviation], color: cardea_check::render::Color) -> String {
    if deviations.is_empty() {
        return format!("{name} lets passkeys through Bluetooth, and nothing else.\n");
    }
    let mut text = String::new();
    for Deviation { severity, message, help } in deviations {
        let severity = bold(severity.as_str(), color);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{severity}: {message}\n  help: {help}");
    }
    text
}
