//! `cardea authenticator change-pin`.

use anyhow::{Context as _, Result};
use serde_json::json;

use super::place::Where;
use super::profiles;
use super::secrets::{PinFrom, in_file};
use crate::arguments::HELP;
use crate::exit::Exit;
use crate::output::Output;

const EXAMPLES: &str = "\
Examples:
  cardea authenticator change-pin --profile work
  cardea authenticator change-pin --profile work --pin-file old --new-pin-file new";

/// Gives a profile another PIN
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(super) struct Arguments {
    /// The profile, where there are several
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    #[command(flatten)]
    pin: PinFrom,
    /// Read the new PIN from the first line of a file, as --pin-file does
    #[arg(long, value_name = "FILE")]
    new_pin_file: Option<std::path::PathBuf>,
    /// Print what came of it as JSON
    #[arg(long)]
    json: bool,
}

/// Changes the PIN.
///
/// # Errors
/// The PIN is wrong, or the new one will not do.
pub(super) fn run(arguments: &Arguments, place: &Where, output: &Output) -> Result<Exit> {
    let mut vault = place.open()?;
    let name = profiles::meant(&vault, arguments.profile.as_deref())?;
    let question = format!("PIN of profile {name}: ");
    let pin = arguments.pin.source().read(&question, "--pin-file or --pin-fd")?;
    let mut unlocked = vault.unlock(&name, Some(&pin))?;
    let proof = unlocked.verified.take().context("the profile has no PIN")?;
    let source = in_file(arguments.new_pin_file.as_ref());
    let new = profiles::new_pin(source, &name)?;
    unlocked.profile.change_pin(proof, &new)?;
    let text = if arguments.json {
        serde_json::to_string_pretty(&json!({ "profile": name, "changed": true }))? + "\n"
    } else {
        format!("ok  profile {name} has a new PIN\n")
    };
    output.write(&text, None)?;
    Ok(Exit::Proved)
}
