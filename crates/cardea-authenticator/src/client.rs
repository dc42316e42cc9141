//! The client's side: what a browser does between a page and an authenticator (WebAuthn §5.1.3, §5.1.4).
//!
//! [`create()`] and [`get()`] take options as pages write them and give answers as pages read them. In between they
//! check what an authenticator cannot: that the page may use the relying party id. The origin has to come
//! from whoever loaded the page, never from the page itself.

mod answer;
mod create;
mod get;
mod options;
mod origin;
mod session;

pub use answer::{
    AssertionResponse, AttestationResponse, Authentication, CreationResults, CredProps, PrfEnabled,
    PrfResults, Registration, RequestResults,
};
pub use create::create;
pub use get::get;
pub use options::{
    Base64Url, CreationExtensions, CreationOptions, Descriptor, Parameters, Prf, PrfValues,
    RequestExtensions, RequestOptions, Rp, Selection, User,
};
pub use origin::{Origin, OriginError, RpId};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::cbor::{Map, Value};
use crate::host::Random;
use crate::status::Status;

/// Where a page is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Framing {
    /// In a window, or in frames of its own origin.
    Own,
    /// In a frame of another origin, which the browser has found to be allowed to let it use passkeys.
    By(Origin),
}

/// The page that asks, as whoever loaded it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its origin.
    pub origin: Origin,
    /// Where it is shown.
    pub framing: Framing,
}

/// The way to an authenticator: a request goes out, the answer comes back.
pub trait Wire {
    /// Sends a CTAP2 request.
    fn send(&mut self, request: &[u8]) -> Vec<u8>;
}

impl<F: FnMut(&[u8]) -> Vec<u8>> Wire for F {
    fn send(&mut self, request: &[u8]) -> Vec<u8> {
        self(request)
    }
}

/// The person, as the client needs them. Gestures are between them and the authenticator.
pub trait Owner {
    /// The authenticator's PIN, or nothing to give up. `retries` is how many wrong ones there may be.
    fn pin(&mut self, retries: u8) -> Option<Zeroizing<String>>;

    /// Which of several accounts, by index, or nothing to give up.
    fn choose(&mut self, accounts: &[Account]) -> Option<usize>;
}

/// An account to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The user handle.
    pub handle: Vec<u8>,
    /// The name with which they sign in, where the authenticator tells it.
    pub name: Option<String>,
    /// The name by which they are called, where the authenticator tells it.
    pub display_name: Option<String>,
}

/// What a ceremony happens between.
pub struct Parties<'a> {
    /// The authenticator.
    pub wire: &'a mut dyn Wire,
    /// The person.
    pub owner: &'a mut dyn Owner,
    /// Chance, for key agreement.
    pub random: &'a mut dyn Random,
}

impl core::fmt::Debug for Parties<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Parties")
    }
}

/// Why a ceremony gives nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClientError {
    /// The page may not use passkeys, or not these.
    #[error(transparent)]
    Origin(#[from] OriginError),
    /// The options do not say what they must.
    #[error("the options cannot be used: {0}")]
    Options(&'static str),
    /// No algorithm of the page is supported.
    #[error("the page takes none of ES256, EdDSA and RS256")]
    Algorithm,
    /// There is a passkey for the account already.
    #[error(
        "this profile has a passkey for the account already; sign in with it, or remove it first"
    )]
    AlreadyHere,
    /// The page wants a verified user, and nothing here can verify one.
    #[error("the page wants to know that it is you; set a PIN for the profile first")]
    NothingVerifies,
    /// No passkey of this profile fits.
    #[error("no passkey for `{0}` in this profile")]
    NoPasskey(String),
    /// The person gave up, or took too long.
    #[error("no passkey was used; try again, or choose another way")]
    GivenUp,
    /// The PIN was wrong too often.
    #[error(
        "the PIN was wrong too often; close Authenticator and open it again, or reset the profile"
    )]
    PinBlocked,
    /// The authenticator refuses.
    #[error(transparent)]
    Authenticator(Status),
    /// The authenticator does not answer as CTAP says.
    #[error("the authenticator's answer cannot be read")]
    Answer,
}

impl ClientError {
    /// The name of the `DOMException` that a page gets. Pages are not told whether there is a passkey.
    pub fn dom_name(&self) -> &'static str {
        match self {
            Self::Origin(_) => "SecurityError",
            Self::Options(_) => "TypeError",
            Self::Algorithm => "NotSupportedError",
            Self::AlreadyHere => "InvalidStateError",
            Self::NothingVerifies
            | Self::NoPasskey(_)
            | Self::GivenUp
            | Self::PinBlocked
            | Self::Authenticator(_)
            | Self::Answer => "NotAllowedError",
        }
    }
}

impl From<Status> for ClientError {
    /// What comes of reading answers and of the client's own part of key agreement.
    fn from(_: Status) -> Self {
        Self::Answer
    }
}

/// Client data (§5.8.1.1), with the members in the order that the specification gives them.
fn client_data(kind: &str, challenge: &Base64Url, page: &Page) -> Result<Vec<u8>, ClientError> {
    #[derive(serde::Serialize)]
    #[serde(rename_all = "camelCase")]
    struct ClientData<'a> {
        r#type: &'a str,
        challenge: &'a Base64Url,
        origin: &'a str,
        cross_origin: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        top_origin: Option<&'a str>,
    }
    let top_origin = match &page.framing {
        Framing::Own => None,
        Framing::By(origin) => Some(origin.as_str()),
    };
    let data = ClientData {
        r#type: kind,
        challenge,
        origin: page.origin.as_str(),
        cross_origin: top_origin.is_some(),
        top_origin,
    };
    serde_json::to_vec(&data).map_err(|_| ClientError::Options("they cannot be written as JSON"))
}

/// How much a page wants something. A value that is not known is as if there was none (§2.1.1).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Required,
    Preferred,
    Discouraged,
}

impl Wish {
    fn read(text: Option<&str>) -> Option<Self> {
        match text? {
            "required" => Some(Self::Required),
            "preferred" => Some(Self::Preferred),
            "discouraged" => Some(Self::Discouraged),
            _ => None,
        }
    }
}

/// What an authenticator of this crate says how it is attached and reached.
const ATTACHMENT: &str = "platform";
const KIND: &str = "public-key";

/// Ids of credentials as CTAP takes them; nothing for none.
fn descriptors(ids: &[&[u8]]) -> Option<Vec<Value>> {
    let descriptor = |id: &&[u8]| Map::new().with("id", *id).with("type", KIND).into();
    Some(ids.iter().map(descriptor).collect()).filter(|list: &Vec<_>| !list.is_empty())
}
