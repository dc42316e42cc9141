//! `cardea fix`: shows the proved fixes of findings, and writes one.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use cardea_check::assemble;
use cardea_check::fix::Effort;
use cardea_check::render::{self, Terminal, one_line};
use cardea_check::report::{FileEdit, Finding, Fix};
use cardea_check::rules;
use cardea_graph::source::{Encoding, SourceFile, Sources};

use crate::arguments::HELP;
use crate::exit::Exit;
use crate::explain::{Names, nearest};
use crate::load::{Loaded, Reading};
use crate::output::Output;
use crate::progress::Progress;
use crate::write::{Target, replace};

const EXAMPLES: &str = "\
Examples:
  cardea fix my-tenant/                               every finding that has a proved fix
  cardea fix registration-loop my-tenant/             the fixes of one rule
  cardea fix registration-loop my-tenant/ --apply     write the first one
  cardea fix registration-loop my-tenant/ --apply --option 2

Exit codes:
  0 written, or nothing to fix   1 nothing was written   2 could not run";

/// Shows the proved fixes of findings; --apply writes one
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, help_template = HELP, override_usage = "cardea fix [OPTIONS] [RULE] [PATH]...")]
pub(crate) struct Arguments {
    /// A rule, all of them without; then exports of the tenant: files and folders
    #[arg(value_name = "RULE", value_parser = Names, hide_possible_values = true)]
    first: Option<String>,
    /// Exports of the tenant: files and folders [default: .]
    #[arg(value_name = "PATH")]
    rest: Vec<PathBuf>,
    /// The finding, by its number where a rule has several
    #[arg(long, value_name = "N")]
    finding: Option<usize>,
    /// The fix, by its number where a finding has several
    #[arg(long, value_name = "N")]
    option: Option<usize>,
    /// Write the fix into the files; nothing is written without
    #[arg(long)]
    apply: bool,
    #[command(flatten)]
    reading: Reading,
}

impl Arguments {
    /// The rule, if the first word is one, and the paths.
    ///
    /// # Errors
    /// The first word is neither a rule nor a path.
    fn subject(&self) -> Result<(Option<&'static str>, Vec<PathBuf>)> {
        let mut paths = self.rest.clone();
        let mut rule = None;
        if let Some(first) = &self.first {
            let path = PathBuf::from(first);
            match rules::named(first) {
                Some(found) if !path.exists() => rule = Some(found.name),
                None if !path.exists() => match nearest(first, rules::names()) {
                    Some(near) => {
                        bail!("`{first}` is no rule and no path\nhelp: did you mean `{near}`?")
                    }
                    None => bail!("`{first}` is no rule and no path"),
                },
                Some(_) | None => paths.insert(0, path),
            }
        }
        if paths.is_empty() {
            paths.push(PathBuf::from("."));
        }
        Ok((rule, paths))
    }
}

/// Shows fixes, or writes one.
///
/// # Errors
/// The run cannot be made, or what is to be written is not clear or cannot be written.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit> {
    let (rule, paths) = arguments.subject()?;
    let progress = Progress::start("reading");
    let Loaded { lowered, config, places } = Loaded::of(&paths, &arguments.reading)?;
    progress.turn_to("proving");
    let report = assemble::run(&lowered, &config, Effort::default());
    drop(progress);
    let about = |finding: &&Finding| rule.is_none_or(|rule| finding.rule == rule);
    let findings: Vec<&Finding> = report.findings.iter().filter(about).collect();
    if findings.is_empty() {
        let of = rule.map(|rule| format!(" of `{rule}`")).unwrap_or_default();
        output.write(&format!("nothing to fix: there is no finding{of}\n"), None)?;
        return Ok(Exit::Proved);
    }
    let fixable: Vec<&Finding> =
        findings.iter().copied().filter(|finding| !finding.fixes.is_empty()).collect();
    let chosen = chosen(&fixable, arguments)?;
    if arguments.apply {
        let written = apply(&chosen, arguments, &lowered.export.sources, &places, output)?;
        output.write(&written, None)?;
        return Ok(Exit::Proved);
    }
    let text = shown(&chosen, findings.len() - fixable.len(), arguments, &output.terminal());
    output.write(&text, None)?;
    Ok(Exit::Refuted)
}

/// The findings that are asked for, with their numbers.
fn chosen<'f>(fixable: &[&'f Finding], arguments: &Arguments) -> Result<Vec<(usize, &'f Finding)>> {
    let numbered = (1..).zip(fixable.iter().copied());
    match arguments.finding {
        None => Ok(numbered.collect()),
        Some(number) => {
            let found: Vec<_> = numbered.filter(|(at, _)| *at == number).collect();
            if found.is_empty() {
                bail!("there is no finding {number}; {} can be fixed", fixable.len());
            }
            Ok(found)
        }
    }
}

fn shown(
    chosen: &[(usize, &Finding)],
    others: usize,
    arguments: &Arguments,
    terminal: &Terminal,
) -> String {
    let mut text = String::new();
    for (number, finding) in chosen {
        let message = one_line(&finding.message, terminal.charset);
        let _ =
            writeln!(text, "finding {number} of {}: [{}] {message}\n", chosen.len(), finding.rule);
        let fixes = match arguments.option {
            None => Some(render::fixes(finding, terminal)),
            Some(option) => render::fix(finding, option, terminal),
        };
        let none = || format!("it has no such fix; it has {}\n", finding.fixes.len());
        text += &fixes.unwrap_or_else(none);
        text.push('\n');
    }
    if others > 0 {
        let findings = if others == 1 { "finding has" } else { "findings have" };
        let _ = writeln!(
            text,
            "{others} more {findings} no proved fix: cardea check, cardea explain RULE"
        );
    }
    if !chosen.is_empty() {
        text +=
            "Nothing was written. To write the first fix, add --apply; for another, --option N\n";
    }
    text
}

/// Writes one fix, and says what was written.
fn apply(
    chosen: &[(usize, &Finding)],
    arguments: &Arguments,
    sources: &Sources,
    places: &BTreeMap<String, PathBuf>,
    output: &Output,
) -> Result<String> {
    let [(_, finding)] = chosen else {
        bail!(
            "{} findings can be fixed\nhelp: say which with RULE, or with --finding N",
            chosen.len()
        );
    };
    let option = arguments.option.unwrap_or(1);
    let fix: Option<&Fix> = option.checked_sub(1).and_then(|at| finding.fixes.get(at));
    let fix =
        fix.with_context(|| format!("there is no fix {option} of {}", finding.fixes.len()))?;
    let targets =
        fix.edits.iter().map(|edit| target(edit, sources, places)).collect::<Result<Vec<_>>>()?;
    {
        let _guard = output.interrupts().held_back();
        replace(&targets)?;
    }
    let charset = output.terminal().charset;
    let mut text = format!("applied: {}\n", one_line(&fix.title, charset));
    for edit in &fix.edits {
        let word = if edit.before.is_some() { "changed" } else { "new" };
        let _ = writeln!(text, "  {word}  {}", one_line(&edit.path, charset));
    }
    Ok(text)
}

/// What an edit writes where: in the encoding of the file, over exactly the bytes that were read.
fn target(
    edit: &FileEdit,
    sources: &Sources,
    places: &BTreeMap<String, PathBuf>,
) -> Result<Target> {
    let shown = &edit.path;
    let Some(before) = &edit.before else {
        return Ok(Target::new(shown, edit.after.clone().into_bytes()));
    };
    let place = places.get(shown).with_context(|| format!("`{shown}` was not read"))?;
    let known = |file: &&SourceFile| file.path == *shown && file.text == *before;
    let file = sources.files().iter().find(known);
    let encoding = file.map_or(Encoding::Undecodable, |file| file.encoding);
    let bytes = |text: &str| {
        encoding.encode(text).with_context(|| format!("`{shown}` cannot be written as it was read"))
    };
    if crate::files::is_stdin(place) {
        bail!("the fix changes standard input\nhelp: name the files instead");
    }
    Ok(Target::changed(place, bytes(before)?, bytes(&edit.after)?))
}
