//! `cardea authenticator mend`: brings a profile and its tenants together again. A passkey can be here and not
//! there, when a registration broke off or somebody removed it there; and there and not here.

use anyhow::{Result, bail};
use cardea_authenticator::vault::Vault;

use super::manage::{self, Entered, entered, is_one};
use super::passkeys::{self, Chosen, Kept};
use super::place::Where;
use super::secrets::PinFrom;
use super::sign_in::refused;
use super::tenant::{Reach, Tenant};
use super::terminal;
use crate::arguments::HELP;
use crate::exit::Exit;
use crate::output::Output;

const EXAMPLES: &str = "\
Examples:
  cardea authenticator mend                    asks before it removes anything
  cardea authenticator mend --profile work --yes";

/// Finds passkeys that are only here or only at the tenant, and removes what is left over
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(super) struct Arguments {
    /// The profile, where there are several
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Remove without asking
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    pin: PinFrom,
    #[command(flatten)]
    reach: Reach,
}

/// Mends.
///
/// # Errors
/// The vault or the profile cannot be opened or written.
pub(super) fn run(arguments: &Arguments, place: &Where, output: &Output) -> Result<Exit> {
    let mut vault = place.open()?;
    let chosen = Chosen::new(&mut vault, arguments.profile.as_deref(), arguments.pin.source())?;
    let kept = passkeys::kept(&chosen.open(&mut vault)?);
    let mut lines = String::new();
    let mut end = Exit::Proved;
    for passkey in kept.iter().filter(|it| it.address.is_some()) {
        let looked = looked_at(arguments, &mut vault, (&chosen, passkey, &kept));
        match looked {
            Ok(line) => lines += &line,
            Err(error) => {
                let place = passkey.place();
                lines.extend([&passkey.account, " at ", place, ": ", &format!("{error:#}\n")]);
                end = Exit::Undecided;
            }
        }
    }
    if lines.is_empty() {
        let name = &chosen.profile;
        lines.extend([
            "Profile ",
            name,
            " has no passkey of a tenant; there is nothing to mend.\n",
        ]);
    }
    output.write(&lines, None)?;
    Ok(end)
}

/// Looks whether the tenant knows a passkey, and which others it takes to be here.
fn looked_at(
    arguments: &Arguments,
    vault: &mut Vault,
    (chosen, passkey, kept): (&Chosen, &Kept, &[Kept]),
) -> Result<String> {
    let (account, place) = (&passkey.account, passkey.place());
    let tenant = Tenant::at(place, passkey.platform, &arguments.reach)?;
    let tenant = match entered(tenant, vault, chosen, (account, passkey.platform))? {
        Entered::In(tenant, _) => tenant,
        // Whether the tenant knows the passkey is not said.
        Entered::Wall(wall) => bail!("{}", wall.words()),
        Entered::Leftover => {
            let question =
                format!("{account} at {place}: the tenant does not know this passkey. Remove it?");
            if !(arguments.yes || terminal::agrees(&question).is_ok()) {
                return Ok(format!("{account} at {place}: left over, and left here\n"));
            }
            chosen.open(vault)?.remove(&passkey.id)?;
            return Ok(format!("ok  {account} at {place}: left over, removed\n"));
        }
    };
    let there = tenant.passkeys()?.map_err(|problem| refused(&problem))?.value;
    let own = there.iter().find(|it| is_one(it, &passkey.id)).and_then(|it| it.device.clone());
    let mut lines = format!("ok  {account} at {place}: known there\n");
    // Only those that the tenant was told to be in this profile of this device; others are elsewhere.
    for other in there.iter().filter(|it| own.is_some() && it.device == own) {
        if kept.iter().any(|it| is_one(other, &it.id)) {
            continue;
        }
        let name = terminal::plain(&other.display_name);
        let question =
            format!("{place} lists {name} for this profile, and it is not here. Remove it there?");
        if arguments.yes || terminal::agrees(&question).is_ok() {
            manage::delete_there(&tenant, other)?;
            lines.extend(["ok  ", &name, " was not here; removed at ", place, "\n"]);
        } else {
            lines.extend([&name, " is listed at ", place, " and not here; left there\n"]);
        }
    }
    Ok(lines)
}
