//! `cardea man`: the manual.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;
use clap_mangen::Man;

use crate::arguments::{self, HELP};
use crate::exit::Exit;
use crate::output::Output;
use crate::write::{Target, replace};

const EXAMPLES: &str = "\
Examples:
  cardea man | man -l -             read it
  cardea man ~/.local/share/man/man1    install the pages of all commands";

/// Prints the manual, or writes its pages into a folder
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(crate) struct Arguments {
    /// The folder for one page per command
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Prints or writes the manual.
///
/// # Errors
/// It cannot be written.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    let mut command = arguments::Arguments::command();
    command.build();
    let Some(folder) = &arguments.folder else {
        let page = page(&command)?;
        output.write(&String::from_utf8_lossy(&page), None)?;
        return Ok(Exit::Proved);
    };
    let mut targets = Vec::new();
    for command in std::iter::once(&command).chain(command.get_subcommands()) {
        let name = Man::new(command.clone()).get_filename();
        targets.push(Target::any(folder.join(name), page(command)?));
    }
    let _guard = output.interrupts().held_back();
    replace(&targets)?;
    Ok(Exit::Proved)
}

fn page(command: &clap::Command) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page).context("cannot write the manual")?;
    Ok(page)
}
