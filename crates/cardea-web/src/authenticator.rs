//! What the Authenticator app and the tenant say to each other: JSON over HTTPS.
//!
//! Both sides use these types, so neither can drift. The app signs in as a public client of the
//! tenant and registers passkeys; what happens next is decided by the same journey as on the pages.
//!
//! * Every request with a body has `content-type: application/json`, and at most [`LARGEST`] bytes of it;
//!   no cookie is read or set.
//! * The first request begins a sign-in and is answered with its handle. All others carry it:
//!   `Authorization: Bearer <handle>`. Whoever comes to the same wall again within half an hour, in
//!   another sign-in too, is told that trying once more will not help.
//! * The platform is read from `User-Agent`; see [`user_agent`].
//! * An answer other than 2xx has a [`Refusal`] as its body. Fields of a request that are not named
//!   here are refused; whoever reads an answer passes over fields that it does not know.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

/// Begins a sign-in: POST [`Begin`], 201 [`Begun`].
pub const SIGN_INS: &str = "/authenticator/v1/sign-ins";
/// Where the sign-in stands: GET, 200 [`State`].
pub const SIGN_IN: &str = "/authenticator/v1/sign-in";
/// Shows a Temporary Access Pass: POST [`ShowPass`], 200 [`State`].
pub const SHOW_PASS: &str = "/authenticator/v1/sign-in/pass";
/// Shows the password: POST [`ShowPassword`], 200 [`State`].
pub const SHOW_PASSWORD: &str = "/authenticator/v1/sign-in/password";
/// Shows a code of an authenticator app: POST [`ShowCode`], 200 [`State`].
pub const SHOW_CODE: &str = "/authenticator/v1/sign-in/code";
/// Asks for a passkey: POST [`Nothing`], 200 `PublicKeyCredentialRequestOptionsJSON` (WebAuthn section 5.1.8).
pub const PASSKEY_OPTIONS: &str = "/authenticator/v1/sign-in/passkey/options";
/// Shows a passkey: POST [`ShowPasskey`], 200 [`State`].
pub const SHOW_PASSKEY: &str = "/authenticator/v1/sign-in/passkey";
/// Asks to make a passkey: POST [`Nothing`], 200 `PublicKeyCredentialCreationOptionsJSON`.
pub const NEW_PASSKEY_OPTIONS: &str = "/authenticator/v1/passkeys/options";
/// The person's passkeys: GET, 200 [`Passkeys`]. Registers one: POST [`NewPasskey`], 201 [`Registered`].
pub const PASSKEYS: &str = "/authenticator/v1/passkeys";
/// One of them, by its id: PATCH [`Rename`], 204; DELETE, 204. Deleting the last one that works is
/// refused with [`Code::LastWayIn`] unless the query says [`LAST`].
pub const PASSKEY: &str = "/authenticator/v1/passkeys/{id}";
/// The query of a DELETE that knows that it is about the last way in.
pub const LAST: &str = "last=yes";
/// Asks for a certificate of the installation's attestation key: POST [`CertificateRequest`], 201
/// [`Certificates`].
pub const ATTESTATION: &str = "/authenticator/v1/attestation";

/// The largest body, in bytes: a passkey with its certificates fits.
pub const LARGEST: usize = 64 * 1024;
/// The longest name of a device or a profile that is kept, in letters. What is longer is cut off.
pub const LONGEST_DEVICE_NAME: usize = cardea_idp::registration::LONGEST_DEVICE;

/// What the app calls itself, so that policies see the platform: Android, iPhone, or the word of a
/// desktop, as Linux.
pub fn user_agent(version: &str, platform: &str) -> String {
    format!("Cardea Authenticator/{version} ({platform})")
}

/// A text that is a secret: it is overwritten when it is dropped, and never shown by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(Zeroizing<String>);

impl Hidden {
    /// The secret that is this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_text(self) -> Zeroizing<String> {
        self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(…)")
    }
}

impl Serialize for Hidden {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Hidden {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// Begins a sign-in. What comes back is the same whether anybody has the name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// The name, as the person signs in.
    pub username: String,
}

/// A sign-in that has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// What every further request carries. It is good for half an hour.
    pub handle: Hidden,
    /// Where it stands.
    pub state: State,
}

/// A request that says nothing but that it is made: `{}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Shows a Temporary Access Pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShowPass {
    /// The pass, as it was typed.
    pub pass: Hidden,
}

/// Shows the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShowPassword {
    /// The password.
    pub password: Hidden,
}

/// Shows a code of an authenticator app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShowCode {
    /// Six digits.
    pub code: Hidden,
}

/// Shows a passkey.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShowPasskey {
    /// The answer to the options: `AuthenticationResponseJSON`.
    pub credential: serde_json::Value,
}

/// A way to show something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Way {
    /// A passkey.
    Passkey,
    /// A Temporary Access Pass.
    Pass,
    /// The password.
    Password,
    /// A code of an authenticator app.
    Code,
}

/// Where a sign-in stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum State {
    /// One of these is to be shown.
    Show {
        /// The ways, the preferred one first.
        ways: Vec<Way>,
    },
    /// The person is signed in.
    Granted {
        /// Who it is.
        person: Person,
        /// Whether a passkey can be registered.
        register: Register,
        /// What to show once more before that; empty unless `register` says so.
        ways: Vec<Way>,
    },
    /// A sign-in method has to be registered before the person is signed in, which the app cannot do
    /// before that.
    Register {
        /// What happened.
        title: String,
        /// Why.
        text: String,
        /// What to do, in order.
        next: Vec<String>,
        /// How often the person has come to a wall on this way, this time included.
        laps: u32,
        /// By which the help desk finds the sign-in.
        correlation_id: String,
    },
    /// Terms of use have to be accepted first, on the tenant's pages.
    Terms {
        /// What happened.
        title: String,
        /// Which terms.
        text: String,
        /// What to do, in order.
        next: Vec<String>,
    },
    /// Nothing that the person has leads on.
    Shut {
        /// The number of Entra's error: 53003 where policies block.
        code: u32,
        /// What happened.
        title: String,
        /// Why.
        text: String,
        /// What to do, in order; each leads on.
        next: Vec<String>,
        /// How often the person has come to a wall on this way, this time included.
        laps: u32,
        /// By which the help desk finds the sign-in.
        correlation_id: String,
    },
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// Object id.
    pub id: String,
    /// The name, as the person signs in.
    pub user_principal_name: String,
    /// Display name.
    pub display_name: String,
}

/// Whether a passkey can be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Register {
    /// Now.
    Open,
    /// After one of the ways was shown once more.
    ProveAgain,
    /// Not here.
    Shut,
}

/// Registers a passkey.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPasskey {
    /// The answer to the options: `RegistrationResponseJSON`.
    pub credential: serde_json::Value,
    /// What the person calls the passkey; empty for the name of the app.
    pub name: String,
    /// Where it is.
    pub device: Device,
}

/// Where a passkey is, as the app says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// What its owner calls the device.
    pub name: String,
    /// The profile of the app: `work`, `personal`, or another name.
    pub profile: String,
}

/// A passkey that was registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The id of the method.
    pub id: String,
}

/// A person's passkeys, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkeys {
    /// The passkeys.
    pub value: Vec<Passkey>,
}

/// A passkey that the tenant knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Passkey {
    /// The id of the method.
    pub id: String,
    /// The id of the credential, in base64url without padding.
    pub credential_id: String,
    /// What the person calls it.
    pub display_name: String,
    /// Where it is, if an app said so.
    pub device: Option<Device>,
    /// When it was registered, as RFC 3339 writes it.
    pub created_date_time: String,
    /// When it last let the person in.
    pub last_used_date_time: Option<String>,
    /// Whether its model is proven.
    pub attested: bool,
}

/// Gives a passkey another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rename {
    /// The name.
    pub display_name: String,
}

/// Asks for a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateRequest {
    /// A certification request (PKCS #10, RFC 2986) in DER, as base64url without padding.
    pub request: String,
}

/// Certificates, that of the installation's key first; the root is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificates {
    /// In DER, as base64url without padding.
    pub chain: Vec<String>,
}

/// A request that came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Why.
    pub error: Problem,
}

/// Why a request came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What an app tells apart.
    pub code: Code,
    /// What a person reads: what happened and what to do.
    pub message: String,
}

/// Why a request came to nothing, as an app tells it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Code {
    /// 400: the body is not what the request takes.
    BadRequest,
    /// 405: the address does not take this method.
    MethodNotAllowed,
    /// 415: the body is not said to be JSON.
    UnsupportedMediaType,
    /// 413: the body is too large.
    TooLarge,
    /// 408: the body did not come in time.
    TooSlow,
    /// 401: there is no such sign-in, or no more. Begin another one.
    SignInGone,
    /// 400: what was shown is not right.
    Wrong,
    /// 429, with `Retry-After`: there were too many tries.
    TooManyTries,
    /// 429, with `Retry-After`: too many people try at once, and nothing was checked.
    Busy,
    /// 409: that is not asked for now. Look at where the sign-in stands.
    Stale,
    /// 400: the tenant does not know this passkey. It is a leftover, which the app can remove.
    UnknownCredential,
    /// 400: the challenge was used before or is too old. Ask for other options.
    ChallengeGone,
    /// 400: the answer of the authenticator was refused.
    Refused,
    /// 400: the app has to prove its model and has not: it has no certificate, or one that was revoked. A certificate
    /// that it has is of no more use; ask for another one after signing in anew.
    Unproven,
    /// 400: the app's certificate is one of an authority that does not certify here any more, or it has ended. Ask for
    /// another one, which this sign-in may be good for, or go on without one; and register once more.
    Outdated,
    /// 403: it may not be done now; the message says what is missing.
    NotNow,
    /// 403: the methods policy does not allow this kind of passkey.
    NotAllowed,
    /// 409: the person has as many passkeys as they may have.
    TooMany,
    /// 409: the passkey is registered already.
    AlreadyThere,
    /// 404: the person has no such passkey.
    NotFound,
    /// 409: it is the last way in that works; see [`LAST`].
    LastWayIn,
    /// 400: the certification request is not one for a P-256 key that signs it.
    BadCertificateRequest,
    /// 503: something broke here, and nothing was changed.
    Unavailable,
    /// A code of a later version.
    #[serde(other)]
    Unknown,
}
