//! Passkeys on their way to another installation, sealed with a passphrase.
//!
//! | bytes | what |
//! |---:|---|
//! | 8 | `CARDEAXP` |
//! | 1 | the format's number, 1 |
//! | 16 | the salt of Argon2id |
//! | rest | the credentials, sealed for all of the above |
//!
//! There is no form without a passphrase. FIDO's Credential Exchange Format is another matter: it is clear
//! text, for a protocol that encrypts, which is not published as a standard yet.

use zeroize::Zeroizing;

use super::contents::{credential, encoded, read_credential};
use super::error::VaultError;
use super::seal::{SALT, of_passphrase};
use crate::cbor::{Map, Value};
use crate::credential::Credential;
use crate::host::{SystemRandom, random};

const MAGIC: &[u8; 8] = b"CARDEAXP";
const FORMAT: u8 = 1;
const PASSPHRASE_MIN: usize = 12;

pub(super) fn seal(credentials: &[Credential], passphrase: &str) -> Result<Vec<u8>, VaultError> {
    if passphrase.chars().count() < PASSPHRASE_MIN {
        return Err(VaultError::Passphrase);
    }
    let salt: [u8; SALT] = random(&mut SystemRandom)?;
    let place = [&MAGIC[..], &[FORMAT], &salt].concat();
    let list: Vec<Value> = credentials.iter().map(|it| credential(it).into()).collect();
    let text = encoded(Map::new().with(1, list));
    let sealed = of_passphrase(passphrase, &salt)?.seal(&text, &place)?;
    Ok([place, sealed].concat())
}

pub(super) fn open(export: &[u8], passphrase: &str) -> Result<Vec<Credential>, VaultError> {
    let (place, sealed) = export.split_at_checked(8 + 1 + SALT).ok_or(VaultError::Export)?;
    let (head, salt) = place.split_last_chunk::<SALT>().ok_or(VaultError::Export)?;
    if head != [&MAGIC[..], &[FORMAT]].concat() {
        return Err(VaultError::Export);
    }
    let text = of_passphrase(passphrase, salt)?.open(sealed, place);
    let text = text.map_err(|_| VaultError::Export)?;
    let value = Zeroizing::new(Value::decode(&text).map_err(|_| VaultError::Export)?);
    let list = value.as_map().and_then(|map| map.array(1).ok().flatten());
    let list = list.ok_or(VaultError::Export)?;
    list.iter().map(|item| read_credential(item).map_err(|_| VaultError::Export)).collect()
}
