//! `cardea pass`: Temporary Access Passes for people of a running tenant.

use anyhow::{Context as _, Result, bail};
use cardea_idp::pass::{Issuer, Wanted};
use cardea_idp::{Idp, Provisions, Trust};
use cardea_store::{Upn, Usable};
use serde_json::json;

use crate::arguments::HELP;
use crate::clock;
use crate::exit::Exit;
use crate::folder::{Folder, Where, waiting};
use crate::output::Output;

const EXAMPLES: &str = "\
Examples:
  cardea pass issue kim@contoso.example                  as long as the policy says
  cardea pass issue kim@contoso.example --once --minutes 60
  cardea pass issue kim@contoso.example --json           for a script";

/// Issues Temporary Access Passes
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Issue(Issue),
}

/// Issues a pass, which takes the place of the one that the person had
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
struct Issue {
    /// The person's name, as they sign in
    #[arg(value_name = "UPN")]
    upn: String,
    /// It lets its bearer in once
    #[arg(long)]
    once: bool,
    /// How long it lasts; without, what the methods policy says
    #[arg(long, value_name = "N")]
    minutes: Option<u32>,
    /// Print it as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Where,
}

/// Issues.
///
/// # Errors
/// The pass cannot be issued.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    let Command::Issue(arguments) = &arguments.command;
    let text = waiting(issue(arguments))?;
    output.write(&text, None)?;
    Ok(Exit::Proved)
}

async fn issue(arguments: &Issue) -> Result<String> {
    let place = &arguments.place;
    let data = Folder::existing(place)?;
    let upn = Upn::parse(&arguments.upn).with_context(|| format!("`{}`", arguments.upn))?;
    let store = data.store_of(place).await?;
    let now = clock::timestamp();
    let key = data.sealing_key(place.key_file.as_deref())?;
    let idp = Idp::open(store, Provisions::new(&key, Trust::nobody(), 1), now).await?;
    let person = idp.store().read().await?.person_by_upn(&upn).await?;
    let Some(person) = person else { bail!("there is no `{}` in this tenant", upn.as_str()) };
    let (name, id) = (person.upn.as_str().to_owned(), person.id.clone());
    let usable = if arguments.once { Usable::Once } else { Usable::Many };
    let wanted = Wanted { minutes: arguments.minutes, usable, starts: None };
    let issued = idp.issue_pass(Issuer::Command, (person, wanted), now).await??;
    let often = if arguments.once { "once" } else { "many" };
    if arguments.json {
        let value = json!({
            "upn": name, "object_id": id, "pass": issued.text.as_str(), "usable": often,
            "starts": issued.pass.starts.to_string(), "ends": issued.pass.ends.to_string(),
        });
        return Ok(serde_json::to_string_pretty(&value)? + "\n");
    }
    let often = if arguments.once { "works once" } else { "works as often as needed" };
    Ok(format!(
        "{}\nfor {name}: {often}, until {}; it is shown this once\n",
        issued.text.as_str(),
        issued.pass.ends
    ))
}
