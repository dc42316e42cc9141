//! The table of steps is complete, and what it names exists.

const TABLE: &str = include_str!("../steps.md");
const TESTS: [&str; 3] = [
    include_str!("registration.rs"),
    include_str!("authentication.rs"),
    include_str!("relying_party.rs"),
];

#[test]
fn every_step_of_the_specification_has_a_test() {
    for (table, steps) in [(1, 19), (2, 13)] {
        let part = TABLE.split("\n# ").nth(table).unwrap();
        let rows: Vec<Vec<&str>> = part
            .lines()
            .filter(|line| line.starts_with("| ") && !line.starts_with("| step"))
            .map(|row| row.trim_matches('|').split('|').map(str::trim).collect())
            .collect();
        let numbers: Vec<String> = rows.iter().map(|row| row[0].to_owned()).collect();
        assert_eq!(numbers, (1..=steps).map(|step| step.to_string()).collect::<Vec<_>>());
        for row in rows {
            let named: Vec<&str> = row[3].split('`').skip(1).step_by(2).collect();
            assert!(!named.is_empty(), "step {} has no test", row[0]);
            for test in named {
                let declared = format!("#[test]\nfn {test}()");
                assert!(
                    TESTS.iter().any(|source| source.contains(&declared)),
                    "there is no test {test}"
                );
            }
        }
    }
}
