//! `docs/golden-tests.md` against the sources: the tests that it names exist, and the rows of the
//! catalogue that it names have tenants.

use std::collections::BTreeSet;
use std::path::Path;

use crate::tenants;

const PAGE: &str = include_str!("../../../../docs/golden-tests.md");

/// The names of all functions that are tests, in the tests and sources of every crate.
fn tests() -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("..")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = std::fs::read_to_string(path).unwrap();
                for attribute in ["#[test]", "#[tokio::test]"] {
                    let functions = text.split(attribute).skip(1).filter_map(|after| {
                        let (_, rest) = after.split_once("fn ")?;
                        Some(rest.split_once('(')?.0.to_owned())
                    });
                    tests.extend(functions);
                }
            }
        }
    }
    tests
}

/// The rows: number, situation, what comes of it, held by.
fn rows() -> Vec<[&'static str; 4]> {
    PAGE.lines()
        .filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'))
        .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>())
        .filter(|cells| cells[0].parse::<u32>().is_ok())
        .map(|cells| <[&str; 4]>::try_from(cells).expect("four cells"))
        .collect()
}

#[test]
fn all_thirty_golden_tests_are_in_the_page_in_order() {
    let numbers: Vec<u32> = rows().iter().map(|row| row[0].parse().unwrap()).collect();
    assert_eq!(numbers, (1..=30).collect::<Vec<_>>());
}

#[test]
fn what_the_page_names_exists_and_the_rest_waits_for_a_reason() {
    let (tests, tenants) = (tests(), tenants());
    for [number, _, _, held] in rows() {
        let functions: Vec<&str> = held.split('`').skip(1).step_by(2).collect();
        let rows: Vec<&str> = held
            .split("row ")
            .skip(1)
            .map(|rest| rest.split([';', ' ']).next().unwrap_or_default())
            .collect();
        for function in &functions {
            assert!(tests.contains(*function), "{number}: there is no test `{function}`");
        }
        for row in &rows {
            assert!(tenants.contains_key(row), "{number}: row {row} has no tenant");
        }
        let waits = held.contains("waits for the running tenant") || held.contains("out of reach");
        assert!(waits || !functions.is_empty() || !rows.is_empty(), "{number} is held by nothing");
    }
}

/// Golden test 19.
#[test]
fn an_excluded_emergency_account_with_a_key_gets_in() {
    let outcome = |excluded: &str| {
        let policy = format!("policy apps=All grant=compliantDevice {excluded}");
        let tenant = [
            policy.as_str(),
            "settings [breakglass]",
            "settings users = [\"ada@contoso.example\", \"bo@contoso.example\"]",
        ];
        let report = crate::tenant::check(&tenant);
        let rules: BTreeSet<&str> = report.findings.iter().map(|it| it.rule).collect();
        (rules.contains("powerless-break-glass"), rules.contains("last-admin"))
    };
    assert_eq!(outcome("not-users=ada@contoso.example,bo@contoso.example"), (false, false));
    assert!(outcome("").0);
}
