mod streaming;

use super::*;
use proptest::prelude::*;

/// Reads files given as `path: text`; shows the objects as `kind "name" < wrapper`, and the problems
/// as `path:line:column kind: message`.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let bytes: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
    check_bytes(&bytes, expected);
}

#[track_caller]
fn check_bytes(files: &[(&str, &[u8])], expected: &[&str]) {
    let mut reader = Reader::default();
    for (path, bytes) in files {
        reader.add(*path, bytes.to_vec());
    }
    let export = reader.finish();
    let mut lines = Vec::new();
    for found in &export.objects {
        let name = |at: Option<ValueRef>, keys: &[&str]| {
            let value = at.and_then(|at| export.value(at))?;
            keys.iter().find_map(|key| value.get(key)?.as_text())
        };
        let mut line = found.kind.name().to_owned();
        if let Some(name) = name(Some(found.at), &["displayName", "name", "id"]) {
            line = format!("{line} {name:?}");
        }
        if let Some(name) = name(found.wrapper, &["displayName", "name", "id"]) {
            line = format!("{line} < {name:?}");
        }
        lines.push(line);
    }
    for problem in &export.problems {
        let at = export.sources.start(&problem.span);
        let path = &export.sources.file(problem.span.file).expect("has a file").path;
        let kind = problem.kind.name();
        lines.push(format!("{path}:{}:{} {kind}: {}", at.line, at.column, problem.message));
    }
    assert_eq!(lines, expected);
}

const POLICY: &str = r#"{"displayName": "P", "conditions": {"users": {}}, "state": "enabled"}"#;

#[test]
fn a_policy_is_found_alone_in_lists_in_pages_and_in_wrappers_with_any_keys() {
    check(&[("a.json", POLICY)], &["policy \"P\""]);
    check(&[("a.json", &format!("[{POLICY}, {POLICY}]"))], &["policy \"P\"", "policy \"P\""]);
    let page = format!(r#"{{"@odata.context": "c", "@odata.count": 1, "value": [{POLICY}]}}"#);
    check(&[("a.json", &page)], &["policy \"P\""]);
    check(&[("a.json", &format!(r#"{{"any": {{"thing": [{POLICY}]}}}}"#))], &["policy \"P\""]);
    let details = r#"{"id": "t", "name": "T", "scenarios": "zeroTrust", "details": {"conditions": {"users": null}, "grantControls": null}}"#;
    check(&[("a.json", details)], &["policy < \"T\""]);
}

#[test]
fn pascal_case_keys_make_no_difference() {
    let policy = r#"{"DisplayName": "P", "Conditions": {"Users": {}}, "GrantControls": null}"#;
    check(&[("a.json", policy)], &["policy \"P\""]);
}

#[test]
fn a_policy_as_text_in_a_string_is_found() {
    let text = format!(r#"{{"name": "T", "detail": {POLICY:?}}}"#);
    check(&[("a.json", &text)], &["policy \"P\" < \"T\""]);
    let list = format!("[{:?}, \"[1, 2]\"]", format!("[{POLICY}]"));
    check(
        &[("a.json", &list)],
        &["policy \"P\"", "a.json:1:89 unrecognised: a string where an object is expected"],
    );
}

#[test]
fn yaml_is_told_by_its_name_or_its_first_character() {
    let yaml =
        "policies:\n  - name: Y\n    conditions: {users: {}}\n    state: enabled\n---\na: 1\n";
    let expected = |path: &str| {
        vec![
            "policy \"Y\"".to_owned(),
            format!("{path}:6:1 unrecognised: an object of no known kind, with `a`"),
        ]
    };
    for path in ["a.yaml", "a.YML", "<stdin>"] {
        let expected = expected(path);
        check(&[(path, yaml)], &expected.iter().map(String::as_str).collect::<Vec<_>>());
    }
    check(&[("<stdin>", &format!("\n {POLICY}"))], &["policy \"P\""]);
}

/// An object of every kind, named `n`.
const KINDS: &[(&str, &str)] = &[
    (r#"{"id": "n", "ipRanges": [], "isTrusted": true}"#, "IP location"),
    (r#"{"id": "n", "countriesAndRegions": ["AT"]}"#, "country location"),
    (r#"{"id": "n", "compliantNetworkType": "allTenantCompliantNetworks"}"#, "compliant network"),
    (r#"{"id": "n", "allowedCombinations": []}"#, "authentication strength"),
    (r#"{"id": "n", "displayName": "n", "securityEnabled": true}"#, "group"),
    (r#"{"id": "n", "members": []}"#, "group"),
    (r#"{"id": "n", "userPrincipalName": "u"}"#, "user"),
    (r#"{"id": "n", "appId": "a", "servicePrincipalType": "Application"}"#, "service principal"),
    (r#"{"id": "n", "appId": "a", "web": {"redirectUris": []}}"#, "application"),
    (r#"{"id": "n", "authenticationMethodConfigurations": []}"#, "authentication methods policy"),
    (
        r##"{"id": "n", "@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration"}"##,
        "authentication method configuration",
    ),
    (
        r#"{"id": "Fido2", "displayName": "n", "state": "enabled", "includeTargets": []}"#,
        "authentication method configuration",
    ),
    (
        r##"{"id": "n", "@odata.type": "#microsoft.graph.fido2AuthenticationMethod"}"##,
        "registered method",
    ),
    (r#"{"id": "n", "userPrincipalName": "u", "methodsRegistered": []}"#, "registration details"),
    (r#"{"id": "n", "deviceId": "d", "trustType": "AzureAd"}"#, "device"),
    (r#"{"id": "n", "roleTemplateId": "r", "displayName": "n", "members": []}"#, "directory role"),
    (r#"{"id": "n", "rolePermissions": []}"#, "role definition"),
    (r#"{"id": "n", "roleDefinitionId": "r", "principalId": "p"}"#, "role assignment"),
    (r#"{"id": "n", "isViewingBeforeAcceptanceRequired": true}"#, "terms of use"),
    (r#"{"id": "n", "isAvailable": true}"#, "authentication context"),
    (r#"{"id": "n", "inboundTrust": {}}"#, "cross-tenant access settings"),
    (r#"{"id": "n", "multiFactorAuthConfiguration": "required"}"#, "device registration policy"),
    (r#"{"id": "n", "tenantId": "t", "objects": []}"#, "migration table"),
];

#[test]
fn every_kind_is_told_by_its_content() {
    for (text, kind) in KINDS {
        check(&[("a.json", text)], &[&format!("{kind} \"n\"")]);
    }
}

#[test]
fn what_is_not_known_is_named_where_it_stands() {
    let other = r#"{"displayName": "x", "apps": [], "platform": 1, "b": 2, "c": 3}"#;
    let message = "unrecognised: an object of no known kind, with `displayName`, `apps`, `platform`, `b` and 1 more fields";
    check(&[("a.json", other)], &[&format!("a.json:1:1 {message}")]);
    check(
        &[("a.json", "[1, 2]")],
        &["a.json:1:1 unrecognised: a list of 2 without a known object"],
    );
    check(
        &[(
            "a.json",
            &format!(
                r#"{{"x": 1, "id": 2, "m": {{"a": 1}}, "e": [], "p": [{POLICY}, {{"q": 1}}]}}"#
            ),
        )],
        &[
            "policy \"P\"",
            "a.json:1:120 unrecognised: an object of no known kind, with `q`",
            "a.json:1:2 unrecognised: `x` stands beside known objects and belongs to none of them",
            "a.json:1:19 unrecognised: `m` stands beside known objects and belongs to none of them",
        ],
    );
    let intune = r#"{"state": "on", "conditions": {"minOsVersion": 1}}"#;
    check(
        &[("a.json", intune)],
        &["a.json:1:1 unrecognised: an object of no known kind, with `state`, `conditions`"],
    );
}

#[test]
fn empty_lists_say_nothing_but_a_file_without_a_value_is_named() {
    let page = r#"{"@odata.context": "c", "value": []}"#;
    check(&[("a.json", "[]"), ("b.json", page)], &[]);
    check(&[("c.yaml", "# nothing\n")], &["c.yaml:1:1 unrecognised: a file without a value"]);
}

#[test]
fn a_page_with_a_next_page_is_an_incomplete_export() {
    let page = format!(r#"{{"value": [{POLICY}], "@odata.nextLink": "https://graph/next"}}"#);
    check(
        &[("a.json", &page)],
        &["policy \"P\"", "a.json:1:84 partial-export: this is one page of a longer list"],
    );
}

#[test]
fn a_bad_file_is_a_problem_and_the_others_are_read() {
    check_bytes(
        &[
            ("bad.json", b"{\n  \"a\": [1,]\n}"),
            ("latin.json", b"{\"a\":\n \"\xE9\"}"),
            ("empty.json", b" \n"),
            ("bad.yaml", b"a: [1"),
            ("odd.json", b"\xFF\xFE{\0}"),
            ("good.json", POLICY.as_bytes()),
        ],
        &[
            "policy \"P\"",
            "bad.json:2:10 malformed: trailing comma before `]`",
            "latin.json:2:3 undecodable: byte 0xE9 is not UTF-8",
            "empty.json:1:1 malformed: the file is empty",
            "bad.yaml:1:6 malformed: this is not YAML: while parsing a flow sequence, expected ',' or ']'",
            "odd.json:1:2 undecodable: the file ends in the middle of a character",
        ],
    );
}

#[test]
fn duplicate_keys_are_reported_in_every_known_object() {
    let twice = r#"{"state": 1, "conditions": {"users": 1}, "State": 2}"#;
    let message = "duplicate-key: the object has `State` twice, and only this one counts";
    check(&[("a.json", twice)], &["policy", &format!("a.json:1:42 {message}")]);
    check(&[("a.json", &format!("[{twice:?}]"))], &["policy", &format!("a.json:1:50 {message}")]);
}

#[test]
fn problems_beyond_a_hundred_of_a_kind_are_counted() {
    let text = format!("[{POLICY}{}]", ",1".repeat(150));
    let mut reader = Reader::default();
    reader.add("a.json", text.into_bytes());
    let problems = reader.finish().problems;
    assert_eq!(problems.len(), 101);
    assert_eq!(problems[100].message, "50 more of the same kind in this file: `unrecognised`");
}

#[test]
fn hostile_files_take_less_than_twenty_times_their_size() {
    let known = r#"{"ipRanges":0,"id":0}"#;
    let members = [
        "0,",
        "{},",
        "[],",
        r#"{"":0,"":0},"#,
        "\"[0,0,0,0,0,0]\",",
        &format!("{known},"),
        "\"\\\"\\n\",",
    ];
    for member in members {
        let text = format!("[{}{known}]", member.repeat(30_000 / member.len()));
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let nested = format!("[{text:?}]");
        let yaml = text.replace(',', ", ").replace(':', ": ");
        for (path, bytes) in [
            ("a.json", text.as_bytes()),
            ("a.json", &utf16),
            ("a.json", nested.as_bytes()),
            ("a.yaml", yaml.as_bytes()),
        ] {
            let mut reader = Reader::default();
            reader.add(path, bytes.to_vec());
            let export = reader.finish();
            assert!(!export.objects.is_empty(), "{member} in {path}: {:?}", export.problems);
            let text = export.sources.files()[0].text.len();
            let total = export.footprint() + text;
            assert!(total <= 18 * bytes.len(), "{member} in {path}: {total} for {}", bytes.len());
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), yaml: bool) {
        let mut reader = Reader::default();
        reader.add(if yaml { "a.yaml" } else { "a.json" }, bytes);
        reader.finish();
    }

    #[test]
    fn any_damage_to_a_policy_is_read_or_refused(at in 0..POLICY.len(), byte: u8, yaml: bool) {
        let mut bytes = POLICY.as_bytes().to_vec();
        bytes[at] = byte;
        let mut reader = Reader::default();
        reader.add(if yaml { "a.yaml" } else { "a.json" }, bytes);
        let export = reader.finish();
        prop_assert!(!export.objects.is_empty() || !export.problems.is_empty());
        for problem in &export.problems {
            let text = &export.sources.files()[0].text;
            prop_assert!(text.get(problem.span.range.clone()).is_some());
        }
    }
}
