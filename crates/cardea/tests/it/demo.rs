//! The demo organisation: it has the findings that its page lists, everybody whom it shows exists,
//! and each of them meets what is said of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{copy_of, examples, json, run, run_in};

const DOMAIN: &str = "fernmoorwater.example";

/// Who, where and with what, and what comes of it: `in`, or the policies whose demand is not met.
/// `outside` is an address in no location.
const SIGN_INS: [(&str, &str, &str, &str); 38] = [
    // Newcomers, and everybody.
    ("nikhil.raghunathan", "app=Crew Rota", "pass", "in"),
    ("nikhil.raghunathan", "registering, outside", "pass", "in"),
    ("nikhil.raghunathan", "app=Crew Rota", "passkeySynced", "in"),
    ("owain.bevan", "app=Crew Rota", "password", "FW102"),
    ("owain.bevan", "app=Crew Rota", "password,softwareOath", "in"),
    ("owain.bevan", "registering, inside", "password,softwareOath", "in"),
    ("owain.bevan", "registering, outside", "password,softwareOath", "FW104"),
    ("owain.bevan", "app=Crew Rota, client=other", "password,softwareOath", "FW101"),
    ("ibrahim.sesay", "app=Payments", "password,softwareOath", "in"),
    ("ibrahim.sesay", "app=Payments, context=c1", "password,softwareOath", "FW301"),
    ("ibrahim.sesay", "app=Payments, context=c1", "passkeySynced", "in"),
    ("owain.bevan", "app=Plant Control", "password,softwareOath", "FW110"),
    ("owain.bevan", "app=Plant Control, context=c2, outside", "passkeySynced", "FW302"),
    // The loop.
    ("tevita.fonoti", "app=Crew Rota", "pass", "FW401"),
    (
        "tevita.fonoti",
        "app=Microsoft Authenticator service, platform=android, client=mobileAppsAndDesktopClients",
        "pass",
        "FW401",
    ),
    ("saoirse.kinsella", "app=Crew Rota", "password,softwareOath", "FW401"),
    // The split.
    ("anselm.vogt", "app=Crew Rota", "pass", "FW411"),
    ("anselm.vogt", "app=Crew Rota, platform=android", "pass", "in"),
    ("parisa.golshani", "app=Crew Rota, platform=iOS", "password,softwareOath", "FW412"),
    ("parisa.golshani", "app=Crew Rota", "passkeySynced", "in"),
    // The filter.
    ("ludovica.ferrante", "app=Canteen Menu", "password,softwareOath", "in"),
    ("ludovica.ferrante", "app=Water Quality Results", "password,softwareOath", "FW421"),
    ("takumi.arakawa", "app=Water Quality Results", "passkeySynced", "in"),
    // The exemption.
    ("bukola.adebisi", "app=Crew Rota, platform=android, inside", "password,softwareOath", "in"),
    ("rafael.montenegro", "app=Crew Rota, platform=android, outside", "pass", "FW432"),
    ("gwenllian.rees", "app=Crew Rota, platform=iOS, inside", "password,softwareOath", "FW431"),
    ("gwenllian.rees", "app=Crew Rota", "password,softwareOath", "in"),
    // Who has rules of their own.
    ("jacinta.barros", "app=Crew Rota", "pass", "FW441"),
    ("mateo.arriaga", "app=Crew Rota", "passkeySynced", "FW102"),
    ("ottoline.marsh", "app=Crew Rota", "passkeySynced", "FW102"),
    ("ottoline.marsh", "app=Crew Rota", "fido2", "in"),
    ("halvard.nygaard", "app=Pump Station Screen, flow=deviceCodeFlow", "passkeySynced", "in"),
    ("owain.bevan", "app=Pump Station Screen, flow=deviceCodeFlow", "passkeySynced", "FW103"),
    ("cosima.achterkamp.guest", "app=Crew Rota", "password,softwareOath", "in"),
    // Administrators.
    ("wren.abernathy", "app=Azure portal, outside", "password,pass", "FW201"),
    ("wren.abernathy", "app=Azure portal, outside", "passkeySynced", "in"),
    ("wren.abernathy", "app=Azure portal, country=NZ", "passkeySynced", "FW204"),
    ("emergency.north", "app=Azure portal, country=NZ", "password,fido2", "in"),
];

/// What comes of a row of [`SIGN_INS`], with the demo in this folder.
fn met(folder: &Path, (who, place, has): (&str, &str, &str)) -> String {
    let flag = |word: &str| match word {
        "registering" => "--action=registerSecurityInformation".to_owned(),
        "inside" => "--ip=127.0.0.1".to_owned(),
        "outside" => "--ip=::1".to_owned(),
        other => format!("--{other}"),
    };
    let fixed = ["whatif", "demo", "--format=json"].map(str::to_owned);
    let person = [format!("--user={who}@{DOMAIN}"), format!("--has={has}")];
    let arguments: Vec<String> =
        fixed.into_iter().chain(place.split(", ").map(flag)).chain(person).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let whatif = run_in(folder, &arguments);
    let answer: Value = serde_json::from_str(&whatif.stdout).expect(&whatif.stderr);
    if answer["outcome"] == "in" {
        return "in".to_owned();
    }
    let policies = answer["policies"].as_array().unwrap().iter();
    let unmet = policies.filter(|it| it["state"] == "enabled" && it["met"] == false);
    let numbers: Vec<&str> = unmet.filter_map(|it| it["policy"].as_str()).map(number).collect();
    numbers.join(" ")
}

/// `FW401` of `FW401 Loop: passkey everywhere`.
fn number(policy: &str) -> &str {
    policy.split(' ').next().unwrap_or_default()
}

#[test]
fn people_of_the_demo_meet_what_is_said_of_them() {
    let mut wrong = Vec::new();
    for (who, place, has, expected) in SIGN_INS {
        let met = met(&examples(), (who, place, has));
        if met != expected {
            wrong.push(format!("{who}, {place}, showing {has}: {met}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The members of a group.
fn members<'v>(groups: &'v mut Value, name: &str) -> &'v mut Vec<Value> {
    let groups = groups["value"].as_array_mut().unwrap().iter_mut();
    let mut named = groups.filter(|group| group["displayName"] == name);
    named.next().expect(name)["members"].as_array_mut().unwrap()
}

#[test]
fn in_the_group_of_the_split_somebody_from_the_loop_gets_in() {
    let tevita = |place, has| ("tevita.fonoti", place, has);
    let folder = copy_of("demo");
    let path = folder.path().join("demo/groups.json");
    let mut groups: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let mut apart: Vec<Value> = members(&mut groups, "Demo: loop")
        .extract_if(.., |it| it["displayName"] == "Tevita Fonoti")
        .collect();
    assert_eq!(apart.len(), 1);
    members(&mut groups, "Demo: split").append(&mut apart);
    fs::write(&path, groups.to_string()).unwrap();
    // With the pass on a phone, to make any passkey, and with that on a computer.
    assert_eq!(met(folder.path(), tevita("app=Crew Rota, platform=android", "pass")), "in");
    assert_eq!(met(folder.path(), tevita("registering, outside, platform=android", "pass")), "in");
    assert_eq!(met(folder.path(), tevita("app=Crew Rota", "passkeySynced")), "in");
    let check = run_in(folder.path(), &["check", "demo", "--format", "json", "--no-fixes"]);
    let report = json(&check.stdout);
    let accepted = report["accepted"].as_array().unwrap().iter().map(|it| &it["finding"]);
    let stuck: Vec<&Value> = accepted.filter(|it| it["rule"] == "registration-loop").collect();
    assert_eq!((check.code, stuck.len()), (Some(0), 1));
    assert_eq!(stuck[0]["who"]["people"], 1);
}

/// The rules of the findings of an example, accepted or not, on a day on which nothing in it has ended.
fn rules(tenant: &str) -> BTreeSet<String> {
    let day = ["--on", "2026-12-05"];
    let report = json(
        &run(&[&["check", tenant, "--format", "json", "--no-fixes"], &day[..]].concat()).stdout,
    );
    found(&report).into_keys().map(|(rule, _)| rule).collect()
}

#[test]
fn every_example_has_exactly_the_findings_that_its_page_lists() {
    let folders = fs::read_dir(examples()).unwrap().map(|it| it.unwrap().path());
    let tenants: Vec<_> = folders.filter(|it| it.is_dir()).collect();
    assert!(tenants.len() >= 8, "{tenants:?}");
    for tenant in tenants {
        let page = fs::read_to_string(tenant.join("README.md")).unwrap();
        let lines = page.lines().skip_while(|line| !line.starts_with("| rule |"));
        let table = lines.take_while(|line| !line.is_empty());
        let rows = table.filter_map(|line| line.strip_prefix("| `"));
        let listed: BTreeSet<String> =
            rows.filter_map(|row| Some(row.split_once('`')?.0.to_owned())).collect();
        let name = tenant.file_name().unwrap().to_str().unwrap();
        assert_eq!(rules(name), listed, "{name}");
    }
}

/// A finding as its page lists it: the rule, and the first policy that it points at.
fn listed(finding: &Value) -> (String, String) {
    let places = finding["places"].as_array().unwrap().iter();
    let file = places.filter_map(|place| place["file"].as_str()).find(|it| it.contains("/FW"));
    let policy = file.and_then(|file| Some(file.split_once("/FW")?.1.split_once('-')?.0));
    (finding["rule"].as_str().unwrap().to_owned(), format!("FW{}", policy.unwrap_or("?")))
}

/// The findings of a report by whether they are accepted.
fn found(report: &Value) -> BTreeMap<(String, String), bool> {
    let open = report["findings"].as_array().unwrap().iter().map(|it| (listed(it), false));
    let accepted = report["accepted"].as_array().into_iter().flatten();
    open.chain(accepted.map(|it| (listed(&it["finding"]), true))).collect()
}

#[test]
fn the_demo_has_exactly_the_findings_that_its_page_lists() {
    let check = run(&["check", "demo", "--format", "json", "--no-fixes"]);
    assert_eq!((check.code, check.stderr.as_str()), (Some(0), ""));
    let report = json(&check.stdout);
    for verdict in report["verdicts"].as_array().unwrap() {
        assert_eq!(verdict["verdict"], "proved", "{verdict}");
    }
    let page = fs::read_to_string(examples().join("demo/README.md")).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let on_page: BTreeMap<_, _> = rows
        .map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let rule = cells[0].trim_end_matches('`').to_owned();
            ((rule, cells[1].to_owned()), cells[2] == "yes")
        })
        .collect();
    assert_eq!(found(&report), on_page);
}

#[test]
fn the_draft_of_the_demo_would_lock_out_the_last_administrator() {
    let folder = copy_of("demo");
    let name = "demo/policies/FW901-Draft-administrators-from-domain-joined-workstations.json";
    let path = folder.path().join(name);
    let draft = fs::read_to_string(&path).unwrap();
    let report_only = "\"enabledForReportingButNotEnforced\"";
    assert!(draft.contains(report_only));
    fs::write(&path, draft.replace(report_only, "\"enabled\"")).unwrap();
    let check = run_in(folder.path(), &["check", "demo", "--format", "json", "--no-fixes"]);
    assert_eq!(check.code, Some(1));
    let draft = |rule: &str| (rule.to_owned(), "FW901".to_owned());
    let found = found(&json(&check.stdout));
    assert_eq!(found.get(&draft("last-admin")), Some(&false), "{found:?}");
    assert_eq!(found.get(&draft("powerless-break-glass")), Some(&false), "{found:?}");
}

#[test]
fn whom_and_what_the_demo_shows_is_in_its_export() {
    let read = |file: &str| fs::read_to_string(examples().join("demo").join(file)).unwrap();
    let values = |file: &str, field: &str| -> BTreeSet<String> {
        let list: Value = serde_json::from_str(&read(file)).unwrap();
        let values = list["value"].as_array().unwrap().iter();
        values.map(|value| value[field].as_str().unwrap().to_owned()).collect()
    };
    let (people, apps) =
        (values("users.json", "userPrincipalName"), values("applications.json", "appId"));
    let shown: toml::Table = read("people-to-show.toml").parse().unwrap();
    let names = |table: &str, key: &str| -> Vec<String> {
        let rows = shown[table].as_array().unwrap().iter();
        rows.map(|row| row[key].as_str().unwrap().to_owned()).collect()
    };
    for (kind, key, known) in [("person", "upn", people), ("app", "client_id", apps)] {
        let names = names(kind, key);
        let different: BTreeSet<String> = names.iter().cloned().collect();
        assert_eq!(different.len(), names.len(), "{kind}");
        assert!(different.is_subset(&known), "{:?}", different.difference(&known));
    }
    assert!(
        names("person", "shows").iter().chain(&names("app", "shows")).all(|it| it.ends_with('.'))
    );
    let passes = BTreeSet::from(["none", "once", "many"]);
    assert!(names("person", "pass").iter().all(|pass| passes.contains(pass.as_str())));
}
