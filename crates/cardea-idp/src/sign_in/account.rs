//! Which account a sign-in is for, where the browser knows one already.
//!
//! A browser is signed in with one account at a time. So the choice is between that one and any
//! other, and whoever signs in with another ends the first.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Counted, Named, Progress, Purpose, SignIn, hex, shown_in};
use crate::authorize::{Browser, suffices};
use crate::campaign::Invited;
use crate::failure::Failure;
use crate::idp::Idp;

/// Whether the person is still to say which account the sign-in is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AccountChoice {
    /// They are: the application asked for it (`prompt=select_account`), and there is a choice.
    Due,
    /// They are not.
    #[default]
    Made,
}

/// The account that a browser is signed in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Display name.
    pub name: String,
    /// User principal name.
    pub upn: String,
}

impl Idp {
    /// The account that the browser is signed in with, where its session counts.
    ///
    /// # Errors
    /// The database failed.
    pub async fn account(
        &self,
        browser: &Browser<'_>,
        now: Timestamp,
    ) -> Result<Option<Account>, Failure> {
        let Some(session) = self.session(browser, now).await? else { return Ok(None) };
        let person = self.store().read().await?.person(&session.person).await?;
        let enabled = person.filter(|person| person.account == cardea_store::Account::Enabled);
        Ok(enabled.map(|person| Account {
            name: person.display_name,
            upn: person.upn.as_str().to_owned(),
        }))
    }

    /// Goes on with the account that the browser is signed in with: with its session where that
    /// suffices for the application, and else with the name, which is to be proved again.
    ///
    /// # Errors
    /// The database failed.
    pub async fn choose_account(
        &self,
        progress: &Progress,
        browser: &Browser<'_>,
        now: Timestamp,
    ) -> Result<Named, Failure> {
        let Some(session) = self.session(browser, now).await? else { return Ok(Named::Stale) };
        let suffices = match &progress.sign_in.purpose {
            Purpose::Application { request } => {
                suffices(&progress.snapshot, request, &session, now)?
            }
            Purpose::SecurityInfo
            | Purpose::Activity
            | Purpose::Admin { .. }
            | Purpose::Device
            | Purpose::Authenticator => true,
        };
        let afresh = afresh(&progress.sign_in);
        let sign_in = if suffices {
            let shown = shown_in(&session)?;
            let hash = hex(session.hash.as_bytes());
            SignIn { person: Some(session.person), shown, session: Some(hash), ..afresh }
        } else {
            let person = self.store().read().await?.person(&session.person).await?;
            let Some(person) = person else { return Ok(Named::Stale) };
            let upn = person.upn.as_str().to_owned();
            SignIn { person: Some(person.id), typed: Some(upn), ..afresh }
        };
        self.replace(progress, &sign_in).await
    }

    /// Starts the sign-in afresh, for whoever comes: any name, and a passkey of anybody.
    ///
    /// # Errors
    /// The database failed.
    pub async fn choose_another(&self, progress: &Progress) -> Result<Named, Failure> {
        self.replace(progress, &afresh(&progress.sign_in)).await
    }
}

/// The same sign-in with nobody in it. Laps are counted on.
pub(super) fn afresh(sign_in: &SignIn) -> SignIn {
    SignIn {
        typed: None,
        person: None,
        shown: Vec::new(),
        session: None,
        account: AccountChoice::Made,
        invited: Invited::NotYet,
        opened_terms: None,
        wall: Counted::NotYet,
        seed: None,
        ..sign_in.clone()
    }
}
