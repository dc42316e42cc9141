//! `cardea audit`: whether the audit log is whole, and what it says.

use std::fmt::Write as _;

use anyhow::Result;
use cardea_store::Chain;
use serde_json::json;

use crate::arguments::HELP;
use crate::exit::Exit;
use crate::folder::{Folder, Where, waiting};
use crate::output::Output;

const EXAMPLES: &str = "\
Examples:
  cardea audit verify                        follows the chain from the first record to the last
  cardea audit list --limit 20               what was changed last, and by whom

Exit codes of verify:
  0 no record is missing or changed   1 one is   2 could not run";

/// Verifies and lists the audit log, which is a chain that shows tampering
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Follows the chain from the first record to the last
    Verify(Verify),
    /// Lists records, the latest first
    List(List),
}

#[derive(Debug, clap::Args)]
struct Verify {
    /// Print it as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Where,
}

#[derive(Debug, clap::Args)]
struct List {
    /// How many records
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,
    /// Only records before this number, for the next page
    #[arg(long, value_name = "NUMBER")]
    before: Option<u64>,
    /// Print them as JSON, each with the objects before and after the change
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Where,
}

/// Verifies or lists.
///
/// # Errors
/// The log cannot be read.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    match &arguments.command {
        Command::Verify(arguments) => verify(arguments, output),
        Command::List(arguments) => list(arguments, output),
    }
}

fn verify(arguments: &Verify, output: &Output) -> Result<Exit> {
    let data = Folder::existing(&arguments.place)?;
    let chain = waiting(async {
        let store = data.store_of(&arguments.place).await?;
        Ok(store.read().await?.verify_audit().await?)
    })?;
    let (text, value, exit) = match chain {
        Chain::Whole { records } => (
            format!("ok  {records} records, none missing and none changed\n"),
            json!({ "whole": true, "records": records }),
            Exit::Proved,
        ),
        Chain::Broken { number } => (
            format!(
                "error: record {number} is missing, was changed, or was not written by this tenant\n\
                 help: compare with a backup; what comes before it is as it was written\n"
            ),
            json!({ "whole": false, "firstBroken": number }),
            Exit::Refuted,
        ),
    };
    let text = if arguments.json { serde_json::to_string_pretty(&value)? + "\n" } else { text };
    output.write(&text, None)?;
    Ok(exit)
}

fn list(arguments: &List, output: &Output) -> Result<Exit> {
    let data = Folder::existing(&arguments.place)?;
    let records = waiting(async {
        let store = data.store_of(&arguments.place).await?;
        Ok(store.read().await?.audit_records(arguments.before, arguments.limit).await?)
    })?;
    let mut text = String::new();
    for record in &records {
        let entry = &record.entry;
        if arguments.json {
            let details: serde_json::Value = serde_json::from_str(&entry.json).unwrap_or_default();
            let value = json!({
                "number": record.number, "at": record.created.to_string(), "actor": entry.actor,
                "activity": entry.action, "target": entry.target, "details": details,
            });
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{value}");
        } else {
            let at = record.created.strftime("%Y-%m-%d %H:%M:%S");
            let _ = writeln!(
                text,
                "{:>6}  {at}  {}\n        of {} by {}",
                record.number, entry.action, entry.target, entry.actor
            );
        }
    }
    output.write(&text, None)?;
    Ok(Exit::Proved)
}
