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

#[test]
fn the_list_of_attacks_names_the_tests_that_there_are() {
    let list = include_str!("../../../../docs/attacks.md");
    let mut listed = BTreeSet::new();
    for line in list.lines().skip_while(|line| !line.starts_with("|---")).skip(1) {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let row = cells.next().unwrap();
        for test in cells.nth(1).unwrap().split(", ") {
            listed.insert((test.trim_matches('`').to_owned(), row.to_owned()));
        }
    }
    let there = tests().into_iter().flat_map(|(name, body)| {
        let rows: Vec<String> = rows(&body).map(str::to_owned).collect();
        rows.into_iter().map(move |row| (name.clone(), row))
    });
    assert_eq!(listed, there.collect::<BTreeSet<_>>());
}
