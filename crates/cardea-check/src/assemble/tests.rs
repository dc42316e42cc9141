//! Whole runs over small tenants, as text.

use cardea_graph::export::Reader;
use cardea_graph::lower::{Lowered, lower};

use super::run;
use crate::config::Config;
use crate::fix::Effort;
use crate::report::{Answer, Question, Report};

const TODAY: &str = "2026-11-22";

pub(super) fn export(files: &[(&str, &str)]) -> Lowered {
    let mut reader = Reader::default();
    for (path, text) in files {
        reader.add(*path, text.as_bytes().to_vec());
    }
    lower(reader.finish())
}

fn report(files: &[(&str, &str)], settings: &str) -> Report {
    run(&export(files), &Config::from_toml(settings, TODAY).unwrap(), Effort::NONE)
}

/// The findings in short, then the accepted ones.
fn shown(report: &Report) -> String {
    let mut shown = String::new();
    let findings = report.findings.iter().map(|it| ("", it));
    for (how, finding) in
        findings.chain(report.accepted.iter().map(|it| ("accepted ", &it.finding)))
    {
        let (severity, rule) = (finding.severity.as_str(), finding.rule);
        shown += &format!("{how}{severity}[{rule}]: {}\n", finding.message);
        for note in &finding.notes {
            shown += &format!("  note: {note}\n");
        }
    }
    shown
}

fn verdict(report: &Report, question: Question) -> (Answer, Vec<String>, Option<String>) {
    let found = report.verdicts.iter().find(|it| it.question == question).unwrap();
    (found.answer, found.because.clone(), found.note.clone())
}

const LOOP: &str = r##"{
  "displayName": "CA010", "id": "11111111-0000-4000-8000-000000000001", "state": "enabled",
  "conditions": {
    "clientAppTypes": ["all"],
    "applications": {"includeApplications": ["All"]},
    "users": {"includeUsers": ["All"]}
  },
  "grantControls": {"operator": "OR", "authenticationStrength": {
    "id": "22222222-0000-4000-8000-000000000002", "displayName": "passkey in Authenticator",
    "allowedCombinations": ["fido2"],
    "combinationConfigurations": [{
      "@odata.type": "#microsoft.graph.fido2CombinationConfiguration",
      "appliesToCombinations": ["fido2"],
      "allowedAAGUIDs": ["de1e552d-db1d-4423-a619-566b625cdc84", "90a3ccdf-635c-4729-a248-9b709135078f"]
    }]
  }}
}"##;

fn looping(report: &Report) -> Vec<&crate::report::Finding> {
    report.findings.iter().filter(|it| it.rule == "registration-loop").collect()
}

#[test]
fn a_finding_points_into_the_file_and_refutes_its_questions() {
    let report = report(&[("CA010.json", LOOP)], "");
    let [finding] = looping(&report)[..] else { panic!("{}", shown(&report)) };
    let primary = &finding.places[0];
    let span = primary.span.clone().unwrap();
    assert_eq!(&LOOP[span.range], "\"includeApplications\": [\"All\"]");
    assert_eq!((primary.object.as_str(), primary.primary), ("CA010", true));
    let (answer, because, _) = verdict(&report, Question::EveryoneCanSignIn);
    assert_eq!(answer, Answer::Refuted);
    assert!(because.contains(&"registration-loop".to_owned()), "{because:?}");
}

#[test]
fn an_acceptance_takes_a_finding_out_until_its_day_and_not_longer() {
    for policy in ["CA010", "11111111-0000-4000-8000-000000000001"] {
        let accept = |until: &str| {
            let settings = format!(
                "[[accept]]\nrule = \"registration-loop\"\npolicy = \"{policy}\"\nreason = \"pilot\"\n\
                 until = {until}"
            );
            report(&[("CA010.json", LOOP)], &settings)
        };
        let in_force = accept(TODAY);
        assert!(looping(&in_force).is_empty());
        let [accepted] = in_force.accepted.as_slice() else { panic!("{}", shown(&in_force)) };
        assert_eq!((accepted.reason.as_str(), accepted.until.as_str()), ("pilot", TODAY));
        let ended = accept("2026-11-21");
        assert!(ended.accepted.is_empty());
        assert_eq!(looping(&ended)[0].notes, ["was accepted until 2026-11-21: pilot"]);
    }
}

#[test]
fn an_acceptance_for_another_policy_changes_nothing() {
    let settings = "[[accept]]\nrule = \"registration-loop\"\npolicy = \"CA011\"\nreason = \"x\"\n\
                    until = 2027-01-01";
    let report = report(&[("CA010.json", LOOP)], settings);
    assert_eq!((looping(&report).len(), report.accepted.len()), (1, 0));
}

#[test]
fn what_was_taken_for_granted_is_listed_where_it_bears_on_the_input() {
    let report = report(&[("CA010.json", LOOP)], "[assumptions]\nbluetooth-open = false");
    let names: Vec<&str> = report.assumptions.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "no-directory",
            "usual-populations",
            "usual-goals",
            "register-device-is-a-resource",
            "listed-means-let-in",
            "first-method-by-password",
            "wizard-makes-any-passkey",
            "help-desk-issues-passes",
            "bluetooth-open",
            "methods-enabled",
            "guest-mfa-trusted",
        ]
    );
    let bluetooth = report.assumptions.iter().find(|it| it.name == "bluetooth-open").unwrap();
    assert_eq!(
        bluetooth.text,
        "not taken for granted: computers and phones can use Bluetooth for passkeys"
    );
}

#[test]
fn what_was_read_is_counted() {
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(LOOP.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let mut reader = Reader::default();
    reader.add("CA010.json", utf16);
    reader.add("broken.json", b"{".to_vec());
    reader.add("off.json", LOOP.replace("\"enabled\"", "\"disabled\"").into_bytes());
    let input = run(&lower(reader.finish()), &Config::default(), Effort::NONE).input;
    assert_eq!((input.files, input.utf16, input.policies, input.active), (3, 1, 2, 1));
    let [skipped] = input.skipped.as_slice() else { panic!("{:?}", input.skipped) };
    assert_eq!(skipped.file, "broken.json");
}
