//! WebAuthn §8.3, *TPM Attestation Statement Format*.
//!
//! Structures and numbers are those of the TPM 2.0 Library, part 2. SHA-1 is not supported, which
//! some old TPMs use.

use aws_lc_rs::digest::{Algorithm as Hash, SHA256, SHA384, SHA512, digest};

use super::certificate::Certificate;
use super::{Format, Input, Verified, chain, fields, signature_algorithm};
use crate::error::{CeremonyError, Checked, Code, require};
use crate::public_key::{Algorithm, RawKey};

const GENERATED_VALUE: [u8; 4] = [0xff, 0x54, 0x43, 0x47];
const ATTEST_CERTIFY: u16 = 0x8017;
const ALG_NULL: u16 = 0x0010;
const ALG_RSA: u16 = 0x0001;
const ALG_ECC: u16 = 0x0023;

pub(super) fn verify<'a>(input: &Input<'a>) -> Checked<Verified<'a>> {
    let mut fields = fields(input)?;
    let version = fields.text("ver")?;
    require(
        version == "2.0",
        Code::AttestationStatement,
        "the TPM statement is not of version `2.0`",
    )?;
    let algorithm = signature_algorithm(fields.integer("alg")?)?;
    let signature = fields.bytes("sig")?;
    let cert_info = fields.bytes("certInfo")?;
    let pub_area = fields.bytes("pubArea")?;
    let chain = chain(&fields.item("x5c")?)?;
    fields.end()?;
    let public_area = PublicArea::parse(pub_area).ok_or_else(|| {
        CeremonyError::new(Code::TpmPublicArea, "`pubArea` is not a key that can sign")
    })?;
    let same = public_area.is_key(input.public_key.raw());
    require(same, Code::TpmPublicArea, "`pubArea` is not the credential's key")?;
    let certificate = Certificate::parse(chain.leaf())?;
    certificate.check_tpm()?;
    certificate.check_aaguid(input.credential.aaguid)?;
    let fine = certificate.verifies(algorithm, cert_info, signature);
    require(
        fine,
        Code::AttestationSignature,
        "the TPM statement's signature is not by its certificate",
    )?;
    check_cert_info(cert_info, &hash_of(algorithm, &input.to_be_signed())?, &public_area.name)?;
    Ok(Verified::Certified(Format::Tpm, chain))
}

/// The hash of the data that are signed, by the hash function that the algorithm employs.
fn hash_of(algorithm: Algorithm, data: &[u8]) -> Checked<Vec<u8>> {
    let hash = match algorithm {
        Algorithm::Es256 | Algorithm::Rs256 => &SHA256,
        Algorithm::Es384 => &SHA384,
        Algorithm::Es512 => &SHA512,
        Algorithm::EdDsa => {
            return Err(CeremonyError::new(
                Code::AttestationAlgorithm,
                "TPMs do not sign with EdDSA",
            ));
        }
    };
    Ok(digest(hash, data).as_ref().to_vec())
}

/// `certInfo`, a `TPMS_ATTEST`: made by a TPM, about a key, and about this registration.
fn check_cert_info(bytes: &[u8], extra_data: &[u8], name: &[u8]) -> Checked {
    let short =
        || CeremonyError::new(Code::AttestationStatement, "`certInfo` is not what TPMs write");
    let mut reader = Reader { rest: bytes };
    let magic = reader.take::<4>().ok_or_else(short)?;
    require(magic == GENERATED_VALUE, Code::TpmMagic, "`certInfo` was not made by a TPM")?;
    let kind = reader.number().ok_or_else(short)?;
    require(kind == ATTEST_CERTIFY, Code::TpmType, "`certInfo` does not certify a key")?;
    reader.sized().ok_or_else(short)?; // the signer
    let about = reader.sized().ok_or_else(short)?;
    require(about == extra_data, Code::TpmExtraData, "`certInfo` is about another registration")?;
    reader.take::<25>().ok_or_else(short)?; // the clock and the firmware's version
    let certified = reader.sized().ok_or_else(short)?;
    reader.sized().ok_or_else(short)?; // the qualified name
    require(certified == name, Code::TpmName, "`certInfo` certifies another key")?;
    if reader.rest.is_empty() { Ok(()) } else { Err(short()) }
}

/// `pubArea`, a `TPMT_PUBLIC`.
struct PublicArea<'a> {
    key: TpmKey<'a>,
    /// Its name (TPM 2.0 Library, part 1, §16): the hash's number, and the hash.
    name: Vec<u8>,
}

enum TpmKey<'a> {
    Rsa { modulus: &'a [u8], exponent: u32 },
    Ecc { curve: u16, x: &'a [u8], y: &'a [u8] },
}

impl<'a> PublicArea<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader { rest: bytes };
        let kind = reader.number()?;
        let name_alg = reader.number()?;
        reader.take::<4>()?; // the object's attributes
        reader.sized()?; // the policy to use it
        let symmetric = reader.number()?;
        reader.scheme()?;
        let key = match kind {
            ALG_RSA => reader.rsa()?,
            ALG_ECC => reader.ecc()?,
            _ => return None,
        };
        let hash = hash_named(name_alg)?;
        let name = [name_alg.to_be_bytes().as_slice(), digest(hash, bytes).as_ref()].concat();
        (symmetric == ALG_NULL && reader.rest.is_empty()).then_some(Self { key, name })
    }

    /// Whether this is that key.
    fn is_key(&self, key: &RawKey) -> bool {
        match (&self.key, key) {
            (TpmKey::Rsa { modulus, exponent }, RawKey::Rsa { modulus: n, exponent: e }) => {
                // 0 stands for 65537.
                let exponent = if *exponent == 0 { 65_537 } else { *exponent };
                plain(modulus) == plain(n) && plain(&exponent.to_be_bytes()) == plain(e)
            }
            (TpmKey::Ecc { curve, x, y }, RawKey::Point { x: their_x, y: their_y }) => {
                let length = match curve {
                    3 => 32,
                    4 => 48,
                    5 => 66,
                    _ => return false,
                };
                their_x.len() == length && plain(x) == plain(their_x) && plain(y) == plain(their_y)
            }
            (TpmKey::Rsa { .. } | TpmKey::Ecc { .. }, _) => false,
        }
    }
}

fn hash_named(number: u16) -> Option<&'static Hash> {
    match number {
        0x000b => Some(&SHA256),
        0x000c => Some(&SHA384),
        0x000d => Some(&SHA512),
        _ => None,
    }
}

/// A number without leading zeros, which TPMs may leave out.
fn plain(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.split_at_checked(zeros).map_or(number, |(_, rest)| rest)
}

/// A reader over a TPM's structures: big-endian numbers, and bytes with a length before them.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*head)
    }

    fn number(&mut self) -> Option<u16> {
        self.take::<2>().map(u16::from_be_bytes)
    }

    fn sized(&mut self) -> Option<&'a [u8]> {
        let length = usize::from(self.number()?);
        let (head, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(head)
    }

    /// A scheme and, if there is one, its hash function.
    fn scheme(&mut self) -> Option<()> {
        match self.number()? {
            ALG_NULL => Some(()),
            _ => self.number().map(|_| ()),
        }
    }

    fn rsa(&mut self) -> Option<TpmKey<'a>> {
        self.number()?; // the length of the modulus in bits
        let exponent = u32::from_be_bytes(self.take::<4>()?);
        Some(TpmKey::Rsa { exponent, modulus: self.sized()? })
    }

    fn ecc(&mut self) -> Option<TpmKey<'a>> {
        let curve = self.number()?;
        self.scheme()?; // how keys are derived
        Some(TpmKey::Ecc { curve, x: self.sized()?, y: self.sized()? })
    }
}
