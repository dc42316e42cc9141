//! SARIF 2.1.0, for code scanning.
//!
//! Lockouts and unread input have level `error`; weaknesses and doubts `warning`, since a question
//! that is not decided must not look like good news; notes `note`. The exact severity is in the
//! result's `properties`. A trace is a code flow, a fix is a fix, an accepted finding is a
//! suppressed result, and a file that was not read is a notification of the run.
//!
//! `helpUri` is left out: §3.49.12 of the standard demands an absolute URI, and the pages of the
//! rules come with the program. The help text names the command that shows them.

mod change;
mod model;

use std::borrow::Cow;
use std::collections::BTreeMap;

use cardea_graph::source::Sources;

use self::model::{
    ArtifactLocation, CodeFlow, Configuration, Driver, Invocation, Location, Log, LogicalLocation,
    Message, Notification, PhysicalLocation, Region, Rule, Run, Suppression, ThreadFlow,
    ThreadFlowLocation, Tool,
};
use super::places::{Place, Places};
use super::text::count;
use super::words;
use crate::report::{Finding, Input, Label, Outcome, Report, Severity, Step};

/// GitHub shows at most this many results of a run.
const RESULTS: usize = 5_000;
/// The name of the fingerprint; another way of computing it gets another name.
const FINGERPRINT: &str = "cardeaFinding/v1";

/// The report as a SARIF log with one run. At most 5,000 results, worst first; a notification says
/// how many were left out.
///
/// Columns count characters (`unicodeCodePoints`). A fingerprint stays the same while rule, object,
/// field and people stay the same, wherever in the file they move.
pub fn sarif(report: &Report, sources: &Sources) -> String {
    let places = Places::new(sources);
    let findings = words::worst_first(report);
    let rules = rules(report);
    let mut writer = Writer { places: &places, rules: &rules, seen: BTreeMap::new() };
    let mut results: Vec<model::Finding<'_>> =
        findings.iter().take(RESULTS).map(|finding| writer.result(finding)).collect();
    for accepted in report.accepted.iter().take(RESULTS - results.len()) {
        let mut result = writer.result(&accepted.finding);
        let justification = format!("{} (until {})", accepted.reason, accepted.until).into();
        result.suppressions.push(Suppression { kind: "external", justification });
        results.push(result);
    }
    let left_out = findings.len() + report.accepted.len() - results.len();
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "cardea",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: rules.into_iter().map(|(id, severity)| rule(id, severity)).collect(),
                },
            },
            invocations: [invocation(&report.input, left_out)],
            results,
            column_kind: "unicodeCodePoints",
        }],
    };
    // Plain data with text keys: serialization has nothing to refuse.
    let mut out = serde_json::to_string_pretty(&log).unwrap_or_default();
    out.push('\n');
    out
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Input | Severity::Lockout => "error",
        Severity::Weakness | Severity::Doubt => "warning",
        Severity::Note => "note",
    }
}

/// The rules that occur, each with its worst severity.
fn rules(report: &Report) -> BTreeMap<&'static str, Severity> {
    let accepted = report.accepted.iter().map(|one| &one.finding);
    let mut rules = BTreeMap::new();
    for finding in report.findings.iter().chain(accepted) {
        let worst = rules.entry(finding.rule).or_insert(finding.severity);
        *worst = finding.severity.max(*worst);
    }
    rules
}

fn rule(id: &'static str, severity: Severity) -> Rule {
    let help = format!("`cardea explain {id}` shows what it is, why it matters and the ways out.");
    Rule {
        id,
        short_description: Message { text: id.replace('-', " ").into() },
        help: Message { text: help.into() },
        default_configuration: Configuration { level: level(severity) },
    }
}

fn invocation(input: &Input, left_out: usize) -> Invocation<'_> {
    let mut notifications: Vec<Notification<'_>> = input
        .skipped
        .iter()
        .map(|skipped| Notification {
            level: "error",
            message: message(&format!("`{}` was not read: {}", skipped.file, skipped.reason)),
            locations: vec![Location {
                physical_location: Some(PhysicalLocation {
                    artifact_location: artifact(&skipped.file),
                    region: None,
                }),
                logical_locations: Vec::new(),
                message: None,
            }],
        })
        .collect();
    if left_out > 0 {
        let more = count(left_out, "finding is", "findings are");
        notifications.push(Notification {
            level: "warning",
            message: message(&format!("{more} left out; other formats show all")),
            locations: Vec::new(),
        });
    }
    Invocation {
        execution_successful: input.skipped.is_empty(),
        tool_execution_notifications: notifications,
    }
}

/// A plain text message. The standard reads `[text](target)` in it as a link (§3.11.6), so brackets
/// are escaped where the text holds one.
fn message(text: &str) -> Message<'static> {
    if !text.contains("](") {
        return Message { text: Cow::Owned(text.to_owned()) };
    }
    let escaped = text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
    Message { text: escaped.into() }
}

/// A path as a URI reference (RFC 3986): relative ones to the root of the sources, absolute ones as
/// `file:` URIs.
fn artifact(path: &str) -> ArtifactLocation {
    let path = path.strip_prefix("./").unwrap_or(path);
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            byte => uri.extend(["%", &format!("{byte:02X}")]),
        }
    }
    let drive = path.as_bytes().get(1) == Some(&b':');
    match (path.starts_with('/'), drive) {
        (true, _) => ArtifactLocation { uri: format!("file://{uri}"), uri_base_id: None },
        (false, true) => ArtifactLocation { uri: format!("file:///{uri}"), uri_base_id: None },
        (false, false) => ArtifactLocation { uri, uri_base_id: Some("%SRCROOT%") },
    }
}

/// Turns findings into results.
struct Writer<'a> {
    places: &'a Places<'a>,
    rules: &'a BTreeMap<&'static str, Severity>,
    /// How often a fingerprint occurred.
    seen: BTreeMap<u64, usize>,
}

impl Writer<'_> {
    fn result<'r>(&mut self, finding: &'r Finding) -> model::Finding<'r> {
        let primary = words::primary(finding);
        let others = finding
            .places
            .iter()
            .filter(|&label| primary.is_some_and(|primary| !std::ptr::eq(primary, label)));
        let mut properties = BTreeMap::from([("severity", finding.severity.as_str().into())]);
        let who = words::who(&finding.who);
        if !who.is_empty() {
            properties.insert("who", Cow::Owned(who));
        }
        model::Finding {
            rule_id: finding.rule,
            rule_index: self.rules.keys().take_while(|&&id| id != finding.rule).count(),
            level: level(finding.severity),
            message: message(&finding.message),
            locations: primary.map(|label| self.location(label)).into_iter().collect(),
            related_locations: others.map(|label| self.location(label)).collect(),
            partial_fingerprints: BTreeMap::from([(FINGERPRINT, self.fingerprint(finding))]),
            code_flows: self.code_flow(finding).into_iter().collect(),
            fixes: finding.fixes.iter().map(change::fix).collect(),
            suppressions: Vec::new(),
            properties,
        }
    }

    fn location<'r>(&self, label: &'r Label) -> Location<'r> {
        Location {
            physical_location: self.physical(label),
            logical_locations: logical(label),
            message: Some(message(&label.text)).filter(|message| !message.text.is_empty()),
        }
    }

    /// What is missing from the input is shown at the first file: consumers want a file.
    fn physical(&self, label: &Label) -> Option<PhysicalLocation> {
        if words::is_missing(label) {
            let artifact_location = artifact(self.places.first_file()?);
            return Some(PhysicalLocation { artifact_location, region: None });
        }
        let place = self.places.place(label.span.as_ref()?)?;
        (place.file.path != "<stdin>").then(|| PhysicalLocation {
            artifact_location: artifact(&place.file.path),
            region: Some(region(&place)),
        })
    }

    fn code_flow<'r>(&self, finding: &'r Finding) -> Option<CodeFlow<'r>> {
        let step = |(at, step): (usize, &'r Step)| {
            // The place of a step is that of a policy at work in it, else the finding's own.
            let label = finding
                .places
                .iter()
                .find(|label| step.policies.contains(&label.object))
                .or_else(|| words::primary(finding));
            let device = if step.device.is_empty() { "" } else { ": " };
            let mut text = format!("{}{device}{}", step.device, words::step(step));
            if let Some(to) = words::back(finding.trace.len(), step.outcome) {
                text = format!("{text}; back to step {to}");
            }
            ThreadFlowLocation {
                location: Location {
                    physical_location: label.and_then(|label| self.physical(label)),
                    logical_locations: label.map(logical).unwrap_or_default(),
                    message: Some(message(&text)),
                },
                execution_order: at + 1,
                importance: match step.outcome {
                    Outcome::Onward => "important",
                    Outcome::Wall | Outcome::Back(_) | Outcome::Climb | Outcome::Door => {
                        "essential"
                    }
                },
            }
        };
        let locations: Vec<_> = finding.trace.iter().enumerate().map(step).collect();
        (!locations.is_empty()).then_some(CodeFlow { thread_flows: [ThreadFlow { locations }] })
    }

    /// Rule, primary object and field, and people, as sixteen hexadecimal digits; a second finding
    /// with the same ones gets `:2` behind it.
    fn fingerprint(&mut self, finding: &Finding) -> String {
        let label = words::primary(finding);
        let object = label.map_or("", |label| &label.object);
        let field = label.map_or("", |label| &label.field);
        let hash = fnv(&[finding.rule, object, field, &finding.who.text].join("\0"));
        let number = self.seen.entry(hash).or_default();
        *number += 1;
        match *number {
            1 => format!("{hash:016x}"),
            number => format!("{hash:016x}:{number}"),
        }
    }
}

fn logical(label: &Label) -> Vec<LogicalLocation<'_>> {
    if label.object.is_empty() {
        return Vec::new();
    }
    let separator = if label.field.is_empty() { "" } else { "/" };
    let fully_qualified_name = [&label.object, separator, &label.field].concat();
    vec![LogicalLocation { name: &label.object, fully_qualified_name }]
}

fn region(place: &Place<'_>) -> Region {
    Region {
        start_line: place.start.line,
        start_column: place.start.column,
        end_line: place.end.line,
        end_column: place.end.column,
    }
}

/// FNV-1a with 64 bits: stable between versions, which the standard library's hashes are not. It
/// tells findings apart; it protects nothing.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests;
