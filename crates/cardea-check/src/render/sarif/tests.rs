use serde_json::{Value, json};

use super::*;
use crate::render::samples;

fn log((report, sources): (Report, Sources)) -> Value {
    serde_json::from_str(&sarif(&report, &sources)).unwrap()
}

fn all() -> [Value; 6] {
    [
        samples::looping(),
        samples::climbing(),
        samples::walled(),
        samples::open(),
        samples::proved(),
        samples::hostile(),
    ]
    .map(log)
}

/// Every object under `value` with the key that leads to it.
fn objects<'v>(value: &'v Value, key: &'v str, out: &mut Vec<(&'v str, &'v Value)>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| objects(item, key, out)),
        Value::Object(fields) => {
            out.push((key, value));
            fields.iter().for_each(|(key, value)| objects(value, key, out));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What the schema of SARIF 2.1.0 requires and allows, for the objects that occur.
const SHAPES: &[(&str, &[&str], &[&str])] = &[
    ("", &["$schema", "version", "runs"], &[]),
    ("runs", &["tool"], &["invocations", "results", "columnKind"]),
    ("tool", &["driver"], &[]),
    ("driver", &["name"], &["semanticVersion", "rules"]),
    ("rules", &["id"], &["shortDescription", "help", "defaultConfiguration"]),
    ("shortDescription", &["text"], &[]),
    ("help", &["text"], &[]),
    ("defaultConfiguration", &[], &["level"]),
    ("invocations", &["executionSuccessful"], &["toolExecutionNotifications"]),
    ("toolExecutionNotifications", &["message"], &["level", "locations"]),
    (
        "results",
        &["message"],
        &[
            "ruleId",
            "ruleIndex",
            "level",
            "locations",
            "relatedLocations",
            "partialFingerprints",
            "codeFlows",
            "fixes",
            "suppressions",
            "properties",
        ],
    ),
    ("message", &["text"], &[]),
    ("description", &["text"], &[]),
    ("relatedLocations", &[], &["physicalLocation", "logicalLocations", "message"]),
    ("location", &[], &["physicalLocation", "logicalLocations", "message"]),
    ("physicalLocation", &["artifactLocation"], &["region"]),
    ("artifactLocation", &["uri"], &["uriBaseId"]),
    ("region", &["startLine"], &["startColumn", "endLine", "endColumn"]),
    ("deletedRegion", &["startLine"], &["startColumn", "endLine", "endColumn"]),
    ("logicalLocations", &["name"], &["fullyQualifiedName"]),
    ("codeFlows", &["threadFlows"], &[]),
    ("threadFlows", &["locations"], &[]),
    ("fixes", &["artifactChanges"], &["description"]),
    ("artifactChanges", &["artifactLocation", "replacements"], &[]),
    ("replacements", &["deletedRegion"], &["insertedContent"]),
    ("insertedContent", &["text"], &[]),
    ("suppressions", &["kind"], &["justification"]),
    ("partialFingerprints", &["cardeaFinding/v1"], &[]),
    ("properties", &["severity"], &["who"]),
];

#[test]
fn every_object_has_what_the_standard_requires_and_nothing_it_forbids() {
    for log in &all() {
        let mut found = Vec::new();
        objects(log, "", &mut found);
        for (key, object) in found {
            let keys: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
            // `locations` stands for two kinds of object; the code flow's has an order.
            let (required, allowed): (&[&str], &[&str]) = match key {
                "locations" if keys.contains(&"executionOrder") => {
                    (&["location"], &["executionOrder", "importance"])
                }
                "locations" => (&[], &["physicalLocation", "logicalLocations", "message"]),
                key => {
                    let shape = SHAPES.iter().find(|shape| shape.0 == key);
                    let (_, required, allowed) = shape.unwrap_or_else(|| panic!("{key}"));
                    (required, allowed)
                }
            };
            assert!(required.iter().all(|one| keys.contains(one)), "{key}: {keys:?}");
            let known = |one: &&str| required.contains(one) || allowed.contains(one);
            assert!(keys.iter().all(known), "{key}: {keys:?}");
        }
    }
}

#[test]
fn values_are_those_that_the_standard_lists() {
    for log in &all() {
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        for result in run["results"].as_array().unwrap() {
            assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        }
        let mut found = Vec::new();
        objects(log, "", &mut found);
        for (key, object) in found {
            if key == "region" || key == "deletedRegion" {
                let at = |key: &str| object[key].as_u64().unwrap();
                assert!(at("startLine") > 0 && at("startColumn") > 0, "{object}");
                let (start, end) =
                    ((at("startLine"), at("startColumn")), (at("endLine"), at("endColumn")));
                assert!(start <= end, "{object}");
            }
            if key == "artifactLocation" {
                let uri = object["uri"].as_str().unwrap();
                assert!(uri.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"\\^`{|}".contains(&b)));
            }
        }
    }
}

#[test]
fn a_loop_is_a_code_flow_and_its_fix_replaces_lines() {
    let log = log(samples::looping());
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "registration-loop");
    assert_eq!(
        result["locations"][0]["physicalLocation"],
        json!({
            "artifactLocation": {"uri": "policies/CA010.json", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 7, "startColumn": 7, "endLine": 7, "endColumn": 37},
        })
    );
    let steps = &result["codeFlows"][0]["threadFlows"][0]["locations"];
    assert_eq!(steps.as_array().unwrap().len(), 4);
    assert_eq!(
        steps[3]["location"]["message"]["text"],
        "phone: CA010 asks for a passkey again; back to step 2"
    );
    let change = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(
        change["deletedRegion"],
        json!({"startLine": 6, "startColumn": 1, "endLine": 6, "endColumn": 1})
    );
}

#[test]
fn a_doubt_is_a_warning_and_an_accepted_finding_is_suppressed() {
    let log = log(samples::open());
    let results = &log["runs"][0]["results"];
    assert_eq!(results[0]["level"], "warning");
    assert_eq!(results[0]["properties"]["severity"], "doubt");
    assert_eq!(results[1]["suppressions"][0]["kind"], "external");
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(
        invocation["toolExecutionNotifications"][0]["message"]["text"],
        "`broken.json` was not read: line 41, column 3: trailing comma"
    );
}

#[test]
fn fingerprints_stay_when_lines_move_and_differ_between_findings() {
    let prints = |(report, sources): (Report, Sources)| -> Vec<String> {
        let log = log((report, sources));
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        let print = |result: &Value| {
            result["partialFingerprints"][FINGERPRINT].as_str().unwrap().to_owned()
        };
        results.iter().map(print).collect()
    };
    let (mut report, sources) = samples::looping();
    let before = prints((report.clone(), sources.clone()));
    for label in report.findings.iter_mut().flat_map(|finding| &mut finding.places) {
        label.span.as_mut().unwrap().range = 0..1;
    }
    assert_eq!(prints((report.clone(), sources.clone())), before);
    assert_ne!(before[0], before[1]);
    let twin = report.findings[0].clone();
    report.findings.push(twin);
    let twins = prints((report, sources));
    assert_eq!(twins[2], format!("{}:2", twins[1]));
}

#[test]
fn the_5001st_finding_is_left_out_and_that_is_said() {
    let (mut report, sources) = samples::open();
    let one = report.findings[0].clone();
    report.findings.extend(std::iter::repeat_n(one, 5_000));
    let log = log((report, sources));
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 5_000);
    let notifications = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(
        notifications[1]["message"]["text"],
        "2 findings are left out; other formats show all"
    );
}

#[test]
fn a_name_does_not_become_a_link() {
    assert_eq!(message("[a](https://evil.example)").text, "\\[a\\](https://evil.example)");
    assert_eq!(message("groups = [\"x\"]").text, "groups = [\"x\"]");
}

#[test]
fn paths_become_uri_references() {
    let uri = |path| artifact(path).uri;
    assert_eq!(uri("./a b/é%.json"), "a%20b/%C3%A9%25.json");
    assert_eq!(uri("/srv/a.json"), "file:///srv/a.json");
    assert_eq!(uri("C:/a.json"), "file:///C%3A/a.json");
    assert_eq!(artifact("/srv/a.json").uri_base_id, None);
}
