//! `cardea bluetooth-policy`.

use std::fs;

use tempfile::TempDir;

use crate::{copy_of, json, run, run_in};

#[test]
fn a_profile_that_was_written_is_found_good_and_a_changed_one_is_not() {
    let folder = TempDir::new().unwrap();
    let written = run(&["bluetooth-policy", "--format", "intune"]);
    assert_eq!(written.code, Some(0), "{}", written.stderr);
    let file = folder.path().join("profile.json");
    fs::write(&file, &written.stdout).unwrap();
    let good = run_in(folder.path(), &["bluetooth-policy", "profile.json"]);
    assert_eq!(good.code, Some(0), "{}", good.stdout);
    assert_eq!(good.stdout, "profile.json lets passkeys through Bluetooth, and nothing else.\n");

    let mut profile = json(&written.stdout);
    profile["omaSettings"][0]["value"] = serde_json::json!(1);
    profile["omaSettings"][4]["value"] = "{0000FFFD-0000-1000-8000-00805F9B34FB}".into();
    fs::write(&file, profile.to_string()).unwrap();
    let changed = run_in(folder.path(), &["bluetooth-policy", "profile.json"]);
    assert_eq!(changed.code, Some(1), "{}", changed.stdout);
    let lines: Vec<&str> = changed.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{}", changed.stdout);
    assert!(lines[0].starts_with("lockout: Bluetooth/ServicesAllowedList lacks {0000FFF9-"));
    assert_eq!(lines[2], "weakness: Bluetooth/AllowAdvertising is 1");
    assert_eq!(lines[3], "  help: set it to 0");
}

#[test]
fn what_an_export_hides_is_not_decided() {
    let folder = TempDir::new().unwrap();
    let mut profile = json(&run(&["bluetooth-policy", "--format", "intune"]).stdout);
    profile["omaSettings"][5]["isEncrypted"] = true.into();
    fs::write(folder.path().join("profile.json"), profile.to_string()).unwrap();
    let hidden = run_in(folder.path(), &["bluetooth-policy", "profile.json"]);
    assert_eq!(hidden.code, Some(3), "{}", hidden.stdout);
    assert!(hidden.stdout.contains("getOmaSettingPlainTextValue"), "{}", hidden.stdout);
}

#[test]
fn a_file_without_settings_says_where_to_get_one() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("profile.json"), "{}").unwrap();
    let none = run_in(folder.path(), &["bluetooth-policy", "profile.json"]);
    assert_eq!(none.code, Some(2));
    assert_eq!(
        none.stderr,
        "error: `profile.json`: it has no `omaSettings`; export the profile from Graph: GET \
         deviceManagement/deviceConfigurations\n"
    );
    let gone = run_in(folder.path(), &["bluetooth-policy", "gone.json"]);
    assert_eq!(gone.code, Some(2));
    assert!(gone.stderr.starts_with("error: cannot read `gone.json`"), "{}", gone.stderr);
}

#[test]
fn the_prover_knows_that_a_computer_without_bluetooth_does_not_reach_the_phone() {
    let folder = copy_of("demo");
    let demo = folder.path().join("demo");
    let change = |name: &str, from: &str, to: &str| {
        let path = demo.join(name);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{name}: {from}");
        fs::write(path, text.replace(from, to)).unwrap();
    };
    let id = |strength: &str| {
        let path = demo.join("strengths").join(strength);
        json(&fs::read_to_string(path).unwrap())["id"].as_str().unwrap().to_owned()
    };
    change("cardea.toml", "[assumptions]\n", "[assumptions]\nbluetooth-open = false\n");
    let (any, on_the_phone) = (id("passkey.json"), id("passkey-in-authenticator.json"));
    change("policies/FW411-Split-computers-ask-for-a-passkey.json", &any, &on_the_phone);
    let check = run_in(&demo, &["check", "."]);
    assert_eq!(check.code, Some(1), "{}", check.stdout);
    let told = check.stdout.split_once("error[closed-bluetooth]").expect("a finding").1;
    let told = told.split("why:").next().unwrap();
    for part in ["FW411-Split", "anselm.vogt@", "cannot be reached without Bluetooth"] {
        let words: String = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(part), "{part}: {told}");
    }
}
