//! `docs/catalogue.md` says which rule finds which trap. Here the page is held to the rules: every
//! row stands in it once, every rule that it names exists, and a tenant with the trap in it
//! (`rows.txt`) is given to `cardea check`, which must find what the page says it finds.
#![cfg(test)]

mod golden;
mod tenant;

use std::collections::{BTreeMap, BTreeSet};

use cardea_check::rules;

const PAGE: &str = include_str!("../../../../docs/catalogue.md");
const ROWS: &str = include_str!("rows.txt");

/// The rows of the page: `| id | trap | found by | remark |`.
fn rows() -> Vec<Vec<&'static str>> {
    PAGE.lines()
        .filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'))
        .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>())
        .filter(|cells| cells.first().is_some_and(|id| is_id(id)))
        .collect()
}

fn is_id(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|it| ('A'..='G').contains(&it))
        && letters.next().is_some_and(|it| it.is_ascii_digit())
}

/// The rules that a cell names in backticks.
fn named(cell: &str) -> BTreeSet<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn expected() -> BTreeSet<String> {
    let sizes = [('A', 22), ('B', 14), ('C', 8), ('D', 16), ('E', 11), ('F', 18), ('G', 10)];
    let numbered = sizes
        .into_iter()
        .flat_map(|(letter, last)| (1..=last).map(move |number| format!("{letter}{number}")));
    numbered.chain(["A5c".to_owned()]).collect()
}

#[test]
fn every_row_stands_in_the_page_once_and_says_who_finds_it_or_why_nobody() {
    let mut seen = BTreeSet::new();
    for row in rows() {
        let [id, trap, found, remark] = row[..] else { panic!("{row:?} has not four cells") };
        assert!(seen.insert(id.to_owned()), "{id} stands twice in the page");
        assert!(!trap.is_empty(), "{id} does not say what the trap is");
        let out_of_reach = found == "—" && remark.starts_with("out of reach: ");
        assert_eq!(out_of_reach, named(found).is_empty(), "{id}: found by whom, or why by nobody?");
    }
    assert_eq!(seen, expected());
}

#[test]
fn every_rule_of_the_page_exists_and_every_rule_stands_in_it() {
    let known: BTreeSet<&str> = rules::names().collect();
    let (_, opposite) = PAGE.split_once("## Rules without a trap").unwrap();
    let opposite: BTreeSet<&str> = opposite
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| Some(line.split_once('`')?.0))
        .collect();
    let in_rows: BTreeSet<&str> = rows().iter().flat_map(|row| named(row[2])).collect();
    let both: Vec<_> = in_rows.intersection(&opposite).collect();
    assert!(both.is_empty(), "{both:?} find a trap and are said to find none");
    let page: BTreeSet<&str> = in_rows.union(&opposite).copied().collect();
    assert_eq!(page, known);
}

/// The tenants of `rows.txt`: an id on a line of its own, then its lines, indented.
fn tenants() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut tenants: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut last = "";
    for line in ROWS.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        if let Some(line) = line.strip_prefix("  ") {
            tenants.get_mut(last).unwrap().push(line);
        } else {
            last = line;
            assert!(tenants.insert(line, Vec::new()).is_none(), "{line} has two tenants");
        }
    }
    tenants
}

#[test]
fn the_rules_of_a_row_find_the_trap_in_its_tenant() {
    let tenants = tenants();
    let mut wrong = Vec::new();
    for row in rows() {
        let (id, expected) = (row[0], named(row[2]));
        let Some(lines) = tenants.get(id) else {
            if !expected.is_empty() {
                wrong.push(format!("{id} has no tenant"));
            }
            continue;
        };
        let report = tenant::check(lines);
        let found: BTreeSet<&str> = report.findings.iter().map(|finding| finding.rule).collect();
        let missing: Vec<_> = expected.difference(&found).collect();
        if !missing.is_empty() || expected.is_empty() {
            wrong.push(format!("{id}: {missing:?} not found, but {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
