//! The authorize endpoint: a request that can be answered at once, or a sign-in that begins.

use cardea_oidc::answer::{self, Carried};
use cardea_oidc::authorize::{self, Address, Prompt, Request};
use cardea_oidc::claims;
use cardea_oidc::code::Code;
use cardea_oidc::error::{Error, Trace};
use cardea_oidc::parameters::Parameters;
use cardea_oidc::secret::Secret;
use cardea_store as store;
use cardea_store::SessionStanding;
use jiff::Timestamp;

use crate::decision::Next;
use crate::failure::Failure;
use crate::idp::Idp;
use crate::random;
use crate::sign_in::{AccountChoice, Begin, Purpose, Stage, hash, shown_in};
use crate::snapshot::Snapshot;
use crate::visitor::Visitor;

/// What a browser brings along.
#[derive(Clone, Debug)]
pub struct Browser<'a> {
    /// Where the request comes from.
    pub visitor: &'a Visitor,
    /// The secret of its session, from its cookie.
    pub session: Option<Secret>,
    /// The secret of its last sign-in, from its cookie.
    pub sign_in: Option<Secret>,
    /// The correlation id that the client gave.
    pub correlation: Option<String>,
}

/// What becomes of an authorize request.
#[derive(Debug)]
pub enum Authorized {
    /// An error that must be shown and not sent anywhere.
    Shown(Box<Error>, Trace),
    /// The answer goes back to the application.
    Answered(Carried),
    /// A sign-in begins; this is its secret, for the cookie.
    Begun(Secret),
    /// The session suffices: finish with this sign-in.
    Ready(Secret),
}

impl Idp {
    /// Takes a request of an application.
    ///
    /// # Errors
    /// The database failed.
    pub async fn authorize(
        &self,
        parameters: &Parameters,
        browser: &Browser<'_>,
        now: Timestamp,
    ) -> Result<Authorized, Failure> {
        let snapshot = self.snapshot().await?;
        let trace = self.trace(browser.correlation.as_deref(), now)?;
        let known = authorize::client_id(parameters).and_then(|id| {
            let client = snapshot.clients.get(&id);
            client.ok_or_else(|| Error::new(Code::UNKNOWN_CLIENT))
        });
        let client = match known {
            Ok(client) => client,
            Err(error) => return Ok(Authorized::Shown(Box::new(error), trace)),
        };
        let address = match Address::parse(parameters, client) {
            Ok(address) => address,
            Err(error) => return Ok(Authorized::Shown(Box::new(error), trace)),
        };
        let issuer = &snapshot.issuer;
        let refused =
            |error: &Error| Authorized::Answered(answer::refused(&address, issuer, error, &trace));
        let request = match Request::parse(parameters, client, address.clone()) {
            Ok(request) => request,
            Err(error) => return Ok(refused(&error)),
        };
        if let Err(error) = crate::request::of(&snapshot, client, &request.scopes, &request.claims)
        {
            return Ok(refused(&error));
        }
        let (session, account) = self.going_on(&snapshot, &request, browser, now).await?;
        let silent = request.prompts.contains(&Prompt::None);
        if silent && session.is_none() {
            return Ok(refused(&Error::new(Code::NOT_SIGNED_IN)));
        }
        let handle = self
            .begin(
                Begin {
                    purpose: Purpose::Application { request: Box::new(request) },
                    correlation: Some(trace.correlation_id.clone()),
                    session: session.as_ref(),
                    account,
                    before: browser.sign_in.as_ref(),
                },
                now,
            )
            .await?;
        let progress = self.progress(&handle, browser.visitor, now).await?;
        Ok(match progress.map(|progress| progress.stage) {
            Some(Stage::Known(Next::Granted)) => Authorized::Ready(handle),
            Some(_) if silent => refused(&Error::new(Code::INTERACTION_REQUIRED)),
            Some(_) => Authorized::Begun(handle),
            None => refused(&Error::new(Code::NOT_SIGNED_IN)),
        })
    }

    /// The browser's session, if it counts.
    ///
    /// # Errors
    /// The database failed.
    pub async fn session(
        &self,
        browser: &Browser<'_>,
        now: Timestamp,
    ) -> Result<Option<store::Session>, Failure> {
        let Some(secret) = &browser.session else { return Ok(None) };
        let mut snapshot = self.store().read().await?;
        let found = snapshot.session(&hash(secret), now).await?;
        Ok(match found {
            Some((session, SessionStanding::Live)) => Some(session),
            Some((_, SessionStanding::Ended | SessionStanding::Revoked)) | None => None,
        })
    }

    /// The session that the request goes on with, and whether the person is asked for the account
    /// first. A hint at somebody else than whoever is signed in is a wish for that account.
    async fn going_on(
        &self,
        snapshot: &Snapshot,
        request: &Request,
        browser: &Browser<'_>,
        now: Timestamp,
    ) -> Result<(Option<store::Session>, AccountChoice), Failure> {
        let Some(session) = self.session(browser, now).await? else {
            return Ok((None, AccountChoice::Made));
        };
        if let Some(hint) = request.login_hint.as_deref()
            && self.named(Some(hint)).await?.as_ref() != Some(&session.person)
        {
            return Ok((None, AccountChoice::Made));
        }
        if request.prompts.contains(&Prompt::SelectAccount) {
            return Ok((None, AccountChoice::Due));
        }
        let suffices = suffices(snapshot, request, &session, now)?;
        Ok((suffices.then_some(session), AccountChoice::Made))
    }

    /// What ties an answer to the log.
    ///
    /// # Errors
    /// There is no chance to be had.
    pub fn trace(&self, correlation: Option<&str>, now: Timestamp) -> Result<Trace, Failure> {
        let given = correlation.and_then(|text| uuid::Uuid::try_parse(text).ok());
        Ok(Trace {
            trace_id: random::guid()?,
            correlation_id: match given {
                Some(given) => given.to_string(),
                None => random::guid()?,
            },
            at: now,
        })
    }
}

/// Whether a session suffices for a request, once its account is the one that is meant: nobody is to
/// prove again who they are, no other account is named by an ID token, and what was shown is new
/// enough for the application.
pub(crate) fn suffices(
    snapshot: &Snapshot,
    request: &Request,
    session: &store::Session,
    now: Timestamp,
) -> Result<bool, Failure> {
    let again = [Prompt::Login, Prompt::Create];
    if again.iter().any(|prompt| request.prompts.contains(prompt)) {
        return Ok(false);
    }
    let latest = shown_in(session)?.iter().map(|shown| shown.at).max();
    if let Some(most) = request.max_age
        && latest.is_none_or(|at| at > now || now.duration_since(at).as_secs() > i64::from(most))
    {
        return Ok(false);
    }
    let hint = request.id_token_hint.as_deref();
    Ok(hint.is_none_or(|hint| {
        claims::verify_id_token_hint(&snapshot.keys, &snapshot.issuer, hint)
            .is_ok_and(|claims| claims.oid == session.person)
    }))
}
