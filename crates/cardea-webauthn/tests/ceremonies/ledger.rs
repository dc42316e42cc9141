//! The table of steps is complete, and what it names exists.

use std::collections::BTreeSet;

use cardea_webauthn::Code;

const TABLE: &str = include_str!("../../src/steps.md");
const TESTS: &[&str] = &[
    include_str!("registration.rs"),
    include_str!("authentication.rs"),
    include_str!("attestation.rs"),
    include_str!("tpm.rs"),
];

/// The cells of the rows of the nth table.
fn rows(table: usize) -> Vec<Vec<&'static str>> {
    let part = TABLE.split("\n# ").nth(table).unwrap();
    let rows = part.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| step"));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

fn in_backticks(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// What stands in a test, by its name; two ceremonies may have tests of one name.
fn bodies(name: &str) -> Vec<&'static str> {
    let tests = TESTS.iter().flat_map(|source| source.split("test]\n").skip(1));
    let declared = format!("fn {name}()");
    let named = tests.filter(|test| test.starts_with(&declared));
    named.map(|test| test.split("\n}\n").next().unwrap()).collect()
}

#[test]
fn every_step_of_the_specification_has_tests_of_both_kinds() {
    for (table, steps) in [(1, 29), (2, 25)] {
        let rows = rows(table);
        let numbers: BTreeSet<u32> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
        assert_eq!(numbers, (1..=steps).collect());
        for row in rows {
            for (kind, cell) in [("accepts", row[4]), ("refuses", row[5])] {
                assert!(in_backticks(cell).next().is_some(), "nothing {kind} at step {}", row[0]);
                for test in in_backticks(cell) {
                    assert!(!bodies(test).is_empty(), "there is no test {test}");
                }
            }
        }
    }
}

#[test]
fn every_code_of_a_step_is_asserted_by_a_test_of_that_step() {
    for row in rows(1).into_iter().chain(rows(2)) {
        let refusing: Vec<_> = in_backticks(row[5]).flat_map(bodies).collect();
        assert!(in_backticks(row[3]).next().is_some(), "step {} refuses nothing", row[0]);
        for code in in_backticks(row[3]) {
            let asserted = refusing.iter().any(|body| body.contains(&format!("\"{code}\"")));
            assert!(asserted, "no test of step {} asserts {code}", row[0]);
        }
        // A test that refuses for none of these reasons has no place in the row.
        for test in in_backticks(row[5]) {
            let fits = in_backticks(row[3])
                .any(|code| bodies(test).iter().any(|body| body.contains(&format!("\"{code}\""))));
            assert!(fits, "{test} asserts no code of step {}", row[0]);
        }
    }
}

#[test]
fn every_code_of_the_table_exists_and_every_code_is_asserted() {
    let known: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    let rows = rows(1).into_iter().chain(rows(2));
    let named: BTreeSet<&str> =
        rows.flat_map(|row| in_backticks(row[3]).collect::<Vec<_>>()).collect();
    assert_eq!(named.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new());
    for code in known {
        let asserted = TESTS.iter().any(|source| source.contains(&format!("\"{code}\"")));
        // Nothing here can make the system run out of randomness.
        assert!(asserted || code == "randomness", "no test asserts {code}");
    }
}
