//! The pages that people see: one struct each, with everything that it shows.
//!
//! A page decides nothing and asks nobody: the same values give the same bytes. Pages shown before
//! a sign-in is complete never name a policy or a method on file, because the reader may be an
//! attacker.

pub mod account;
pub mod activity;
mod address;
pub mod admin;
pub mod blocked;
pub mod device;
pub mod error;
pub mod exempt;
mod meaning;
mod moment;
mod qr;
pub mod register;
pub mod samples;
pub mod security_info;
pub mod setup;
pub mod signin;
pub mod signout;
mod words;

use std::fmt;

use askama::Template;
use cardea_idp::signal;

use crate::fields;

pub use meaning::Meaning;
pub use moment::Moment;
pub use qr::QrCode;
pub use words::Problem;

/// What surrounds every page: the tenant, the person, and what forms and scripts need.
#[derive(Clone)]
pub struct Frame {
    /// The tenant's display name, as people say it.
    pub tenant: String,
    /// How to reach the help desk: a telephone number, or words such as "room 12".
    pub help_desk: String,
    /// Who signs in or is signed in, as a user principal name; empty where nobody is known.
    pub account: String,
    /// Token of this browser's session against cross-site requests.
    pub csrf: String,
    /// The nonce of this response's Content Security Policy.
    pub nonce: String,
    /// The sign-in that the page belongs to; empty outside of one.
    pub flow: String,
}

impl Frame {
    /// An address with the sign-in it belongs to. `path` is one of [`crate::paths`].
    pub fn link(&self, path: &str) -> String {
        if self.flow.is_empty() {
            return path.to_owned();
        }
        let separator = if path.contains('?') { '&' } else { '?' };
        let name = fields::FLOW;
        let flow =
            percent_encoding::utf8_percent_encode(&self.flow, percent_encoding::NON_ALPHANUMERIC);
        format!("{path}{separator}{name}={flow}")
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame")
            .field("tenant", &self.tenant)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

/// A page as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Html {
    /// The document's title.
    pub title: String,
    /// The whole document.
    pub text: String,
}

/// A page: heading, problems to mend, and a template.
pub trait Page: Template {
    /// What surrounds the page.
    fn frame(&self) -> &Frame;

    /// The one `h1` of the page.
    fn heading(&self) -> String;

    /// What has to be mended in the form; empty where nothing is wrong.
    fn problems(&self) -> &[Problem] {
        &[]
    }

    /// What has to be mended in the field with this `id`; empty where nothing is wrong with it.
    fn problem_at(&self, id: &str) -> String {
        self.problems()
            .iter()
            .find(|problem| problem.field() == id)
            .map_or_else(String::new, Problem::text)
    }

    /// The document's title: "Page: Tenant", with "Error: " before it while something is wrong.
    fn title(&self) -> String {
        let error = if self.problems().is_empty() { "" } else { "Error: " };
        format!("{error}{}: {}", self.heading(), self.frame().tenant)
    }

    /// The page as it is sent.
    ///
    /// # Errors
    /// Only where a template calls something that can fail; none does.
    fn show(&self) -> Result<Html, askama::Error> {
        Ok(Html { title: self.title(), text: self.render()? })
    }
}

/// A WebAuthn ceremony that the page starts in the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceremony {
    /// The options as JSON: `PublicKeyCredentialRequestOptionsJSON` or
    /// `PublicKeyCredentialCreationOptionsJSON` (WebAuthn Level 3 section 5.1), without the outer
    /// `publicKey`.
    pub options: String,
}

/// Why a ceremony ended without an answer, where the server can help, as `passkey.js` posts it in
/// [`fields::CEREMONY_END`]. A person who cancels stays on most pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CeremonyEnd {
    /// The authenticator already holds a passkey from the list to exclude.
    AlreadyThere,
    /// The browser has no passkeys at this address.
    Unsupported,
    /// Nothing came of it: the person cancelled it, or it took too long. Browsers do not say which, and
    /// only pages that can be skipped then want to know.
    Cancelled,
}

impl CeremonyEnd {
    /// Reads the word that the script posts; `None` for any other.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "already-there" => Some(Self::AlreadyThere),
            "unsupported" => Some(Self::Unsupported),
            "cancelled" => Some(Self::Cancelled),
            _ => None,
        }
    }
}

/// What a browser is told about passkeys, so that its list stays true
/// (WebAuthn Level 3 section 5.1.10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// The tenant does not know the passkey that was just used.
    UnknownCredential {
        /// The relying party's id.
        rp_id: String,
        /// The passkey's id, base64url.
        credential_id: String,
    },
    /// These are all passkeys of a person.
    AllAccepted {
        /// The relying party's id.
        rp_id: String,
        /// The person's user handle, base64url.
        user_id: String,
        /// The ids of all the person's passkeys, base64url.
        credential_ids: Vec<String>,
    },
}

impl From<signal::Unknown> for Signal {
    fn from(it: signal::Unknown) -> Self {
        Self::UnknownCredential { rp_id: it.rp_id, credential_id: it.credential_id }
    }
}

impl From<signal::AllAccepted> for Signal {
    fn from(it: signal::AllAccepted) -> Self {
        Self::AllAccepted {
            rp_id: it.rp_id,
            user_id: it.user_id,
            credential_ids: it.credential_ids,
        }
    }
}

impl Signal {
    /// What `passkey.js` reads: the method of `PublicKeyCredential` and its argument.
    fn json(&self) -> String {
        let (method, argument) = match self {
            Self::UnknownCredential { rp_id, credential_id } => (
                "signalUnknownCredential",
                serde_json::json!({ "rpId": rp_id, "credentialId": credential_id }),
            ),
            Self::AllAccepted { rp_id, user_id, credential_ids } => (
                "signalAllAcceptedCredentials",
                serde_json::json!({
                    "rpId": rp_id,
                    "userId": user_id,
                    "allAcceptedCredentialIds": credential_ids,
                }),
            ),
        };
        serde_json::json!({ "method": method, "argument": argument }).to_string()
    }
}
