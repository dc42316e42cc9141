//! Passwords: Argon2id in a bounded pool, so that a flood of guesses cannot starve other sign-ins.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// The longest password in bytes. Longer ones are refused before they cost anything.
pub(crate) const LONGEST: usize = 256;
/// How many guesses wait for a hasher; further ones are turned away at once.
const QUEUE: usize = 64;

/// That a password was found right. Only [`Hasher::verify`] makes one.
#[derive(Debug)]
pub(crate) struct Verified {
    person: String,
}

impl Verified {
    /// Whose password it is.
    pub(crate) fn person(&self) -> &str {
        &self.person
    }
}

/// What became of a guess.
#[derive(Debug)]
pub(crate) enum Guess {
    /// It is the password.
    Right(Verified),
    /// It is not, or there is none.
    Wrong,
    /// Too many guesses are waiting; nothing was checked.
    Crowded,
}

/// The pool of hashers.
#[derive(Clone, Debug)]
pub(crate) struct Hasher {
    hashing: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// The hash of no password, so that a guess at nobody costs what any other costs.
    nobody: Arc<str>,
}

impl Hasher {
    /// A pool that uses this many threads at most.
    ///
    /// # Errors
    /// There is no chance to be had for salt.
    pub(crate) fn new(threads: usize) -> Result<Self, Failure> {
        let nobody = hash(&random_text()?)?;
        Ok(Self {
            hashing: Arc::new(Semaphore::new(threads.max(1))),
            waiting: Arc::new(Semaphore::new(QUEUE)),
            nobody: nobody.into(),
        })
    }

    /// Checks a guess. It takes the same time where there is no such person or password.
    ///
    /// # Errors
    /// The work was lost.
    pub(crate) async fn verify(
        &self,
        known: Option<(String, String)>,
        guess: Zeroizing<String>,
    ) -> Result<Guess, Failure> {
        if guess.len() > LONGEST {
            return Ok(Guess::Wrong);
        }
        let Ok(_place) = self.waiting.clone().try_acquire_owned() else {
            return Ok(Guess::Crowded);
        };
        let turn = self.hashing.clone().acquire_owned().await.map_err(|_| Failure::Hashing)?;
        let nobody = self.nobody.clone();
        let work = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let phc = known.as_ref().map_or(&*nobody, |(_, phc)| phc.as_str());
            let right = matches(phc, &guess);
            known.filter(|_| right).map(|(person, _)| Verified { person })
        });
        let verified = work.await.map_err(|_| Failure::Hashing)?;
        Ok(verified.map_or(Guess::Wrong, Guess::Right))
    }

    /// The hash of a new password.
    ///
    /// # Errors
    /// The work was lost.
    pub(crate) async fn hash(&self, password: Zeroizing<String>) -> Result<String, Failure> {
        let turn = self.hashing.clone().acquire_owned().await.map_err(|_| Failure::Hashing)?;
        let work = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            hash(&password)
        });
        work.await.map_err(|_| Failure::Hashing)?
    }
}

fn hash(password: &str) -> Result<String, Failure> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed.map(|hash| hash.to_string()).map_err(|_| Failure::NoRandom)
}

fn matches(phc: &str, guess: &str) -> bool {
    PasswordHash::new(phc)
        .is_ok_and(|hash| Argon2::default().verify_password(guess.as_bytes(), &hash).is_ok())
}

fn random_text() -> Result<String, Failure> {
    Ok(crate::random::secret()?.expose().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn guess(hasher: &Hasher, phc: &str, text: &str) -> Guess {
        let known = Some((String::from("kim"), phc.to_owned()));
        hasher.verify(known, Zeroizing::new(text.to_owned())).await.unwrap()
    }

    #[tokio::test]
    async fn only_the_very_password_is_right() {
        let hasher = Hasher::new(1).unwrap();
        let phc = hasher.hash(Zeroizing::new(String::from("correct horse"))).await.unwrap();
        let right = guess(&hasher, &phc, "correct horse").await;
        assert!(matches!(right, Guess::Right(verified) if verified.person() == "kim"));
        for wrong in ["correct hors", "correct horse ", "", "Correct horse"] {
            assert!(matches!(guess(&hasher, &phc, wrong).await, Guess::Wrong), "{wrong}");
        }
    }

    #[tokio::test]
    async fn nobody_has_no_password_and_a_very_long_one_costs_nothing() {
        let hasher = Hasher::new(1).unwrap();
        let nobody = hasher.verify(None, Zeroizing::new(String::from("x"))).await.unwrap();
        assert!(matches!(nobody, Guess::Wrong));
        let long = Zeroizing::new("x".repeat(1 << 20));
        assert!(matches!(hasher.verify(None, long).await.unwrap(), Guess::Wrong));
    }

    #[test]
    fn a_hash_is_argon2id_with_a_salt_of_its_own() {
        let [one, two] = [hash("same").unwrap(), hash("same").unwrap()];
        assert!(one.starts_with("$argon2id$"));
        assert_ne!(one, two);
    }
}
