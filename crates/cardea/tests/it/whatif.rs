//! `cardea whatif`.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use crate::{command, examples, fed, run};

/// Without the part that says how long it took, there is none: the whole output is compared.
fn shown(arguments: &[&str]) -> String {
    let run = run(&[&["whatif"][..], arguments].concat());
    format!("{}exit {}\n", run.stdout + &run.stderr, run.code.unwrap_or(-1))
}

#[test]
fn somebody_in_the_loop_is_told_what_would_succeed() {
    let text = shown(&[
        "loop",
        "--user",
        "kim",
        "--app",
        "Teams",
        "--platform",
        "android",
        "--has",
        "password,pass",
    ]);
    insta::assert_snapshot!(text, @r"
    NO  kim does not get to Microsoft Teams
        with a browser on Android, a device that is not registered, an unknown
        network; shows password, Temporary Access Pass

      CA010 Passkey everywhere      applies, NOT MET: Passkey in Authenticator
      CA020 Guests: MFA everywhere  no: who

    next: would succeed with  --has passkeyInAuthenticatorAndroid
                              --has passkeyInAuthenticatorIos
    exit 1
    ");
}

#[test]
fn whoever_shows_enough_gets_in() {
    let text =
        shown(&["clean", "--app", "exchange online", "--platform", "iOS", "--has", "passkey"]);
    insta::assert_snapshot!(text, @r"
    YES  somebody gets to Office 365 Exchange Online
        with a browser on iOS, a device that is not registered, an unknown network;
        shows passkey in Authenticator (iOS)

      CA010 Everything: phishing-resistant MFA      applies, is met: Phishing-resistant MFA
      CA001 Old clients: blocked                    no: client
      CA002 Unknown platforms: blocked              no: platform
      CA003 Device code and transferred sign-ins: blocked
                                                    no: flow
      CA020 Security info: pass or passkey          no: what is opened
      CA030 Registering a device: MFA               no: what is opened
    exit 0
    ");
}

#[test]
fn people_of_the_export_have_what_they_registered() {
    let asked = run(&["whatif", "clean", "--user", "nobody-here"]);
    assert_eq!(asked.code, Some(2));
    assert!(asked.stderr.contains("there is no person `nobody-here`"), "{}", asked.stderr);
    let users = fs::read_to_string(examples().join("clean/users.json")).unwrap();
    let users: Value = serde_json::from_str(&users).unwrap();
    let list = users["value"].as_array().or(users.as_array()).unwrap();
    let names: Vec<&str> = list.iter().filter_map(|it| it["userPrincipalName"].as_str()).collect();
    let mut outcomes = BTreeMap::new();
    for name in names {
        let run = run(&["whatif", "clean", "--user", name, "--format", "json"]);
        let answer: Value = serde_json::from_str(&run.stdout).unwrap();
        let outcome = answer["outcome"].as_str().unwrap().to_owned();
        let code = i32::from(outcome != "in");
        assert_eq!(run.code, Some(code), "{name}");
        *outcomes.entry(outcome).or_insert(0) += 1;
    }
    assert!(outcomes.contains_key("in"), "{outcomes:?}");
}

#[test]
fn a_policy_that_is_not_understood_leaves_it_undecided() {
    let policy = json!({
        "id": "p", "displayName": "CA", "state": "enabled",
        "conditions": {
            "users": { "includeUsers": ["All"] },
            "applications": { "includeApplications": ["All"] },
            "moonPhase": "full",
        },
        "grantControls": { "operator": "OR", "builtInControls": ["mfa"] },
    });
    let asked = fed(command(&examples()).args(["whatif", "-"]), &policy.to_string());
    assert_eq!(asked.code, Some(3), "{}", asked.stdout);
    assert!(asked.stdout.starts_with("UNDECIDED"), "{}", asked.stdout);
}

/// A policy that asks for app protection or a compliant device.
fn protected() -> Value {
    json!({
        "id": "p", "displayName": "CA Apps", "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "users": { "includeUsers": ["All"] },
            "applications": { "includeApplications": ["All"] },
        },
        "grantControls": {
            "operator": "OR", "builtInControls": ["compliantApplication", "compliantDevice"],
        },
    })
}

#[test]
fn app_protection_is_met_by_the_app_and_the_platform() {
    let policy = protected().to_string();
    let outcome = |arguments: &[&str]| {
        let arguments = [&["whatif", "-", "--format", "json"], arguments].concat();
        let asked = fed(command(&examples()).args(arguments), &policy);
        let answer: Value = serde_json::from_str(&asked.stdout).unwrap();
        answer["outcome"].as_str().unwrap().to_owned()
    };
    let native = ["--client", "mobileAppsAndDesktopClients"];
    let of = |platform, app| {
        outcome(&[&native[..], &["--platform", platform, "--client-app", app]].concat())
    };
    assert_eq!(of("iOS", "Outlook"), "in");
    assert_eq!(of("android", "Microsoft Teams"), "in");
    assert_eq!(of("iOS", "Visio"), "out");
    assert_eq!(of("iOS", "Authenticator"), "out");
    assert_eq!(of("windows", "Outlook"), "out");
    assert_eq!(outcome(&["--platform", "iOS"]), "out");
    assert_eq!(outcome(&["--platform", "iOS", "--client-app", "Edge"]), "in");
    assert_eq!(outcome(&["--platform", "iOS", "--client-app", "Safari"]), "out");
    assert_eq!(outcome(&[&native[..], &["--platform", "iOS"]].concat()), "in");
}

#[test]
fn a_browser_on_a_phone_is_sent_to_an_app() {
    let asked = fed(
        command(&examples()).args(["whatif", "-", "--platform", "iOS"]),
        &protected().to_string(),
    );
    insta::assert_snapshot!(asked.stdout, @r"
    NO  somebody does not get to an app that no policy names
        with a browser on iOS, a device that is not registered, an unknown network;
        shows password

      CA Apps  applies, NOT MET: a compliant device or an app protection policy

    next: would succeed with  --client mobileAppsAndDesktopClients
    ");
}

#[test]
fn an_app_that_is_not_named_is_said_to_be_taken_for_a_protected_one() {
    let client = ["--client", "mobileAppsAndDesktopClients", "--platform", "iOS"];
    let arguments = [&["whatif", "-"][..], &client].concat();
    let asked = fed(command(&examples()).args(arguments), &protected().to_string());
    insta::assert_snapshot!(asked.stdout, @r"
    YES  somebody gets to an app that no policy names
        with a mobile or desktop app on iOS, a device that is not registered, an
        unknown network; shows password

      CA Apps  applies, is met: a compliant device or an app protection policy

    note: taken to be an app that app protection covers; say which with --client-app
    ");
}

/// A request as Graph takes it.
fn request(platform: &str) -> Value {
    json!({
        "signInIdentity": {
            "@odata.type": "#microsoft.graph.userSignIn",
            "userId": "15dc174b-f34c-4588-ac45-61d6e05dce93",
        },
        "signInContext": {
            "@odata.type": "#microsoft.graph.applicationContext",
            "includeApplications": ["00000003-0000-0ff1-ce00-000000000000"],
        },
        "signInConditions": { "devicePlatform": platform, "clientAppType": "browser" },
    })
}

#[test]
fn graph_gets_its_own_form_of_the_answer() {
    let arguments = ["whatif", "split", "--evaluate", "-", "--format", "graph"];
    let asked = fed(command(&examples()).args(arguments), &request("android").to_string());
    assert_eq!(asked.code, Some(0), "{}", asked.stderr);
    let answer: Value = serde_json::from_str(&asked.stdout).unwrap();
    let results = answer["value"].as_array().unwrap();
    let reasons: Vec<(&str, bool, &str)> = results
        .iter()
        .map(|it| {
            let name = it["displayName"].as_str().unwrap().get(..5).unwrap();
            (name, it["policyApplies"].as_bool().unwrap(), it["analysisReasons"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        reasons,
        [("CA010", false, "devicePlatform"), ("CA011", true, "notSet"), ("CA020", false, "users"),]
    );
    assert!(results[0]["conditions"]["platforms"].is_object(), "the whole policy is there");
}

#[test]
fn a_request_that_is_not_understood_is_refused() {
    let refused = |request: &Value| {
        let arguments = ["whatif", "split", "--evaluate", "-"];
        let run = fed(command(&examples()).args(arguments), &request.to_string());
        assert_eq!(run.code, Some(2), "{}", run.stdout);
        run.stderr
    };
    assert!(refused(&json!([])).contains("the request is no object"));
    assert!(refused(&json!({})).contains("has no signInIdentity"));
    assert!(refused(&request("amiga")).contains("`amiga` is no platform"));
    let mut foreign = request("iOS");
    foreign["signInConditions"]["mood"] = "good".into();
    assert!(refused(&foreign).contains("signInConditions has `mood`"));
}

/// The documented examples of Graph, where the corpus is at hand. They are positive evidence only:
/// each policy that Graph says applies must apply here.
#[test]
fn the_documented_requests_are_answered_as_documented() {
    let usual = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");
    let corpus = std::env::var("CARDEA_CORPUS").unwrap_or_else(|_| usual.to_owned());
    let path = format!("{corpus}/evaluate-examples/whatif-examples.json");
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("skipped: there is no corpus");
        return;
    };
    let examples_of_graph: Value = serde_json::from_str(&text).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let policies: Vec<Value> = examples_of_graph["policies"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(id, policy)| {
            let mut policy = policy.clone();
            policy["id"] = id.as_str().into();
            policy
        })
        .collect();
    let role = "62e90394-69f5-4237-9190-012177145e10";
    let tenant = json!({ "value": policies });
    fs::write(folder.path().join("policies.json"), tenant.to_string()).unwrap();
    // The person of the third example holds a role that one of the policies includes.
    let assignment = json!({ "value": [
        { "@odata.type": "#microsoft.graph.unifiedRoleAssignment", "id": "a", "directoryScopeId": "/",
          "roleDefinitionId": role, "principalId": "15dc174b-f34c-4588-ac45-61d6e05dce93" },
        { "@odata.type": "#microsoft.graph.user", "id": "15dc174b-f34c-4588-ac45-61d6e05dce93",
          "userPrincipalName": "kim@contoso.example", "accountEnabled": true },
    ] });
    fs::write(folder.path().join("directory.json"), assignment.to_string()).unwrap();
    let cases = examples_of_graph["cases"].as_array().unwrap();
    assert!(cases.len() >= 4);
    for case in cases {
        let arguments = ["whatif", ".", "--evaluate", "-", "--format", "graph"];
        let asked = fed(command(folder.path()).args(arguments), &case["request"].to_string());
        assert_eq!(asked.code, Some(0), "{}: {}", case["name"], asked.stderr);
        let answer: Value = serde_json::from_str(&asked.stdout).unwrap();
        for id in case["applied"].as_array().unwrap() {
            let results = answer["value"].as_array().unwrap();
            let result = results.iter().find(|it| it["id"] == *id);
            let Some(result) = result else { panic!("{}: {id} is missing", case["name"]) };
            assert_eq!(result["analysisReasons"], "notSet", "{}: {id}", case["name"]);
        }
    }
}

#[test]
fn the_suite_of_office_is_an_app_by_its_name() {
    for name in ["Office365", "office 365", "Microsoft 365"] {
        let asked = run(&["whatif", "clean", "--app", name, "--has", "passkey"]);
        assert!(asked.stdout.contains("somebody gets to Office 365 Exchange Online"), "{asked:?}");
    }
}

#[test]
fn what_is_not_understood_of_agents_leaves_people_decided() {
    let policies = r#"[
      {"displayName": "MFA", "state": "enabled",
       "conditions": {"clientAppTypes": ["all"], "users": {"includeUsers": ["All"]},
                      "applications": {"includeApplications": ["All"]}},
       "grantControls": {"operator": "OR", "builtInControls": ["mfa"]}},
      {"displayName": "Agents", "state": "enabled",
       "conditions": {"clientAppTypes": ["all"], "users": {"includeUsers": ["None"]},
                      "agentContext": {"includeAgentContexts": ["x"]},
                      "applications": {"includeApplications": ["All"]}},
       "grantControls": {"operator": "OR", "builtInControls": ["compliantDevice"]}}]"#;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policies.json");
    fs::write(&file, policies).unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(run(&["whatif", file, "--has", "passkey"]).code, Some(0));
    let checked = run(&["check", file, "--format", "json"]);
    let report: Value = serde_json::from_str(&checked.stdout).unwrap();
    let because = report["verdicts"].as_array().unwrap().iter().map(|it| &it["because"]);
    let because: Vec<String> = because.map(ToString::to_string).collect();
    assert!(!because.concat().contains("unmodelled-field"), "{because:?}");
}
