//! The list of attacks names tests that exist, and leaves none of their rows out.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The tests here, each with its text.
fn tests() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let source = fs::read_to_string(&path).unwrap();
        for test in source.split("test]\n").skip(1) {
            let name = test.split_once("fn ").unwrap().1.split('(').next().unwrap();
            let body = test.split("\n}\n").next().unwrap();
            found.push((format!("{module}::{name}"), body.to_owned()));
        }
    }
    found
}

/// The rows that comments of a test name.
fn rows(body: &str) -> impl Iterator<Item = &str> {
    let comments = body.lines().filter_map(|line| line.trim().strip_prefix("// "));
    let words = comments.flat_map(|text| text.split([' ', ',', ':', '.']));
    words.filter(|word| {
        word.split_once('-').is_some_and(|(group, number)| {
            group.bytes().all(|it| it.is_ascii_uppercase())
                && number.len() == 2
                && number.bytes().all(|it| it.is_ascii_digit())
        })
    })
}

/// The tests of a table of the list, each with its row: the first table is of the tests here, the second
/// of the Authenticator's.
fn listed(table: usize) -> BTreeSet<(String, String)> {
    let list = include_str!("../../../../docs/attacks.md");
    let table = list.split("\n|---").nth(table + 1).unwrap();
    let mut listed = BTreeSet::new();
    for line in table.lines().skip(1).take_while(|line| line.starts_with('|')) {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let row = cells.next().unwrap();
        for test in cells.nth(1).unwrap().split(", ") {
            listed.insert((test.trim_matches('`').to_owned(), row.to_owned()));
        }
    }
    listed
}

/// All sources in a folder and below.
fn sources(folder: &Path) -> String {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let text = |path: std::path::PathBuf| match path.extension() {
        Some(extension) if extension == "rs" => fs::read_to_string(path).unwrap(),
        _ if path.is_dir() => sources(&path),
        _ => String::new(),
    };
    entries.map(text).collect()
}

#[test]
fn the_list_of_attacks_on_the_authenticator_names_tests_that_there_are() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // The library, and the app.
    let sources = ["cardea-authenticator", "cardea"].map(|it| sources(&crates.join(it))).concat();
    let listed = listed(1);
    assert!(!listed.is_empty());
    for (test, row) in listed {
        let name = test.rsplit("::").next().unwrap();
        assert!(sources.contains(&format!("fn {name}(")), "{row}: there is no test `{test}`");
    }
}

#[test]
fn the_list_of_attacks_names_the_tests_that_there_are() {
    let listed = listed(0);
    let there = tests().into_iter().flat_map(|(name, body)| {
        let rows: Vec<String> = rows(&body).map(str::to_owned).collect();
        rows.into_iter().map(move |row| (name.clone(), row))
    });
    assert_eq!(listed, there.collect::<BTreeSet<_>>());
}
