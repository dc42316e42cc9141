//! `cardea import`: an export of Graph becomes part of a running tenant.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use cardea_idp::gate::{self, Change, Proposal};
use cardea_idp::import::Import;

use crate::arguments::HELP;
use crate::clock;
use crate::data::{Data, Where, waiting};
use crate::exit::Exit;
use crate::input::Input;
use crate::output::Output;
use crate::proposed::{self, Accepting};
use crate::settings::NAME;

const EXAMPLES: &str = "\
Examples:
  cardea import my-tenant/                   everything that `cardea check` reads
  cardea import policies.json --accept stale-sign-in --reason \"trial\" --until 2026-12-31

What is there already is replaced by id, nothing is removed. A cardea.toml in one of the folders
takes the place of the tenant's.

Exit codes:
  0 it is done   1 it is refused   2 could not run";

/// Takes objects and people of an export into a tenant, once it is proved that they may be
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(crate) struct Arguments {
    /// Exports: files, folders, or `-`
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    accepting: Accepting,
    #[command(flatten)]
    place: Where,
}

/// Imports.
///
/// # Errors
/// It cannot be tried.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    let accepted = arguments.accepting.acceptances()?;
    let data = Data::existing(&arguments.place)?;
    let now = clock::timestamp();
    let mut import = Import::of(&Input::read(&arguments.paths)?.export, now);
    import.settings = settings(&arguments.paths)?;
    for note in &import.notes {
        output.complain(&format!("note: {note}"));
    }
    if import.is_empty() {
        bail!("there is nothing in it that a tenant is made of; nothing was changed");
    }
    let change = Change::Import(&import);
    let proposal = Proposal { change, accepted: &accepted, actor: "cardea import" };
    let outcome = waiting(async {
        let store = data.store_of(&arguments.place).await?;
        Ok(gate::admit(&store, &proposal, now).await?)
    })?;
    proposed::show(&outcome, "the import", output)
}

/// The settings that stand in one of the folders themselves; those above are somebody else's.
fn settings(paths: &[PathBuf]) -> Result<Option<String>> {
    let found = paths.iter().map(|path| path.join(NAME)).find(|path| path.is_file());
    let Some(path) = found else { return Ok(None) };
    let text = fs::read_to_string(&path);
    text.map(Some).with_context(|| format!("cannot read `{}`", path.display()))
}
