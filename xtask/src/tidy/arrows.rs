//! Which crate may stand on which: arrows point strictly down.

use serde_json::Value;

use super::Problem;

/// The floor of every crate. A crate may depend on crates of lower floors only.
const FLOORS: &[(&str, u8)] = &[
    ("cardea-policy", 0),
    ("cardea-oidc", 0),
    ("cardea-webauthn", 0),
    ("cardea-odata", 0),
    ("cardea-scim", 0),
    ("cardea-roster", 0),
    ("cardea-tenant", 1),
    ("cardea-authenticator", 1),
    ("cardea-graph", 2),
    ("cardea-prover", 2),
    ("cardea-verify", 2),
    ("cardea-store", 2),
    ("cardea-check", 3),
    ("cardea-idp", 4),
    ("cardea-api", 5),
    ("cardea-web", 5),
    ("cardea", 6),
    ("xtask", 7),
];

/// Libraries that a crate must never see, because of what the crate must never know.
const STRANGERS: &[(&str, &[&str])] = &[
    ("cardea-policy", &["serde", "serde_json", "jiff", "anyhow"]),
    ("cardea-tenant", &["serde", "serde_json", "anyhow", "sqlx", "askama"]),
    ("cardea-graph", &["anyhow", "annotate-snippets", "anstyle", "sqlx"]),
    ("cardea-prover", &["serde", "serde_json", "jsonc-parser", "anyhow", "annotate-snippets"]),
    ("cardea-verify", &["serde_json", "anyhow", "cardea-prover"]),
    ("cardea-oidc", &["anyhow", "axum", "sqlx", "tokio"]),
    ("cardea-webauthn", &["anyhow", "axum", "sqlx", "tokio"]),
    ("cardea-odata", &["anyhow", "axum", "sqlx", "tokio"]),
    ("cardea-scim", &["anyhow", "axum", "sqlx", "tokio"]),
    ("cardea-roster", &["anyhow", "axum", "sqlx", "tokio"]),
    ("cardea-store", &["anyhow", "axum", "cardea-policy", "cardea-tenant", "cardea-graph"]),
    ("cardea-check", &["anyhow", "clap", "axum", "sqlx"]),
    ("cardea-idp", &["anyhow", "axum", "askama", "sqlx"]),
    ("cardea-api", &["anyhow", "askama", "cardea-policy", "cardea-tenant", "sqlx"]),
    ("cardea-web", &["anyhow", "cardea-policy", "cardea-store", "cardea-tenant", "sqlx"]),
    ("xtask", &["cardea-policy", "cardea-tenant", "cardea-graph", "cardea-prover", "cardea"]),
];

/// Checks the normal and build dependencies of all packages; tests may look further.
pub(super) fn problems(metadata: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    for package in list(metadata, "packages") {
        let name = text(package, "name");
        let Some(floor) = floor(name) else {
            problems.push(Problem::of(name, "has no floor in `xtask/src/tidy/arrows.rs`"));
            continue;
        };
        let dependencies = list(package, "dependencies").iter();
        for dependency in dependencies.filter(|it| text(it, "kind") != "dev") {
            let other = text(dependency, "name");
            if self::floor(other).is_some_and(|below| below >= floor) {
                problems.push(Problem::of(
                    name,
                    format!("may not depend on `{other}`: arrows point down"),
                ));
            }
            if strangers(name).contains(&other) {
                problems.push(Problem::of(
                    name,
                    format!("may not depend on `{other}`: it must never know it"),
                ));
            }
        }
    }
    problems
}

fn floor(name: &str) -> Option<u8> {
    FLOORS.iter().find(|(crate_name, _)| *crate_name == name).map(|(_, floor)| *floor)
}

fn strangers(name: &str) -> &'static [&'static str] {
    STRANGERS
        .iter()
        .find(|(crate_name, _)| *crate_name == name)
        .map_or(&[], |(_, strangers)| strangers)
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::shown;
    use super::*;

    fn check(crate_name: &str, dependency: &str, kind: Option<&str>) -> String {
        let dependencies = [json!({ "name": dependency, "kind": kind })];
        let package = json!({ "name": crate_name, "dependencies": dependencies });
        shown(&problems(&json!({ "packages": [package] })))
    }

    #[test]
    fn an_arrow_down_is_allowed() {
        assert_eq!(check("cardea-check", "cardea-prover", None), "");
    }

    #[test]
    fn an_arrow_up_or_sideways_is_a_problem() {
        let up = check("cardea-policy", "cardea-tenant", None);
        assert_eq!(up, "cardea-policy: may not depend on `cardea-tenant`: arrows point down\n");
        let sideways = check("cardea-prover", "cardea-graph", None);
        assert_eq!(
            sideways,
            "cardea-prover: may not depend on `cardea-graph`: arrows point down\n"
        );
    }

    #[test]
    fn tests_may_look_sideways() {
        assert_eq!(check("cardea-prover", "cardea-graph", Some("dev")), "");
    }

    #[test]
    fn a_crate_may_not_see_what_it_must_never_know() {
        let seen = check("cardea-policy", "serde_json", None);
        assert_eq!(seen, "cardea-policy: may not depend on `serde_json`: it must never know it\n");
    }

    #[test]
    fn a_crate_without_a_floor_is_a_problem() {
        let unknown = check("cardea-attic", "serde", None);
        assert_eq!(unknown, "cardea-attic: has no floor in `xtask/src/tidy/arrows.rs`\n");
    }
}
