//! The machine-readable report, schema 1.
//!
//! A key that the schema names is always there; `null` and empty lists say that something is not
//! known or does not occur. Five keys are left out where they would be empty: `accepted`,
//! `findings[].notes`, `findings[].help`, `findings[].who.memberships`, `verdicts[].note`; so are `trace[].ends` where a step
//! simply leads to the next one, and `trace[].back_to` where it does not lead back.

use cardea_graph::source::Sources;
use serde::Serialize;

use super::patch::patch;
use super::places::Places;
use super::words;
use crate::report;
use crate::report::Outcome;

/// The report as one JSON object, indented, with a line end behind it.
///
/// Columns count characters from 1; the end is just behind the last character. Findings are in
/// order, worst first.
pub fn json(report: &report::Report, sources: &Sources) -> String {
    let report = Report::new(report, &Places::new(sources));
    // These types hold no map with keys other than text and nothing that can refuse, so an error
    // cannot occur; an empty text would fail every reader loudly.
    let mut out = serde_json::to_string_pretty(&report).unwrap_or_default();
    out.push('\n');
    out
}

#[derive(Serialize)]
struct Report<'a> {
    schema: u32,
    input: Input<'a>,
    assumptions: Vec<Assumption<'a>>,
    verdicts: Vec<Answered<'a>>,
    findings: Vec<Finding<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accepted: Vec<Accepted<'a>>,
    elapsed_ms: u64,
}

#[derive(Serialize)]
struct Input<'a> {
    files: usize,
    policies: usize,
    people: usize,
    skipped: Vec<Skipped<'a>>,
}

#[derive(Serialize)]
struct Skipped<'a> {
    file: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Assumption<'a> {
    name: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Answered<'a> {
    question: &'static str,
    verdict: &'static str,
    because: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'static str,
    severity: &'static str,
    message: &'a str,
    who: Who<'a>,
    places: Vec<PlaceLabel<'a>>,
    trace: Vec<Step<'a>>,
    tried: Vec<Tried<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    fixes: Vec<Fix<'a>>,
}

#[derive(Serialize)]
struct Who<'a> {
    text: &'a str,
    people: Option<usize>,
    examples: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    memberships: &'a [String],
}

#[derive(Serialize)]
struct PlaceLabel<'a> {
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    policy: Option<&'a str>,
    field: &'a str,
    label: &'a str,
    primary: bool,
}

#[derive(Serialize)]
struct Step<'a> {
    actor: &'static str,
    device: &'a str,
    does: &'a str,
    sees: &'a str,
    policies: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    ends: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    back_to: Option<usize>,
}

#[derive(Serialize)]
struct Tried<'a> {
    method: &'a str,
    why_not: &'a str,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    patch: String,
    proved: &'a [String],
    weaker: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
}

#[derive(Serialize)]
struct Accepted<'a> {
    finding: Finding<'a>,
    reason: &'a str,
    until: &'a str,
}

impl<'a> Report<'a> {
    fn new(report: &'a report::Report, places: &Places<'a>) -> Self {
        let input = &report.input;
        let skipped = input.skipped.iter();
        Self {
            schema: 1,
            input: Input {
                files: input.files,
                policies: input.policies,
                people: input.people,
                skipped: skipped.map(|s| Skipped { file: &s.file, reason: &s.reason }).collect(),
            },
            assumptions: report
                .assumptions
                .iter()
                .map(|one| Assumption { name: &one.name, text: &one.text })
                .collect(),
            verdicts: report.verdicts.iter().map(Answered::new).collect(),
            findings: words::worst_first(report)
                .into_iter()
                .map(|finding| Finding::new(finding, places))
                .collect(),
            accepted: report
                .accepted
                .iter()
                .map(|one| Accepted {
                    finding: Finding::new(&one.finding, places),
                    reason: &one.reason,
                    until: &one.until,
                })
                .collect(),
            elapsed_ms: report.elapsed_ms,
        }
    }
}

impl<'a> Answered<'a> {
    fn new(verdict: &'a report::Verdict) -> Self {
        Self {
            question: verdict.question.name(),
            verdict: verdict.answer.as_str(),
            because: &verdict.because,
            note: verdict.note.as_deref(),
        }
    }
}

impl<'a> Finding<'a> {
    fn new(finding: &'a report::Finding, places: &Places<'a>) -> Self {
        let steps = finding.trace.len();
        Self {
            rule: finding.rule,
            severity: finding.severity.as_str(),
            message: &finding.message,
            who: Who {
                text: &finding.who.text,
                people: finding.who.people,
                examples: &finding.who.examples,
                memberships: &finding.who.memberships,
            },
            places: finding.places.iter().map(|label| PlaceLabel::new(label, places)).collect(),
            trace: finding.trace.iter().map(|step| Step::new(step, steps)).collect(),
            tried: finding
                .tried
                .iter()
                .map(|one| Tried { method: &one.method, why_not: &one.why_not })
                .collect(),
            notes: &finding.notes,
            help: finding.help.as_deref(),
            fixes: finding.fixes.iter().map(Fix::new).collect(),
        }
    }
}

impl<'a> PlaceLabel<'a> {
    fn new(label: &'a report::Label, places: &Places<'a>) -> Self {
        let place = label.span.as_ref().and_then(|span| places.place(span));
        let place = place.as_ref();
        Self {
            file: place.map(|place| place.file.path.as_str()),
            line: place.map(|place| place.start.line),
            column: place.map(|place| place.start.column),
            end_line: place.map(|place| place.end.line),
            end_column: place.map(|place| place.end.column),
            policy: Some(label.object.as_str()).filter(|object| !object.is_empty()),
            field: &label.field,
            label: &label.text,
            primary: label.primary,
        }
    }
}

impl<'a> Step<'a> {
    fn new(step: &'a report::Step, steps: usize) -> Self {
        Self {
            actor: step.actor.as_str(),
            device: &step.device,
            does: &step.does,
            sees: &step.sees,
            policies: &step.policies,
            ends: match step.outcome {
                Outcome::Onward => None,
                Outcome::Wall => Some("wall"),
                Outcome::Back(_) => Some("back"),
                Outcome::Climb => Some("climb"),
                Outcome::Door => Some("door"),
            },
            back_to: words::back(steps, step.outcome),
        }
    }
}

impl<'a> Fix<'a> {
    fn new(fix: &'a report::Fix) -> Self {
        Self {
            title: &fix.title,
            patch: patch(&fix.edits),
            proved: &fix.proved,
            weaker: &fix.weaker,
            notes: &fix.notes,
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::Value;

    use super::*;
    use crate::render::samples;

    fn value((report, sources): (report::Report, Sources)) -> Value {
        serde_json::from_str(&json(&report, &sources)).unwrap()
    }

    /// The keys of an object in order of the alphabet.
    fn keys(value: &Value) -> String {
        let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        keys.join(" ")
    }

    #[test]
    fn the_keys_are_those_of_schema_1() {
        let value = value(samples::looping());
        let finding = &value["findings"][0];
        for (value, expected) in [
            (&value, "assumptions elapsed_ms findings input schema verdicts"),
            (&value["input"], "files people policies skipped"),
            (&value["assumptions"][0], "name text"),
            (&value["verdicts"][0], "because question verdict"),
            (finding, "fixes message places rule severity trace tried who"),
            (&finding["who"], "examples people text"),
            (
                &finding["places"][0],
                "column end_column end_line field file label line policy primary",
            ),
            (&finding["trace"][0], "actor device does policies sees"),
            (&finding["tried"][0], "method why_not"),
        ] {
            assert_eq!(keys(value), expected);
        }
        assert_eq!(keys(&finding["fixes"][0]), "notes patch proved title weaker");
    }

    #[test]
    fn a_loop_keeps_its_place_its_way_back_and_its_patch() {
        let finding = &value(samples::looping())["findings"][0];
        assert_eq!(
            finding["places"][0],
            serde_json::json!({
                "file": "policies/CA010.json", "line": 7, "column": 7,
                "end_line": 7, "end_column": 37,
                "policy": "CA010 Passkey everywhere",
                "field": "conditions.applications.includeApplications",
                "label": "includes Authenticator, where passkeys are added",
                "primary": true,
            })
        );
        assert_eq!(finding["severity"], "lockout");
        assert_eq!(finding["trace"][3]["ends"], "back");
        assert_eq!(finding["trace"][3]["back_to"], 2);
        let patch = finding["fixes"][0]["patch"].as_str().unwrap();
        assert!(patch.contains("\n+    \"platforms\": {\n"), "{patch}");
    }

    #[test]
    fn an_open_question_is_undecided_and_names_what_is_missing() {
        let (mut report, sources) = samples::open();
        report.accepted.clear();
        report.verdicts.truncate(1);
        assert_snapshot!(json(&report, &sources), @r#"
        {
          "schema": 1,
          "input": {
            "files": 2,
            "policies": 1,
            "people": 0,
            "skipped": [
              {
                "file": "broken.json",
                "reason": "line 41, column 3: trailing comma"
              }
            ]
          },
          "assumptions": [],
          "verdicts": [
            {
              "question": "everyone-can-sign-in",
              "verdict": "undecided",
              "because": [
                "unknown-reference"
              ]
            }
          ],
          "findings": [
            {
              "rule": "unknown-reference",
              "severity": "doubt",
              "message": "strength 9b1c7c52 is not in the export",
              "who": {
                "text": "",
                "people": null,
                "examples": []
              },
              "places": [
                {
                  "file": null,
                  "line": null,
                  "column": null,
                  "end_line": null,
                  "end_column": null,
                  "policy": "CA010 Passkey everywhere",
                  "field": "grantControls.authenticationStrength.id",
                  "label": "defined nowhere",
                  "primary": true
                }
              ],
              "trace": [],
              "tried": [],
              "help": "add GET /policies/authenticationStrengthPolicies",
              "fixes": []
            }
          ],
          "elapsed_ms": 4
        }
        "#);
    }

    #[test]
    fn what_is_missing_has_neither_a_file_nor_a_policy() {
        let place = &value(samples::missing())["findings"][0]["places"][0];
        assert_eq!((&place["file"], &place["policy"]), (&Value::Null, &Value::Null));
        assert_eq!(place["label"], "none of the 2 policies in force is about such sign-ins");
    }

    #[test]
    fn an_accepted_finding_is_not_among_the_findings() {
        let value = value(samples::open());
        assert_eq!(value["findings"].as_array().unwrap().len(), 1);
        assert_eq!(value["accepted"][0]["finding"]["rule"], "wide-pass");
        assert_eq!(value["accepted"][0]["until"], "2026-12-01");
    }

    #[test]
    fn hostile_names_come_back_unchanged() {
        let (report, sources) = samples::hostile();
        let name = report.findings[0].message.clone();
        let value = value((report, sources));
        assert_eq!(value["findings"][0]["message"], name);
        assert_eq!(value["findings"][0]["places"][0]["column"], 48_002);
        assert_eq!(value["findings"][0]["trace"][0]["back_to"], 1);
        assert_eq!(value["accepted"][0]["reason"], name);
    }
}
