//! `cardea check`: what holds, what does not, and what to do about it.

use std::env;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use cardea_check::assemble;
use cardea_check::fix::Effort;
use cardea_check::render::{self, Terminal};
use cardea_check::report::{Report, Severity};
use cardea_graph::source::Sources;
use clap::ValueEnum;

use crate::arguments::HELP;
use crate::clock;
use crate::exit::Exit;
use crate::load::{Loaded, Reading};
use crate::output::Output;
use crate::progress::Progress;
use crate::verify;

const EXAMPLES: &str = "\
Examples:
  cardea check my-tenant/                    a folder, a file, or `-` for standard input
  cardea check my-tenant/ --as-if-enabled    what if the report-only policies were on?
  cardea check policies.json people.json --fail-on lockout
  cardea check my-tenant/ --format sarif --output cardea.sarif

Exit codes:
  0 everything is proved   1 something is refuted   2 could not run   3 something is undecided";

/// Proves who gets in and who cannot, or shows how it fails
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(crate) struct Arguments {
    /// Exports of the tenant: files, folders, or `-`
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How to print the report
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Print into a file
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write a certificate that `cardea verify` can check
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// The least severity that makes the exit code 1; the settings may say another
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<FailOn>,
    /// Do not look for fixes, which takes most of the time
    #[arg(long)]
    no_fixes: bool,
    /// Exit with 0 whatever is found
    #[arg(long)]
    exit_zero: bool,
    #[command(flatten)]
    reading: Reading,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Concise,
    Json,
    Sarif,
    Github,
    Html,
}

/// The severities of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Lockout,
    Weakness,
    Doubt,
    Note,
}

impl FailOn {
    fn severity(self) -> Severity {
        match self {
            Self::Lockout => Severity::Lockout,
            Self::Weakness => Severity::Weakness,
            Self::Doubt => Severity::Doubt,
            Self::Note => Severity::Note,
        }
    }
}

impl Arguments {
    /// How hard to look for fixes: not at all where none would be shown.
    fn effort(&self) -> Effort {
        match self.format {
            Format::Concise | Format::Github => Effort::NONE,
            Format::Human | Format::Json | Format::Sarif | Format::Html if self.no_fixes => {
                Effort::NONE
            }
            Format::Human | Format::Json | Format::Sarif | Format::Html => Effort::default(),
        }
    }
}

/// Checks.
///
/// # Errors
/// The run cannot be made.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    let started = clock::now();
    let progress = Progress::start("reading");
    let Loaded { lowered, config, .. } = Loaded::of(&arguments.paths, &arguments.reading)?;
    progress.turn_to("proving");
    let mut report = assemble::run(&lowered, &config, arguments.effort());
    report.elapsed_ms = clock::elapsed_ms(started);
    if let Some(path) = &arguments.certificate {
        progress.turn_to("certifying");
        let text = verify::certificate(&lowered, &config, &arguments.reading)?;
        output.write(&text, Some(path))?;
    }
    progress.turn_to("writing");
    let sources = &lowered.export.sources;
    let terminal = match &arguments.output {
        None => output.terminal(),
        Some(_) => output.file(),
    };
    let text = rendered(&report, sources, arguments.format, &terminal);
    drop(progress);
    output.write(&text, arguments.output.as_deref())?;
    if arguments.format == Format::Github {
        summarise(&report, sources)?;
    }
    let fail_on = arguments.fail_on.map_or(config.fail_on, FailOn::severity);
    let exit = Exit::of(&report, fail_on);
    Ok(if arguments.exit_zero { exit.lenient() } else { exit })
}

fn rendered(report: &Report, sources: &Sources, format: Format, terminal: &Terminal) -> String {
    match format {
        Format::Human => render::human(report, sources, terminal),
        Format::Concise => render::concise(report, sources, terminal.charset),
        Format::Json => render::json(report, sources),
        Format::Sarif => render::sarif(report, sources),
        Format::Github => render::github(report, sources),
        Format::Html => render::html(report, sources),
    }
}

/// In a GitHub workflow, everything goes into the summary of the step, which shows more than the
/// ten annotations of a kind.
fn summarise(report: &Report, sources: &Sources) -> Result<()> {
    let Some(path) = env::var_os("GITHUB_STEP_SUMMARY") else { return Ok(()) };
    let summary = render::github_summary(report, sources);
    let file = OpenOptions::new().append(true).create(true).open(&path);
    file.and_then(|mut file| file.write_all(summary.as_bytes()))
        .context("cannot write to the file that GITHUB_STEP_SUMMARY names")
}
