//! The one door to chance.

use aws_lc_rs::rand;
use cardea_oidc::secret::Secret;
use uuid::Builder;

use crate::failure::Failure;

/// Random bytes from the operating system.
///
/// # Errors
/// It gives none.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| Failure::NoRandom)?;
    Ok(bytes)
}

/// A new secret of 256 bits.
///
/// # Errors
/// There is no chance to be had.
pub(crate) fn secret() -> Result<Secret, Failure> {
    Ok(Secret::from_random(bytes()?))
}

/// A new id in the form of a GUID.
///
/// # Errors
/// There is no chance to be had.
pub(crate) fn guid() -> Result<String, Failure> {
    Ok(Builder::from_random_bytes(bytes()?).into_uuid().to_string())
}
