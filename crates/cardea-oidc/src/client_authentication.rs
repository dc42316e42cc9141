//! Whether a client at the token endpoint is who it says (RFC 6749 §2.3).

use jiff::Timestamp;

use crate::client::{Client, ClientId, Kind, Platform};
use crate::client_assertion::{self, OneUse};
use crate::code::Code;
use crate::error::Error;
use crate::secret::Secret;

/// What a client shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// Nothing: it is public.
    None,
    /// A secret, in the body or in the header.
    Secret(Secret),
    /// A signed JWT.
    Assertion(Secret),
}

/// A client as it presents itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// Who it says it is.
    pub id: ClientId,
    /// What it shows.
    pub credential: Credential,
}

/// How a client was authenticated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// Not at all: it is public.
    None,
    /// By a secret.
    Secret,
    /// By an assertion that must not be used again.
    Assertion(OneUse),
}

/// A client of which is known what it proved. Only [`authenticate`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticated {
    id: ClientId,
    method: Method,
}

impl Authenticated {
    /// Which client.
    pub fn id(&self) -> &ClientId {
        &self.id
    }

    /// What it proved.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Whether it may redeem what was issued to an app of this platform: what was sent to a server
    /// needs the server's credential, and what was sent to a browser or device is redeemed without
    /// one, by whoever has the verifier.
    ///
    /// # Errors
    ///
    /// [`Code::NO_CLIENT_CREDENTIAL`].
    pub fn may_redeem(&self, platform: Platform) -> Result<(), Error> {
        match (platform, &self.method) {
            (Platform::Web, Method::None) => Err(Error::new(Code::NO_CLIENT_CREDENTIAL)),
            (Platform::Web, Method::Secret | Method::Assertion(_))
            | (Platform::Spa | Platform::Native, _) => Ok(()),
        }
    }

    /// As [`Self::may_redeem`], where nothing but the credential stands for the client.
    ///
    /// # Errors
    ///
    /// [`Code::NO_CLIENT_CREDENTIAL`].
    pub fn has_credential(&self) -> Result<(), Error> {
        self.may_redeem(Platform::Web)
    }
}

/// Authenticates a client. `audiences` are what an assertion may be for.
///
/// All secrets are compared, so that the time taken says nothing about which one was meant.
///
/// # Errors
///
/// [`Code::PUBLIC_CLIENT_WITH_CREDENTIAL`], [`Code::NO_CLIENT_CREDENTIAL`] for a confidential client
/// that shows nothing and has no address in a browser or on a device,
/// [`Code::WRONG_CLIENT_SECRET`], [`Code::EXPIRED_CLIENT_SECRET`], and those of assertions.
pub fn authenticate(
    client: &Client,
    presented: &Presented,
    audiences: &[String],
    now: Timestamp,
) -> Result<Authenticated, Error> {
    if client.id != presented.id {
        return Err(Error::new(Code::UNKNOWN_CLIENT));
    }
    let method = match (client.kind, &presented.credential) {
        (Kind::Public, Credential::None) => Method::None,
        (Kind::Public, Credential::Secret(_) | Credential::Assertion(_)) => {
            return Err(Error::new(Code::PUBLIC_CLIENT_WITH_CREDENTIAL));
        }
        (Kind::Confidential, Credential::None) => {
            let only_servers = client.redirect_uris.iter().all(|it| it.platform() == Platform::Web);
            if only_servers {
                return Err(Error::new(Code::NO_CLIENT_CREDENTIAL));
            }
            Method::None
        }
        (Kind::Confidential, Credential::Secret(secret)) => {
            check_secret(client, secret, now)?;
            Method::Secret
        }
        (Kind::Confidential, Credential::Assertion(jwt)) => {
            let keys = &client.keys;
            let used = client_assertion::verify(&client.id, keys, jwt.expose(), audiences, now)?;
            Method::Assertion(used)
        }
    };
    Ok(Authenticated { id: client.id.clone(), method })
}

fn check_secret(client: &Client, secret: &Secret, now: Timestamp) -> Result<(), Error> {
    let hash = secret.hash();
    let mut outcome = Err(Error::new(Code::WRONG_CLIENT_SECRET));
    for kept in &client.secrets {
        if kept.hash == hash {
            outcome = if now < kept.expires {
                Ok(())
            } else {
                Err(Error::new(Code::EXPIRED_CLIENT_SECRET))
            };
        }
    }
    outcome
}
