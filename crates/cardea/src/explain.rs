//! `cardea explain`: what a finding means.

use anyhow::{Result, bail};
use cardea_check::render::{Charset, Terminal};
use cardea_check::rules::{self, Rule};
use cardea_tenant::assumption::Assumption;
use clap::ValueEnum;
use clap::builder::{PossibleValue, TypedValueParser};
use serde_json::{Value, json};
use std::fmt::Write as _;

use crate::arguments::HELP;
use crate::exit::Exit;
use crate::markdown::{self, Extent, bold};
use crate::output::Output;

const EXAMPLES: &str = "\
Examples:
  cardea explain                             all rules, a line each
  cardea explain registration-loop           what it means, and the ways out
  cardea explain registration-loop --long    with the tenants that show it
  cardea explain methods-enabled             an assumption that a run names";

/// Explains a rule or an assumption
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP)]
pub(crate) struct Arguments {
    /// A rule, or an assumption in brackets above the findings; all of them without
    #[arg(value_name = "RULE", value_parser = Names, hide_possible_values = true)]
    name: Option<String>,
    /// The whole page, with its examples
    #[arg(long)]
    long: bool,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
}

/// Any text, with the names of rules offered for completion. Unknown names are answered by
/// [`run`], which knows what was meant.
#[derive(Clone)]
pub(crate) struct Names;

impl TypedValueParser for Names {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        clap::builder::StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue>>> {
        let rules = rules::ALL.iter().map(|rule| PossibleValue::new(rule.name).help(rule.summary));
        Some(Box::new(rules))
    }
}

/// Something that has an explanation.
#[derive(Clone, Copy)]
enum Subject {
    Rule(&'static Rule),
    Assumption(Assumption),
    Premise(&'static Premise),
}

/// What a run goes by where neither the export nor the settings say more.
struct Premise {
    name: &'static str,
    text: &'static str,
    instead: &'static str,
}

const PREMISES: [Premise; 5] = [
    Premise {
        name: "no-directory",
        text: "the export has no people, so every person is checked whom policies could tell \
               apart: by the groups and roles that they name, at most --memberships of them at once",
        instead: "export GET /users, and GET /groups with their members, into the folder",
    },
    Premise {
        name: "memberships",
        text: "people are told by the groups and roles that they are in: a finding says how many and \
               names the first three, and `--format json` has all of them in `who.memberships`; \
               without people in the export at most --memberships of them are combined",
        instead: "ask for more with --memberships, or export GET /users, and GET /groups with \
                  their members, into the folder",
    },
    Premise {
        name: "one-tenant",
        text: "everything that is read is one tenant, also where the same policies are in several \
               folders; findings about copies of a policy are told once",
        instead: "check each folder alone: cardea check FOLDER",
    },
    Premise {
        name: "usual-populations",
        text: "people have a managed computer with Windows and a phone of their own; they are new, \
               or have lost what they had registered",
        instead: "describe your own in cardea.toml, each as a [[population]]",
    },
    Premise {
        name: "usual-goals",
        text: "people must reach an ordinary app, or Office 365",
        instead: "name your own in cardea.toml, each as a [[goal]]",
    },
];

/// Explains.
///
/// # Errors
/// Nothing has that name.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    let terminal = output.terminal();
    let text = match (&arguments.name, arguments.format) {
        (None, Format::Human) => list(&terminal),
        (None, Format::Json) => machine(&rules::ALL.iter().map(as_json).collect()),
        (Some(name), format) => match (subject(name)?, format) {
            (Subject::Rule(rule), Format::Json) => machine(&as_json(rule)),
            (Subject::Assumption(assumption), Format::Json) => machine(&assumed(assumption)),
            (Subject::Premise(premise), Format::Json) => {
                machine(&json!({ "assumption": premise.name, "text": premise.text }))
            }
            (Subject::Premise(premise), Format::Human) => going_by(premise, &terminal),
            (Subject::Rule(rule), Format::Human) => {
                let extent = if arguments.long { Extent::Long } else { Extent::Short };
                page(rule, extent, &terminal)
            }
            (Subject::Assumption(assumption), Format::Human) => about(assumption, &terminal),
        },
    };
    output.write(&text, None)?;
    Ok(Exit::Proved)
}

/// What has this name.
fn subject(name: &str) -> Result<Subject> {
    if let Some(rule) = rules::named(name) {
        return Ok(Subject::Rule(rule));
    }
    if let Some(assumption) = Assumption::from_name(name) {
        return Ok(Subject::Assumption(assumption));
    }
    if let Some(premise) = PREMISES.iter().find(|premise| premise.name == name) {
        return Ok(Subject::Premise(premise));
    }
    let assumptions = Assumption::ALL.map(Assumption::name);
    let premises = PREMISES.iter().map(|premise| premise.name);
    let known = rules::names().chain(assumptions).chain(premises);
    match nearest(name, known) {
        Some(near) => bail!("there is no rule `{name}`\nhelp: did you mean `{near}`?"),
        None => bail!("there is no rule `{name}`\nhelp: `cardea explain` lists them"),
    }
}

/// The name that was probably meant.
pub(crate) fn nearest<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase().replace(['_', ' '], "-");
    let scored = known.map(|name| (strsim::jaro_winkler(&typed, name), name));
    let best = scored.max_by(|(left, _), (right, _)| left.total_cmp(right));
    best.filter(|(score, _)| *score > 0.8).map(|(_, name)| name)
}

fn list(terminal: &Terminal) -> String {
    let mut rules: Vec<&Rule> = rules::ALL.iter().collect();
    rules.sort_by(|left, right| (right.severity, left.name).cmp(&(left.severity, right.name)));
    let longest = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    let mut severity = None;
    for rule in rules {
        if severity.replace(rule.severity) != Some(rule.severity) {
            let heading = bold(rule.severity.as_str(), terminal.color);
            let _ = writeln!(text, "{}{heading}", if text.is_empty() { "" } else { "\n" });
        }
        let _ = writeln!(text, "  {:longest$}  {}", rule.name, rule.summary);
    }
    text.push_str("\nMore: cardea explain RULE\n");
    text
}

fn page(rule: &Rule, extent: Extent, terminal: &Terminal) -> String {
    let title = bold(rule.name, terminal.color);
    let questions: Vec<&str> = rule.questions.iter().map(|question| question.text()).collect();
    let refutes = match questions.as_slice() {
        [] => String::new(),
        questions => format!("; refutes: {}", questions.join(", ")),
    };
    let body = markdown::show(rule.page, extent, terminal);
    let mut text = format!("{title}  ({}{refutes})\n\n{body}", rule.severity.as_str());
    if extent == Extent::Short && body != markdown::show(rule.page, Extent::Long, terminal) {
        let _ = writeln!(text, "\nWith examples: cardea explain {} --long", rule.name);
    }
    match terminal.charset {
        Charset::Unicode => text,
        Charset::Ascii => ascii(&text),
    }
}

/// The signs that pages use beside ASCII, as ASCII.
fn ascii(text: &str) -> String {
    let spelled = text.replace('…', "...").replace(['×', '·'], "x").replace(['–', '—'], "-");
    spelled.replace(['“', '”'], "\"").replace('’', "'").replace('→', "->")
}

fn about(assumption: Assumption, terminal: &Terminal) -> String {
    let title = bold(assumption.name(), terminal.color);
    let taken = if assumption.default() { "true" } else { "false" };
    let (name, other) = (assumption.name(), !assumption.default());
    format!(
        "{title}  (assumption, taken as {taken})\n\n{}\n\nTo switch it, in cardea.toml:\n\n    \
         [assumptions]\n    {name} = {other}\n",
        assumption.text()
    )
}

fn going_by(premise: &Premise, terminal: &Terminal) -> String {
    let Premise { name, text, instead } = premise;
    let page = format!("{text}\n\nTo change it, {instead}.\n");
    format!("{}\n\n{}", bold(name, terminal.color), markdown::show(&page, Extent::Long, terminal))
}

fn as_json(rule: &Rule) -> Value {
    let questions: Vec<&str> = rule.questions.iter().map(|question| question.name()).collect();
    json!({
        "rule": rule.name,
        "severity": rule.severity.as_str(),
        "summary": rule.summary,
        "questions": questions,
        "page": rule.page,
    })
}

fn assumed(assumption: Assumption) -> Value {
    json!({
        "assumption": assumption.name(),
        "text": assumption.text(),
        "default": assumption.default(),
    })
}

/// JSON for tools, indented, with a line end.
pub(crate) fn machine(value: &Value) -> String {
    format!("{value:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_nearly_right_is_found() {
        let near = |typed| nearest(typed, rules::names());
        assert_eq!(near("registration-lop"), Some("registration-loop"));
        assert_eq!(near("Wide_Pass"), Some("wide-pass"));
        assert_eq!(near("xyzzy"), None);
    }
}
