//! The token endpoint. Policies are asked at every issue: what was fine at the sign-in may not be
//! any more, and what was shown may have become too old.

mod issue;

use cardea_oidc::answer::TokenAnswer;
use cardea_oidc::client::{Client, ClientSecret};
use cardea_oidc::client_authentication::{self, Authenticated, Method, Presented};
use cardea_oidc::code::Code;
use cardea_oidc::error::Error;
use cardea_oidc::pkce;
use cardea_oidc::scope::{Permissions, Scopes};
use cardea_oidc::secret::{Secret, SecretHash as Kept};
use cardea_oidc::token_request::{Form, Grant as Asked, TokenRequest};
use cardea_store as store;
use cardea_store::{
    OneTime, OneTimeKind, Poll, Put, RevokedBy, Rotation, SecretHash, Taken, TokenStanding,
};
use jiff::{SignedDuration, Timestamp};

use crate::failure::Failure;
use crate::grant::Grant;
use crate::idp::Idp;
use crate::sign_in::{hash, hex};
use crate::snapshot::Snapshot;
use crate::visitor::Visitor;
pub(crate) use issue::{Exchange, Issue, person};

/// How long a refresh token counts (Entra: ninety days; a day for single-page apps).
const REFRESH: SignedDuration = SignedDuration::from_hours(90 * 24);
const REFRESH_SPA: SignedDuration = SignedDuration::from_hours(24);

/// What the token endpoint answers: tokens, or a refusal.
pub type Answer = Result<TokenAnswer, Error>;

impl Idp {
    /// Takes a request for tokens.
    ///
    /// # Errors
    /// The database failed. A refusal is an answer.
    pub async fn token(
        &self,
        form: Form<'_>,
        sender: &Visitor,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let request = match TokenRequest::parse(form) {
            Ok(request) => request,
            Err(error) => return Ok(Err(error)),
        };
        let snapshot = self.snapshot().await?;
        let client = match self.client(&snapshot, &request.client, now).await? {
            Ok(client) => client,
            Err(error) => return Ok(Err(error)),
        };
        let (client, authenticated) = client;
        if let Err(error) = request.grant.allowed(&client) {
            return Ok(Err(error));
        }
        let issue = Issue { idp: self, snapshot: &snapshot, client: &client, sender, now };
        match &request.grant {
            Asked::AuthorizationCode { code, .. } => {
                self.redeem_code(&issue, &authenticated, (&request, code)).await
            }
            Asked::RefreshToken { token, scopes } => {
                self.refresh(&issue, &authenticated, (&request, token, scopes.as_ref())).await
            }
            Asked::ClientCredentials { scopes } => Ok(authenticated
                .has_credential()
                .and_then(|()| issue.for_itself(&authenticated, scopes, &request.claims))),
            Asked::DeviceCode { code } => {
                self.redeem_device(&issue, &authenticated, (&request, code)).await
            }
        }
    }

    /// The client, authenticated.
    pub(crate) async fn client(
        &self,
        snapshot: &Snapshot,
        presented: &Presented,
        now: Timestamp,
    ) -> Result<Result<(Client, Authenticated), Error>, Failure> {
        let Some(known) = snapshot.clients.get(&presented.id) else {
            return Ok(Err(Error::new(Code::UNKNOWN_CLIENT)));
        };
        let mut client = known.clone();
        let mut reader = self.store().read().await?;
        let secrets = reader.client_secrets(client.id.as_str()).await?;
        drop(reader);
        let live = secrets.iter().filter(|secret| secret.starts <= now);
        client.secrets = live.filter_map(secret).collect();
        let audiences = snapshot.issuer.assertion_audiences(&snapshot.row.id);
        let authenticated =
            match client_authentication::authenticate(&client, presented, &audiences, now) {
                Ok(authenticated) => authenticated,
                Err(error) => return Ok(Err(error)),
            };
        if let Method::Assertion(once) = authenticated.method()
            && !self.first_use(&client, once, now).await?
        {
            return Ok(Err(Error::new(Code::REPLAYED_ASSERTION)));
        }
        Ok(Ok((client, authenticated)))
    }

    /// Whether an assertion is used for the first time, on whatever node.
    async fn first_use(
        &self,
        client: &Client,
        once: &cardea_oidc::client_assertion::OneUse,
        now: Timestamp,
    ) -> Result<bool, Failure> {
        let name = format!("{}|{}", client.id, hex(once.id.as_bytes()));
        let value = OneTime {
            kind: OneTimeKind::Assertion,
            hash: SecretHash::of(name.as_bytes()),
            payload: String::from("{}"),
            ends: once.until.max(now),
        };
        let mut transaction = self.store().write().await?;
        let put = transaction.put_one_time(&value).await?;
        transaction.commit().await?;
        Ok(put == Put::Stored)
    }

    async fn redeem_code(
        &self,
        issue: &Issue<'_>,
        authenticated: &Authenticated,
        (request, code): (&TokenRequest, &Secret),
    ) -> Result<Answer, Failure> {
        let mut transaction = self.store().write().await?;
        let kind = OneTimeKind::AuthorizationCode;
        let session = transaction.session_of_one_time(kind, &hash(code)).await?;
        let taken = transaction.take_one_time(kind, &hash(code), issue.now).await?;
        let payload = match taken {
            Taken::Now(payload) => payload,
            Taken::Before(payload) => return used_before(transaction, issue, &payload).await,
            Taken::Expired => return Ok(Err(Error::new(Code::EXPIRED_GRANT))),
            Taken::Unknown => return Ok(Err(Error::new(Code::INVALID_GRANT))),
        };
        let grant = read(&payload)?;
        let session = session.map_or(grant.session.clone(), |it| hex(it.as_bytes()));
        let grant = Grant { session, ..grant };
        if let Err(error) = fits(&grant, issue.client, authenticated, &request.grant) {
            transaction.commit().await?;
            return Ok(Err(error));
        }
        let first = issue.first_refresh_token(&mut transaction, &grant).await?;
        transaction.commit().await?;
        match first {
            Ok(first) => issue.for_person(&grant, authenticated, Exchange::Grant(first)).await,
            Err(error) => Ok(Err(error)),
        }
    }

    async fn refresh(
        &self,
        issue: &Issue<'_>,
        authenticated: &Authenticated,
        (request, token, scopes): (&TokenRequest, &Secret, Option<&Scopes>),
    ) -> Result<Answer, Failure> {
        let mut reader = self.store().read().await?;
        let found = reader.refresh_token(&hash(token), issue.now).await?;
        drop(reader);
        let Some((known, standing)) = found else {
            return Ok(Err(Error::new(Code::INVALID_GRANT)));
        };
        if known.client != issue.client.id.as_str() {
            return Ok(Err(Error::new(Code::INVALID_GRANT)));
        }
        match standing {
            TokenStanding::Live => {}
            TokenStanding::Used => return self.reused(&hash(token), &known, issue.now).await,
            TokenStanding::Revoked => return Ok(Err(Error::new(Code::GRANT_REVOKED))),
            TokenStanding::Ended => return Ok(Err(Error::new(Code::EXPIRED_GRANT))),
        }
        let mut grant = read(&known.payload)?;
        if let Err(error) = authenticated.may_redeem(grant.platform) {
            return Ok(Err(error));
        }
        let granted = grant.scopes.clone();
        if let Some(scopes) = scopes {
            if !may_ask(&granted, scopes) {
                return Ok(Err(Error::new(Code::INVALID_SCOPE)));
            }
            grant.scopes = scopes.clone();
        }
        grant.claims = request.claims.clone();
        grant.client_info = request.client_info;
        grant.nonce = None;
        issue.for_person(&grant, authenticated, Exchange::Refresh(&hash(token), &granted)).await
    }

    /// A refresh token that was used before: whoever has the copy, nobody gets anything more.
    async fn reused(
        &self,
        hash: &SecretHash,
        token: &store::RefreshToken,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let mut transaction = self.store().write().await?;
        transaction.rotate_refresh_token(hash, token, now).await?;
        transaction.commit().await?;
        tracing::warn!(event = "refresh_token_reused", client = token.client);
        Ok(Err(Error::new(Code::GRANT_REVOKED)))
    }

    async fn redeem_device(
        &self,
        issue: &Issue<'_>,
        authenticated: &Authenticated,
        (request, code): (&TokenRequest, &Secret),
    ) -> Result<Answer, Failure> {
        let mut transaction = self.store().write().await?;
        let polled = transaction.poll_device_code(&hash(code), issue.now).await?;
        transaction.commit().await?;
        let approved = match polled {
            Poll::Pending => return Ok(Err(Error::new(Code::AUTHORIZATION_PENDING))),
            Poll::SlowDown { .. } => return Ok(Err(Error::new(Code::SLOW_DOWN))),
            Poll::Denied => return Ok(Err(Error::new(Code::DEVICE_DECLINED))),
            Poll::Expired => return Ok(Err(Error::new(Code::DEVICE_CODE_EXPIRED))),
            Poll::Redeemed | Poll::Unknown => {
                return Ok(Err(Error::new(Code::BAD_VERIFICATION_CODE)));
            }
            Poll::Approved(approved) => approved,
        };
        if approved.client != issue.client.id.as_str() {
            return Ok(Err(Error::new(Code::BAD_VERIFICATION_CODE)));
        }
        let grant = Grant { client_info: request.client_info, ..read(&approved.payload)? };
        let mut transaction = self.store().write().await?;
        let redeemed = transaction.redeem_device_code(&hash(code), issue.now).await?;
        let first = match redeemed {
            Poll::Approved(_) => issue.first_refresh_token(&mut transaction, &grant).await?,
            Poll::Pending
            | Poll::SlowDown { .. }
            | Poll::Denied
            | Poll::Expired
            | Poll::Redeemed
            | Poll::Unknown => Err(Error::new(Code::BAD_VERIFICATION_CODE)),
        };
        transaction.commit().await?;
        match first {
            Ok(first) => issue.for_person(&grant, authenticated, Exchange::Grant(first)).await,
            Err(error) => Ok(Err(error)),
        }
    }
}

/// Whether a code was issued to this client, for this address and this verifier.
fn fits(
    grant: &Grant,
    client: &Client,
    authenticated: &Authenticated,
    asked: &Asked,
) -> Result<(), Error> {
    let Asked::AuthorizationCode { redirect_uri, verifier, .. } = asked else {
        return Err(Error::new(Code::INVALID_GRANT));
    };
    if grant.client != client.id {
        return Err(Error::new(Code::INVALID_GRANT));
    }
    // RFC 6749 section 4.1.3: the address has to be the same, where the request named one.
    if redirect_uri.as_ref().is_some_and(|uri| *uri != grant.redirect_uri) {
        return Err(Error::new(Code::INVALID_GRANT));
    }
    pkce::check(grant.challenge.as_ref(), verifier.as_ref())?;
    authenticated.may_redeem(grant.platform)
}

/// Whether a refresh may ask for these: of the resource that the person signed in for no more than
/// then (RFC 6749 section 6). Another resource is judged by its own policies (Entra: a refresh token
/// is bound to person and client, not to a resource).
fn may_ask(granted: &Scopes, asked: &Scopes) -> bool {
    let (Some(before), Some(now)) = (&granted.resource, &asked.resource) else {
        return asked.openid.iter().all(|scope| granted.has(*scope));
    };
    let openid = Scopes { openid: asked.openid.clone(), resource: None };
    let everything = before.permissions == Permissions::Default;
    openid.within(granted)
        && (before.resource != now.resource || everything || asked.within(granted))
}

/// A code that was redeemed before: somebody has a copy, so what came of it counts no more.
async fn used_before(
    mut transaction: store::Transaction,
    issue: &Issue<'_>,
    payload: &str,
) -> Result<Answer, Failure> {
    let grant = read(payload)?;
    transaction.revoke_refresh_tokens(RevokedBy::Family(&grant.family), issue.now).await?;
    transaction.commit().await?;
    tracing::warn!(event = "code_reused", client = %issue.client.id);
    Ok(Err(Error::new(Code::CODE_REDEEMED)))
}

fn read(payload: &str) -> Result<Grant, Failure> {
    serde_json::from_str(payload).map_err(Failure::unreadable("a grant"))
}

fn secret(row: &store::ClientSecret) -> Option<ClientSecret> {
    let hash = Kept::from_bytes(row.hash.as_bytes().try_into().ok()?);
    Some(ClientSecret { hash, expires: row.ends })
}

/// The first or next refresh token of a grant.
pub(crate) fn refresh_row(
    grant: &Grant,
    token: &Secret,
    now: Timestamp,
) -> Result<store::RefreshToken, Failure> {
    let lifetime = match grant.platform {
        cardea_oidc::client::Platform::Spa => REFRESH_SPA,
        cardea_oidc::client::Platform::Web | cardea_oidc::client::Platform::Native => REFRESH,
    };
    let ends = now.saturating_add(lifetime).unwrap_or(now);
    Ok(store::RefreshToken {
        hash: hash(token),
        family: grant.family.clone(),
        client: grant.client.to_string(),
        person: grant.person.clone(),
        session: SecretHash::from_hex(&grant.session),
        payload: serde_json::to_string(grant).map_err(Failure::unreadable("a grant"))?,
        issued: now,
        ends: grant.ends().map_or(ends, |pass| pass.min(ends)),
    })
}

/// What became of a rotation, as an answer.
pub(crate) fn rotated(rotation: &Rotation) -> Result<(), Error> {
    match rotation {
        Rotation::Rotated(_) => Ok(()),
        Rotation::Reused(_) | Rotation::Revoked => Err(Error::new(Code::GRANT_REVOKED)),
        Rotation::Expired => Err(Error::new(Code::EXPIRED_GRANT)),
        Rotation::Unknown => Err(Error::new(Code::INVALID_GRANT)),
    }
}
