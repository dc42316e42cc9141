//! `cardea authenticator export` and `import`: passkeys of a synced profile on their way to another installation.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::passkeys::Chosen;
use super::place::Where;
use super::profiles;
use super::secrets::{PinFrom, Source, in_file};
use crate::arguments::HELP;
use crate::exit::Exit;
use crate::output::Output;
use crate::write::{Target, replace};

const EXPORT_EXAMPLES: &str = "\
Examples:
  cardea authenticator export passkeys.cardea --profile travel";

const IMPORT_EXAMPLES: &str = "\
Examples:
  cardea authenticator import passkeys.cardea --profile travel";

/// The largest export that is read. A thousand passkeys have about 700 KiB.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Writes the passkeys of a synced profile into a file, sealed with a passphrase
#[derive(Debug, clap::Args)]
#[command(after_help = EXPORT_EXAMPLES, help_template = HELP)]
pub(super) struct Export {
    /// The file, which must not be there yet
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    with: With,
}

/// Takes in the passkeys of a file into a synced profile
#[derive(Debug, clap::Args)]
#[command(after_help = IMPORT_EXAMPLES, help_template = HELP)]
pub(super) struct Import {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    with: With,
}

#[derive(Debug, clap::Args)]
struct With {
    /// The profile, where there are several
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    #[command(flatten)]
    pin: PinFrom,
    /// Read the passphrase from the first line of a file, as --pin-file does
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl With {
    fn passphrase(&self) -> Source<'_> {
        in_file(self.passphrase_file.as_ref())
    }
}

/// Exports.
///
/// # Errors
/// The profile's passkeys are bound to this device, the passphrase is too short, or the file cannot be written.
pub(super) fn export(arguments: &Export, place: &Where, output: &Output) -> Result<Exit> {
    let mut vault = place.open()?;
    let name = profiles::meant(&vault, arguments.with.profile.as_deref())?;
    let question = format!("PIN of profile {name}: ");
    let pin = arguments.with.pin.source().read(&question, "--pin-file or --pin-fd")?;
    let mut unlocked = vault.unlock(&name, Some(&pin))?;
    let proof = unlocked.verified.take().context("the profile has no PIN")?;
    let question = "Passphrase for the file, at least 12 characters: ";
    let passphrase = arguments.with.passphrase().read(question, "--passphrase-file")?;
    let sealed = unlocked.profile.export(proof, &passphrase)?;
    let count = unlocked.profile.state().credentials().len();
    let _guard = output.interrupts().held_back();
    replace(&[Target::new(&arguments.file, sealed)])?;
    let file = arguments.file.display();
    output.write(&format!("ok  {count} passkeys of profile {name} are in {file}\n"), None)?;
    Ok(Exit::Proved)
}

/// Imports.
///
/// # Errors
/// The profile's passkeys are bound to this device, or the file cannot be opened with the passphrase.
pub(super) fn import(arguments: &Import, place: &Where, output: &Output) -> Result<Exit> {
    let mut vault = place.open()?;
    let with = &arguments.with;
    let chosen = Chosen::new(&mut vault, with.profile.as_deref(), with.pin.source())?;
    let passphrase = with.passphrase().read("Passphrase of the file: ", "--passphrase-file")?;
    let shown = arguments.file.display();
    let length = std::fs::metadata(&arguments.file).map(|it| it.len());
    if length.with_context(|| format!("cannot read `{shown}`"))? > LARGEST {
        anyhow::bail!("`{shown}` is no export of passkeys");
    }
    let sealed =
        std::fs::read(&arguments.file).with_context(|| format!("cannot read `{shown}`"))?;
    let count = chosen.open(&mut vault)?.import(&sealed, &passphrase)?;
    output.write(&format!("ok  {count} new passkeys in profile {}\n", chosen.profile), None)?;
    Ok(Exit::Proved)
}
