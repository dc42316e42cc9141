//! `cardea whatif`: one sign-in.

mod flags;
mod lookup;
mod show;

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use cardea_check::whatif::answer::{Judge, Outcome};
use cardea_check::whatif::graph;
use cardea_check::whatif::request::{self, Wanted};
use clap::ValueEnum;
use serde_json::json;

use crate::arguments::HELP;
use crate::exit::Exit;
use crate::explain::machine;
use crate::files::is_stdin;
use crate::load::{Loaded, Reading};
use crate::output::Output;

use flags::Flags;

const EXAMPLES: &str = "\
Examples:
  cardea whatif my-tenant/ --user kim --app Teams --platform android --has password,pass
  cardea whatif my-tenant/ --user kim --action registerSecurityInformation
  cardea whatif my-tenant/ --group Pilot --device isCompliant=true --risk user=high
  cardea whatif my-tenant/ --evaluate request.json --format graph

Exit codes:
  0 gets in   1 does not   2 could not run   3 is undecided";

/// Asks about one sign-in: which policies apply, and is what the person has enough?
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
#[command(mut_arg("memberships", |argument| argument.hide(true)))]
pub(crate) struct Arguments {
    /// Exports of the tenant: files, folders, or `-`
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// Take the sign-in from a request of Graph's `conditionalAccess/evaluate`: a file, or `-`
    #[arg(long, value_name = "FILE", conflicts_with = "Flags")]
    evaluate: Option<PathBuf>,
    /// How to print it: for reading, for tools, or as Graph answers
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
    Graph,
}

/// Asks.
///
/// # Errors
/// The input cannot be used, or something that is named does not exist.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    let Loaded { lowered, config, .. } = Loaded::of(&arguments.paths, &arguments.reading)?;
    let judge = Judge::new(&lowered, &config);
    let (question, wanted) = match &arguments.evaluate {
        Some(path) => {
            if is_stdin(path) && arguments.paths.iter().any(|path| is_stdin(path)) {
                bail!("standard input cannot be both the export and the request");
            }
            request::read(&text(path)?, &lowered, &config)?
        }
        None => (arguments.flags.question(&lowered, &config, judge.index())?, Wanted::All),
    };
    if arguments.format == Format::Graph {
        let reasons = judge.reasons(&question);
        let results = graph::results(&lowered, &reasons, (question.risks, wanted));
        let context = format!("https://graph.microsoft.com/v1.0/$metadata#{}", graph::ENTITY);
        let answer = json!({ "@odata.context": context, "value": results });
        output.write(&machine(&answer), None)?;
        return Ok(Exit::Proved);
    }
    let has = arguments.flags.has(&lowered, &question)?;
    let answer = judge.judge(&question, &has);
    let text = match arguments.format {
        Format::Json => machine(&show::machine(&question, &answer, judge.index())),
        Format::Human | Format::Graph => {
            show::human(&question, &answer, judge.index(), &output.terminal())
        }
    };
    output.write(&text, None)?;
    Ok(match answer.outcome {
        Outcome::In => Exit::Proved,
        Outcome::Out => Exit::Refuted,
        Outcome::Undecided => Exit::Undecided,
    })
}

fn text(path: &Path) -> Result<String> {
    let shown = path.display();
    if is_stdin(path) {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
        return Ok(text);
    }
    fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))
}

#[cfg(test)]
mod tests;
