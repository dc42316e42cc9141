//! Temporary Access Passes: who may issue one to whom, and within which limits.
//!
//! Source: Entra, *Configure Temporary Access Pass*; Graph's
//! `temporaryAccessPassAuthenticationMethod`.

use cardea_policy::strength::Mode;
use cardea_store as store;
use cardea_store::{AuditEntry, NewPass, PassCode, Usable};
use cardea_tenant::methods::{MethodKind, MethodState, PassUse};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::admin::caller::{Caller, Denied};
use crate::admin::right::Right;
use crate::failure::Failure;
use crate::idp::Idp;
use crate::random;
use crate::subject::Subject;

/// Letters of a pass: none that looks like another one, in upper and lower case and as digits.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Letters of a pass: 32 letters each are five bits, so eight are forty.
const LENGTH: usize = 8;

/// A pass that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// How long it lasts, in minutes; the policy's default where nothing is said.
    pub minutes: Option<u32>,
    /// How often it can be used.
    pub usable: Usable,
    /// From when on it counts; from now on where nothing is said.
    pub starts: Option<Timestamp>,
}

/// A pass that was issued. Its text is here and nowhere else.
pub struct Issued {
    /// The text, to be told to its bearer once.
    pub text: Zeroizing<String>,
    /// What was kept of it.
    pub pass: NewPass,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issued").field("pass", &self.pass).finish_non_exhaustive()
    }
}

/// Who issues a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issuer<'a> {
    /// Whoever can run commands on the server's data.
    Command,
    /// An administrator, or an application of one.
    Caller(&'a Caller),
}

/// Why no pass was issued.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Refused {
    /// There is no such person, or their account is disabled.
    #[error("there is no enabled account `{0}`; check the name")]
    NoSuchPerson(String),
    /// External guests sign in at home.
    #[error("a Temporary Access Pass cannot be added to an external guest")]
    ExternalGuest,
    /// The methods policy has no passes.
    #[error("the methods policy does not enable Temporary Access Passes")]
    Disabled,
    /// The person could not use it.
    #[error("`{0}` is not among those who may use a pass; the pass could not be used")]
    OutOfScope(String),
    /// Outside of the policy's limits.
    #[error("a pass lasts {least} to {most} minutes here; {asked} is not possible")]
    Lifetime {
        /// Minutes.
        least: u32,
        /// Minutes.
        most: u32,
        /// Minutes.
        asked: u32,
    },
    /// It would begin in the past.
    #[error("a pass begins now or later")]
    Start,
    /// The policy forces passes that work once.
    #[error("the methods policy allows only passes that work once")]
    OnceOnly,
    /// The issuer may not, or not to this person.
    #[error(transparent)]
    NotAllowed(#[from] Denied),
}

impl Idp {
    /// Issues a pass. It takes the place of the one that the person had.
    ///
    /// # Errors
    /// The database failed.
    pub async fn issue_pass(
        &self,
        issuer: Issuer<'_>,
        (person, wanted): (store::Person, Wanted),
        now: Timestamp,
    ) -> Result<Result<Issued, Refused>, Failure> {
        let snapshot = self.snapshot().await?;
        let name = person.upn.as_str().to_owned();
        let mut reader = self.store().read().await?;
        let Some(subject) = Subject::of(&snapshot, &mut reader, person).await? else {
            return Ok(Err(Refused::NoSuchPerson(name)));
        };
        if let Issuer::Caller(caller) = issuer {
            let (id, roles) = (&subject.row.id, &subject.person.roles);
            if let Err(denied) = caller.may_to(Right::WriteMethods, id, roles) {
                return Ok(Err(Refused::NotAllowed(denied)));
            }
        }
        drop(reader);
        let ends = match limits(&snapshot, &subject, wanted, now) {
            Ok(ends) => ends,
            Err(refused) => return Ok(Err(refused)),
        };
        let pass = NewPass {
            id: random::guid()?,
            person: subject.row.id.clone(),
            starts: wanted.starts.unwrap_or(now),
            ends,
            usable: wanted.usable,
            issued_by: match issuer {
                Issuer::Command => String::from("cardea pass issue"),
                Issuer::Caller(caller) => caller.actor().to_owned(),
            },
            created: now,
        };
        let text = text()?;
        let mut transaction = self.store().write().await?;
        let entry = AuditEntry {
            actor: pass.issued_by.clone(),
            action: String::from("Admin registered security info"),
            target: pass.person.clone(),
            json: json!({
                "method": "temporaryAccessPass", "id": pass.id,
                "isUsableOnce": pass.usable == Usable::Once, "ends": pass.ends.to_string(),
            })
            .to_string(),
        };
        let audited = transaction.audit(now, &entry).await?;
        transaction.issue_pass(&audited, &pass, &PassCode::typed(&text)).await?;
        transaction.commit().await?;
        Ok(Ok(Issued { text, pass }))
    }
}

/// When the pass ends, if the policy allows such a one to the person.
fn limits(
    snapshot: &crate::snapshot::Snapshot,
    subject: &Subject,
    wanted: Wanted,
    now: Timestamp,
) -> Result<Timestamp, Refused> {
    use cardea_policy::conditions::principal::GuestKind;
    let name = || subject.row.upn.as_str().to_owned();
    if subject.person.guest.as_ref().is_some_and(|guest| guest.kind != GuestKind::InternalGuest) {
        return Err(Refused::ExternalGuest);
    }
    let methods = snapshot.tenant().methods.as_ref().ok_or(Refused::Disabled)?;
    let configuration = methods.configurations.get(&MethodKind::TemporaryAccessPass);
    if configuration.is_none_or(|it| it.state == MethodState::Disabled) {
        return Err(Refused::Disabled);
    }
    if wanted.usable == Usable::Many && methods.pass.usable == PassUse::OnceOnly {
        return Err(Refused::OnceOnly);
    }
    let mode = match wanted.usable {
        Usable::Once => Mode::TemporaryAccessPassOneTime,
        Usable::Many => Mode::TemporaryAccessPassMultiUse,
    };
    let index = snapshot.book.means.mode(mode);
    if !index.is_some_and(|index| subject.permissions.usable(index)) {
        return Err(Refused::OutOfScope(name()));
    }
    let (least, most) = (methods.pass.minimum_lifetime, methods.pass.maximum_lifetime);
    let asked = wanted.minutes.unwrap_or(methods.pass.default_lifetime);
    if asked < least || asked > most {
        return Err(Refused::Lifetime { least, most, asked });
    }
    let starts = wanted.starts.unwrap_or(now);
    if starts < now {
        return Err(Refused::Start);
    }
    let lifetime = SignedDuration::from_mins(i64::from(asked));
    Ok(starts.saturating_add(lifetime).unwrap_or(starts))
}

/// A new text. Each byte of chance gives one of 32 letters, all equally likely.
pub(crate) fn text() -> Result<Zeroizing<String>, Failure> {
    let chance: Zeroizing<[u8; LENGTH]> = Zeroizing::new(random::bytes()?);
    let letters = chance.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32)));
    Ok(Zeroizing::new(letters.map(|letter| char::from(*letter)).collect()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn passes_have_eight_letters_and_none_comes_twice() {
        let all: BTreeSet<String> = (0..10_000).map(|_| text().unwrap().to_string()).collect();
        assert_eq!(all.len(), 10_000);
        assert!(
            all.iter().all(|text| text.len() == LENGTH && !text.contains(['O', '0', 'I', '1']))
        );
    }

    #[test]
    fn every_letter_is_about_equally_likely() {
        let mut counts = [0_u32; 32];
        for _ in 0..20_000 {
            for letter in text().unwrap().bytes() {
                counts[LETTERS.iter().position(|known| *known == letter).unwrap()] += 1;
            }
        }
        // 160,000 letters: 5,000 each; the statistic has 31 degrees of freedom, and exceeds 80 less
        // often than once in a hundred thousand runs.
        let distance: f64 =
            counts.iter().map(|count| (f64::from(*count) - 5000.0).powi(2) / 5000.0).sum();
        assert!(distance < 80.0, "{distance}");
    }
}
