//! `cardea recover`: the way back in when no administrator has one.

use std::io::{self, BufRead as _};

use anyhow::{Context as _, Result};
use cardea_check::render;
use cardea_idp::recover::{self, Walls};
use cardea_store::Upn;

use crate::arguments::HELP;
use crate::clock;
use crate::data::{Data, Where, waiting};
use crate::exit::Exit;
use crate::output::Output;
use crate::serve::first;

const EXAMPLES: &str = "\
Examples:
  cardea recover --administrator kim@contoso.example     a link with which Kim makes a new passkey
  cardea recover --data /var/lib/cardea --yes            ask nothing

The server must be stopped. Policies that lock out every administrator are shown first, and then
set to report-only. Everything is in the audit log.";

/// Lets an administrator in again when all are locked out
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(crate) struct Arguments {
    /// Who is to get in, by name; whoever is new becomes a Global Administrator
    #[arg(long, value_name = "UPN")]
    administrator: Option<String>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    place: Where,
}

/// Recovers.
///
/// # Errors
/// A server is running, or the tenant cannot be read or changed.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    let data = Data::alone(&arguments.place)?;
    waiting(at_work(arguments, &data, output))
}

async fn at_work(arguments: &Arguments, data: &Data, output: &Output) -> Result<Exit> {
    let store = data.store_of(&arguments.place).await?;
    let tenant = store.read().await?.tenant().await?.context("there is no tenant to recover")?;
    let name = match &arguments.administrator {
        Some(name) => name.clone(),
        None => format!("recovery@{}", tenant.default_domain),
    };
    let upn = Upn::parse(&name).with_context(|| format!("`{name}`"))?;
    let Walls { policies, proof } = recover::walls(&store, clock::timestamp()).await?;
    if policies.is_empty() {
        output.say("No policy locks out every administrator.");
    } else {
        let sources = &proof.lowered.export.sources;
        output.write(&render::human(&proof.report, sources, &output.terminal()), None)?;
        output.say("These policies lock out every administrator and become report-only:");
        for policy in &policies {
            output.say(&format!("  {}   {}", policy.id, policy.name));
        }
    }
    output.say(&format!("{} gets a link to make a new passkey.", upn.as_str()));
    if !arguments.yes && !confirmed(output)? {
        output.say("Nothing was changed.");
        return Ok(Exit::CouldNotRun);
    }
    recover::open(&store, &policies, clock::timestamp()).await?;
    let person = recover::appoint(&store, &upn, clock::timestamp()).await?;
    output
        .say(&format!("{} is a Global Administrator. Start the server now.", person.upn.as_str()));
    first::invite((data, &store), tenant.public_url.trim_end_matches('/'), output).await?;
    Ok(Exit::Proved)
}

fn confirmed(output: &Output) -> Result<bool> {
    output.say("Type yes to go on:");
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("nobody answers; say --yes")?;
    Ok(line.trim() == "yes")
}
