use super::*;
use crate::report::Severity;
use cardea_tenant::assumption::Assumption;

const TODAY: &str = "2026-11-22";

fn read(text: &str) -> Config {
    Config::from_toml(text, TODAY).unwrap()
}

/// The error and its help.
fn error(text: &str) -> String {
    let error = Config::from_toml(text, TODAY).unwrap_err();
    error.help.as_ref().map_or(error.to_string(), |help| format!("{error}; {help}"))
}

const PAGE: &str = include_str!("../../../../docs/settings.md");

#[test]
fn the_annotated_example_of_the_page_is_read() {
    let example = PAGE.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let config = read(example);
    assert_eq!((config.memberships, config.fail_on), (2, Severity::Weakness));
    let [drivers] = config.populations.as_slice() else { panic!("one population") };
    assert_eq!(drivers.name, "drivers");
    assert_eq!(drivers.groups, [GroupId::new("Depot staff")]);
    let states: Vec<_> =
        drivers.devices.iter().map(|it| (it.form, it.platform, it.state)).collect();
    assert_eq!(
        states,
        [
            (Form::Phone, Platform::Android, DeviceState::Compliant),
            (Form::Computer, Platform::Windows, DeviceState::HybridJoined)
        ]
    );
    let bluetooth: Vec<_> = drivers.devices.iter().map(|it| it.bluetooth).collect();
    assert_eq!(bluetooth, [Bluetooth::Assumed, Bluetooth::Shut]);
    assert_eq!(config.break_glass.users.len(), 2);
    assert_eq!(config.break_glass.methods, BreakGlass::default().methods);
    assert_eq!(config.goals[0].from, Some(Form::Phone));
    let accepted = &config.accepted[0];
    assert_eq!(accepted.until.to_string(), "2027-01-31");
    assert!(example.get(accepted.at.clone()).unwrap().contains("[[accept]]"));
    assert_eq!(config.exemptions[0].notice, Notice::Given);
    assert!(!config.assumptions.hold(Assumption::BluetoothOpen));
    assert!(config.assumptions.hold(Assumption::HelpDeskIssuesPasses));
}

#[test]
fn the_page_lists_every_assumption_and_every_method_as_they_are() {
    for assumption in Assumption::ALL {
        let (name, default, text) = (assumption.name(), assumption.default(), assumption.text());
        let row = format!("| `{name}` | {default} | {text} |");
        assert!(PAGE.contains(&row), "{row}");
    }
    for (name, _) in Held::NAMES {
        assert!(PAGE.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn the_settings_of_every_example_tenant_are_read() {
    let tenants = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/tenants");
    let mut files = 0;
    for tenant in std::fs::read_dir(tenants).unwrap() {
        let path = tenant.unwrap().path().join("cardea.toml");
        if let Ok(text) = std::fs::read_to_string(&path) {
            let config = read(&text);
            assert!(!config.break_glass.is_empty(), "{}", path.display());
            files += 1;
        }
    }
    assert!(files >= 8, "{files}");
}

#[test]
fn an_empty_file_says_nothing() {
    let today = Date::parse(TODAY).unwrap();
    assert_eq!(read(""), Config { today, ..Config::default() });
}

#[test]
fn a_population_without_devices_has_the_usual_ones_with_either_phone() {
    let config =
        read("[[population]]\nname = \"sellers\"\nhas = [\"password\", \"passkeySynced\"]");
    let phones: Vec<_> = config.populations.iter().map(|it| it.devices[1].platform).collect();
    assert_eq!(phones, [Platform::Ios, Platform::Android]);
    assert_eq!(config.populations[0].has[1], Held::Passkey(PasskeyHome::SyncedProvider));
}

#[test]
fn a_misspelled_key_is_named_with_the_one_that_was_meant() {
    assert_eq!(
        error("[breakglass]\ngroup = []"),
        "line 2, column 1: [breakglass] has no key `group`; maybe `groups`?"
    );
    assert_eq!(
        error("[assumptions]\nbluetooth-closed = true"),
        "line 2, column 1: [assumptions] has no key `bluetooth-closed`; known are \
         `register-device-is-a-resource`, `registration-apps-count`, \
         `mfa-on-registration-displaces`, `listed-means-let-in`, `first-method-by-password`, \
         `mfa-met-in-wizard`, `wizard-makes-any-passkey`, `wizard-serves-every-demand`, \
         `help-desk-issues-passes`, `trusted-network-in-reach`, `windows-hello-at-setup`, \
         `bluetooth-open`, `methods-enabled`, `guest-mfa-trusted`"
    );
}

#[test]
fn a_misspelled_word_is_named_with_the_one_that_was_meant() {
    let accept = "[[accept]]\nreason = \"x\"\nuntil = 2027-01-31\n";
    assert_eq!(
        error(&format!("{accept}rule = \"registration-lop\"")),
        "line 4, column 8: `registration-lop` is no `rule`; maybe `registration-loop`?"
    );
    assert_eq!(
        error("[[population]]\nname = \"ä\"\nhas = [\"pasword\"]"),
        "line 3, column 8: `pasword` is no `method`; maybe `password`?"
    );
    assert_eq!(
        error("fail-on = \"never\""),
        "line 1, column 11: `never` is no `fail-on`; known are `note`, `doubt`, `weakness`, `lockout`"
    );
}

#[test]
fn what_is_missing_or_of_the_wrong_kind_is_named() {
    for (text, message) in [
        (
            "\n[[accept]]\nrule = \"registration-loop\"",
            "line 2, column 1: [[accept]] needs a `reason`",
        ),
        (
            "memberships = -1",
            "line 1, column 15: `memberships` is a whole number, but here stands: integer",
        ),
        (
            "[breakglass]\nusers = \"me\"",
            "line 2, column 9: `users` is a list of strings, but here stands: string",
        ),
        ("[breakglass]\nusers = [\"\"]", "line 2, column 10: `users` is empty"),
        (
            "[goal]\napp = \"x\"",
            "line 1, column 1: `goal` is a list of tables, but here stands: table; write [[goal]] above them",
        ),
        (
            "[[exemption]]\ngroup = \"g\"\nuntil = \"2026-02-30\"",
            "line 3, column 9: `until` is a day such as `2027-01-31`, but here stands: string",
        ),
        (
            "[[exemption]]\ngroup = \"g\"\nuntil = 2026-02-03T10:00:00",
            "line 3, column 9: `until` is a day such as `2027-01-31`, but here stands: datetime",
        ),
    ] {
        assert_eq!(error(text), message);
    }
}

#[test]
fn text_that_is_no_toml_is_an_error_with_its_place() {
    let error = error("memberships = ");
    assert!(error.starts_with("line 1, column 15: this is not TOML: "), "{error}");
}

#[test]
fn today_must_be_a_day() {
    let error = Config::from_toml("", "soon").unwrap_err();
    assert_eq!(error.message, "today is `soon`, which is not a day");
}
