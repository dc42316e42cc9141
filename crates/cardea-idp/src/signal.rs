//! What a browser is told about passkeys, so that it offers none that is gone (WebAuthn Level 3
//! section 5.1.10, the Signal API).
//!
//! A wrong hint takes a good passkey out of somebody's list. So a passkey is called unknown only
//! where nobody has it, and not where it is somebody else's; and the list of a person is given only
//! to whoever signed in as them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cardea_webauthn::{AuthenticationAnswer, authentication};

use crate::decision::Next;
use crate::failure::Failure;
use crate::idp::Idp;
use crate::sign_in::{Progress, Stage, user_handle};

/// A passkey that this tenant does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The relying party's id.
    pub rp_id: String,
    /// The passkey's id, base64url.
    pub credential_id: String,
}

/// All passkeys of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllAccepted {
    /// The relying party's id.
    pub rp_id: String,
    /// The person's user handle, base64url.
    pub user_id: String,
    /// The ids of the passkeys, base64url.
    pub credential_ids: Vec<String>,
}

impl Idp {
    /// The passkey of a browser's answer, if nobody has it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unknown_passkey(&self, answer: &str) -> Result<Option<Unknown>, Failure> {
        let Ok(answer) = AuthenticationAnswer::parse(answer.as_bytes()) else { return Ok(None) };
        let Ok((id, _)) = authentication::claimed(&answer) else { return Ok(None) };
        let mut store = self.store().read().await?;
        if store.passkey_by_credential(id.as_bytes()).await?.is_some() {
            return Ok(None);
        }
        Ok(Some(Unknown {
            rp_id: self.relying_party().id().to_owned(),
            credential_id: URL_SAFE_NO_PAD.encode(id.as_bytes()),
        }))
    }

    /// The passkeys of the person who has signed in; `None` before everything was granted, because
    /// whoever has shown a password only may be somebody else.
    ///
    /// # Errors
    /// The person's id cannot be a user handle.
    pub fn accepted_passkeys(&self, progress: &Progress) -> Result<Option<AllAccepted>, Failure> {
        let granted = progress.stage == Stage::Known(Next::Granted);
        let Some(subject) = progress.subject.as_ref().filter(|_| granted) else { return Ok(None) };
        let ids = subject.holdings.passkeys.iter();
        Ok(Some(AllAccepted {
            rp_id: self.relying_party().id().to_owned(),
            user_id: URL_SAFE_NO_PAD.encode(user_handle(&subject.row.id)?.as_bytes()),
            credential_ids: ids.map(|it| URL_SAFE_NO_PAD.encode(&it.credential_id)).collect(),
        }))
    }
}
