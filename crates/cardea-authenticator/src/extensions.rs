//! Authenticator extensions (CTAP 2.1 §12).

use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use crate::cbor::{Map, Required as _, Value};
use crate::ceremony::{Evidence, PinAuth};
use crate::credential::{CRED_BLOB_MAX, Credential, Discoverability, Protection};
use crate::host::Random;
use crate::pin_protocol::{AgreementKey, PinProtocol, SharedSecret};
use crate::state::State;
use crate::status::Status;
use crate::token::Gesture;

/// Extensions of a registration.
pub(crate) struct Registering {
    pub(crate) protection: Protection,
    pub(crate) cred_blob: Vec<u8>,
    pub(crate) large_blob_key: bool,
    /// What goes into the authenticator data.
    pub(crate) outputs: Map,
}

impl Registering {
    pub(crate) fn read(
        inputs: &Map,
        discoverability: Discoverability,
        state: &State,
        rp_id: &str,
    ) -> Result<Self, Status> {
        let passkey = discoverability == Discoverability::Discoverable;
        let protection = protection(inputs)?;
        // §12.2: kept with passkeys only, and told whether it was.
        let blob = inputs.bytes("credBlob")?;
        let kept = blob.filter(|blob| passkey && blob.len() <= CRED_BLOB_MAX);
        let outputs = Map::new()
            .with_some("credProtect", protection.map(Protection::number))
            .with_some("credBlob", blob.map(|_| kept.is_some()))
            // §12.5: every credential has the secrets, so the answer to a wish is yes.
            .with_some("hmac-secret", inputs.bool("hmac-secret")?.filter(|wished| *wished))
            .with_some("minPinLength", min_pin_length(inputs, state, rp_id)?);
        Ok(Self {
            protection: protection.unwrap_or(Protection::UserVerificationOptional),
            cred_blob: kept.unwrap_or_default().to_vec(),
            large_blob_key: large_blob_key(inputs, passkey)?,
            outputs,
        })
    }
}

/// §12.1.
fn protection(inputs: &Map) -> Result<Option<Protection>, Status> {
    let number = inputs.int("credProtect")?;
    number.map(|it| Protection::numbered(it).ok_or(Status::InvalidOption)).transpose()
}

/// §12.4: told to the relying parties that an administrator has listed.
fn min_pin_length(inputs: &Map, state: &State, rp_id: &str) -> Result<Option<u8>, Status> {
    let wished = inputs.bool("minPinLength")?.unwrap_or(false);
    let listed = state.min_pin_length_rp_ids.iter().any(|it| it == rp_id);
    Ok((wished && listed).then_some(state.min_pin_length))
}

/// §12.3: `true` or missing, and only for a passkey.
fn large_blob_key(inputs: &Map, passkey: bool) -> Result<bool, Status> {
    match inputs.bool("largeBlobKey")? {
        Some(false) => Err(Status::InvalidOption),
        Some(true) if !passkey => Err(Status::InvalidOption),
        wished => Ok(wished.unwrap_or(false)),
    }
}

/// Extensions of an authentication.
#[derive(Clone)]
pub(crate) struct Asserting {
    hmac: Option<HmacRequest>,
    cred_blob: bool,
    large_blob_key: bool,
}

/// `hmac-secret` after the key agreement: one or two salts.
#[derive(Clone)]
struct HmacRequest {
    shared: SharedSecret,
    salts: Zeroizing<Vec<u8>>,
}

impl Asserting {
    pub(crate) fn read(
        inputs: &Map,
        evidence: Evidence,
        agreement: &AgreementKey,
    ) -> Result<Self, Status> {
        let hmac = inputs.map("hmac-secret")?.map(|it| HmacRequest::read(it, evidence, agreement));
        let large_blob_key = inputs.bool("largeBlobKey")?;
        if large_blob_key == Some(false) {
            return Err(Status::InvalidOption);
        }
        Ok(Self {
            hmac: hmac.transpose()?,
            cred_blob: inputs.bool("credBlob")?.unwrap_or(false),
            large_blob_key: large_blob_key.unwrap_or(false),
        })
    }

    /// What goes into the authenticator data.
    pub(crate) fn outputs(
        &self,
        credential: &Credential,
        evidence: Evidence,
        source: &mut dyn Random,
    ) -> Result<Map, Status> {
        let hmac = self.hmac.as_ref().map(|it| it.output(credential, evidence, source));
        let blob = self.cred_blob.then_some(credential.cred_blob.as_slice());
        Ok(Map::new().with_some("hmac-secret", hmac.transpose()?).with_some("credBlob", blob))
    }

    /// What goes into the answer beside them (§12.3).
    pub(crate) fn large_blob_key(&self, credential: &Credential) -> Option<Value> {
        let key = credential.secrets.large_blob_key.as_ref().filter(|_| self.large_blob_key);
        key.map(|key| Value::from(&key[..]))
    }
}

impl HmacRequest {
    /// §12.5, the authenticator's side of *getAssertion*.
    fn read(input: &Map, evidence: Evidence, agreement: &AgreementKey) -> Result<Self, Status> {
        if evidence.gesture == Gesture::None {
            return Err(Status::UnsupportedOption);
        }
        let key = input.map(0x01).required()?;
        let sealed = input.bytes(0x02).required()?;
        let protocol = match input.int(0x04)? {
            Some(number) => PinProtocol::numbered(number)?,
            None => PinProtocol::One,
        };
        let auth = PinAuth { protocol, signature: input.bytes(0x03).required()?.to_vec() };
        let shared = agreement.agree(protocol, key)?;
        shared.verify(sealed, &auth.signature)?;
        let salts = shared.decrypt(sealed)?;
        match salts.len() {
            32 | 64 => Ok(Self { shared, salts }),
            _ => Err(Status::InvalidLength),
        }
    }

    fn output(
        &self,
        credential: &Credential,
        evidence: Evidence,
        source: &mut dyn Random,
    ) -> Result<Vec<u8>, Status> {
        let secret = match evidence.verified {
            Some(_) => &credential.secrets.hmac_with_uv,
            None => &credential.secrets.hmac_without_uv,
        };
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret[..]);
        let mut outputs = Zeroizing::new(Vec::new());
        for salt in self.salts.chunks(32) {
            outputs.extend_from_slice(hmac::sign(&key, salt).as_ref());
        }
        self.shared.encrypt(&outputs, source)
    }
}
