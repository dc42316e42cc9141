//! `cardea authenticator mend`: brings a profile and its tenants together again. A passkey can be here and not
//! there, when a registration broke off or somebody removed it there; and there and not here.

use anyhow::{Result, bail};
use cardea_authenticator::vault::Vault;
use serde::Serialize;
use serde_json::json;

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
  cardea authenticator mend --profile work --yes
  cardea authenticator mend --profile work --pin-file pin --json     only looks";

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
    /// Print what came of it as JSON; without --yes nothing is removed
    #[arg(long)]
    json: bool,
}

/// What was found about one passkey, and what was done.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    account: String,
    tenant: String,
    #[serde(flatten)]
    what: What,
}

#[derive(Debug, Serialize)]
#[serde(tag = "found", rename_all = "camelCase")]
enum What {
    /// It is here, and the tenant knows it.
    Known,
    /// It is here, and the tenant does not know it.
    LeftOver { removed: bool },
    /// The tenant lists it for this profile, and it is not here.
    NotHere { name: String, removed: bool },
    /// Nobody could be asked.
    Unknown { error: String },
}

/// Mends.
///
/// # Errors
/// The vault or the profile cannot be opened or written.
pub(super) fn run(arguments: &Arguments, place: &Where, output: &Output) -> Result<Exit> {
    let mut vault = place.open()?;
    let chosen = Chosen::new(&mut vault, arguments.profile.as_deref(), arguments.pin.source())?;
    let kept = passkeys::kept(&chosen.open(&mut vault)?);
    let mut found = Vec::new();
    for passkey in kept.iter().filter(|it| it.address.is_some()) {
        let looked = looked_at(arguments, &mut vault, (&chosen, passkey, &kept));
        found.extend(looked.unwrap_or_else(|error| {
            vec![Found::of(passkey, What::Unknown { error: format!("{error:#}") })]
        }));
    }
    let text = if arguments.json {
        let value = json!({ "profile": chosen.profile, "passkeys": found });
        serde_json::to_string_pretty(&value)? + "\n"
    } else if found.is_empty() {
        let name = &chosen.profile;
        format!("Profile {name} has no passkey of a tenant; there is nothing to mend.\n")
    } else {
        found.iter().map(Found::told).collect()
    };
    output.write(&text, None)?;
    let unknown = found.iter().any(|it| matches!(it.what, What::Unknown { .. }));
    Ok(if unknown { Exit::Undecided } else { Exit::Proved })
}

/// Looks whether the tenant knows a passkey, and which others it takes to be here.
fn looked_at(
    arguments: &Arguments,
    vault: &mut Vault,
    (chosen, passkey, kept): (&Chosen, &Kept, &[Kept]),
) -> Result<Vec<Found>> {
    let (account, place) = (&passkey.account, passkey.place());
    let roots = arguments.reach.roots(passkey.roots.as_deref())?;
    let tenant = Tenant::at(place, passkey.platform, roots.as_deref())?;
    let tenant = match entered(tenant, vault, chosen, (account, passkey.platform))? {
        Entered::In(tenant, _) => tenant,
        // Whether the tenant knows the passkey is not said.
        Entered::Wall(wall) => bail!("{}", wall.words()),
        Entered::Leftover => {
            let question =
                format!("{account} at {place}: the tenant does not know this passkey. Remove it?");
            let removed = arguments.may_remove(&question);
            if removed {
                chosen.open(vault)?.remove(&passkey.id)?;
            }
            return Ok(vec![Found::of(passkey, What::LeftOver { removed })]);
        }
    };
    let there = tenant.passkeys()?.map_err(|problem| refused(&problem))?.value;
    let own = there.iter().find(|it| is_one(it, &passkey.id)).and_then(|it| it.device.clone());
    let mut found = vec![Found::of(passkey, What::Known)];
    // Only those that the tenant was told to be in this profile of this device; others are elsewhere.
    for other in there.iter().filter(|it| own.is_some() && it.device == own) {
        if kept.iter().any(|it| is_one(other, &it.id)) {
            continue;
        }
        let name = terminal::plain(&other.display_name);
        let question =
            format!("{place} lists {name} for this profile, and it is not here. Remove it there?");
        let removed = arguments.may_remove(&question);
        if removed {
            manage::delete_there(&tenant, other)?;
        }
        found.push(Found::of(passkey, What::NotHere { name, removed }));
    }
    Ok(found)
}

impl Arguments {
    /// Whoever reads JSON is a program, and is not asked.
    fn may_remove(&self, question: &str) -> bool {
        self.yes || (!self.json && terminal::agrees(question).is_ok())
    }
}

impl Found {
    fn of(passkey: &Kept, what: What) -> Self {
        Self { account: passkey.account.clone(), tenant: passkey.place().to_owned(), what }
    }

    /// What a person reads.
    fn told(&self) -> String {
        let Self { account, tenant, what } = self;
        match what {
            What::Known => format!("ok  {account} at {tenant}: known there\n"),
            What::LeftOver { removed: true } => {
                format!("ok  {account} at {tenant}: left over, removed\n")
            }
            What::LeftOver { removed: false } => {
                format!("{account} at {tenant}: left over, and left here\n")
            }
            What::NotHere { name, removed: true } => {
                format!("ok  {name} was not here; removed at {tenant}\n")
            }
            What::NotHere { name, removed: false } => {
                format!("{name} is listed at {tenant} and not here; left there\n")
            }
            What::Unknown { error } => format!("{account} at {tenant}: {error}\n"),
        }
    }
}
