//! Whole runs over small tenants, as text.

use std::fmt::Write as _;

use cardea_graph::export::Reader;
use cardea_graph::lower::{Lowered, lower};

use super::run;
use crate::config::Config;
use crate::fix::Effort;
use crate::report::{Answer, Question, Report, Severity};

const TODAY: &str = "2026-11-22";

fn export(files: &[(&str, &str)]) -> Lowered {
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
        writeln!(shown, "{how}{severity}[{rule}]: {}", finding.message).unwrap();
        for note in &finding.notes {
            writeln!(shown, "  note: {note}").unwrap();
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
    assert_eq!(LOOP.get(span.range).unwrap(), "\"includeApplications\": [\"All\"]");
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
fn the_same_policies_in_two_folders_are_told_once_and_look_like_two_tenants() {
    let retired = r#"{
      "displayName": "CA020", "state": "enabled",
      "conditions": {
        "clientAppTypes": ["all"],
        "applications": {"includeApplications": ["All"]},
        "users": {"includeUsers": ["All"]}
      },
      "grantControls": {"operator": "OR", "builtInControls": ["approvedApplication"]}
    }"#;
    let other = LOOP.replace("11111111", "33333333");
    let report = report(
        &[
            ("one/CA010.json", LOOP),
            ("one/CA020.json", retired),
            ("two/CA010.json", &other),
            ("two/CA020.json", retired),
        ],
        "",
    );
    let [finding] = looping(&report)[..] else { panic!("{}", shown(&report)) };
    let places: Vec<&str> = finding.places.iter().map(|it| it.object.as_str()).collect();
    assert_eq!(places, ["CA010", "CA010"], "its target and its demand");
    let copy = "a copy of one of these policies is meant as well".to_owned();
    assert!(finding.notes.contains(&copy), "{:?}", finding.notes);
    let retired = report.findings.iter().filter(|it| it.rule == "retired-control");
    let [finding] = retired.collect::<Vec<_>>()[..] else { panic!("{}", shown(&report)) };
    let copy = "the same holds of a copy".to_owned();
    assert!(finding.notes.contains(&copy), "{:?}", finding.notes);
    let taken = report.assumptions.iter().find(|it| it.name == "one-tenant").unwrap();
    assert_eq!(
        taken.text,
        "policies of the same names are in 2 folders: they look like several tenants and are \
         checked as one; to check one alone: cardea check 'two'"
    );
}

#[test]
fn policies_of_one_set_in_several_folders_are_one_tenant() {
    let other = LOOP.replace("CA010", "CA011");
    let report = report(&[("one/CA010.json", LOOP), ("two/CA011.json", &other)], "");
    assert!(report.assumptions.iter().all(|it| it.name != "one-tenant"));
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

const PHISHING_RESISTANT: &str =
    r#""authenticationStrength": {"id": "00000000-0000-0000-0000-000000000004"}"#;

/// A policy on all resources.
fn policy(name: &str, users: &str, grant: &str) -> String {
    format!(
        r#"{{"displayName": "{name}", "state": "enabled",
            "conditions": {{"clientAppTypes": ["all"], "users": {{{users}}},
                           "applications": {{"includeApplications": ["All"]}}}},
            "grantControls": {{"operator": "OR", {grant}}}}}"#
    )
}

const EVERYBODY: &str = r#""includeUsers": ["All"]"#;
const BREAK_GLASS: &str = "bc252cb4-effe-4599-b98c-1c0f47a17458";
const COMPLIANT: &str = r#""builtInControls": ["compliantDevice"]"#;
/// Nobody has a managed device.
const NO_DEVICES: &str = r#"
[[population]]
name = "everybody"
devices = [{ form = "computer", platform = "windows" }, { form = "phone", platform = "iOS" }]
"#;

fn only(report: &Report, rule: &str) -> Vec<(Severity, String)> {
    let findings = report.findings.iter().filter(|it| it.rule == rule);
    findings.map(|it| (it.severity, it.message.clone())).collect()
}

const NOBODY: &str = "no administrator can open the admin portals or Microsoft Graph";

#[test]
fn golden_17_administrators_who_hold_only_push_are_locked_out_by_a_phishing_resistant_demand() {
    let admins = r#""includeRoles": ["62e90394-69f5-4237-9190-012177145e10"]"#;
    let policy = policy("CA001", admins, PHISHING_RESISTANT);
    let ada = r#"[
        {"id": "10000000-0000-4000-8000-000000000001", "userPrincipalName": "ada@contoso.example",
         "userType": "Member", "accountEnabled": true},
        {"id": "10000000-0000-4000-8000-000000000001", "userPrincipalName": "ada@contoso.example",
         "isMfaRegistered": true, "methodsRegistered": ["microsoftAuthenticatorPush"]},
        {"id": "4", "principalId": "10000000-0000-4000-8000-000000000001", "directoryScopeId": "/",
         "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10"}]"#;
    let registering = r#"{"displayName": "CA002", "state": "enabled",
        "conditions": {"clientAppTypes": ["all"], "users": {"includeUsers": ["All"]},
            "applications": {"includeUserActions": ["urn:user:registersecurityinfo"]}},
        "grantControls": {"operator": "OR", "authenticationStrength":
            {"id": "00000000-0000-0000-0000-000000000004"}}}"#;
    let files = [("1.json", policy.as_str()), ("2.json", ada), ("3.json", registering)];
    let report = report(&files, "[assumptions]\nwindows-hello-at-setup = false");
    assert_eq!(only(&report, "last-admin"), [(Severity::Lockout, NOBODY.to_owned())]);
}

#[test]
fn golden_18_a_demand_for_managed_devices_that_nobody_has_locks_the_tenant_out() {
    let policy = policy("CA001", EVERYBODY, COMPLIANT);
    let report = report(&[("1.json", &policy)], NO_DEVICES);
    assert_eq!(only(&report, "last-admin"), [(Severity::Lockout, NOBODY.to_owned())]);
    let (answer, because, _) = verdict(&report, Question::AnAdminCanAlwaysEdit);
    assert_eq!((answer, because), (Answer::Refuted, vec!["last-admin".to_owned()]));
}

#[test]
fn golden_19_a_break_glass_account_with_a_security_key_keeps_the_tenant_open() {
    let except = format!("{EVERYBODY}, \"excludeGroups\": [\"{BREAK_GLASS}\"]");
    let policy = policy("CA001", &except, COMPLIANT);
    let settings = format!("[breakglass]\ngroups = [\"{BREAK_GLASS}\"]\n{NO_DEVICES}");
    let report = report(&[("1.json", &policy)], &settings);
    for question in [Question::AnAdminCanAlwaysEdit, Question::BreakGlassWorks] {
        assert_eq!(verdict(&report, question), (Answer::Proved, Vec::new(), None));
    }
}

#[test]
fn whether_an_administrator_has_a_device_is_not_known_without_settings() {
    let policy = policy("CA001", EVERYBODY, COMPLIANT);
    let report = report(&[("1.json", &policy)], "");
    assert_eq!(
        only(&report, "last-admin"),
        [(
            Severity::Doubt,
            "an administrator can edit policies only with a compliant computer".to_owned()
        )]
    );
    assert_eq!(verdict(&report, Question::AnAdminCanAlwaysEdit).0, Answer::Undecided);
}

#[test]
fn nothing_is_proved_from_input_that_was_not_read() {
    let policy = policy("CA001", EVERYBODY, r#""builtInControls": ["mfa"]"#);
    let whole = report(&[("1.json", &policy)], "");
    assert!(whole.verdicts.iter().any(|it| it.answer == Answer::Proved));
    let broken = report(&[("1.json", &policy), ("2.json", "{")], "");
    for verdict in &broken.verdicts {
        assert_ne!(verdict.answer, Answer::Proved, "{:?}", verdict.question);
    }
}

#[test]
fn an_unread_file_cannot_be_accepted() {
    let settings = "[[accept]]\nrule = \"malformed-json\"\nreason = \"x\"\nuntil = 2027-01-01";
    let report = report(&[("1.json", "{")], settings);
    assert!(report.accepted.is_empty());
    assert_eq!(only(&report, "malformed-json").len(), 1);
}

#[test]
fn what_is_accepted_is_proved_apart_from_it() {
    let policy = policy("CA001", EVERYBODY, r#""builtInControls": ["mfa"]"#);
    let settings = "[[accept]]\nrule = \"missing-break-glass\"\nreason = \"x\"\nuntil = 2027-01-01";
    let report = report(&[("1.json", &policy)], settings);
    let note = "apart from what the settings accept: missing-break-glass";
    assert_eq!(
        verdict(&report, Question::BreakGlassWorks),
        (Answer::Proved, vec!["missing-break-glass".to_owned()], Some(note.to_owned()))
    );
}

#[test]
fn findings_stand_worst_first() {
    let policy = policy("CA001", EVERYBODY, PHISHING_RESISTANT);
    let report = report(&[("1.json", &policy), ("2.json", "{")], "");
    let severities: Vec<Severity> = report.findings.iter().map(|it| it.severity).collect();
    assert!(severities.len() > 2, "{}", shown(&report));
    assert!(severities.is_sorted_by(|a, b| a >= b), "{severities:?}");
}

#[test]
fn where_nothing_is_in_force_nothing_but_that_is_found() {
    let off = policy("CA001", EVERYBODY, r#""builtInControls": ["mfa"]"#)
        .replace("\"enabled\"", "\"disabled\"");
    let report = report(&[("1.json", &off)], "");
    assert_eq!(shown(&report), "doubt[no-policies]: the only policy is not enabled\n");
    for question in Question::ALL {
        assert_eq!(verdict(&report, question).1, ["no-policies"], "{question:?}");
    }
}

#[test]
fn break_glass_is_not_proved_while_no_account_is_declared() {
    let excluding = r#""includeUsers": ["All"], "excludeGroups": ["group-1"]"#;
    let policy = policy("CA001", excluding, r#""builtInControls": ["mfa"]"#);
    let undeclared = report(&[("1.json", &policy)], "");
    let note = "no account is declared for emergencies: [breakglass] in cardea.toml".to_owned();
    let answer = verdict(&undeclared, Question::BreakGlassWorks);
    assert_eq!(answer, (Answer::Undecided, Vec::new(), Some(note)));
    assert_eq!(only(&undeclared, "unprotected-resource").len(), 1);
    assert_eq!(only(&undeclared, "missing-break-glass").len(), 0);
    let declared = report(&[("1.json", &policy)], "[breakglass]\ngroups = [\"group-1\"]");
    assert_eq!(only(&declared, "unprotected-resource").len(), 0);
    assert_eq!(verdict(&declared, Question::NothingUnprotected).0, Answer::Proved);
}

#[test]
fn an_escape_that_a_policy_may_close_that_is_not_understood_is_a_doubt() {
    let mfa = r#""builtInControls": ["mfa"]"#;
    let with = |apps: &str| {
        policy("CA001", EVERYBODY, mfa).replace(r#""includeApplications": ["All"]"#, apps)
    };
    let traffic = with(r#""networkAccess": {"includeTrafficProfiles": "m365"}"#);
    let unclear = report(&[("1.json", &traffic)], "");
    let severities = |report: &Report, rule: &str| -> Vec<Severity> {
        only(report, rule).into_iter().map(|(severity, _)| severity).collect()
    };
    assert_eq!(severities(&unclear, "unprotected-resource"), [Severity::Doubt]);
    assert_eq!(severities(&unclear, "powerless-policy"), []);
    assert_eq!(verdict(&unclear, Question::NothingUnprotected).0, Answer::Undecided);
    let parked = report(&[("1.json", &with(r#""includeApplications": ["None"]"#))], "");
    assert_eq!(severities(&parked, "unprotected-resource"), [Severity::Weakness]);
    assert_eq!(severities(&parked, "powerless-policy"), [Severity::Note]);
    assert_eq!(verdict(&parked, Question::NothingUnprotected).0, Answer::Refuted);
}

const GUESTS: &str = r#""includeUsers": ["GuestsOrExternalUsers"]"#;
const MFA: &str = r#""builtInControls": ["mfa"]"#;
const BLOCK: &str = r#""builtInControls": ["block"]"#;

/// A policy on some resources.
fn policy_on(name: &str, users: &str, applications: &str, grant: &str) -> String {
    policy(name, users, grant)
        .replace(r#"{"includeApplications": ["All"]}"#, &format!("{{{applications}}}"))
}

#[test]
fn guests_who_can_only_open_what_asks_for_something_that_they_cannot_register_are_not_proved_to_get_in()
 {
    let kept = r#""includeApplications": ["All"], "excludeApplications": ["Office365"]"#;
    let files = [policy("G1", GUESTS, MFA), policy_on("G2", GUESTS, kept, BLOCK)];
    let report = report(&[("1.json", &files[0]), ("2.json", &files[1])], "");
    let (answer, because, _) = verdict(&report, Question::GuestsCanSignIn);
    assert_eq!((answer, because), (Answer::Undecided, vec!["stranded-guest".to_owned()]));
    // They are kept to Office 365 by a policy that names them, which is a statement.
    let message = "guests reach Office 365 only if what they do at home is trusted".to_owned();
    assert_eq!(only(&report, "stranded-guest"), [(Severity::Doubt, message)]);
}

#[test]
fn whoever_is_kept_out_by_a_block_for_everybody_is_never_proved_to_get_in() {
    let office = r#""includeApplications": ["Office365"]"#;
    let list = format!(r#"{EVERYBODY}, "excludeGroups": ["{BREAK_GLASS}"]"#);
    let group = format!(r#""includeGroups": ["{BREAK_GLASS}"]"#);
    let for_the_group = policy("P", &group, MFA);
    let cases = [
        (policy_on("B", EVERYBODY, office, BLOCK), Answer::Refuted),
        (policy("B", EVERYBODY, BLOCK), Answer::Refuted),
        (policy("B", &list, BLOCK), Answer::Undecided),
        (policy("B", &group, BLOCK), Answer::Proved),
    ];
    for (block, expected) in cases {
        let report = report(&[("1.json", &block), ("2.json", &for_the_group)], "");
        assert_eq!(verdict(&report, Question::EveryoneCanSignIn).0, expected, "{block}");
    }
}

#[test]
fn people_whom_a_policy_is_for_are_locked_out_by_a_block_that_forgets_them() {
    let other = "11111111-0000-4000-8000-00000000000b";
    let list = format!(r#"{EVERYBODY}, "excludeGroups": ["{BREAK_GLASS}"]"#);
    let groups = [BREAK_GLASS, other].map(|it| format!(r#""includeGroups": ["{it}"]"#));
    let files =
        [policy("B", &list, BLOCK), policy("P1", &groups[0], MFA), policy("P2", &groups[1], MFA)];
    let files = [("1.json", &*files[0]), ("2.json", &*files[1]), ("3.json", &*files[2])];
    let report = report(&files, "");
    let forgotten =
        "people can open no app: `B` does not leave them out, although `P2` is for them";
    let blocked = "people can open no app: a policy blocks them everywhere";
    assert_eq!(
        only(&report, "unreachable-resource"),
        [(Severity::Lockout, forgotten.to_owned()), (Severity::Doubt, blocked.to_owned())]
    );
    let who = |at: usize| {
        let mut found = report.findings.iter().filter(|it| it.rule == "unreachable-resource");
        found.nth(at).unwrap().who.text.clone()
    };
    assert_eq!(who(0), format!("members of group {other}"));
    assert_eq!(who(1), format!("everyone except group {BREAK_GLASS}"));
    assert_eq!(verdict(&report, Question::EveryoneCanRegister).0, Answer::Refuted);
}

#[test]
fn people_with_many_roles_are_few_words_and_all_of_them_in_a_list() {
    let roles = [
        "62e90394-69f5-4237-9190-012177145e10",
        "194ae4cb-b126-40b2-bd5b-6091b380977d",
        "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
        "29232cdf-9323-42fd-ade2-1d097af3e4de",
    ];
    let of = |roles: &[&str]| {
        let roles: Vec<String> = roles.iter().map(|role| format!("\"{role}\"")).collect();
        let policy = policy("P", &format!(r#""includeRoles": [{}]"#, roles.join(", ")), BLOCK);
        let report = report(&[("1.json", &policy)], "");
        let found = report.findings.into_iter().find(|it| it.rule == "unreachable-resource");
        let who = found.unwrap().who;
        (who.text, who.memberships)
    };
    let (text, memberships) = of(&roles);
    assert_eq!(text, "administrators (4 roles)");
    assert_eq!(memberships.len(), 4);
    assert_eq!(memberships[0], "role Global Administrator");
    let (text, _) = of(&roles[..2]);
    assert_eq!(text, "holders of role Global Administrator, or of role Security Administrator");
}

#[test]
fn a_bound_says_how_to_go_further() {
    let group =
        |name: &str, id: &str, grant| policy(name, &format!(r#""includeGroups": ["{id}"]"#), grant);
    let files = [
        group("P1", "11111111-0000-4000-8000-000000000001", MFA),
        group("P2", "11111111-0000-4000-8000-000000000002", COMPLIANT),
        group("P3", "11111111-0000-4000-8000-000000000003", MFA),
    ];
    let files = [("1.json", &*files[0]), ("2.json", &*files[1]), ("3.json", &*files[2])];
    let (answer, because, note) = verdict(&report(&files, ""), Question::EveryoneCanSignIn);
    assert_eq!((answer, because), (Answer::Undecided, Vec::new()));
    assert_eq!(
        note.unwrap(),
        "groups may overlap in more ways than were tried (2 at a time; `--memberships 3`)"
    );
}

#[test]
fn what_a_policy_for_nobody_says_leaves_no_question_open() {
    let agents = r#"{"displayName": "A", "state": "enabled", "conditions": {
        "clientAppTypes": ["all"], "users": {"includeUsers": ["None"]},
        "agents": {"includeAgentUsers": ["All"]}, "newFangled": {"x": 1},
        "applications": {"includeApplications": ["All"]}},
        "grantControls": {"operator": "OR", "builtInControls": ["compliantDevice"]}}"#;
    let everybody = agents
        .replace(r#"["None"]}"#, r#"["All"]}"#)
        .replace(r#""agents": {"includeAgentUsers": ["All"]}, "#, "");
    let answer =
        |policy: &str| verdict(&report(&[("1.json", policy)], ""), Question::GuestsCanSignIn);
    assert_eq!(answer(agents), (Answer::Proved, Vec::new(), None));
    assert_eq!(answer(&everybody).0, Answer::Undecided);
}
