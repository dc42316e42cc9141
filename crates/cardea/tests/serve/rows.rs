//! The rows of `docs/mission.md` in the running demo: what each of them promises, walked by the people whom the demo
//! has for it.

mod passes;
mod passkeys;
mod policies;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::prepared::checkout;

/// The names of the tests in a folder and below.
fn tests(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let source = fs::read_to_string(&path).unwrap();
            for attribute in ["#[test]", "#[tokio::test]", "#[tokio::test("] {
                for after in source.split(attribute).skip(1) {
                    let Some((_, rest)) = after.split_once("fn ") else { continue };
                    found.insert(rest.split('(').next().unwrap().to_owned());
                }
            }
        }
    }
}

fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split('|').map(str::trim).collect()
}

/// The rows of the tables of a page, each in its cells.
fn tables(page: &str) -> Vec<Vec<Vec<&str>>> {
    let mut tables = Vec::new();
    for part in page.split("\n|---").skip(1) {
        let rows = part.lines().skip(1).take_while(|line| line.starts_with('|'));
        tables.push(rows.map(cells).collect());
    }
    tables
}

#[test]
fn the_page_of_the_mission_names_tests_and_people_that_there_are() {
    let page = fs::read_to_string(checkout().join("docs/mission.md")).unwrap();
    let mut known = BTreeSet::new();
    tests(&checkout().join("crates/cardea/tests"), &mut known);
    let people = checkout().join("examples/tenants/demo/people-to-show.toml");
    let people = fs::read_to_string(people).unwrap();
    let [of_people, of_administrators] = &tables(&page)[..] else { panic!("two tables") };
    let mut rows = Vec::new();
    for cells in of_people {
        let [row, _, what_to_do, held] = cells[..] else { panic!("four cells: {cells:?}") };
        rows.push(row);
        is_held(row, held, &known);
        for person in what_to_do.split('`').skip(1).step_by(2).filter(|it| is_name(it)) {
            assert!(people.contains(&format!("upn = \"{person}@")), "{row}: there is no {person}");
        }
    }
    assert_eq!(rows, ["M1", "M2", "M3", "M4", "M5", "M8", "M9", "M10", "M11", "M13", "M14", "M15"]);
    tests(&checkout().join("crates/cardea-web/tests"), &mut known);
    let mut rows = Vec::new();
    for cells in of_administrators {
        let [row, _, held] = cells[..] else { panic!("three cells: {cells:?}") };
        rows.push(row);
        is_held(row, held, &known);
    }
    assert_eq!(rows, ["M2", "M3", "M4", "M5", "M6", "M7", "M8", "M11", "M12", "M15"]);
}

/// Every test that a row names is there, and it names one.
fn is_held(row: &str, held: &str, known: &BTreeSet<String>) {
    let names: Vec<&str> = held.split('`').skip(1).step_by(2).collect();
    assert!(!names.is_empty(), "{row} is held by nothing");
    for name in names {
        assert!(known.contains(name), "{row}: there is no test `{name}`");
    }
}

/// Whether it is what somebody of the demo is called.
fn is_name(text: &str) -> bool {
    text.split('.').count() == 2
        && text.bytes().all(|it| it.is_ascii_lowercase() || b".-".contains(&it))
}
