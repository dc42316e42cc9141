//! A sign-in that came to a wall, remembered for the next try: the tenant tells whoever comes to the same wall
//! again that trying does not help, and can tell so only by the handle of the try before.

use std::fs;

use anyhow::{Context as _, Result};
use cardea_web::authenticator::Hidden;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::place::{self, Where};
use super::sign_in::Wall;
use super::tenant::Tenant;
use crate::exit::Exit;
use crate::output::Output;

/// What is kept, in a file that its owner alone can read. The tenant forgets the handle within half an hour.
#[derive(Serialize, Deserialize)]
struct Remembered {
    address: String,
    handle: Hidden,
}

/// Keeps the handle of a sign-in that came to a wall.
///
/// # Errors
/// It cannot be written.
pub(super) fn remember(place: &Where, tenant: &Tenant) -> Result<()> {
    let Some(handle) = tenant.handle() else { return Ok(()) };
    let kept = Remembered { address: tenant.address(), handle: handle.clone() };
    let text = Zeroizing::new(serde_json::to_vec(&kept)?);
    let path = place.beside("wall")?;
    place::keep(&path, &text).with_context(|| format!("cannot write `{}`", path.display()))
}

/// The handle of the try before, at the same tenant. One that cannot be read is as if there was none.
///
/// # Errors
/// The system does not say where this user keeps data.
pub(super) fn remembered(place: &Where, address: &str) -> Result<Option<Hidden>> {
    let text = fs::read(place.beside("wall")?).ok().map(Zeroizing::new);
    let kept = text.and_then(|it| serde_json::from_slice::<Remembered>(&it).ok());
    Ok(kept.filter(|it| it.address == address).map(|it| it.handle))
}

/// Forgets it, once there is a way through.
///
/// # Errors
/// The file cannot be removed.
pub(super) fn forget(place: &Where) -> Result<()> {
    place::remove(&place.beside("wall")?)
}

/// Shows a wall in the tenant's words. The command has come to an answer, and it is no.
///
/// # Errors
/// It cannot be written.
pub(super) fn shown(wall: &Wall, as_json: bool, output: &Output) -> Result<Exit> {
    if as_json {
        output.write(&wall.json()?, None)?;
    } else {
        output.complain(&wall.told());
    }
    Ok(Exit::Refuted)
}
