//! The map of the house against the house: ARCHITECTURE and the first paragraph of each crate.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{File, Problem};

const MAP: &str = "ARCHITECTURE.md";

/// Crates that the map does not name, names on the map without a crate, and crates that do not say
/// what they know and must never know.
pub(super) fn problems(metadata: &Value, files: &[File]) -> Vec<Problem> {
    let packages: BTreeSet<&str> = metadata
        .get("packages")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|package| package.get("name")?.as_str())
        .collect();
    let mut problems = on_the_map(&packages, files);
    for name in packages {
        let folder = if name == "xtask" { name.to_owned() } else { format!("crates/{name}") };
        let roots = ["lib.rs", "main.rs"].map(|root| format!("{folder}/src/{root}"));
        let Some(root) = files.iter().find(|file| roots.contains(&file.path)) else {
            problems.push(Problem::of(&folder, "has neither `src/lib.rs` nor `src/main.rs`"));
            continue;
        };
        for word in ["*Knows*", "*Never*"] {
            if !root
                .text
                .lines()
                .take_while(|line| line.starts_with("//!"))
                .any(|line| line.contains(word))
            {
                problems.push(Problem::of(
                    &root.path,
                    format!("the crate does not say what it {word}"),
                ));
            }
        }
    }
    problems
}

/// The headings of the map that name a crate (### `name`) must be the crates.
fn on_the_map(packages: &BTreeSet<&str>, files: &[File]) -> Vec<Problem> {
    let Some(map) = files.iter().find(|file| file.path == MAP) else {
        return vec![Problem::of(MAP, "is missing")];
    };
    let named: BTreeSet<&str> =
        map.text.lines().filter_map(|line| line.strip_prefix("### `")?.split('`').next()).collect();
    let missing =
        packages.difference(&named).map(|it| Problem::of(MAP, format!("does not describe `{it}`")));
    let gone =
        named.difference(packages).map(|it| Problem::of(MAP, format!("there is no crate `{it}`")));
    missing.chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{files, shown};
    use super::*;

    const LIB: &str = "//! Doors.\n//!\n//! *Knows* hinges.\n//! *Never* knows locks.\n";

    fn check(map: &str, lib: &str) -> String {
        let files = files(&[(MAP, map), ("crates/door/src/lib.rs", lib)]);
        shown(&problems(&json!({ "packages": [{ "name": "door" }] }), &files))
    }

    #[test]
    fn the_map_names_exactly_the_crates() {
        assert_eq!(check("### `door`\n", LIB), "");
        assert_eq!(
            check("### `window`: glass\n", LIB),
            "ARCHITECTURE.md: does not describe `door`\nARCHITECTURE.md: there is no crate `window`\n"
        );
    }

    #[test]
    fn a_crate_says_what_it_never_knows() {
        let text = "crates/door/src/lib.rs: the crate does not say what it *Never*\n";
        assert_eq!(check("### `door`\n", "//! *Knows* hinges.\n\n//! *Never*\n"), text);
    }
}
