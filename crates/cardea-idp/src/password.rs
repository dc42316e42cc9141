//! Passwords: Argon2id in a bounded pool, so that a flood of guesses cannot starve other sign-ins.

use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::{Algorithm, Argon2, Block, Params, PasswordHasher as _, Version};
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
    desks: Desks,
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
            desks: Desks::default(),
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
        let (nobody, desks) = (self.nobody.clone(), self.desks.clone());
        let work = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let phc = known.as_ref().map_or(&*nobody, |(_, phc)| phc.as_str());
            let right = desks.matches(phc, &guess);
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

/// The memory that hashers work in, one for each that works at the same time. It is kept: blocks of this size that
/// come and go leave holes that nothing fits into, and a flood of guesses would make the process twenty times larger.
#[derive(Clone, Default)]
struct Desks {
    free: Arc<Mutex<Vec<Vec<Block>>>>,
}

/// Without what was worked on.
impl std::fmt::Debug for Desks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desks").finish_non_exhaustive()
    }
}

impl Desks {
    /// Whether this is the password of a hash. Outputs are compared in constant time.
    fn matches(&self, phc: &str, guess: &str) -> bool {
        let Ok(hash) = PasswordHash::new(phc) else { return false };
        let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else { return false };
        let Some(argon2) = argon2_of(&hash) else { return false };
        let blocks = argon2.params().block_count();
        let mut desk = self.locked().pop().unwrap_or_default();
        if desk.len() < blocks {
            desk.resize(blocks, Block::new());
        }
        let mut output = Zeroizing::new(vec![0; expected.len()]);
        let guess = guess.as_bytes();
        let hashed = argon2.hash_password_into_with_memory(guess, salt, &mut output, &mut desk);
        self.locked().push(desk);
        hashed.is_ok() && Output::new(&output).is_ok_and(|output| output == *expected)
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Vec<Vec<Block>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The function that a hash was made with.
fn argon2_of(hash: &PasswordHash) -> Option<Argon2<'static>> {
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = hash.version.map(Version::try_from).transpose().ok()?.unwrap_or_default();
    Some(Argon2::new(algorithm, version, Params::try_from(hash).ok()?))
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

    #[tokio::test]
    async fn hashes_of_other_costs_are_checked_on_the_same_desk() {
        let hasher = Hasher::new(1).unwrap();
        let small =
            Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, None).unwrap());
        let small = small.hash_password(b"correct horse").unwrap().to_string();
        let large = hash("correct horse").unwrap();
        for phc in [&large, &small, &large, &small] {
            assert!(matches!(guess(&hasher, phc, "correct horse").await, Guess::Right(_)));
            assert!(matches!(guess(&hasher, phc, "correct hors").await, Guess::Wrong));
        }
        assert_eq!(hasher.desks.locked().len(), 1, "one hasher needs one");
        assert!(matches!(guess(&hasher, "$argon2id$none", "x").await, Guess::Wrong));
    }

    #[test]
    fn a_hash_is_argon2id_with_a_salt_of_its_own() {
        let [one, two] = [hash("same").unwrap(), hash("same").unwrap()];
        assert!(one.starts_with("$argon2id$"));
        assert_ne!(one, two);
    }
}
