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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{native, now, web};

    fn secret(text: &str) -> Credential {
        Credential::Secret(Secret::presented(text))
    }

    #[track_caller]
    fn check(client: &Client, credential: Credential, expected: &Result<Method, Code>) {
        let presented = Presented { id: client.id.clone(), credential };
        let outcome = authenticate(client, &presented, &[], now());
        assert_eq!(&outcome.map(|it| it.method).map_err(|it| it.code()), expected);
    }

    #[test]
    fn a_confidential_client_shows_its_secret() {
        check(&web(), secret("s3cret"), &Ok(Method::Secret));
        check(&web(), secret("s3cre"), &Err(Code::WRONG_CLIENT_SECRET));
        check(&web(), secret(""), &Err(Code::WRONG_CLIENT_SECRET));
        check(&web(), secret("0ld"), &Err(Code::EXPIRED_CLIENT_SECRET));
        check(&web(), Credential::None, &Err(Code::NO_CLIENT_CREDENTIAL));
    }

    #[test]
    fn a_public_client_shows_nothing() {
        check(&native(), Credential::None, &Ok(Method::None));
        check(&native(), secret("s3cret"), &Err(Code::PUBLIC_CLIENT_WITH_CREDENTIAL));
    }

    #[test]
    fn a_client_without_keys_proves_nothing_with_an_assertion() {
        let jwt = Credential::Assertion(Secret::presented("e30.e30.e30"));
        check(&web(), jwt, &Err(Code::BAD_ASSERTION));
    }

    #[test]
    fn one_client_is_not_another() {
        let presented = Presented { id: native().id, credential: secret("s3cret") };
        let refused = authenticate(&web(), &presented, &[], now()).map_err(|it| it.code());
        assert_eq!(refused, Err(Code::UNKNOWN_CLIENT));
    }

    // OA-14
    #[test]
    fn what_was_issued_to_a_server_is_redeemed_with_a_credential_only() {
        let mut mixed = web();
        mixed.redirect_uris.extend(native().redirect_uris);
        let with = |credential| {
            let presented = Presented { id: mixed.id.clone(), credential };
            authenticate(&mixed, &presented, &[], now()).unwrap()
        };
        let (nothing, secret) = (with(Credential::None), with(secret("s3cret")));
        let refused = nothing.may_redeem(Platform::Web).map_err(|it| it.code());
        assert_eq!(refused, Err(Code::NO_CLIENT_CREDENTIAL));
        assert!(nothing.has_credential().is_err());
        assert_eq!(nothing.may_redeem(Platform::Spa), Ok(()));
        assert_eq!(secret.may_redeem(Platform::Web), Ok(()));
        assert_eq!(secret.has_credential(), Ok(()));
    }
}
