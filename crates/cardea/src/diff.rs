//! `cardea diff`: what a change opens and shuts.

mod compare;
mod revision;
mod show;
mod words;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::arguments::HELP;
use crate::exit::Exit;
use crate::explain::machine;
use crate::files::is_stdin;
use crate::input::Input;
use crate::load::{Loaded, Reading, Settings};
use crate::output::Output;
use crate::progress::Progress;
use crate::settings;

use compare::Comparison;
use revision::Revision;
use show::Versions;

const EXAMPLES: &str = "\
Examples:
  cardea diff before/ after/         two folders
  cardea diff main: .                this folder, against how it was on the branch main
  cardea diff v1:policies v2:policies    two revisions, by the path from the top of the repository

Exit codes:
  0 nothing is weaker or worse   1 something is   2 could not run   3 is undecided";

/// Compares two versions of a tenant by what they do to people, not by what they say
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(crate) struct Arguments {
    /// How it was: a folder, a file, or a revision of git such as `main:`
    #[arg(value_name = "OLD")]
    old: String,
    /// How it is
    #[arg(value_name = "NEW", default_value = ".")]
    new: String,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Exit with 0 whatever is found
    #[arg(long)]
    exit_zero: bool,
    #[command(flatten)]
    reading: Reading,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
}

/// Where a version is.
enum Side {
    Path(PathBuf),
    Revision(Revision),
}

impl Side {
    /// A path where there is one, else a revision.
    fn of(text: &str) -> Result<Self> {
        let path = Path::new(text);
        if is_stdin(path) {
            bail!("standard input cannot be compared\nhelp: name a folder, a file or a revision");
        }
        if path.exists() {
            return Ok(Self::Path(path.to_owned()));
        }
        if text.contains(':') {
            return Ok(Self::Revision(Revision::of(text)?));
        }
        bail!("`{text}` does not exist\nhelp: a revision is written with a colon: `{text}:`")
    }

    fn read(&self) -> Result<Input> {
        match self {
            Self::Path(path) => Input::read(std::slice::from_ref(path)),
            Self::Revision(revision) => revision.read(),
        }
    }

    fn settings(&self) -> Result<Option<Settings>> {
        match self {
            Self::Path(path) => {
                let found = settings::find(std::slice::from_ref(path))?;
                found.as_deref().map(Settings::read).transpose()
            }
            Self::Revision(revision) => revision.settings(),
        }
    }
}

/// Compares. Both versions are proved under the settings of the new one, so that only the tenant
/// makes a difference.
///
/// # Errors
/// A version cannot be read.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    let progress = Progress::start("reading");
    let (old, new) = (Side::of(&arguments.old)?, Side::of(&arguments.new)?);
    let settings = match &arguments.reading.config {
        Some(path) => Some(Settings::read(path)?),
        None => new.settings()?,
    };
    let load = |side: &Side, name: &str| {
        let from = format!("`{name}`");
        Loaded::from(side.read()?, settings.as_ref(), (&from, &arguments.reading))
            .with_context(|| format!("cannot read {from}"))
    };
    let (old, new) = (load(&old, &arguments.old)?, load(&new, &arguments.new)?);
    progress.turn_to("comparing");
    let comparison = Comparison::of(&old, &new);
    drop(progress);
    if let Some(witness) = comparison.difference.defects.first() {
        bail!(
            "a sign-in that was found does not replay; this is a defect of Cardea, not of the \
             tenant: {}",
            words::sign_in(witness, &new.lowered.names)
        );
    }
    let versions = Versions { old: &old, new: &new };
    let text = match arguments.format {
        Format::Human => show::human(&comparison, versions, &output.terminal()),
        Format::Json => machine(&show::machine(&comparison, versions)),
    };
    output.write(&text, None)?;
    let exit = comparison.exit(new.config.fail_on);
    Ok(if arguments.exit_zero { exit.lenient() } else { exit })
}
