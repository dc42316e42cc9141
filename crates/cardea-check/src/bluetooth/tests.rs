use serde_json::{Value, json};

use super::*;
use crate::report::Severity;

/// Our own profile, changed by somebody.
fn changed(change: impl FnOnce(&mut Vec<Value>)) -> Vec<(Severity, String)> {
    let mut profile = intune();
    change(profile["omaSettings"].as_array_mut().unwrap());
    told(&profile)
}

fn told(profile: &Value) -> Vec<(Severity, String)> {
    let given = Given::read(profile.to_string().as_bytes()).unwrap();
    given.deviations().into_iter().map(|it| (it.severity, it.message)).collect()
}

fn services(value: &str) -> Vec<(Severity, String)> {
    changed(|settings| settings[4]["value"] = json!(value))
}

fn denied(value: &str) -> Vec<(Severity, String)> {
    changed(|settings| settings[5]["value"] = json!(value))
}

#[test]
fn what_is_written_departs_from_nothing() {
    assert_eq!(changed(|_| {}), []);
}

#[test]
fn without_the_service_of_phones_their_passkeys_do_not_work() {
    let [(severity, message)] = &services("{0000FFFD-0000-1000-8000-00805F9B34FB}")[..] else {
        panic!("one deviation")
    };
    assert_eq!(*severity, Severity::Lockout);
    assert_eq!(
        message,
        "Bluetooth/ServicesAllowedList lacks {0000FFF9-0000-1000-8000-00805F9B34FB}: passkeys of phones do \
         not work at these computers"
    );
}

#[test]
fn services_count_in_any_order_and_case_and_further_ones_are_named() {
    let ours = "0000fff9-0000-1000-8000-00805f9b34fb; {0000FFFD-0000-1000-8000-00805f9b34fb} ;";
    assert_eq!(services(ours), []);
    let more = format!("{ours}{{0000110B-0000-1000-8000-00805F9B34FB}}");
    let message =
        "Bluetooth/ServicesAllowedList also allows 0000110B-0000-1000-8000-00805F9B34FB".to_owned();
    assert_eq!(services(&more), [(Severity::Weakness, message)]);
    let empty = "Bluetooth/ServicesAllowedList is empty: all services are allowed".to_owned();
    assert_eq!(services(" ; "), [(Severity::Weakness, empty)]);
}

#[test]
fn a_setting_that_is_absent_or_another_allows_more() {
    let gone = changed(|settings| drop(settings.remove(0)));
    assert_eq!(
        gone,
        [(Severity::Weakness, "Bluetooth/AllowAdvertising is not set, which allows it".to_owned())]
    );
    let one = changed(|settings| settings[2]["value"] = json!(1));
    assert_eq!(one, [(Severity::Weakness, "Bluetooth/AllowPrepairing is 1".to_owned())]);
}

#[test]
fn networks_over_bluetooth_are_denied_also_where_they_are_already() {
    let all = "<Enabled/>\n <Data id='DeviceInstall_IDs_Deny_List' value='1&#xF000;BTH\\MS_BTHPAN'/>\
               <Data id='DeviceInstall_IDs_Deny_Retroactive' value='true'/>";
    assert_eq!(denied(all), []);
    let says = |value: String, part: &str| {
        let found = denied(&value);
        assert!(found.len() == 1 && found[0].1.contains(part), "{found:?}");
        assert_eq!(found[0].0, Severity::Weakness);
    };
    says(all.replace("Enabled", "Disabled"), "is not enabled");
    says(all.replace("MS_BTHPAN", "MS_OTHER"), "does not deny");
    says(all.replace("true", "false"), "is not retroactive");
}

#[test]
fn bluetooth_that_is_off_comes_first() {
    let found = changed(|settings| {
        settings[0]["value"] = json!(1);
        settings.push(json!({"omaUri": "./Vendor/MSFT/Policy/Config/Connectivity/AllowBluetooth", "value": 0}));
    });
    assert_eq!(found[0].0, Severity::Lockout);
    assert!(found[0].1.contains("turns Bluetooth off"), "{found:?}");
    assert_eq!(found[1].0, Severity::Weakness);
}

#[test]
fn what_the_export_hides_or_says_twice_is_not_decided() {
    let hidden = changed(|settings| {
        settings[4]["isEncrypted"] = json!(true);
        settings[4]["value"] = json!("****");
    });
    assert_eq!(hidden.len(), 1);
    assert_eq!(hidden[0].0, Severity::Doubt);
    let twice = told(&json!({"value": [intune(), {"omaSettings": [
        {"omaUri": "./device/vendor/msft/policy/config/bluetooth/allowadvertising", "value": 1}
    ]}]}));
    assert_eq!(twice.len(), 1);
    assert_eq!(twice[0].0, Severity::Doubt);
    let same = told(&json!([intune(), intune()]));
    assert_eq!(same, []);
}

#[test]
fn what_is_no_profile_says_what_is_needed() {
    let error = |text: &str| Given::read(text.as_bytes()).unwrap_err().to_string();
    assert!(error("{").starts_with("it is no JSON: "));
    assert!(error("{\"displayName\": \"a\"}").contains("`omaSettings`"));
    let bom = format!("\u{feff}{}", intune());
    assert!(Given::read(bom.as_bytes()).is_ok());
    assert!(Given::read("[".repeat(100_000).as_bytes()).is_err());
}

#[test]
fn every_setting_is_in_every_form() {
    let (list, script) = (list(), powershell());
    for setting in &SETTINGS {
        assert!(list.contains(&setting.uri()), "{list}");
        assert!(script.contains(&format!("\n    {} = ", setting.name)), "{script}");
    }
    assert!(list.ends_with('\n') && !list.ends_with("\n\n"));
}
