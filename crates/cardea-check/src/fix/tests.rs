//! Every offered fix, applied to the files, removes its finding when the files are checked again.

mod holes;
mod reading;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use cardea_graph::export::Reader;
use cardea_graph::lower::{Lowered, lower};
use cardea_policy::place::{Field, Object};

use super::*;
use crate::config::Config;
use crate::report::Severity;
use crate::rules;

type Files = Vec<(String, Vec<u8>)>;

fn paths(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries
        .flat_map(|path| if path.is_dir() { paths(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .collect();
    found.sort();
    found
}

/// An example tenant as files, and its settings.
fn example(name: &str) -> (Files, Config) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/tenants").join(name);
    let files = paths(&root).into_iter().map(|path| {
        let shown = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        (shown, std::fs::read(path).unwrap())
    });
    let settings = std::fs::read_to_string(root.join("cardea.toml")).unwrap();
    (files.collect(), Config::from_toml(&settings, "2026-11-22").unwrap())
}

fn read(files: &Files) -> Lowered {
    let mut reader = Reader::default();
    for (path, bytes) in files {
        reader.add(path.clone(), bytes.clone());
    }
    lower(reader.finish())
}

/// A finding by the names of what it points at, which stay when policies are read in another order.
type Named = (&'static str, Severity, BTreeSet<(String, Field)>);

fn named(examination: &Examination<'_>, draft: &Draft) -> Named {
    let name = |object| match object {
        Object::Policy(policy) => examination.name(policy),
        Object::Strength(strength) => {
            examination.tenant.strengths[strength.position()].name.clone()
        }
        Object::MethodsPolicy | Object::Settings | Object::Input => format!("{object:?}"),
    };
    let marks = if proof::TENANT_WIDE.contains(&draft.rule) { &[] } else { draft.marks.as_slice() };
    let places = marks.iter().map(|mark| (name(mark.place.object), mark.place.field));
    (draft.rule, draft.severity, places.collect())
}

fn found(lowered: &Lowered, config: &Config) -> Vec<Named> {
    let config = config.clone().resolved(&lowered.names);
    let examination = Examination::of(lowered, &config);
    let drafts = rules::ALL.iter().flat_map(|rule| (rule.run)(&examination));
    drafts.map(|draft| named(&examination, &draft)).collect()
}

/// The files with a fix applied, in the encodings that it keeps.
fn applied(lowered: &Lowered, files: &Files, edits: &[FileEdit]) -> Files {
    let mut files = files.clone();
    for edit in edits {
        let encoding = lowered.export.sources.encoding_of(&edit.path);
        let bytes = encoding.encode(&edit.after).unwrap();
        if let Some((_, old)) = files.iter_mut().find(|(path, _)| *path == edit.path) {
            let before = edit.before.as_deref().unwrap();
            assert_eq!(encoding.encode(before).as_ref(), Some(&*old), "{}", edit.path);
            *old = bytes;
        } else {
            assert_eq!(edit.before, None, "{}", edit.path);
            files.push((edit.path.clone(), bytes));
        }
    }
    files.sort();
    files
}

/// The findings with a fix, as rule and titles; each fix was applied and checked again.
fn check(files: &Files, config: &Config) -> String {
    let lowered = read(files);
    let before = found(&lowered, config);
    let resolved = config.clone().resolved(&lowered.names);
    let examination = Examination::of(&lowered, &resolved);
    let drafts: Vec<Draft> = rules::ALL.iter().flat_map(|rule| (rule.run)(&examination)).collect();
    let offered = attach(&examination, &drafts, Effort::default());
    let mut shown = String::new();
    for (draft, fixes) in drafts.iter().zip(&offered) {
        let wanted = named(&examination, draft);
        for fix in fixes {
            writeln!(shown, "{}: {}", draft.rule, fix.title).unwrap();
            let parts = [("proved", &fix.proved), ("weaker", &fix.weaker), ("note  ", &fix.notes)];
            for (word, lines) in parts {
                for line in lines {
                    writeln!(shown, "  {word} {line}").unwrap();
                }
            }
            let again = read(&applied(&lowered, files, &fix.edits));
            let after = found(&again, config);
            assert!(!after.contains(&wanted), "{} is not gone: {}", draft.rule, fix.title);
            let said = fix.proved.last().unwrap();
            for new in after.iter().filter(|it| !before.contains(it)) {
                assert!(said.contains(new.0), "{} brings {new:?}, and says {said}", fix.title);
            }
        }
    }
    shown
}

fn check_example(name: &str) -> String {
    let (files, config) = example(name);
    check(&files, &config)
}

#[test]
fn the_loop_is_opened_by_a_split() {
    insta::assert_snapshot!(check_example("loop"), @r#"
    registration-loop: split CA010 Passkey everywhere into computers and phones, and let passes in on phones
      proved registration-loop gone
      proved nobody worse off
      proved nothing new but spoofable-platform and wide-pass
      weaker on iOS or Android: "Passkey in Authenticator or Temporary Access Pass" in place of "Passkey in Authenticator"
      note   a tablet that asks for desktop sites counts as a computer: use the app there
    "#);
}

#[test]
fn with_a_trusted_network_the_loop_is_opened_there_only() {
    let (mut files, config) = example("loop");
    let office = r##"{"@odata.type": "#microsoft.graph.ipNamedLocation", "id": "5c9e3a10-5c7b-4a7b-9d3f-0f5a1b2c3d4e",
        "displayName": "Clinic", "isTrusted": true,
        "ipRanges": [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "203.0.113.0/24"}]}"##;
    files.push(("locations/clinic.json".to_owned(), office.as_bytes().to_vec()));
    insta::assert_snapshot!(check(&files, &config), @r#"
    registration-loop: let passes in through CA010 Passkey everywhere on trusted networks only
      proved registration-loop gone
      proved nobody worse off
      proved nothing new
      weaker from a trusted network: "Passkey in Authenticator or Temporary Access Pass" in place of "Passkey in Authenticator"
      note   people register on a trusted network; a phone joins it, too
    registration-loop: split CA010 Passkey everywhere into computers and phones, and let passes in on phones
      proved registration-loop gone
      proved nobody worse off
      proved nothing new but spoofable-platform and wide-pass
      weaker on iOS or Android: "Passkey in Authenticator or Temporary Access Pass" in place of "Passkey in Authenticator"
      note   a tablet that asks for desktop sites counts as a computer: use the app there
    "#);
}

#[test]
fn app_protection_is_opened_where_people_register() {
    insta::assert_snapshot!(check_example("exemption"), @r#"
    protected-app-demand: exempt trusted networks from CA020 Phones: protected apps only
      proved protected-app-demand gone
      proved nobody worse off
      proved nothing new
      weaker on iOS or Android from a trusted network: no longer an app protection policy
      note   people register on a trusted network; a phone joins it, too
    protected-app-demand: leave Azure Credential Configuration Endpoint Service out of CA020 Phones: protected apps only
      proved protected-app-demand gone
      proved nobody worse off
      proved nothing new
      weaker Azure Credential Configuration Endpoint Service on iOS or Android: no longer an app protection policy
      weaker a one-time pass is enough to register a method, and with that to open Office 365, any app, the admin portals
      weaker a pass is enough to register a method, and with that to open Office 365, any app, the admin portals
      note   not documented by Microsoft, but in wide use; create its service principal if the tenant has none
    wide-pass: let passes in through CA011 Phones: passkey or pass everywhere on trusted networks only
      proved wide-pass gone
      proved nobody worse off
      proved nothing new
      note   stricter: on iOS or Android: "Passkey in Authenticator" in place of "Passkey in Authenticator or Temporary Access Pass"
    "#);
}

#[test]
fn the_fixes_of_the_other_examples_hold_as_well() {
    insta::assert_snapshot!(check_example("split"), @"");
    insta::assert_snapshot!(check_example("bootstrap"), @"");
    insta::assert_snapshot!(check_example("filter"), @"");
}

/// The loop as Windows PowerShell exports it.
#[test]
fn utf_16_and_line_ends_stay_outside_of_the_changed_lines() {
    let (files, config) = example("loop");
    let encode = |text: &str| cardea_graph::source::Encoding::Utf16Le.encode(text).unwrap();
    let files: Files = files
        .into_iter()
        .map(|(path, bytes)| {
            let text = String::from_utf8(bytes).unwrap().replace('\n', "\r\n");
            (path, encode(&text))
        })
        .collect();
    assert!(check(&files, &config).contains("split CA010"));
    let lowered = read(&files);
    let config = config.resolved(&lowered.names);
    let examination = Examination::of(&lowered, &config);
    let drafts: Vec<Draft> = rules::ALL.iter().flat_map(|rule| (rule.run)(&examination)).collect();
    let offered = attach(&examination, &drafts, Effort::default());
    let split = offered.iter().flatten().find(|fix| fix.title.contains("split")).unwrap();
    let after = applied(&lowered, &files, &split.edits);
    let bytes = |files: &Files, path: &str| {
        files.iter().find(|(known, _)| known == path).unwrap().1.clone()
    };
    let path = "policies/CA010-passkey-everywhere.json";
    let (old, new) = (bytes(&files, path), bytes(&after, path));
    let line = encode("    \"clientAppTypes\": [\"all\"],\r\n")[2..].to_vec();
    let at = old.windows(line.len()).position(|window| window == line).unwrap() + line.len();
    let added = new.len() - old.len();
    assert_eq!(old[..at], new[..at]);
    assert_eq!(old[at..], new[at + added..]);
    for edit in &split.edits {
        assert!(bytes(&after, &edit.path).starts_with(&[0xFF, 0xFE]), "{}", edit.path);
        assert_eq!(edit.after.matches('\n').count(), edit.after.matches("\r\n").count());
    }
}

/// One policy for everybody, with a demand and clients.
fn one_policy(more: &str) -> String {
    format!(
        r#"{{"displayName": "CA010 MFA", "state": "enabled", "conditions": {{
            "clientAppTypes": ["browser", "mobileAppsAndDesktopClients"{more}],
            "applications": {{"includeApplications": ["All"]}}, "users": {{"includeUsers": ["All"]}}}},
            "grantControls": {{"operator": "OR", "builtInControls": ["mfa"]}}}}"#
    )
}

#[test]
fn registering_is_guarded_and_guests_are_left_out_of_it() {
    let policy = one_policy(r#", "exchangeActiveSync", "other""#);
    let files = vec![("policy.json".to_owned(), policy.into_bytes())];
    insta::assert_snapshot!(check(&files, &Config::default()), @r"
    weak-registration: demand multifactor authentication or a pass to register security info, guests left out
      proved weak-registration gone
      proved nobody worse off
      proved nothing new but last-admin
    ");
}

#[test]
fn legacy_clients_are_blocked_and_the_price_names_them() {
    let files = vec![("policy.json".to_owned(), one_policy("").into_bytes())];
    insta::assert_snapshot!(check(&files, &Config::default()), @r"
    weak-registration: demand multifactor authentication or a pass to register security info, guests left out
      proved weak-registration gone
      proved nobody worse off
      proved nothing new but last-admin
      note   stricter: My Signins with a legacy client or an Exchange ActiveSync client: also multifactor authentication
    legacy-client: add a policy: block legacy clients
      proved legacy-client gone
      proved nobody worse off
      proved nothing new
      note   it leaves out whom CA010 MFA leaves out
      note   stricter: with a legacy client or an Exchange ActiveSync client: also a block
    ");
}

#[test]
fn a_group_is_taken_back_into_the_policy_on_registering() {
    let policies = r#"[
      {"displayName": "CA010 MFA", "state": "enabled", "conditions": {"clientAppTypes": ["all"],
       "applications": {"includeApplications": ["All"]}, "users": {"includeUsers": ["All"]}},
       "grantControls": {"operator": "OR", "builtInControls": ["mfa"]}},
      {"displayName": "CA020 Security info", "state": "enabled", "conditions": {"clientAppTypes": ["all"],
       "applications": {"includeUserActions": ["urn:user:registersecurityinfo"]},
       "users": {"includeUsers": ["All"], "excludeGroups": ["7d1c5b1e-22f1-4c8f-9a52-3a0b6f0e7c11"]}},
       "grantControls": {"operator": "OR", "builtInControls": ["mfa"]}}]"#;
    let files = vec![("policies.json".to_owned(), policies.as_bytes().to_vec())];
    insta::assert_snapshot!(check(&files, &Config::default()), @r"
    stranded-guest: leave guests out of CA020 Security info
      proved stranded-guest gone
      proved nobody worse off
      proved nothing new
    weak-registration: no longer leave group 7d1c5b1e-22f1-4c8f-9a52-3a0b6f0e7c11 out of CA020 Security info
      proved weak-registration gone
      proved nobody worse off
      proved nothing new
    weak-registration: demand multifactor authentication or a pass to register security info, guests left out
      proved weak-registration gone
      proved nobody worse off
      proved nothing new
    ");
}

#[test]
fn no_effort_means_no_fixes() {
    let (files, config) = example("loop");
    let lowered = read(&files);
    let examination = Examination::of(&lowered, &config);
    let drafts: Vec<Draft> = rules::ALL.iter().flat_map(|rule| (rule.run)(&examination)).collect();
    assert!(!drafts.is_empty());
    assert!(attach(&examination, &drafts, Effort::NONE).iter().all(Vec::is_empty));
}
