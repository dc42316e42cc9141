//! `authenticatorConfig` and `authenticatorReset` (CTAP 2.1 §6.11, §6.6).

use jiff::SignedDuration;

use crate::authenticator::{Authenticator, Reply};
use crate::cbor::{Map, Required as _, Value};
use crate::ceremony::PinAuth;
use crate::host::{Action, Host, Prompt};
use crate::pin_protocol::AgreementKey;
use crate::state::{State, Store};
use crate::status::Status;
use crate::token::Permission;

/// How many relying parties may be told the least length of a PIN.
pub(crate) const MIN_PIN_LENGTH_RP_IDS_MAX: usize = 8;
/// A PIN has at most 63 bytes, so that is the most characters that can be asked for.
const MIN_PIN_LENGTH_MAX: i64 = 63;
/// How long after power-up a reset is taken (§6.6).
const RESET_WITHIN: SignedDuration = SignedDuration::from_secs(10);

impl<S: Store> Authenticator<S> {
    pub(crate) fn config(&mut self, map: &Map, host: &Host<'_>) -> Reply {
        let subcommand = u8::try_from(map.int(0x01).required()?);
        let subcommand = subcommand.map_err(|_| Status::InvalidParameter)?;
        let parameters = map.map(0x02)?;
        if !matches!(subcommand, 0x01..=0x03) {
            return Err(Status::InvalidParameter);
        }
        // What nothing protects is configured by whoever holds it; otherwise it takes a token.
        if self.is_protected(host) || self.state.always_uv {
            self.allow_config(subcommand, map, parameters, host)?;
        }
        match subcommand {
            0x01 => self.enable_enterprise_attestation(),
            0x02 => self.toggle_always_uv(),
            _ => self.set_min_pin_length(parameters.unwrap_or(&Map::new())),
        }
    }

    fn allow_config(
        &mut self,
        subcommand: u8,
        map: &Map,
        parameters: Option<&Map>,
        host: &Host<'_>,
    ) -> Result<(), Status> {
        let auth = PinAuth::read(map, 0x04, 0x03)?.ok_or(Status::PuatRequired)?;
        let mut message = vec![0xff; 32];
        message.extend([0x0d, subcommand]);
        message.extend(parameters.map(Map::encode).unwrap_or_default());
        let token = self.session.token.as_mut().ok_or(Status::PinAuthInvalid)?;
        token.check(auth.protocol, (&message, &auth.signature), host.now)?;
        token.permits(Permission::AuthenticatorConfig)
    }

    /// §6.11.1.
    fn enable_enterprise_attestation(&mut self) -> Reply {
        self.attestation.enterprise().ok_or(Status::InvalidParameter)?;
        self.change(|state| {
            state.enterprise_attestation = true;
            Ok(Map::new())
        })
    }

    /// §6.11.2.
    fn toggle_always_uv(&mut self) -> Reply {
        self.change(|state| {
            state.always_uv = !state.always_uv;
            Ok(Map::new())
        })
    }

    /// §6.11.4. The length is raised, never lowered; a PIN that is too short then has to be changed.
    fn set_min_pin_length(&mut self, parameters: &Map) -> Reply {
        let least = parameters.int(0x01)?.unwrap_or(self.state.min_pin_length.into());
        let force = parameters.bool(0x03)?.unwrap_or(false);
        let rp_ids = parameters.array(0x02)?.map(texts).transpose()?;
        if least < self.state.min_pin_length.into() || least > MIN_PIN_LENGTH_MAX {
            return Err(Status::PinPolicyViolation);
        }
        if force && self.state.pin.is_none() {
            return Err(Status::PinNotSet);
        }
        let least = u8::try_from(least).map_err(|_| Status::PinPolicyViolation)?;
        self.change(|state| {
            let short = state.pin.as_ref().is_some_and(|pin| pin.length < least);
            state.min_pin_length = least;
            state.force_pin_change |= force || short;
            if let Some(rp_ids) = rp_ids {
                state.min_pin_length_rp_ids = rp_ids;
            }
            Ok(())
        })?;
        if self.state.force_pin_change {
            self.session.token = None;
        }
        Ok(Map::new())
    }

    /// §6.6. Deletes every credential, the PIN and all settings, after a gesture within ten seconds of
    /// power-up. Passkeys stay as they are bound: that is the profile's, not the authenticator's.
    pub(crate) fn reset(&mut self, host: &mut Host<'_>) -> Reply {
        let age = host.now.duration_since(self.session.powered);
        if age.is_negative() || age > RESET_WITHIN {
            return Err(Status::NotAllowed);
        }
        host.user.confirm(&Prompt::of(Action::Reset))?;
        self.session.agreement = AgreementKey::generate(host.random)?;
        self.change(|state| {
            *state = State::new(state.binding);
            Ok(())
        })?;
        self.session.token = None;
        self.session.mismatches = 0;
        Ok(Map::new())
    }
}

fn texts(list: &[Value]) -> Result<Vec<String>, Status> {
    if list.len() > MIN_PIN_LENGTH_RP_IDS_MAX {
        return Err(Status::KeyStoreFull);
    }
    list.iter()
        .map(|item| match item {
            Value::Text(text) => Ok(text.clone()),
            Value::Int(_)
            | Value::Bytes(_)
            | Value::Array(_)
            | Value::Map(_)
            | Value::Bool(_)
            | Value::Null => Err(Status::CborUnexpectedType),
        })
        .collect()
}
