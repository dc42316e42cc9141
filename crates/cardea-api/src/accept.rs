//! `Prefer: cardea-accept`: what somebody accepts for a change.
//!
//! `Prefer: cardea-accept="wide-pass; until=2026-12-01; reason=trial in Sales"`, once for each rule
//! (RFC 7240: preferences that are not known are passed over, and several stand in one field or in
//! several).

use cardea_check::config::Date;
use cardea_idp::gate::Acceptance;
use cardea_odata::problem::Code;

use crate::problem::{Problem, Result};

/// The name of the preference.
const NAME: &str = "cardea-accept";

/// What the fields of a request accept.
///
/// # Errors
/// One that is not well written.
pub(crate) fn read<'a>(fields: impl Iterator<Item = &'a str>) -> Result<Vec<Acceptance>> {
    let mut accepted = Vec::new();
    for field in fields {
        let mut rest = field;
        while let Some((_, found)) = rest.split_once(NAME) {
            let value = found.trim_start().strip_prefix('=').map(str::trim_start);
            let quoted = value.and_then(|it| it.strip_prefix('"')?.split_once('"'));
            let (text, after) = quoted.ok_or_else(unreadable)?;
            accepted.push(one(text)?);
            rest = after;
        }
    }
    Ok(accepted)
}

fn one(text: &str) -> Result<Acceptance> {
    let mut parts = text.split(';').map(str::trim);
    let rule = parts.next().unwrap_or_default().to_owned();
    let (mut until, mut reason) = (None, String::new());
    for part in parts {
        match part.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
            Some(("until", value)) => until = Date::parse(value),
            Some(("reason", value)) => value.clone_into(&mut reason),
            _ => return Err(unreadable()),
        }
    }
    let until = until.ok_or_else(unreadable)?;
    Ok(Acceptance { rule, reason, until })
}

fn unreadable() -> Problem {
    Problem::new(
        Code::BadRequest,
        "The preference 'cardea-accept' is written 'cardea-accept=\"RULE; until=YYYY-MM-DD; \
         reason=TEXT\"'.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(field: &str, expected: &[(&str, &str, &str)]) {
        let found = read([field].into_iter()).unwrap();
        let found: Vec<_> =
            found.iter().map(|it| (it.rule.as_str(), it.until.to_string(), &it.reason)).collect();
        let found: Vec<(&str, &str, &str)> = found
            .iter()
            .map(|(rule, until, reason)| (*rule, until.as_str(), reason.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_rule_has_an_end_and_a_reason() {
        check(
            r#"include-unknown-enum-members, cardea-accept="wide-pass; until=2026-12-01; reason=a trial", cardea-accept = "dead-pass;until=2026-12-24;reason=b""#,
            &[("wide-pass", "2026-12-01", "a trial"), ("dead-pass", "2026-12-24", "b")],
        );
        check("return=minimal", &[]);
        for bad in [
            r#"cardea-accept="wide-pass""#,
            r#"cardea-accept="wide-pass; until=tomorrow""#,
            r#"cardea-accept="wide-pass; until=2026-12-01; for=ever""#,
            "cardea-accept=wide-pass",
            "cardea-accept",
        ] {
            assert!(read([bad].into_iter()).is_err(), "{bad}");
        }
    }
}
