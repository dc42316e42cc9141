//! `cardea authenticator profiles` and `profile`: places that do not see each other's passkeys.

use anyhow::{Result, bail};
use cardea_authenticator::Binding;
use cardea_authenticator::vault::{OpenedBy, ProfileSummary, Vault};
use serde_json::json;
use zeroize::Zeroizing;

use super::place::Where;
use super::secrets::{PinFrom, Source};
use super::table;
use crate::arguments::HELP;
use crate::exit::Exit;
use crate::output::Output;

/// The profile that is made where none is named.
pub(super) const FIRST: &str = "personal";

const LIST_EXAMPLES: &str = "\
Examples:
  cardea authenticator profiles
  cardea authenticator profiles --json";

const EXAMPLES: &str = "\
Examples:
  cardea authenticator profile add work               its passkeys stay on this device
  cardea authenticator profile add travel --synced    its passkeys can be exported
  cardea authenticator profile remove travel";

/// Lists the profiles
#[derive(Debug, clap::Args)]
#[command(after_help = LIST_EXAMPLES, help_template = HELP)]
pub(super) struct List {
    /// Print it as JSON
    #[arg(long)]
    json: bool,
}

/// Adds or removes a profile
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Add(Add),
    Remove(Remove),
}

/// Adds a profile with a PIN of its own
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
struct Add {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    /// Its passkeys can be exported to another installation; websites are told so
    #[arg(long)]
    synced: bool,
    #[command(flatten)]
    pin: PinFrom,
}

/// Removes a profile with all its passkeys from this device
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
struct Remove {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    /// Remove its passkeys, too; nobody can bring them back
    #[arg(long)]
    with_passkeys: bool,
    #[command(flatten)]
    pin: PinFrom,
}

/// Lists.
///
/// # Errors
/// The vault cannot be opened.
pub(super) fn list(arguments: &List, place: &Where, output: &Output) -> Result<Exit> {
    let profiles = place.open()?.profiles();
    let text = if arguments.json {
        let value: Vec<_> = profiles
            .iter()
            .map(|it| json!({ "name": it.name, "passkeys": kind(it.binding), "tries": tries(it) }))
            .collect();
        serde_json::to_string_pretty(&value)? + "\n"
    } else if profiles.is_empty() {
        "There is no profile yet. `cardea authenticator add` makes one with the first passkey.\n"
            .to_owned()
    } else {
        let rows = profiles.iter().map(|it| {
            let tries = match tries(it) {
                Some(0) => "blocked; it can only be removed".to_owned(),
                Some(tries) => format!("{tries} tries left"),
                None => "none".to_owned(),
            };
            [it.name.clone(), kind(it.binding).to_owned(), tries]
        });
        table::rendered(["PROFILE", "PASSKEYS", "PIN"], rows)
    };
    output.write(&text, None)?;
    Ok(Exit::Proved)
}

/// Adds or removes.
///
/// # Errors
/// The name or the PIN will not do, or the vault cannot be written.
pub(super) fn run(arguments: &Arguments, place: &Where, output: &Output) -> Result<Exit> {
    let text = match &arguments.command {
        Command::Add(it) => {
            let mut vault = place.open()?;
            let binding = if it.synced { Binding::Synced } else { Binding::DeviceBound };
            if vault.profiles().iter().any(|profile| profile.name == it.name) {
                bail!("there is a profile {} already", it.name);
            }
            let pin = new_pin(it.pin.source(), &it.name)?;
            vault.add_profile(&it.name, binding, Some(&pin))?;
            format!("ok  profile {} added: its passkeys are {}\n", it.name, kind(binding))
        }
        Command::Remove(it) => removed(it, place)?,
    };
    output.write(&text, None)?;
    Ok(Exit::Proved)
}

/// The PIN shows that nobody takes a profile away from its owner by accident. A profile whose PIN is blocked is
/// removed without one, as there is no other use for it.
fn removed(arguments: &Remove, place: &Where) -> Result<String> {
    let mut vault = place.open()?;
    let name = meant(&vault, Some(&arguments.name))?;
    let summary = vault.profiles().into_iter().find(|it| it.name == name);
    let is_blocked = summary.is_some_and(|it| tries(&it) == Some(0));
    if is_blocked && !arguments.with_passkeys {
        bail!(
            "the PIN of profile {name} was wrong too often, and its passkeys are lost\n\
             help: remove it with --with-passkeys, and add the passkeys anew elsewhere"
        );
    }
    if !is_blocked {
        let question = format!("PIN of profile {name}: ");
        let pin = arguments.pin.source().read(&question, "--pin-file or --pin-fd")?;
        let count = vault.unlock(&name, Some(&pin))?.profile.state().credentials().len();
        if count > 0 && !arguments.with_passkeys {
            bail!(
                "profile {name} has passkeys: {count}\n\
                 help: remove each with `cardea authenticator remove`, which tells the websites too, \
                 or remove all with --with-passkeys"
            );
        }
    }
    vault.remove_profile(&name)?;
    Ok(format!("ok  profile {name} removed\n"))
}

/// The profile that is meant: the one that is named, or the only one.
///
/// # Errors
/// There is none of the name, or it is not clear which one is meant.
pub(super) fn meant(vault: &Vault, name: Option<&str>) -> Result<String> {
    let profiles = vault.profiles();
    let names: Vec<&str> = profiles.iter().map(|it| it.name.as_str()).collect();
    match (name, names.as_slice()) {
        (Some(name), names) if names.contains(&name) => Ok(name.to_owned()),
        (None, [only]) => Ok((*only).to_owned()),
        (_, []) => bail!(
            "there is no profile yet\n\
             help: add a passkey with `cardea authenticator add`, or a profile with \
             `cardea authenticator profile add NAME`"
        ),
        (Some(name), names) => {
            bail!("there is no profile {name}\nhelp: there is {}", names.join(", "))
        }
        (None, names) => bail!(
            "there are several profiles, and a passkey can be used only from its own\n\
             help: say which with --profile: {}",
            names.join(", ")
        ),
    }
}

/// A new PIN, which is typed twice.
///
/// # Errors
/// The two differ, or there is no terminal.
pub(super) fn new_pin(source: Source<'_>, profile: &str) -> Result<Zeroizing<String>> {
    let pin = source.read(&format!("New PIN for profile {profile}: "), "--pin-file or --pin-fd")?;
    if source == Source::Keyboard && source.read("again: ", "--pin-file or --pin-fd")? != pin {
        bail!("the two differ; nothing was changed\nhelp: try again");
    }
    Ok(pin)
}

/// How passkeys of a profile are called.
pub(super) const fn kind(binding: Binding) -> &'static str {
    match binding {
        Binding::DeviceBound => "device-bound",
        Binding::Synced => "synced",
    }
}

fn tries(profile: &ProfileSummary) -> Option<u8> {
    match profile.opened_by {
        OpenedBy::Installation => None,
        OpenedBy::Pin { retries } => Some(retries),
    }
}
