//! `cardea completions`: what the shell offers behind a tab.

use anyhow::Result;
use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::arguments::{self, HELP};
use crate::exit::Exit;
use crate::output::Output;

const EXAMPLES: &str = "\
Examples:
  cardea completions bash > ~/.local/share/bash-completion/completions/cardea
  cardea completions zsh > ~/.zfunc/_cardea
  cardea completions fish > ~/.config/fish/completions/cardea.fish
  cardea completions powershell >> $PROFILE";

/// Prints completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(crate) struct Arguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Prints completions.
///
/// # Errors
/// They cannot be written.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    let mut script = Vec::new();
    let mut command = arguments::Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "cardea", &mut script);
    output.write(&String::from_utf8_lossy(&script), None)?;
    Ok(Exit::Proved)
}
