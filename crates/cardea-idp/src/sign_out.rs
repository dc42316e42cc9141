//! Signing out: one browser, everywhere, or because an application asks.

use cardea_oidc::claims;
use cardea_oidc::logout::{self, Hint, LogoutRequest, Plan};
use cardea_oidc::parameters::Parameters;
use cardea_store::{AuditEntry, Change, SignIn, SignInFilter};
use jiff::Timestamp;

use crate::authorize::Browser;
use crate::failure::Failure;
use crate::finish::state_of;
use crate::idp::Idp;
use crate::sign_in::hash;

/// What became of an application's wish to end the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The person has to be asked.
    Ask,
    /// The session is over.
    Done,
    /// The session is over, and the browser goes back to the application.
    Return(String),
}

impl Idp {
    /// Ends the session because an application asks, if it shows an ID token of this very session.
    ///
    /// # Errors
    /// The database failed.
    pub async fn end_session(
        &self,
        parameters: &Parameters,
        browser: &Browser<'_>,
        now: Timestamp,
    ) -> Result<Ended, Failure> {
        let snapshot = self.snapshot().await?;
        let request = LogoutRequest::parse(parameters).unwrap_or_default();
        let hint = match request.id_token_hint.as_deref() {
            None => Hint::Absent,
            Some(token) => {
                match claims::verify_id_token_hint(&snapshot.keys, &snapshot.issuer, token) {
                    Ok(token) => Hint::Ours(Box::new(token)),
                    Err(refusal) => Hint::Refused(refusal),
                }
            }
        };
        let client = match &hint {
            Hint::Ours(token) => {
                snapshot.clients.values().find(|client| client.id.as_str() == token.aud)
            }
            Hint::Absent | Hint::Refused(_) => None,
        };
        let plan = logout::plan(&request, &hint, client);
        let session = self.session(browser, now).await?;
        let (named, outcome) = match plan {
            Plan::Confirm => return Ok(Ended::Ask),
            Plan::End { sid } => (sid, Ended::Done),
            Plan::EndAndReturn { sid, location } => (sid, Ended::Return(location)),
        };
        match session {
            Some(session) if state_of(&session)?.sid == named => {
                self.sign_out(browser, now).await?;
            }
            // Another session than the application means: its person decides.
            Some(_) => return Ok(Ended::Ask),
            None => {}
        }
        Ok(outcome)
    }

    /// At most `limit` of a person's own sign-ins, the latest first, beginning after one of them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sign_ins_of(
        &self,
        person: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<SignIn>, Failure> {
        let mut reader = self.store().read().await?;
        let last = if after.is_empty() { None } else { reader.sign_in(after).await? };
        let last = last.filter(|last| last.person.as_deref() == Some(person));
        let filter = SignInFilter {
            person: Some(person.to_owned()),
            before: last.map(|last| (last.created, last.id)),
            ..SignInFilter::default()
        };
        Ok(reader.sign_ins(&filter, limit).await?)
    }

    /// Signs the browser's session out, with everything that came of it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sign_out(&self, browser: &Browser<'_>, now: Timestamp) -> Result<(), Failure> {
        let Some(secret) = &browser.session else { return Ok(()) };
        let mut transaction = self.store().write().await?;
        if transaction.revoke_session(&hash(secret), now).await? == Change::Done {
            transaction.commit().await?;
        }
        Ok(())
    }

    /// Signs a person out everywhere.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sign_out_everywhere(&self, person: &str, now: Timestamp) -> Result<(), Failure> {
        let mut transaction = self.store().write().await?;
        let entry = AuditEntry {
            actor: person.to_owned(),
            action: String::from("Revoke sign in sessions"),
            target: person.to_owned(),
            json: String::from("{}"),
        };
        let audited = transaction.audit(now, &entry).await?;
        transaction.revoke_sessions_of(&audited, person, now).await?;
        Ok(transaction.commit().await?)
    }
}
