//! The state of a profile as bytes. Whoever reads them has found them authentic, so what does not fit is a
//! fault of this program or of a later one, and is refused whole.

use zeroize::Zeroizing;

use super::error::VaultError;
use crate::cbor::{Map, Required as _, Value};
use crate::credential::{
    Credential, Discoverability, Note, Protection, RpEntity, Secrets, UserEntity,
};
use crate::key::{Algorithm, SigningKey};
use crate::model::Platform;
use crate::state::{Binding, Pin, State};
use crate::status::Status;

/// The state in CBOR. The number of wrong PINs is not in it: it has to be readable before the PIN is.
pub(super) fn write(state: &State) -> Zeroizing<Vec<u8>> {
    let credentials: Vec<Value> =
        state.credentials.iter().map(|it| credential(it).into()).collect();
    let rp_ids: Vec<Value> =
        state.min_pin_length_rp_ids.iter().map(|it| it.as_str().into()).collect();
    let map = Map::new()
        .with(1, binding_name(state.binding))
        .with(2, credentials)
        .with_some(3, state.pin.as_ref().map(|pin| &pin.hash[..]))
        .with_some(4, state.pin.as_ref().map(|pin| pin.length))
        .with(5, state.min_pin_length)
        .with(6, rp_ids)
        .with(7, state.force_pin_change)
        .with(8, state.always_uv)
        .with(9, state.enterprise_attestation)
        .with(10, state.large_blobs.as_slice());
    encoded(map)
}

/// Encodes a map with secrets, and overwrites it.
pub(super) fn encoded(map: Map) -> Zeroizing<Vec<u8>> {
    let value = Zeroizing::new(Value::from(map));
    Zeroizing::new(value.encode())
}

/// The state of these bytes.
pub(super) fn read(bytes: &[u8], pin_retries: u8) -> Result<State, VaultError> {
    let value = Zeroizing::new(Value::decode(bytes).map_err(|_| VaultError::Integrity)?);
    let map = value.as_map().ok_or(VaultError::Integrity)?;
    state(map, pin_retries).map_err(|_| VaultError::Integrity)
}

/// What is missing or does not fit is an error; which one it is, nobody asks.
fn state(map: &Map, pin_retries: u8) -> Result<State, Status> {
    let binding = map.text(1)?.and_then(named_binding).ok_or(Status::InvalidParameter)?;
    let mut state = State::new(binding);
    for item in map.array(2).required()? {
        state.credentials.push(read_credential(item)?);
    }
    state.pin = map.bytes(3)?.map(|hash| pin(hash, map)).transpose()?;
    state.pin_retries = pin_retries;
    state.min_pin_length = small(map.int(5).required()?)?;
    for rp_id in map.array(6).required()? {
        let Value::Text(rp_id) = rp_id else { return Err(Status::CborUnexpectedType) };
        state.min_pin_length_rp_ids.push(rp_id.clone());
    }
    state.force_pin_change = map.bool(7).required()?;
    state.always_uv = map.bool(8).required()?;
    state.enterprise_attestation = map.bool(9).required()?;
    state.large_blobs = map.bytes(10).required()?.to_vec();
    Ok(state)
}

fn pin(hash: &[u8], map: &Map) -> Result<Pin, Status> {
    let hash = hash.try_into().map_err(|_| Status::InvalidLength)?;
    Ok(Pin { hash: Zeroizing::new(hash), length: small(map.int(4).required()?)? })
}

/// A number below 256.
pub(super) fn small(number: i64) -> Result<u8, Status> {
    u8::try_from(number).map_err(|_| Status::InvalidParameter)
}

pub(super) const fn binding_name(binding: Binding) -> &'static str {
    match binding {
        Binding::DeviceBound => "device-bound",
        Binding::Synced => "synced",
    }
}

pub(super) fn named_binding(name: &str) -> Option<Binding> {
    [Binding::DeviceBound, Binding::Synced].into_iter().find(|it| binding_name(*it) == name)
}

/// A credential in CBOR, with its secrets.
pub(super) fn credential(it: &Credential) -> Map {
    Map::new()
        .with(1, it.id.as_slice())
        .with(2, it.rp.to_map())
        .with(3, it.user.to_map())
        .with(4, it.key.algorithm().number())
        .with(5, it.key.secret())
        .with(6, it.is_discoverable())
        .with(7, it.protection.number())
        .with(8, it.cred_blob.as_slice())
        .with(9, &it.secrets.hmac_with_uv[..])
        .with(10, &it.secrets.hmac_without_uv[..])
        .with_some(11, it.secrets.large_blob_key.as_ref().map(|key| &key[..]))
        .with(12, i64::from(it.sign_count))
        .with(13, it.made)
        .with_some(14, it.used)
        .with_some(15, it.note.name.as_deref())
        .with_some(16, it.note.address.as_deref())
        .with(17, it.note.platform.name())
        .with_some(18, it.note.roots.as_deref())
}

/// The credential of an item.
pub(super) fn read_credential(item: &Value) -> Result<Credential, Status> {
    let map = item.as_map().ok_or(Status::CborUnexpectedType)?;
    let discoverability = if map.bool(6).required()? {
        Discoverability::Discoverable
    } else {
        Discoverability::ByIdOnly
    };
    let protection = Protection::numbered(map.int(7).required()?);
    Ok(Credential {
        id: map.bytes(1).required()?.to_vec(),
        rp: RpEntity::read(map.map(2).required()?)?,
        user: UserEntity::read(map.map(3).required()?)?,
        key: read_key(map.int(4).required()?, map.bytes(5).required()?)?,
        discoverability,
        protection: protection.ok_or(Status::InvalidParameter)?,
        cred_blob: map.bytes(8).required()?.to_vec(),
        secrets: Secrets {
            hmac_with_uv: secret(map.bytes(9).required()?)?,
            hmac_without_uv: secret(map.bytes(10).required()?)?,
            large_blob_key: map.bytes(11)?.map(secret).transpose()?,
        },
        sign_count: u32::try_from(map.int(12).required()?).map_err(|_| Status::InvalidParameter)?,
        made: map.int(13).required()?,
        used: map.int(14)?,
        note: Note {
            name: map.text(15)?.map(str::to_owned),
            address: map.text(16)?.map(str::to_owned),
            platform: Platform::read(map.text(17)?)?,
            roots: map.text(18)?.map(str::to_owned),
        },
    })
}

pub(super) fn read_key(algorithm: i64, secret: &[u8]) -> Result<SigningKey, Status> {
    let algorithm = Algorithm::numbered(algorithm).ok_or(Status::InvalidParameter)?;
    Ok(SigningKey::from_secret(algorithm, secret)?)
}

fn secret(bytes: &[u8]) -> Result<Zeroizing<[u8; 32]>, Status> {
    Ok(Zeroizing::new(bytes.try_into().map_err(|_| Status::InvalidLength)?))
}
