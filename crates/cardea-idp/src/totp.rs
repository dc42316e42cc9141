//! Codes of authenticator apps (RFC 6238): SHA-1, six digits, thirty seconds, as every app has them.

use cardea_store as store;
use cardea_store::{StepUse, Transaction};
use jiff::Timestamp;
use totp_rs::{Builder, Totp};

use crate::failure::Failure;

/// Bytes of a seed: 160 bits, as RFC 4226 section 4 recommends.
pub(crate) const SEED: usize = 20;
/// How many steps the clock of a phone may be off, either way (RFC 6238 section 5.2).
const SKEW: u16 = 1;

/// That a code was right, and that nobody can use it again. Only [`spend`] makes one.
#[derive(Debug)]
pub(crate) struct Spent {
    person: String,
    id: String,
}

impl Spent {
    /// Whose app it is.
    pub(crate) fn person(&self) -> &str {
        &self.person
    }

    /// The id of the method.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }
}

/// The step that a code belongs to, if it is right now.
pub(crate) fn step(seed: &[u8], code: &str, now: Timestamp) -> Option<u64> {
    let typed: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    app(seed)?.check(&typed, u64::try_from(now.as_second()).ok()?)
}

/// Uses up the code if it is right for one of the person's apps and was not used before.
///
/// # Errors
/// The database failed.
pub(crate) async fn spend(
    transaction: &mut Transaction,
    apps: &[store::Totp],
    code: &str,
    now: Timestamp,
) -> Result<Option<Spent>, Failure> {
    for app in apps {
        let Some(step) = step(&app.seed, code, now) else { continue };
        if transaction.spend_totp_step(&app.id, step).await? == StepUse::Spent {
            return Ok(Some(Spent { person: app.person.clone(), id: app.id.clone() }));
        }
    }
    Ok(None)
}

fn app(seed: &[u8]) -> Option<Totp> {
    Builder::new().with_secret(seed.to_vec()).with_skew(SKEW).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 Appendix B has eight digits; six are their end.
    const SEED: &[u8] = b"12345678901234567890";

    #[track_caller]
    fn check(code: &str, second: i64, expected: Option<u64>) {
        assert_eq!(step(SEED, code, Timestamp::from_second(second).unwrap()), expected, "{code}");
    }

    #[test]
    fn the_codes_of_the_specification_are_right_at_their_time() {
        check("287082", 59, Some(1));
        check("081804", 1_111_111_109, Some(37_037_036));
        check("005924", 1_234_567_890, Some(41_152_263));
    }

    #[test]
    fn a_code_counts_one_step_early_or_late_and_no_more() {
        check("287082", 89, Some(1));
        check("287082", 29, Some(1));
        check("287082", 120, None);
        check("287083", 59, None);
    }

    #[test]
    fn spaces_are_typed_and_everything_else_is_no_code() {
        check("287 082", 59, Some(1));
        for wrong in ["", "28708", "2870822", "abcdef", "２８７０８２"] {
            check(wrong, 59, None);
        }
    }
}
