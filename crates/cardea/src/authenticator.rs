//! `cardea authenticator`: passkeys on this computer, in the tenant's Authenticator and for every website.

mod add;
#[cfg(unix)]
mod approve;
#[cfg(unix)]
mod bridge;
mod ceremony;
#[cfg(unix)]
mod desk;
mod device;
#[cfg(unix)]
mod extension;
#[cfg(unix)]
mod frame;
mod list;
mod manage;
mod mend;
#[cfg(unix)]
mod message;
mod passkeys;
mod pin;
mod place;
mod profiles;
#[cfg(unix)]
mod screen;
mod secrets;
mod sign_in;
mod table;
mod tenant;
mod terminal;
mod travel;
mod wall;

#[cfg(unix)]
use std::io::IsTerminal as _;

use anyhow::Result;
use clap::CommandFactory as _;
use place::Where;

use crate::arguments::HELP;
use crate::exit::Exit;
use crate::output::Output;

const EXAMPLES: &str = "\
Examples:
  cardea authenticator add kim@contoso.example --tenant https://id.contoso.example --platform android
  cardea authenticator list
  cardea authenticator sign-in https://id.contoso.example --profile work
  cardea authenticator install-extension      once: lets Chromium use the passkeys
  cardea authenticator approve                waits for browsers, and asks about each request
  cardea authenticator profiles               the profiles, which do not see each other's passkeys";

/// Keeps passkeys in a vault on this computer, and signs in with them
#[derive(Debug, clap::Args)]
#[command(
    after_help = EXAMPLES,
    help_template = HELP,
    disable_help_subcommand = true
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    place: Where,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Add(add::Arguments),
    List(list::Arguments),
    SignIn(manage::SignIn),
    Rename(manage::Renaming),
    Remove(manage::Removing),
    Mend(mend::Arguments),
    #[cfg(unix)]
    Approve(approve::Arguments),
    Device(device::Arguments),
    Profiles(profiles::List),
    Profile(profiles::Arguments),
    ChangePin(pin::Arguments),
    Export(travel::Export),
    Import(travel::Import),
    #[cfg(unix)]
    InstallExtension(extension::Arguments),
    #[cfg(unix)]
    Bridge(bridge::Arguments),
}

/// Does what is asked.
///
/// # Errors
/// Those of the command.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    let place = &arguments.place;
    let Some(command) = &arguments.command else { return on_screen(place, output) };
    match command {
        Command::Add(it) => add::run(it, place, output),
        Command::List(it) => list::run(it, place, output),
        Command::SignIn(it) => manage::signed_in(it, place, output),
        Command::Rename(it) => manage::renamed(it, place, output),
        Command::Remove(it) => manage::removed(it, place, output),
        Command::Mend(it) => mend::run(it, place, output),
        #[cfg(unix)]
        Command::Approve(it) => approve::run(it, place, output),
        Command::Device(it) => device::run(it, place, output),
        Command::Profiles(it) => profiles::list(it, place, output),
        Command::Profile(it) => profiles::run(it, place, output),
        Command::ChangePin(it) => pin::run(it, place, output),
        Command::Export(it) => travel::export(it, place, output),
        Command::Import(it) => travel::import(it, place, output),
        #[cfg(unix)]
        Command::InstallExtension(it) => extension::run(it, place, output),
        #[cfg(unix)]
        Command::Bridge(it) => bridge::run(it, place),
    }
}

/// The screen, on a terminal that has one; else how the command is used.
fn on_screen(place: &Where, output: &Output) -> Result<Exit> {
    #[cfg(unix)]
    if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        return screen::run(place);
    }
    let _ = place;
    let mut all = crate::arguments::Arguments::command();
    all.build();
    let help = all.find_subcommand_mut("authenticator").map(|it| it.render_help().to_string());
    output.write(&help.unwrap_or_default(), None)?;
    Ok(Exit::CouldNotRun)
}
