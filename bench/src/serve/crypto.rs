//! What the cryptography alone allows: keys that are parsed once, and nothing around them.

use std::time::Duration;

use anyhow::{Context as _, Result};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING,
    EcdsaKeyPair, KeyPair as _, ParsedPublicKey, RSA_PKCS1_SHA256, UnparsedPublicKey,
};

use super::load::{Load, Worker, load};
use crate::measure;

/// About as many bytes as an access token has.
const TOKEN: [u8; 1_000] = [b'a'; 1_000];
/// Authenticator data and the hash of the client data.
const ASSERTION: [u8; 69] = [7; 69];

/// Keys of a tenant, and an assertion of somebody.
#[derive(Debug)]
pub(crate) struct Crypto {
    rsa: RsaKeyPair,
    ecdsa: EcdsaKeyPair,
    passkey: ParsedPublicKey,
    assertion: Vec<u8>,
}

/// What is done over and over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Work {
    /// Assertions that are verified.
    pub(crate) assertions: usize,
    /// Tokens that are signed.
    pub(crate) signatures: usize,
    /// How.
    pub(crate) algorithm: &'static str,
}

impl Crypto {
    pub(crate) fn new() -> Result<Self> {
        let passkey = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING)?;
        let public = passkey.public_key().as_ref();
        Ok(Self {
            rsa: RsaKeyPair::generate(KeySize::Rsa2048)?,
            ecdsa: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?,
            passkey: UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, public).parse()?,
            assertion: passkey.sign(&SystemRandom::new(), &ASSERTION)?.as_ref().to_vec(),
        })
    }

    /// Does it once.
    fn once(&self, work: Work) -> Result<()> {
        let chance = SystemRandom::new();
        for _ in 0..work.assertions {
            self.passkey.verify_sig(&ASSERTION, &self.assertion).ok().context("a bad assertion")?;
        }
        for _ in 0..work.signatures {
            if work.algorithm == "RS256" {
                let mut signature = [0; 256];
                self.rsa.sign(&RSA_PKCS1_SHA256, &chance, &TOKEN, &mut signature)?;
            } else {
                self.ecdsa.sign(&chance, &TOKEN)?;
            }
        }
        Ok(())
    }

    /// How often all processors together do it.
    pub(crate) fn on_all(&self, work: Work, time: Duration) -> Result<Load> {
        let processors = std::thread::available_parallelism()?.get();
        let worker = || -> Worker<'_> { Box::new(|| self.once(work)) };
        load(&mut (0..processors).map(|_| worker()).collect::<Vec<_>>(), time)
    }

    /// Milliseconds of processor time that it takes once.
    pub(crate) fn processor(&self, work: Work) -> Result<f64> {
        const TIMES: u32 = 200;
        let (took, done) = measure::timed(|| (0..TIMES).try_for_each(|_| self.once(work)));
        done?;
        Ok(took / f64::from(TIMES))
    }
}
