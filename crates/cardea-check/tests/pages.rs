//! Every page in `rules/` is a test: its tenants are read and examined, and what its rule finds in
//! them must be what the page shows. `UPDATE=1 cargo test -p cardea-check` writes what it finds.
//!
//! An example is a row of fenced blocks, `json tenant` for a file of an export and `toml settings`
//! for `cardea.toml`, closed by a `text snapshot` (or `text`) block with the findings; an empty one
//! says that there are none.

#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test may panic")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use cardea_check::assemble;
use cardea_check::config::Config;
use cardea_check::fix::Effort;
use cardea_check::render::{Terminal, human};
use cardea_check::report::Report;
use cardea_check::rules::{self, Rule};
use cardea_graph::export::Reader;
use cardea_graph::lower::lower;

/// The day on which pages are read.
const TODAY: &str = "2026-11-22";

/// Pages that have no example yet. A page that gets one has to leave the list.
const WITHOUT_EXAMPLES: [&str; 2] = ["weak-registration", "wide-pass"];

/// A fenced block of a page: its info string, and where its text begins and ends.
struct Block<'a> {
    info: &'a str,
    start: usize,
    end: usize,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, usize)> = None;
    let mut at = 0;
    for line in page.split_inclusive('\n') {
        if let Some(info) = line.strip_prefix("```") {
            open = match open {
                None => Some((info.trim(), at + line.len())),
                Some((info, start)) => {
                    blocks.push(Block { info, start, end: at });
                    None
                }
            };
        }
        at += line.len();
    }
    assert!(open.is_none(), "a fenced block is not closed");
    blocks
}

/// A page with every snapshot as it should be.
#[derive(Default)]
struct Rewritten {
    text: String,
    clean: usize,
    found: usize,
}

fn rewrite(rule: &Rule, page: &str) -> Rewritten {
    let mut result = Rewritten::default();
    let (mut done, mut files, mut settings) = (0, Vec::new(), "");
    for block in blocks(page) {
        let text = &page[block.start..block.end];
        match block.info {
            "json tenant" => files.push(text),
            "toml settings" => settings = text,
            "text" | "text snapshot" if !files.is_empty() => {
                let found = found(rule, &files, settings);
                *if found.is_empty() { &mut result.clean } else { &mut result.found } += 1;
                result.text.push_str(&page[done..block.start]);
                result.text.push_str(&found);
                done = block.end;
                (files, settings) = (Vec::new(), "");
            }
            other => assert!(files.is_empty(), "{}: `{other}` within an example", rule.name),
        }
    }
    assert!(files.is_empty(), "{}: a tenant without a snapshot", rule.name);
    result.text.push_str(&page[done..]);
    result
}

/// What the rule finds in these files, as a terminal shows it.
fn found(rule: &Rule, files: &[&str], settings: &str) -> String {
    let mut reader = Reader::default();
    for (at, file) in files.iter().enumerate() {
        reader.add(format!("{}.json", at + 1), file.as_bytes().to_vec());
    }
    let lowered = lower(reader.finish());
    // Two rules are about what cannot be read.
    let broken = matches!(rule.name, "malformed-json" | "unmodelled-field");
    assert!(broken || lowered.problems.is_empty(), "{}: {:#?}", rule.name, lowered.problems);
    let config = Config::from_toml(settings, TODAY).unwrap();
    let mut report = assemble::run(&lowered, &config, Effort::NONE);
    report.findings.retain(|finding| finding.rule == rule.name);
    if report.findings.is_empty() {
        return String::new();
    }
    let report = Report { findings: report.findings, ..Report::default() };
    let text = human(&report, &lowered.export.sources, &Terminal::default());
    // Only the findings: neither what was read nor the totals.
    let (_, text) = text.split_once("\n\n").unwrap();
    let (text, _) = text.trim_end().rsplit_once('\n').unwrap();
    format!("{}\n", text.trim_end())
}

fn pages() -> impl Iterator<Item = (&'static Rule, PathBuf, String)> {
    rules::ALL.iter().map(|rule| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        let path = folder.join(format!("{}.md", rule.name));
        let page = std::fs::read_to_string(&path).unwrap();
        (rule, path, page)
    })
}

#[test]
fn every_page_shows_what_its_rule_finds_and_a_tenant_without_findings() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = String::new();
    for (rule, path, page) in pages() {
        let Rewritten { text, clean, found } = rewrite(rule, &page);
        let bare = WITHOUT_EXAMPLES.contains(&rule.name);
        if bare == (clean > 0 && found > 0) {
            writeln!(wrong, "{}: {found} with findings, {clean} without", rule.name).unwrap();
        }
        if page != text && update {
            std::fs::write(&path, text).unwrap();
        } else if page != text {
            let diff = similar::TextDiff::from_lines(&page, &text);
            writeln!(wrong, "{}:\n{}", rule.name, diff.unified_diff()).unwrap();
        }
    }
    assert!(wrong.is_empty(), "run with UPDATE=1 and read what changes:\n{wrong}");
}
