mod laws;

use super::*;
use crate::export::Reader;
use crate::recognise::ObjectKind;
use serde_json::Value as Plain;

fn read(path: &str, text: &str) -> Export {
    let mut reader = Reader::default();
    reader.add(path, text.as_bytes().to_vec());
    reader.finish()
}

fn policies(export: &Export) -> Vec<ValueRef> {
    let policies = export.objects.iter().filter(|found| found.kind == ObjectKind::Policy);
    policies.map(|found| found.at).collect()
}

fn changed(path: &str, text: &str, changes: &[Change]) -> Result<String, Refusal> {
    let export = read(path, text);
    let mut edits = Edits::new(&export);
    let policy = edits.object(policies(&export)[0])?;
    for change in changes {
        edits.change(policy, change)?;
    }
    Ok(edits.finish()?.pop().map_or_else(|| text.to_owned(), |edited| edited.after))
}

/// What a change makes of a text with one policy.
fn check(before: &str, changes: &[Change], after: &str) {
    assert_eq!(changed("p.json", before, changes).as_deref(), Ok(after));
}

fn phones() -> [Change; 2] {
    [
        Change::set("conditions.platforms.includePlatforms", Json::texts(["all"])),
        Change::set("conditions.platforms.excludePlatforms", Json::texts(["android", "iOS"])),
    ]
}

#[test]
fn a_new_condition_adds_lines_and_changes_none() {
    check(
        r#"{
  "displayName": "CA010",
  "state": "enabled",
  "conditions": {
    "clientAppTypes": ["all"],
    "applications": {
      "includeApplications": ["All"]
    }
  }
}
"#,
        &phones(),
        r#"{
  "displayName": "CA010",
  "state": "enabled",
  "conditions": {
    "clientAppTypes": ["all"],
    "platforms": {
      "includePlatforms": ["all"],
      "excludePlatforms": ["android", "iOS"]
    },
    "applications": {
      "includeApplications": ["All"]
    }
  }
}
"#,
    );
}

#[test]
fn a_null_and_an_object_of_nulls_are_filled() {
    check(
        r#"{"state": "enabled", "conditions": {"users": {}, "platforms": null}}"#,
        &phones(),
        r#"{"state": "enabled", "conditions": {"users": {}, "platforms": {"includePlatforms": ["all"], "excludePlatforms": ["android", "iOS"]}}}"#,
    );
    check(
        r#"{"state":"enabled","conditions":{"users":{},"platforms":{"includePlatforms":null,"excludePlatforms":null}}}"#,
        &phones(),
        r#"{"state":"enabled","conditions":{"users":{},"platforms":{"includePlatforms":["all"],"excludePlatforms":["android","iOS"]}}}"#,
    );
}

#[test]
fn windows_powershell_is_written_as_it_writes() {
    let before = "{\r\n    \"DisplayName\":  \"x\",\r\n    \"State\":  \"enabled\",\r\n    \"Conditions\":  {\r\n                       \"ClientAppTypes\":  [\r\n                                              \"all\"\r\n                                          ],\r\n                       \"Users\":  {\r\n                                     \"ExcludeGroups\":  [\r\n\r\n                                                       ]\r\n                                 }\r\n                   }\r\n}\r\n";
    let after = "{\r\n    \"DisplayName\":  \"x\",\r\n    \"State\":  \"enabled\",\r\n    \"Conditions\":  {\r\n                       \"ClientAppTypes\":  [\r\n                                              \"all\"\r\n                                          ],\r\n                       \"Platforms\":  {\r\n                                         \"IncludePlatforms\":  [\r\n                                                                  \"all\"\r\n                                                              ],\r\n                                         \"ExcludePlatforms\":  [\r\n                                                                  \"android\",\r\n                                                                  \"iOS\"\r\n                                                              ]\r\n                                     },\r\n                       \"Users\":  {\r\n                                     \"ExcludeGroups\":  [\r\n                                                           \"g\"\r\n                                                       ]\r\n                                 }\r\n                   }\r\n}\r\n";
    let mut changes = phones().to_vec();
    changes.push(Change::append("conditions.users.excludeGroups", ["g"]));
    check(before, &changes, after);
}

#[test]
fn items_are_added_behind_the_last_one() {
    let append = [Change::append("conditions.users.excludeGroups", ["b", "c"])];
    check(
        "{\n\t\"state\": \"enabled\",\n\t\"conditions\": {\n\t\t\"users\": {\n\t\t\t\"excludeGroups\": [\n\t\t\t\t\"a\"\n\t\t\t]\n\t\t}\n\t}\n}",
        &append,
        "{\n\t\"state\": \"enabled\",\n\t\"conditions\": {\n\t\t\"users\": {\n\t\t\t\"excludeGroups\": [\n\t\t\t\t\"a\",\n\t\t\t\t\"b\",\n\t\t\t\t\"c\"\n\t\t\t]\n\t\t}\n\t}\n}",
    );
    check(
        r#"{"state": "enabled", "conditions": {"users": {"excludeGroups": ["a"]}}}"#,
        &append,
        r#"{"state": "enabled", "conditions": {"users": {"excludeGroups": ["a", "b", "c"]}}}"#,
    );
}

#[test]
fn items_and_members_go_with_their_commas() {
    let before = "{\"state\": \"on\", \"conditions\": {\"users\": {\"includeUsers\": [\"a\",\n \"b\", \"c\"]}}}";
    let list = "conditions.users.includeUsers";
    let rest = |kept: &str| {
        format!(
            "{{\"state\": \"on\", \"conditions\": {{\"users\": {{\"includeUsers\": {kept}}}}}}}"
        )
    };
    check(before, &[Change::remove(list, ["A"])], &rest("[\"b\", \"c\"]"));
    check(before, &[Change::remove(list, ["b"])], &rest("[\"a\",\n \"c\"]"));
    check(before, &[Change::remove(list, ["b", "c"])], &rest("[\"a\"]"));
    check(before, &[Change::remove(list, ["a", "c"])], &rest("[\"b\"]"));
    check(before, &[Change::remove(list, ["a", "b", "c"])], &rest("[]"));
    check(before, &[Change::remove(list, ["d"])], before);
    check(before, &[Change::drop("conditions.users")], "{\"state\": \"on\", \"conditions\": {}}");
    check(before, &[Change::drop("state")], &before.replace("\"state\": \"on\", ", ""));
    check(before, &[Change::drop("id")], before);
}

#[test]
fn json_inside_a_string_stays_inside_it() {
    let inner = r#"{"state":"enabled","conditions":{"users":{"excludeGroups":["ä"]}}}"#;
    let before = format!("[{{\"body\": {}, \"n\": 1}}]", Plain::from(inner));
    let after = before.replace("[\\\"ä\\\"]", "[\\\"ä\\\",\\\"b\\\\\\\"\\\"]");
    assert_ne!(before, after);
    check(&before, &[Change::append("conditions.users.excludeGroups", ["b\""])], &after);
    let twice = format!("{{\"a\": {}}}", Plain::from(before));
    let after = changed("p.json", &twice, &[Change::set("state", Json::text("disabled"))]);
    assert_eq!(after, Ok(twice.replace("enabled", "disabled")));
}

#[test]
fn a_copy_of_an_object_in_a_list_stands_behind_it() {
    let text = "{\n  \"value\": [\n    {\n      \"displayName\": \"A\",\n      \"state\": \"enabled\",\n      \"conditions\": { \"users\": null }\n    },\n    {\n      \"displayName\": \"B\",\n      \"state\": \"enabled\",\n      \"conditions\": { \"users\": null }\n    }\n  ]\n}\n";
    let export = read("all.json", text);
    let found = policies(&export);
    let mut edits = Edits::new(&export);
    let (first, second) = (edits.object(found[0]).unwrap(), edits.object(found[1]).unwrap());
    let copy = edits.copy(first, "phones").unwrap();
    edits.change(copy, &Change::set("displayName", Json::text("A phones"))).unwrap();
    edits.change(second, &Change::set("displayName", Json::text("B2"))).unwrap();
    edits.change(first, &Change::set("state", Json::text("disabled"))).unwrap();
    let edited = edits.finish().unwrap();
    assert_eq!(edited.len(), 1);
    let expected = "{\n  \"value\": [\n    {\n      \"displayName\": \"A\",\n      \"state\": \"disabled\",\n      \"conditions\": { \"users\": null }\n    },\n    {\n      \"displayName\": \"A phones\",\n      \"state\": \"enabled\",\n      \"conditions\": { \"users\": null }\n    },\n    {\n      \"displayName\": \"B2\",\n      \"state\": \"enabled\",\n      \"conditions\": { \"users\": null }\n    }\n  ]\n}\n";
    assert_eq!(edited[0].after, expected);
}

#[test]
fn a_copy_of_an_object_alone_is_a_file_beside_it() {
    let text = "\u{20}{\r\n\t\"Id\": \"1\",\r\n\t\"details\": {\r\n\t\t\"State\": \"enabled\",\r\n\t\t\"Conditions\": {\"Users\": null}\r\n\t}\r\n}\r\n";
    let export = read("ca/CA01-all.json", text);
    let mut edits = Edits::new(&export);
    let policy = edits.object(policies(&export)[0]).unwrap();
    let copy = edits.copy(policy, "phones").unwrap();
    edits.change(copy, &Change::set("displayName", Json::text("x"))).unwrap();
    let edited = edits.finish().unwrap();
    let (path, after) = (edited[0].path.as_str(), edited[0].after.as_str());
    assert_eq!(path, "ca/CA01-all-phones.json");
    assert_eq!(edited[0].before, None);
    let expected = "{\r\n\t\"State\": \"enabled\",\r\n\t\"DisplayName\": \"x\",\r\n\t\"Conditions\": {\"Users\": null}\r\n}\r\n";
    assert_eq!(after, expected);
}

#[test]
fn a_new_object_is_written_in_the_manner_of_its_neighbour() {
    let text =
        "{\r\n\t\"State\": \"enabled\",\r\n\t\"Conditions\": {\"ClientAppTypes\": [\"all\"]}\r\n}";
    let export = read("ca/x.json", text);
    let mut edits = Edits::new(&export);
    let policy = edits.object(policies(&export)[0]).unwrap();
    let strength = Json::object([
        ("id", Json::text("1")),
        ("allowedCombinations", Json::texts(["fido2", "sms"])),
        ("nested", Json::object([("a", Json::Null)])),
    ]);
    edits.create(policy, "strength", &strength).unwrap();
    let edited = edits.finish().unwrap();
    assert_eq!(
        edited[0].after,
        "{\r\n\t\"Id\": \"1\",\r\n\t\"AllowedCombinations\": [\"fido2\", \"sms\"],\r\n\t\"Nested\": {\r\n\t\t\"A\": null\r\n\t}\r\n}"
    );
}

#[test]
fn an_item_of_a_list_is_found_by_its_id() {
    let text = r#"{"authenticationMethodConfigurations": [{"id": "Sms", "state": "enabled"}, {"id": "TemporaryAccessPass", "isUsableOnce": true}]}"#;
    let export = read("m.json", text);
    let mut edits = Edits::new(&export);
    let methods = edits.object(export.objects[0].at).unwrap();
    let path = "authenticationMethodConfigurations.TemporaryAccessPass.isUsableOnce";
    edits.change(methods, &Change::set(path, Json::Bool(false))).unwrap();
    let absent = Change::set("authenticationMethodConfigurations.Voice.state", Json::Null);
    assert!(matches!(edits.change(methods, &absent), Err(Refusal::NoPlace(_))));
    assert_eq!(edits.finish().unwrap()[0].after, text.replace("true", "false"));
}

#[test]
fn in_yaml_only_single_values_are_changed() {
    let text =
        "# mine\nstate: enabled # as agreed\nconditions:\n  users:\n    includeUsers: [All]\n";
    let set = [Change::set("state", Json::text("disabled"))];
    assert_eq!(changed("p.yaml", text, &set), Ok(text.replace("enabled", "disabled")));
    let anchored = text.replace("users:", "users: &all");
    for (text, changes) in [(text, &phones()[..]), (&anchored, &set[..])] {
        let refused = changed("p.yaml", text, changes);
        assert_eq!(refused, Err(Refusal::Yaml));
    }
    let list = [Change::append("conditions.users.includeUsers", ["x"])];
    assert_eq!(changed("p.yaml", text, &list), Err(Refusal::Yaml));
}

#[test]
fn what_is_no_list_is_not_changed_as_one() {
    let text = r#"{"state": "enabled", "conditions": {"users": "All"}}"#;
    for path in ["state", "conditions.users"] {
        let refused = changed("p.json", text, &[Change::append(path, ["x"])]);
        assert_eq!(refused, Err(Refusal::NoList(path.to_owned())));
    }
    let inside = changed("p.json", text, &[Change::append("conditions.users.excludeUsers", ["x"])]);
    assert_eq!(inside, Err(Refusal::NoPlace("conditions.users.excludeUsers".to_owned())));
}

/// Every policy of the corpus, changed at once in all its lists; what is refused is counted.
#[test]
#[expect(clippy::print_stdout, reason = "says what was skipped and refused")]
fn real_exports_are_changed_safely() {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");
    let root = std::env::var_os("CARDEA_CORPUS").unwrap_or_else(|| default.into());
    let mut folders = vec![std::path::PathBuf::from(root).join("policies")];
    if !folders[0].is_dir() {
        println!("skipped: there is no corpus; set CARDEA_CORPUS to its folder");
        return;
    }
    let (mut changed, mut refused) = (0, Vec::new());
    while let Some(folder) = folders.pop() {
        for path in folder.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let mut reader = Reader::default();
            reader.add(path.to_string_lossy(), std::fs::read(&path).unwrap());
            let export = reader.finish();
            for at in policies(&export).into_iter().take(3) {
                match change_all(&export, at) {
                    Ok(()) => changed += 1,
                    Err(refusal) => refused.push((refusal, path.clone())),
                }
            }
        }
    }
    println!("{changed} policies changed, refused: {refused:?}");
    assert!(changed > 250);
    assert!(refused.iter().all(|(refusal, _)| *refusal == Refusal::Yaml), "{refused:?}");
}

fn change_all(export: &Export, at: ValueRef) -> Result<(), Refusal> {
    let mut edits = Edits::new(export);
    let policy = edits.object(at)?;
    let copy = edits.copy(policy, "copy")?;
    for object in [policy, copy] {
        for change in &phones() {
            edits.change(object, change)?;
        }
        edits.change(object, &Change::append("conditions.users.excludeGroups", ["g"]))?;
        edits.change(object, &Change::remove("conditions.users.includeUsers", ["All"]))?;
        edits.change(object, &Change::drop("id"))?;
        edits.change(object, &Change::set("displayName", Json::text("x")))?;
    }
    let edited = edits.finish()?;
    let mut reader = Reader::default();
    for file in &edited {
        reader.add(file.path.clone(), file.after.clone().into_bytes());
    }
    let source = export.value(at).unwrap().span().file;
    let known = policies(export).into_iter();
    let known = known.filter(|at| export.value(*at).unwrap().span().file == source).count();
    assert_eq!(policies(&reader.finish()).len(), known + 1);
    Ok(())
}

#[test]
fn bytes_are_written_in_the_encoding_of_the_file() {
    let text = "{\r\n  \"state\": \"enabled\",\r\n  \"conditions\": {\"users\": \"ä\"}\r\n}\r\n";
    let utf16 = |text: &str| crate::source::Encoding::Utf16Le.encode(text).unwrap();
    let mut reader = Reader::default();
    reader.add("p.json", utf16(text));
    let export = reader.finish();
    let mut edits = Edits::new(&export);
    let policy = edits.object(policies(&export)[0]).unwrap();
    edits.change(policy, &Change::set("state", Json::text("disabled"))).unwrap();
    edits.copy(policy, "phones").unwrap();
    let edited = edits.finish().unwrap();
    let expected = text.replace("enabled", "disabled");
    assert_eq!(edited.len(), 2);
    for file in edited {
        assert_eq!(file.bytes(&export.sources), Some(utf16(&expected)), "{}", file.path);
    }
}
