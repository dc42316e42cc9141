//! Issuing tokens, once it is clear to whom and for what.

use cardea_oidc::answer::{self, TokenAnswer};
use cardea_oidc::authorize::ClientInfo;
use cardea_oidc::claims::{self, AccessToken, Azpacr, Caller, IdToken, Stamp};
use cardea_oidc::claims_request::ClaimsRequest;
use cardea_oidc::client::Client;
use cardea_oidc::client_authentication::{Authenticated, Method};
use cardea_oidc::code::Code;
use cardea_oidc::error::{Error, Suberror};
use cardea_oidc::jws::{self, Typ};
use cardea_oidc::scope::{OpenIdScope, Permissions, Scopes};
use cardea_oidc::secret::Secret;
use cardea_policy::evaluate::{Principal, SignIn};
use cardea_policy::id::ServicePrincipalId;
use cardea_store as store;
use cardea_store::{Issued, SecretHash, Transaction};
use cardea_tenant::journey::gate::Passage;
use jiff::{SignedDuration, Timestamp};

use super::{Answer, refresh_row, rotated};
use crate::decision::{Asks, Case, Next};
use crate::failure::Failure;
use crate::grant::{Flow, Grant};
use crate::idp::Idp;
use crate::log;
use crate::random;
use crate::request::{self, Resource};
use crate::sign_in::stage_client_app;
use crate::snapshot::Snapshot;
use crate::subject::Subject;
use crate::visitor::Visitor;

/// How long an access token counts.
const ACCESS: SignedDuration = SignedDuration::from_hours(1);

/// Everything that is known when tokens are issued.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Issue<'a> {
    /// The tenant in operation.
    pub idp: &'a Idp,
    /// The tenant.
    pub snapshot: &'a Snapshot,
    /// To whom.
    pub client: &'a Client,
    /// Who sent the request.
    pub sender: &'a Visitor,
    /// The time.
    pub now: Timestamp,
}

/// What is exchanged for tokens. It is used up in the transaction that keeps the refresh token which comes of
/// it: of two who exchange the same thing the second finds that token, and voids it.
#[derive(Debug)]
pub(crate) enum Exchange<'a> {
    /// A code, or a device code. It is used up; this is the refresh token, where the grant has one.
    Grant(Option<Secret>),
    /// A refresh token that is still to be used up, with all scopes that it stands for.
    Refresh(&'a SecretHash, &'a Scopes),
}

impl Issue<'_> {
    /// Keeps the first refresh token of a grant, where the grant has one. An error where the person was signed
    /// out since they granted it.
    pub(crate) async fn first_refresh_token(
        &self,
        transaction: &mut Transaction,
        grant: &Grant,
    ) -> Result<Result<Option<Secret>, Error>, Failure> {
        let token = random::secret()?;
        let row = refresh_row(grant, &token, self.now)?;
        if row.session.is_none() && grant.flow == Flow::Ordinary {
            // Only a device's grant comes of no session.
            return Ok(Err(Error::new(Code::GRANT_REVOKED)));
        }
        let proved = grant.proof().auth_time;
        let (kept, token) = if grant.scopes.has(OpenIdScope::OfflineAccess) {
            (transaction.issue_refresh_token(&row, proved).await? == Issued::Kept, Some(token))
        } else {
            let (session, moments) = (row.session.as_ref(), (proved, self.now));
            (transaction.is_signed_in(&row.person, session, moments).await?, None)
        };
        Ok(if kept { Ok(token) } else { Err(Error::new(Code::GRANT_REVOKED)) })
    }

    /// Tokens for a person's grant, if the policies still say so.
    pub(crate) async fn for_person(
        &self,
        grant: &Grant,
        authenticated: &Authenticated,
        exchange: Exchange<'_>,
    ) -> Result<Answer, Failure> {
        let mut reader = self.idp.store().read().await?;
        let subject = Subject::load(self.snapshot, &mut reader, &grant.person).await?;
        let accepted = crate::sign_in::accepted_by(&mut reader, &grant.person).await?;
        drop(reader);
        let Some(subject) = subject else {
            return Ok(Err(Error::new(Code::DISABLED_PERSON)));
        };
        let request = match request::of(self.snapshot, self.client, &grant.scopes, &grant.claims) {
            Ok(request) => request,
            Err(error) => return Ok(Err(error)),
        };
        let client_app = stage_client_app(grant.platform);
        let place =
            grant.whereabouts(self.sender).at(self.snapshot, client_app, grant.flow.in_policies());
        let case = Case {
            snapshot: self.snapshot,
            subject: &subject,
            place: &place,
            request: &request,
            passage: Passage::Plain,
            shown: &grant.shown,
            accepted: &accepted,
            now: self.now,
        };
        if let Some(error) = refusal(&case.next()) {
            let record =
                log::token(&case, (grant, self.client, self.sender), error.code().number())?;
            let mut transaction = self.idp.store().write().await?;
            transaction.add_sign_in(&record).await?;
            transaction.commit().await?;
            return Ok(Err(error));
        }
        // A code was written down when the person signed in; what comes later is news.
        let record = match (&exchange, grant.flow) {
            (Exchange::Grant(_), Flow::Ordinary) => None,
            (Exchange::Refresh(..), _) | (Exchange::Grant(_), Flow::DeviceCode) => {
                Some(log::token(&case, (grant, self.client, self.sender), 0)?)
            }
        };
        let refresh = match self.exchanged(grant, exchange, record).await? {
            Ok(refresh) => refresh,
            Err(error) => return Ok(Err(error)),
        };
        let answer = self.tokens(grant, &subject, (authenticated, &case))?;
        Ok(answer.map(|answer| match &refresh {
            Some(token) => answer.with_refresh_token(token),
            None => answer,
        }))
    }

    /// The refresh token of the answer, where the grant has one, once the log is written.
    async fn exchanged(
        &self,
        grant: &Grant,
        exchange: Exchange<'_>,
        record: Option<store::SignIn>,
    ) -> Result<Result<Option<Secret>, Error>, Failure> {
        let exchange = match (exchange, &record) {
            (Exchange::Grant(first), None) => return Ok(Ok(first)),
            (exchange, _) => exchange,
        };
        let mut transaction = self.idp.store().write().await?;
        if let Some(record) = &record {
            transaction.add_sign_in(record).await?;
        }
        let refresh = match exchange {
            Exchange::Grant(first) => Ok(first),
            Exchange::Refresh(hash, granted) => {
                let token = random::secret()?;
                let whole = Grant { scopes: granted.clone(), ..grant.clone() };
                let row = refresh_row(&whole, &token, self.now)?;
                let rotation = transaction.rotate_refresh_token(hash, &row, self.now).await?;
                rotated(&rotation).map(|()| Some(token))
            }
        };
        transaction.commit().await?;
        Ok(refresh)
    }

    fn tokens(
        &self,
        grant: &Grant,
        subject: &Subject,
        (authenticated, case): (&Authenticated, &Case<'_>),
    ) -> Result<Answer, Failure> {
        let resource = match Resource::of(self.snapshot, &grant.scopes) {
            Ok(resource) => resource,
            Err(error) => return Ok(Err(error)),
        };
        let lifetime = self.lifetime(grant, case);
        let stamp = Stamp::new(&self.snapshot.issuer, self.now, lifetime, &random::guid()?);
        let person = person(subject);
        let (proof, salt) = (grant.proof(), self.idp.derived("pairwise subjects"));
        let caller = self.caller(authenticated, &grant.claims);
        let sub = claims::pairwise(&salt, &person.oid, &self.client.id);
        let mut permissions = permissions(&grant.scopes);
        permissions.extend(grant.scopes.openid.iter().map(|it| it.as_str().to_owned()));
        let access = AccessToken::of_person(&stamp, resource.audience(), &caller, &person, &proof)
            .with_consent(&sub, &permissions);
        let signed = self.sign(Typ::AccessToken, &access)?;
        let mut answer = TokenAnswer::new(signed, lifetime.as_secs(), &grant.scopes);
        if grant.scopes.has(OpenIdScope::Openid) {
            let mut token = IdToken::new(&stamp, &self.client.id, &sub, &person.oid, &proof);
            if grant.scopes.has(OpenIdScope::Profile) {
                token = token.with_profile(&person);
            }
            if grant.scopes.has(OpenIdScope::Email) {
                token = token.with_email(&person);
            }
            token.nonce.clone_from(&grant.nonce);
            token.login_hint = Some(person.upn.clone());
            answer = answer.with_id_token(self.sign(Typ::IdToken, &token)?);
        }
        if grant.client_info == ClientInfo::Wanted {
            let account = answer::client_info(&person.oid, &self.snapshot.issuer);
            answer = answer.with_client_info(account);
        }
        Ok(Ok(answer))
    }

    /// A token counts for an hour, or for as long as what was shown does: a pass ends, and a
    /// sign-in frequency asks again.
    fn lifetime(&self, grant: &Grant, case: &Case<'_>) -> SignedDuration {
        let limits = [grant.ends(), case.fresh_until()];
        let left = limits.into_iter().flatten().map(|end| end.duration_since(self.now));
        left.min().map_or(ACCESS, |left| left.min(ACCESS)).max(SignedDuration::from_secs(1))
    }

    /// A token of the client for itself.
    pub(crate) fn for_itself(
        &self,
        authenticated: &Authenticated,
        scopes: &Scopes,
        claims: &ClaimsRequest,
    ) -> Answer {
        if scopes.resource.as_ref().is_none_or(|it| it.permissions != Permissions::Default) {
            return Err(Error::new(Code::INVALID_SCOPE).saying(
                "A client that acts for itself asks for '{resource}/.default', and nothing else.",
            ));
        }
        let resource = Resource::of(self.snapshot, scopes)?;
        let principal = ServicePrincipalId::new(self.client.id.as_str());
        let asked = request::of(self.snapshot, self.client, scopes, claims)?;
        let index = &self.snapshot.book.index;
        let locations = &self.snapshot.tenant().locations;
        let decision = index.evaluate(&SignIn {
            principal: Principal::Workload(principal.clone()),
            request: asked,
            client: cardea_policy::conditions::client::ClientApp::MobileAppsAndDesktopClients,
            platform: crate::platform::claimed(&self.sender.user_agent),
            network: cardea_tenant::location::network(locations, self.sender.address, None),
            device: None,
            risks: cardea_policy::conditions::risk::Risks::default(),
            flow: cardea_policy::conditions::flow::Flow::Ordinary,
        });
        // There is nothing that a program could show beside its credential, so any demand shuts.
        if decision.decision.demands(index).next().is_some() {
            return Err(Error::new(Code::BLOCKED_BY_POLICY));
        }
        let broken = |failure: Failure| {
            tracing::error!(error = %failure, "a token could not be signed");
            Error::new(Code::SERVER_ERROR)
        };
        let uti = random::guid().map_err(broken)?;
        let stamp = Stamp::new(&self.snapshot.issuer, self.now, ACCESS, &uti);
        let caller = self.caller(authenticated, claims);
        let token =
            AccessToken::of_application(&stamp, resource.audience(), &caller, principal.as_str());
        let signed = self.sign(Typ::AccessToken, &token).map_err(broken)?;
        Ok(TokenAnswer::new(signed, ACCESS.as_secs(), scopes))
    }

    fn caller(&self, authenticated: &Authenticated, claims: &ClaimsRequest) -> Caller {
        Caller {
            id: self.client.id.clone(),
            proof: match authenticated.method() {
                Method::None => Azpacr::Public,
                Method::Secret => Azpacr::Secret,
                Method::Assertion(_) => Azpacr::Key,
            },
            capabilities: claims.capabilities.clone(),
        }
    }

    fn sign<T: serde::Serialize>(&self, typ: Typ, claims: &T) -> Result<String, Failure> {
        let broken = |error: cardea_oidc::keys::KeyError| Failure::Key(error.to_string());
        let key = self.snapshot.keys.signing(self.client.signing).map_err(broken)?;
        jws::sign(key, typ, claims).map_err(broken)
    }
}

/// The refusal of a token that the policies do not allow now; `None` where they do.
pub(crate) fn refusal(next: &Next) -> Option<Error> {
    let error = match next {
        Next::Granted => return None,
        Next::Show(_) => {
            Error::new(Code::STRONG_AUTH_REQUIRED).with_suberror(Suberror::BasicAction)
        }
        Next::Register(_) => {
            Error::new(Code::ENROLMENT_REQUIRED).with_suberror(Suberror::BasicAction)
        }
        Next::Accept(_) => Error::new(Code::TERMS).with_suberror(Suberror::BasicAction),
        Next::Shut(shut) => match shut.asks {
            Asks::ManagedDevice => Error::new(Code::DEVICE_NOT_COMPLIANT),
            Asks::ProtectedApp => Error::new(Code::APP_NOT_PROTECTED),
            Asks::Method | Asks::Nothing => Error::new(Code::BLOCKED_BY_POLICY),
        }
        .with_suberror(Suberror::MessageOnly),
    };
    Some(error.for_token_endpoint())
}

/// What a person is called in tokens.
pub(crate) fn person(subject: &Subject) -> claims::Person {
    #[derive(Default, serde::Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Names {
        given_name: Option<String>,
        surname: Option<String>,
        mail: Option<String>,
    }
    let names: Names = serde_json::from_str(&subject.row.json).unwrap_or_default();
    claims::Person {
        oid: subject.row.id.clone(),
        upn: subject.row.upn.as_str().to_owned(),
        name: subject.row.display_name.clone(),
        given_name: names.given_name,
        family_name: names.surname,
        email: names.mail,
    }
}

fn permissions(scopes: &Scopes) -> Vec<String> {
    match scopes.resource.as_ref().map(|it| &it.permissions) {
        Some(Permissions::Named(names)) => names.clone(),
        Some(Permissions::Default) => vec![String::from(".default")],
        None => Vec::new(),
    }
}
