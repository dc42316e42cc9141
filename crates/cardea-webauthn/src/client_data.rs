//! What the browser says it did: `clientDataJSON` (WebAuthn §5.8.1).

use core::fmt;

use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, Visitor};

use crate::error::{CeremonyError, Checked, Code, quoted, require};
use crate::relying_party::{Framing, RelyingParty};
use crate::value::{Challenge, encode};

/// The client data that matter. Unknown members are read over, as §5.8.1.1 demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientData {
    /// The ceremony: `webauthn.create` or `webauthn.get`.
    pub kind: String,
    /// The challenge in base64url.
    pub challenge: String,
    /// Where the page was.
    pub origin: String,
    /// Whether the page was framed by another origin.
    pub cross_origin: CrossOrigin,
    /// By which.
    pub top_origin: Option<String>,
}

/// Whether a page was framed by one of another origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrossOrigin {
    /// It was not, or the client does not say.
    No,
    /// It was.
    Yes,
}

/// Reads client data: §7.1 steps 5 and 6, §7.2 steps 8 and 9; refuses `client_data`.
///
/// A byte order mark is dropped. Members of the same name are refused: two readers could read
/// two different ones.
pub fn parse(bytes: &[u8]) -> Checked<ClientData> {
    let refused = |reason: String| CeremonyError::new(Code::ClientData, reason);
    let text =
        core::str::from_utf8(bytes).map_err(|_| refused("client data are not UTF-8".to_owned()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str(text)
        .map_err(|error| refused(format!("client data are not the JSON expected: {error}")))
}

impl ClientData {
    /// §7.1 step 7, §7.2 step 10: the type is that of this ceremony.
    pub(crate) fn check_type(&self, expected: &str) -> Checked {
        let reason = || format!("the answer is of type {}, not `{expected}`", quoted(&self.kind));
        if self.kind == expected {
            Ok(())
        } else {
            Err(CeremonyError::new(Code::TypeMismatch, reason()))
        }
    }

    /// §7.1 step 8, §7.2 step 11: the challenge equals the base64url encoding of the one sent.
    pub(crate) fn check_challenge(&self, sent: &Challenge) -> Checked {
        let reason = "the answer is to another challenge; start again";
        require(self.challenge == encode(sent.as_bytes()), Code::ChallengeMismatch, reason)
    }

    /// §7.1 step 9, §7.2 step 12: the origin is one that is expected, compared as text (§13.4.9).
    pub(crate) fn check_origin(&self, rp: &RelyingParty) -> Checked {
        if rp.origins().iter().any(|origin| origin.as_str() == self.origin) {
            return Ok(());
        }
        let reason = format!("the answer comes from {}, which is not ours", quoted(&self.origin));
        Err(CeremonyError::new(Code::OriginMismatch, reason))
    }

    /// §7.1 step 10, §7.2 step 13: a page framed by another origin was expected to be.
    pub(crate) fn check_cross_origin(&self, rp: &RelyingParty) -> Checked {
        let expected = match (self.cross_origin, rp.framing()) {
            (CrossOrigin::No, _) | (CrossOrigin::Yes, Framing::By(_)) => true,
            (CrossOrigin::Yes, Framing::Never) => false,
        };
        require(expected, Code::CrossOrigin, "the page was framed by another origin's")
    }

    /// §7.1 step 11, §7.2 step 14: the framing page is of an origin that is expected.
    pub(crate) fn check_top_origin(&self, rp: &RelyingParty) -> Checked {
        let Some(top) = &self.top_origin else { return Ok(()) };
        let expected = match rp.framing() {
            Framing::Never => false,
            Framing::By(origins) => origins.iter().any(|origin| origin.as_str() == top),
        };
        let reason = || format!("the page was framed by {}, which is not expected", quoted(top));
        if expected { Ok(()) } else { Err(CeremonyError::new(Code::TopOrigin, reason())) }
    }
}

impl<'de> Deserialize<'de> for ClientData {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ClientDataVisitor)
    }
}

struct ClientDataVisitor;

impl<'de> Visitor<'de> for ClientDataVisitor {
    type Value = ClientData;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `type`, `challenge` and `origin`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ClientData, A::Error> {
        let (mut kind, mut challenge, mut origin) = (None, None, None);
        let (mut cross_origin, mut top_origin) = (None, None);
        let mut seen = std::collections::BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => kind = Some(map.next_value()?),
                "challenge" => challenge = Some(map.next_value()?),
                "origin" => origin = Some(map.next_value()?),
                "crossOrigin" => cross_origin = Some(map.next_value::<bool>()?),
                "topOrigin" => top_origin = Some(map.next_value()?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
            if let Some(twice) = seen.replace(key) {
                return Err(serde::de::Error::custom(format_args!(
                    "{} is there twice",
                    quoted(&twice)
                )));
            }
        }
        let missing = serde::de::Error::missing_field;
        Ok(ClientData {
            kind: kind.ok_or_else(|| missing("type"))?,
            challenge: challenge.ok_or_else(|| missing("challenge"))?,
            origin: origin.ok_or_else(|| missing("origin"))?,
            cross_origin: if cross_origin == Some(true) {
                CrossOrigin::Yes
            } else {
                CrossOrigin::No
            },
            top_origin,
        })
    }
}
