//! The userinfo endpoint (OpenID Connect Core section 5.3).

use cardea_oidc::answer::UserInfo;
use cardea_oidc::bearer;
use cardea_oidc::claims::{self, AccessToken};
use cardea_oidc::client::ClientId;
use cardea_oidc::code::Code;
use cardea_oidc::error::Error;
use cardea_oidc::scope::{GRAPH, OpenIdScope};
use jiff::Timestamp;

use crate::failure::Failure;
use crate::idp::Idp;
use crate::subject::Subject;
use crate::token::person;

impl Idp {
    /// Who the bearer of an access token is.
    ///
    /// # Errors
    /// The database failed. A refusal is an answer.
    pub async fn userinfo(
        &self,
        authorization: Option<&str>,
        now: Timestamp,
    ) -> Result<Result<UserInfo, Error>, Failure> {
        let snapshot = self.snapshot().await?;
        let invalid = || Error::new(Code::INVALID_TOKEN);
        let Ok(token) = bearer::token(authorization) else { return Ok(Err(invalid())) };
        let verified =
            claims::verify_access_token(&snapshot.keys, &snapshot.issuer, &[GRAPH], token, now);
        let Ok(claims) = verified else { return Ok(Err(invalid())) };
        if claims.demand_permission(OpenIdScope::Openid.as_str()).is_err() {
            return Ok(Err(Error::new(Code::INSUFFICIENT_SCOPE)));
        }
        let mut reader = self.store().read().await?;
        let Some(subject) = Subject::load(&snapshot, &mut reader, &claims.oid).await? else {
            return Ok(Err(invalid()));
        };
        if is_revoked(&subject, &claims) {
            return Ok(Err(invalid()));
        }
        let Some(client) = ClientId::parse(&claims.azp) else { return Ok(Err(invalid())) };
        let sub = claims::pairwise(&self.derived("pairwise subjects"), &claims.oid, &client);
        let given = claims.scp.as_deref().unwrap_or_default();
        let scopes: Vec<OpenIdScope> = OpenIdScope::ALL
            .into_iter()
            .filter(|scope| given.split(' ').any(|it| it == scope.as_str()))
            .collect();
        Ok(Ok(UserInfo::new(&sub, &person(&subject), &scopes)))
    }
}

/// Whether the person was signed out everywhere after the token was issued. Tokens count seconds, so
/// one of the same second is over.
fn is_revoked(subject: &Subject, claims: &AccessToken) -> bool {
    subject.row.sessions_valid_from.is_some_and(|from| claims.iat <= from.as_second())
}
