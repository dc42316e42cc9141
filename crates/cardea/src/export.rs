//! `cardea export`: a running tenant as files that `cardea check` and `cardea import` read.

use std::path::PathBuf;

use anyhow::Result;
use cardea_idp::export;

use crate::arguments::HELP;
use crate::data::{Data, Where, waiting};
use crate::exit::Exit;
use crate::output::Output;
use crate::write::{Target, replace};

const EXAMPLES: &str = "\
Examples:
  cardea export my-tenant/        one file per object, people in lists
  cardea check my-tenant/

The same tenant gives the same bytes. Secrets and sign-ins are left out. Other files that are in
the folder stay.";

/// Gives a tenant back as an export of Graph
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(crate) struct Arguments {
    /// The folder to write into
    #[arg(value_name = "PATH")]
    path: PathBuf,
    #[command(flatten)]
    place: Where,
}

/// Exports.
///
/// # Errors
/// The tenant cannot be read, or the files not be written.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    let data = Data::existing(&arguments.place)?;
    let files = waiting(async {
        let store = data.store_of(&arguments.place).await?;
        let mut reader = store.read().await?;
        Ok(export::files(&mut reader).await?)
    })?;
    let number = files.len();
    let targets = files.into_iter().map(|file| {
        let path = file.path.split('/').fold(arguments.path.clone(), |path, part| path.join(part));
        Target::any(path, file.text.into_bytes())
    });
    let targets: Vec<Target> = targets.collect();
    let _guard = output.interrupts().held_back();
    replace(&targets)?;
    output.say(&format!("{number} files in {}", arguments.path.display()));
    Ok(Exit::Proved)
}
