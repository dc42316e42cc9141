//! Ceremonies that wait for a browser's answer. A challenge is kept for whom it was made, and works once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cardea_store::{OneTime, OneTimeKind, SecretHash, Taken};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failure::Failure;
use crate::idp::Idp;

/// A ceremony that the browser is to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ceremony {
    /// Options in JSON, as `parseRequestOptionsFromJSON` or `parseCreationOptionsFromJSON` read
    /// them.
    pub options: String,
}

impl Idp {
    /// Begins a ceremony: keeps what is needed to judge its answer, under a hash that ties the
    /// challenge to whom it is for.
    pub(crate) async fn begin_ceremony(
        &self,
        options: &impl Serialize,
        pending: &impl Serialize,
        (hash, ends): (SecretHash, Timestamp),
    ) -> Result<Ceremony, Failure> {
        let json = Failure::unreadable("a ceremony");
        let payload = serde_json::to_string(pending).map_err(&json)?;
        let options = serde_json::to_string(options).map_err(&json)?;
        let kept = OneTime { kind: OneTimeKind::Challenge, hash, payload, ends };
        let mut transaction = self.store().write().await?;
        transaction.put_one_time(&kept).await?;
        transaction.commit().await?;
        Ok(Ceremony { options })
    }

    /// What was kept for the challenge with this hash, which is used up with that; `None` where
    /// there is nothing, or nothing any more.
    pub(crate) async fn take_ceremony<P: DeserializeOwned>(
        &self,
        hash: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<P>, Failure> {
        let mut transaction = self.store().write().await?;
        let taken = transaction.take_one_time(OneTimeKind::Challenge, hash, now).await?;
        transaction.commit().await?;
        match taken {
            Taken::Now(payload) => {
                let pending = serde_json::from_str(&payload);
                Ok(Some(pending.map_err(Failure::unreadable("a ceremony"))?))
            }
            Taken::Before(_) | Taken::Expired | Taken::Unknown => Ok(None),
        }
    }
}

/// The challenge that an answer claims to be about. Whether it is, is verified later.
pub(crate) fn challenge_in(client_data: &str) -> Option<Vec<u8>> {
    #[derive(serde::Deserialize)]
    struct ClientData {
        challenge: String,
    }
    let bytes = URL_SAFE_NO_PAD.decode(client_data).ok()?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let data: ClientData = serde_json::from_slice(text).ok()?;
    URL_SAFE_NO_PAD.decode(data.challenge).ok()
}
