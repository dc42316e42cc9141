//! Signing in with a password, a pass or a code, and what becomes of an attempt.

use std::time::Duration;

use cardea_policy::strength::Mode;
use cardea_store::{Limit, PassCode, Redemption, Replaced, Usable, Verdict};
use cardea_webauthn::CeremonyError;
use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

use super::{Progress, SignIn, encode};
use crate::decision::Way;
use crate::failure::Failure;
use crate::idp::Idp;
use crate::password::Guess;
use crate::shown::Proof;
use crate::subject::Subject;
use crate::totp;

/// How many guesses at one person's secrets there may be.
const GUESSES: Limit = Limit {
    attempts: 10,
    window: SignedDuration::from_mins(15),
    lock: SignedDuration::from_mins(15),
};

/// How long every answer to a pass takes at least. Whoever has one is looked up with all that they may use, which
/// takes milliseconds longer.
const AS_LONG: Duration = Duration::from_millis(40);

/// What became of an attempt to show something.
#[derive(Debug)]
pub enum Attempt {
    /// It was shown.
    Shown,
    /// It is not right. What is said is the same whether there is such a person.
    Wrong,
    /// There were too many attempts.
    Locked {
        /// When there may be one again.
        until: Timestamp,
    },
    /// Too many people try at once; nothing was checked.
    Crowded,
    /// A ceremony was refused.
    Refused(CeremonyError),
    /// The challenge was used before, is too old, or is another browser's.
    ChallengeGone,
    /// It does not belong here, or the browser did something else at the same time.
    Stale,
}

impl Idp {
    /// Takes a password.
    ///
    /// # Errors
    /// The database failed.
    pub async fn show_password(
        &self,
        progress: &Progress,
        guess: Zeroizing<String>,
        now: Timestamp,
    ) -> Result<Attempt, Failure> {
        if !progress.allows(Way::Password) {
            return Ok(Attempt::Stale);
        }
        if let Some(until) = self.count("password", progress, now).await? {
            return Ok(Attempt::Locked { until });
        }
        let mut known = None;
        if let Some(person) = &progress.sign_in.person {
            let mut snapshot = self.store().read().await?;
            let enabled = progress.snapshot.person(person).is_some();
            let password = snapshot.password(person).await?.filter(|_| enabled);
            known = password.map(|password| (person.clone(), password.phc));
        }
        match self.hasher().verify(known, guess).await? {
            Guess::Right(verified) => {
                self.clear("password", progress).await?;
                let proof = Proof::of_password(&verified, now);
                self.keep(progress, progress.sign_in.clone(), proof).await
            }
            Guess::Wrong => Ok(Attempt::Wrong),
            Guess::Crowded => Ok(Attempt::Crowded),
        }
    }

    /// Takes a Temporary Access Pass. One that works once is spent by this.
    ///
    /// # Errors
    /// The database failed.
    pub async fn show_pass(
        &self,
        progress: &Progress,
        typed: &str,
        now: Timestamp,
    ) -> Result<Attempt, Failure> {
        if !progress.allows(Way::Pass) {
            return Ok(Attempt::Stale);
        }
        if let Some(until) = self.count("pass", progress, now).await? {
            return Ok(Attempt::Locked { until });
        }
        // So the time does not say who has one.
        let (attempt, ()) =
            tokio::join!(self.redeem(progress, typed, now), tokio::time::sleep(AS_LONG));
        attempt
    }

    async fn redeem(
        &self,
        progress: &Progress,
        typed: &str,
        now: Timestamp,
    ) -> Result<Attempt, Failure> {
        // Policy is asked before the pass is spent: who may not use one keeps it.
        let person = self.may_use_pass(progress).await?.unwrap_or_default();
        let mut transaction = self.store().write().await?;
        let redeemed = transaction.redeem_pass(&person, &PassCode::typed(typed), now).await?;
        transaction.commit().await?;
        let Some(proof) = Proof::of_pass(&redeemed, now) else {
            tracing::info!(event = "pass_refused", person, reason = why(&redeemed));
            return Ok(Attempt::Wrong);
        };
        self.clear("pass", progress).await?;
        self.keep(progress, progress.sign_in.clone(), proof).await
    }

    /// The person, if the methods policy lets them use the pass that they have.
    async fn may_use_pass(&self, progress: &Progress) -> Result<Option<String>, Failure> {
        let mut snapshot = self.store().read().await?;
        let id = progress.sign_in.person.as_deref().unwrap_or_default();
        if snapshot.pass(id).await?.is_none() {
            return Ok(None);
        }
        let subject = Subject::load(&progress.snapshot, &mut snapshot, id).await?;
        let Some(subject) = subject else { return Ok(None) };
        let means = &progress.snapshot.book.means;
        let Some(pass) = &subject.holdings.pass else { return Ok(None) };
        // Whether it counts now is for the database to say, which remembers that it is over.
        let index = match pass.issued.usable {
            Usable::Once => means.one_time_pass(),
            Usable::Many => means.mode(Mode::TemporaryAccessPassMultiUse),
        };
        let usable = index.is_some_and(|index| subject.permissions.usable(index));
        Ok(usable.then_some(subject.row.id))
    }

    /// Takes a code of an authenticator app.
    ///
    /// # Errors
    /// The database failed.
    pub async fn show_code(
        &self,
        progress: &Progress,
        typed: &str,
        now: Timestamp,
    ) -> Result<Attempt, Failure> {
        if !progress.allows(Way::Code) {
            return Ok(Attempt::Stale);
        }
        if let Some(until) = self.count("code", progress, now).await? {
            return Ok(Attempt::Locked { until });
        }
        let Some(subject) = &progress.subject else { return Ok(Attempt::Wrong) };
        let mut transaction = self.store().write().await?;
        let spent = totp::spend(&mut transaction, &subject.holdings.apps, typed, now).await?;
        transaction.commit().await?;
        let Some(spent) = spent else { return Ok(Attempt::Wrong) };
        self.clear("code", progress).await?;
        self.keep(progress, progress.sign_in.clone(), Proof::of_code(&spent, now)).await
    }

    /// Keeps what was shown. Only a proof for the person whose sign-in it is counts.
    pub(crate) async fn keep(
        &self,
        progress: &Progress,
        mut sign_in: SignIn,
        proof: Proof,
    ) -> Result<Attempt, Failure> {
        if sign_in.person.as_deref() != Some(proof.person()) {
            return Ok(Attempt::Wrong);
        }
        let shown = proof.into_shown();
        sign_in.shown.retain(|before| before.method != shown.method);
        sign_in.shown.push(shown);
        let state = encode(&sign_in)?;
        let mut transaction = self.store().write().await?;
        let replaced =
            transaction.replace_interaction(&progress.hash, progress.version, &state).await?;
        transaction.commit().await?;
        Ok(match replaced {
            Replaced::Done { .. } => Attempt::Shown,
            Replaced::Stale => Attempt::Stale,
        })
    }

    /// Keeps what was shown by registering it.
    pub(crate) async fn keep_shown(
        &self,
        progress: &Progress,
        proof: Proof,
    ) -> Result<Attempt, Failure> {
        self.keep(progress, progress.sign_in.clone(), proof).await
    }

    /// Counts a guess before it is looked at, whoever is guessed at; when the next may be made,
    /// where there were too many.
    async fn count(
        &self,
        what: &str,
        progress: &Progress,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Failure> {
        let mut transaction = self.store().write().await?;
        let verdict = transaction.count_attempt(&key(what, progress), &GUESSES, now).await?;
        transaction.commit().await?;
        Ok(match verdict {
            Verdict::Go { .. } => None,
            Verdict::Locked { until } => {
                tracing::warn!(event = "guessing_locked", what);
                Some(until)
            }
        })
    }

    async fn clear(&self, what: &str, progress: &Progress) -> Result<(), Failure> {
        let mut transaction = self.store().write().await?;
        transaction.clear_attempts(&key(what, progress)).await?;
        Ok(transaction.commit().await?)
    }
}

/// Guesses are counted by the name in its canonical form, so that another spelling is no other
/// count, and a name that nobody has is counted like any other.
fn key(what: &str, progress: &Progress) -> String {
    let typed = progress.sign_in.typed.as_deref().unwrap_or_default();
    let name = cardea_store::Upn::parse(typed);
    let name = name.as_ref().map_or(typed, cardea_store::Upn::key);
    let person = progress.sign_in.person.as_deref().unwrap_or(name);
    format!("{what}:{person}")
}

fn why(redeemed: &Redemption) -> &'static str {
    match redeemed {
        Redemption::Accepted(_) => "accepted",
        Redemption::Used(_) => "OneTimeUsed",
        Redemption::NotYet(_) => "NotYetValid",
        Redemption::Expired(_) => "Expired",
        Redemption::Wrong => "wrong",
        Redemption::None => "none",
    }
}
