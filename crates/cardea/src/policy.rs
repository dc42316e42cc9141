//! `cardea policy`: turns a policy of a running tenant on or off.

use anyhow::Result;
use cardea_idp::gate::{self, Change, Proposal};
use cardea_policy::policy::State;

use crate::arguments::HELP;
use crate::clock;
use crate::exit::Exit;
use crate::folder::{Folder, Where, waiting};
use crate::output::Output;
use crate::proposed::{self, Accepting};

const EXAMPLES: &str = "\
Examples:
  cardea policy enable CA010                 refused, if it would lock out who should get in
  cardea policy report-only 6f1f2b3c-5d1e-4f6a-9b0a-3c1d2e4f5a6b
  cardea policy disable CA010

Exit codes:
  0 it is done   1 it is refused   2 could not run";

/// Turns a policy on or off, once it is proved that it may be
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// On: it decides sign-ins
    Enable(Which),
    /// Report-only: the log says what it would have done
    ReportOnly(Which),
    /// Off
    Disable(Which),
}

#[derive(Debug, clap::Args)]
struct Which {
    /// The policy, by id or by name
    #[arg(value_name = "ID")]
    policy: String,
    #[command(flatten)]
    accepting: Accepting,
    #[command(flatten)]
    place: Where,
}

/// Turns.
///
/// # Errors
/// It cannot be tried.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    let (which, state) = match &arguments.command {
        Command::Enable(which) => (which, State::Enabled),
        Command::ReportOnly(which) => (which, State::ReportOnly),
        Command::Disable(which) => (which, State::Disabled),
    };
    let accepted = which.accepting.acceptances()?;
    let data = Folder::existing(&which.place)?;
    let change = Change::Policy { policy: &which.policy, state };
    let proposal = Proposal { change, accepted: &accepted, actor: "cardea policy" };
    let outcome = waiting(async {
        let store = data.store_of(&which.place).await?;
        Ok(gate::admit(&store, &proposal, clock::timestamp()).await?)
    })?;
    proposed::show(&outcome, &format!("`{}` {}", which.policy, state.name()), output)
}
