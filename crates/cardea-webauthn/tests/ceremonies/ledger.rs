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

#[test]
fn every_step_of_the_specification_has_a_row_and_every_row_a_test() {
    for (table, steps) in [(1, 29), (2, 25)] {
        let rows = rows(table);
        let numbers: BTreeSet<u32> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
        assert_eq!(numbers, (1..=steps).collect());
        for row in rows {
            assert!(in_backticks(row[4]).next().is_some(), "step {} has no test", row[0]);
            for test in in_backticks(row[4]) {
                let declared = format!("fn {test}()");
                assert!(
                    TESTS.iter().any(|source| source.contains(&declared)),
                    "there is no test {test}"
                );
            }
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
