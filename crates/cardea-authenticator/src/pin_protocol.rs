//! PIN/UV auth protocols one and two (CTAP 2.1 §6.5.6, §6.5.7), for both sides of the wire.

use aws_lc_rs::cipher::{
    AES_256, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext, UnboundCipherKey,
};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::{agreement, hkdf, hmac};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::cbor::{Map, Required as _};
use crate::host::{Random, random};
use crate::key::{cose_p256, p256_public, p256_scalar};
use crate::status::Status;

const BLOCK: usize = 16;
/// ECDH-ES+HKDF-256, which is what COSE calls the key, although protocol one derives otherwise (§6.5.6).
const COSE_ECDH: i64 = -25;

/// The version of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PinProtocol {
    One,
    Two,
}

impl PinProtocol {
    /// The supported ones, the preferred one first.
    pub(crate) const ALL: [Self; 2] = [Self::Two, Self::One];

    pub(crate) const fn number(self) -> i64 {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }

    /// The protocol of this number; `CTAP1_ERR_INVALID_PARAMETER` where it is not supported.
    pub(crate) fn numbered(number: i64) -> Result<Self, Status> {
        Self::ALL.into_iter().find(|it| it.number() == number).ok_or(Status::InvalidParameter)
    }

    /// `authenticate(key, message)`.
    pub(crate) fn authenticate(self, key: &[u8], message: &[u8]) -> Vec<u8> {
        let key = match self {
            Self::One => key,
            Self::Two => key.get(..32).unwrap_or(key),
        };
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message);
        let length = match self {
            Self::One => 16,
            Self::Two => 32,
        };
        tag.as_ref().get(..length).unwrap_or_default().to_vec()
    }

    /// `verify(key, message, signature)`, in constant time.
    pub(crate) fn verify(self, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), Status> {
        let right: bool = self.authenticate(key, message).ct_eq(signature).into();
        if right { Ok(()) } else { Err(Status::PinAuthInvalid) }
    }
}

/// A key-agreement key pair.
pub(crate) struct AgreementKey(Zeroizing<[u8; 32]>);

impl AgreementKey {
    pub(crate) fn generate(source: &mut dyn Random) -> Result<Self, Status> {
        Ok(Self(p256_scalar(source)?))
    }

    /// `getPublicKey()`: a COSE key.
    pub(crate) fn public(&self) -> Result<Map, Status> {
        Ok(cose_p256(&p256_public(&*self.0)?, COSE_ECDH)?)
    }

    /// `decapsulate(peerCoseKey)`, which is also the second half of `encapsulate`;
    /// `CTAP1_ERR_INVALID_PARAMETER` where the other key is no point of the curve.
    pub(crate) fn agree(&self, protocol: PinProtocol, peer: &Map) -> Result<SharedSecret, Status> {
        let point = uncompressed(peer)?;
        let own = agreement::PrivateKey::from_private_key(&agreement::ECDH_P256, &*self.0)
            .map_err(|_| Status::Other)?;
        let peer = agreement::UnparsedPublicKey::new(&agreement::ECDH_P256, point);
        agreement::agree(&own, peer, Status::InvalidParameter, |z| derive(protocol, z))
    }
}

/// The point of a COSE key.
fn uncompressed(key: &Map) -> Result<Vec<u8>, Status> {
    let (kind, curve) = (key.int(1).required()?, key.int(-1).required()?);
    let (x, y) = (key.bytes(-2).required()?, key.bytes(-3).required()?);
    if (kind, curve, x.len(), y.len()) != (2, 1, 32, 32) {
        return Err(Status::InvalidParameter);
    }
    Ok([&[4], x, y].concat())
}

/// `kdf(Z)`.
fn derive(protocol: PinProtocol, z: &[u8]) -> Result<SharedSecret, Status> {
    let key = match protocol {
        PinProtocol::One => digest(&SHA256, z).as_ref().to_vec(),
        PinProtocol::Two => {
            let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, &[0; 32]).extract(z);
            let part = |info: &[u8]| {
                let mut part = vec![0; 32];
                let info = [info];
                let filled =
                    prk.expand(&info, hkdf::HKDF_SHA256).and_then(|okm| okm.fill(&mut part));
                filled.map(|()| part).map_err(|_| Status::Other)
            };
            [part(b"CTAP2 HMAC key")?, part(b"CTAP2 AES key")?].concat()
        }
    };
    Ok(SharedSecret { protocol, key: Zeroizing::new(key) })
}

/// What the two sides of a key agreement share.
#[derive(Clone)]
pub(crate) struct SharedSecret {
    protocol: PinProtocol,
    /// One key of 32 bytes in protocol one; one for HMAC and one for AES in protocol two.
    key: Zeroizing<Vec<u8>>,
}

impl SharedSecret {
    /// The protocol that it was agreed by.
    pub(crate) fn protocol(&self) -> PinProtocol {
        self.protocol
    }

    fn cipher_key(&self) -> Result<UnboundCipherKey, Status> {
        let bytes = self.key.get(self.key.len() - 32..).unwrap_or_default();
        UnboundCipherKey::new(&AES_256, bytes).map_err(|_| Status::Other)
    }

    /// `encrypt(key, plaintext)`; the text has whole blocks.
    pub(crate) fn encrypt(&self, text: &[u8], source: &mut dyn Random) -> Result<Vec<u8>, Status> {
        let iv: [u8; BLOCK] = match self.protocol {
            PinProtocol::One => [0; BLOCK],
            PinProtocol::Two => random(source)?,
        };
        let mut out = text.to_vec();
        let key = EncryptingKey::cbc(self.cipher_key()?).map_err(|_| Status::Other)?;
        key.less_safe_encrypt(&mut out, EncryptionContext::Iv128(FixedLength::from(iv)))
            .map_err(|_| Status::Other)?;
        Ok(match self.protocol {
            PinProtocol::One => out,
            PinProtocol::Two => [&iv[..], &out].concat(),
        })
    }

    /// `decrypt(key, ciphertext)`; `CTAP1_ERR_INVALID_PARAMETER` where it has no whole blocks.
    pub(crate) fn decrypt(&self, text: &[u8]) -> Result<Zeroizing<Vec<u8>>, Status> {
        let (iv, text) = match self.protocol {
            PinProtocol::One => ([0; BLOCK], text),
            PinProtocol::Two => {
                let (iv, text) = text.split_first_chunk().ok_or(Status::InvalidParameter)?;
                (*iv, text)
            }
        };
        if text.is_empty() || !text.len().is_multiple_of(BLOCK) {
            return Err(Status::InvalidParameter);
        }
        let mut out = Zeroizing::new(text.to_vec());
        let key = DecryptingKey::cbc(self.cipher_key()?).map_err(|_| Status::Other)?;
        key.decrypt(&mut out, DecryptionContext::Iv128(FixedLength::from(iv)))
            .map_err(|_| Status::Other)?;
        Ok(out)
    }

    /// `authenticate` with this secret as the key.
    pub(crate) fn authenticate(&self, message: &[u8]) -> Vec<u8> {
        self.protocol.authenticate(&self.key, message)
    }

    /// `verify` with this secret as the key.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Status> {
        self.protocol.verify(&self.key, message, signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::SystemRandom;

    #[test]
    fn both_sides_share_a_secret_and_read_each_other() {
        for protocol in PinProtocol::ALL {
            let (ours, theirs) = (
                AgreementKey::generate(&mut SystemRandom).unwrap(),
                AgreementKey::generate(&mut SystemRandom).unwrap(),
            );
            let here = ours.agree(protocol, &theirs.public().unwrap()).unwrap();
            let there = theirs.agree(protocol, &ours.public().unwrap()).unwrap();
            let text = [7; 64];
            let sent = here.encrypt(&text, &mut SystemRandom).unwrap();
            assert_eq!(there.decrypt(&sent).unwrap()[..], text);
            there.verify(&sent, &here.authenticate(&sent)).unwrap();
            assert_eq!(there.verify(&sent, &[0; 16]), Err(Status::PinAuthInvalid));
            assert_eq!(
                there.decrypt(&sent[..sent.len() - 1]).err(),
                Some(Status::InvalidParameter)
            );
        }
    }

    #[test]
    fn a_key_that_is_no_point_of_the_curve_is_refused() {
        let key = AgreementKey::generate(&mut SystemRandom).unwrap();
        let off = key.public().unwrap().with(-3, vec![1; 32]);
        assert_eq!(key.agree(PinProtocol::Two, &off).err(), Some(Status::InvalidParameter));
        let short = key.public().unwrap().with(-2, vec![1; 31]);
        assert_eq!(key.agree(PinProtocol::Two, &short).err(), Some(Status::InvalidParameter));
    }
}
