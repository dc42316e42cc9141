//! A sign-in in progress: from the name to the last proof.
//!
//! The browser holds a secret, the database what it stands for. Whatever a browser sends is judged
//! from the beginning: who it is, what was shown, what the policies ask for now. So a page that is
//! opened out of turn, twice or in two tabs changes nothing.

mod account;
mod passkey;
mod prove;
mod stage;
mod step;

use std::collections::BTreeSet;

use cardea_oidc::authorize;
use cardea_oidc::secret::Secret;
use cardea_store as store;
use cardea_store::SecretHash;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use account::{Account, AccountChoice};
pub(crate) use passkey::{bound, user_handle};
pub use prove::Attempt;
pub(crate) use stage::{ACCEPTANCE, accepted_by, client_app as stage_client_app};
pub use stage::{Progress, Stage};
pub use step::Named;

use crate::campaign::Invited;
use crate::failure::Failure;
use crate::finish::state_of;
use crate::idp::Idp;
use crate::random;
use crate::shown::Shown;

/// How long a sign-in may take.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(30);

/// What a sign-in is for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "for")]
pub enum Purpose {
    /// An application's request.
    Application {
        /// The request, which was found valid.
        request: Box<authorize::Request>,
    },
    /// The person's own pages about their sign-in methods.
    SecurityInfo,
    /// The person's own list of sign-ins.
    Activity,
    /// The admin center.
    Admin {
        /// The page of it, by its path.
        to: String,
    },
    /// A code that a device shows.
    Device,
    /// The Authenticator app itself.
    Authenticator,
}

/// What the database keeps of a sign-in in progress.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    /// What it is for.
    pub purpose: Purpose,
    /// Ties everything that belongs together in the logs.
    pub correlation: String,
    /// When it began.
    pub began: Timestamp,
    /// The name as it was typed, or is hinted at.
    pub typed: Option<String>,
    /// The person with that name, where there is one, or whoever proved who they are.
    pub(crate) person: Option<String>,
    /// What was shown, in this sign-in or in the session that it goes on with.
    pub(crate) shown: Vec<Shown>,
    /// The session that it goes on with, as text of its hash.
    pub(crate) session: Option<String>,
    /// Whether the person is still to say which account it is for.
    #[serde(default)]
    pub(crate) account: AccountChoice,
    /// The terms whose document was opened, by id.
    #[serde(default)]
    pub(crate) opened_terms: Option<String>,
    /// Where the invitation of a registration campaign stands.
    #[serde(default)]
    pub(crate) invited: Invited,
    /// How often the person came to a wall on the way to the same goal.
    pub(crate) laps: u32,
    /// Whether the wall was counted that the person stands at.
    #[serde(default)]
    pub(crate) wall: Counted,
    /// A number from which the seed of a new authenticator app is made.
    pub(crate) seed: Option<String>,
}

/// Whether a wall is counted already: looking at it again is no further lap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Counted {
    /// It is.
    Already,
    /// It is not.
    #[default]
    NotYet,
}

/// A sign-in that is to begin.
#[derive(Debug)]
pub struct Begin<'a> {
    /// What for.
    pub purpose: Purpose,
    /// The correlation id that the client gave, if it is a GUID.
    pub correlation: Option<String>,
    /// The browser's session, where it counts.
    pub session: Option<&'a store::Session>,
    /// Whether the person says first which account it is for.
    pub account: AccountChoice,
    /// The handle of the sign-in that the same browser had before.
    pub before: Option<&'a Secret>,
}

impl Idp {
    /// Begins a sign-in. The secret goes into the browser's cookie.
    ///
    /// # Errors
    /// The database failed.
    pub async fn begin(&self, begin: Begin<'_>, now: Timestamp) -> Result<Secret, Failure> {
        let laps = self.laps_before(&begin, now).await?;
        let typed = match (&begin.purpose, begin.account) {
            (Purpose::Application { request }, AccountChoice::Made) => request.login_hint.clone(),
            (Purpose::Application { .. }, AccountChoice::Due)
            | (
                Purpose::SecurityInfo
                | Purpose::Activity
                | Purpose::Admin { .. }
                | Purpose::Device
                | Purpose::Authenticator,
                _,
            ) => None,
        };
        let (person, shown, session) = match begin.session {
            Some(session) => (
                Some(session.person.clone()),
                shown_in(session)?,
                Some(hex(session.hash.as_bytes())),
            ),
            None => (self.named(typed.as_deref()).await?, Vec::new(), None),
        };
        let sign_in = SignIn {
            purpose: begin.purpose,
            correlation: match begin.correlation {
                Some(correlation) => correlation,
                None => random::guid()?,
            },
            began: now,
            typed,
            person,
            shown,
            session,
            account: begin.account,
            invited: Invited::NotYet,
            opened_terms: None,
            laps,
            wall: Counted::NotYet,
            seed: None,
        };
        let handle = random::secret()?;
        let mut transaction = self.store().write().await?;
        transaction
            .create_interaction(&store::Interaction {
                hash: hash(&handle),
                version: 0,
                state: encode(&sign_in)?,
                created: now,
                ends: now.saturating_add(LIFETIME).unwrap_or(now),
            })
            .await?;
        transaction.commit().await?;
        Ok(handle)
    }

    /// The object id of whoever has the name, where anybody does.
    pub(crate) async fn named(&self, typed: Option<&str>) -> Result<Option<String>, Failure> {
        let Some(Ok(upn)) = typed.map(store::Upn::parse) else { return Ok(None) };
        let mut reader = self.store().read().await?;
        Ok(reader.person_by_upn(&upn).await?.map(|person| person.id))
    }

    /// Laps are counted on: whoever comes from a wall and wants the same again is on the next one.
    async fn laps_before(&self, begin: &Begin<'_>, now: Timestamp) -> Result<u32, Failure> {
        let Some(before) = begin.before else { return Ok(0) };
        let mut snapshot = self.store().read().await?;
        let Some(kept) = snapshot.interaction(&hash(before), now).await? else { return Ok(0) };
        let before: SignIn = decode(&kept.state)?;
        Ok(if goal(&before.purpose) == goal(&begin.purpose) { before.laps } else { 0 })
    }
}

/// What two sign-ins have in common that lead to the same.
fn goal(purpose: &Purpose) -> (&'static str, Option<&str>) {
    match purpose {
        Purpose::Application { request } => ("app", Some(request.address.client().as_str())),
        Purpose::SecurityInfo => ("security-info", None),
        Purpose::Activity => ("activity", None),
        Purpose::Admin { .. } => ("admin", None),
        Purpose::Device => ("device", None),
        Purpose::Authenticator => ("authenticator", None),
    }
}

/// What was shown in a session.
pub(crate) fn shown_in(session: &store::Session) -> Result<Vec<Shown>, Failure> {
    Ok(state_of(session)?.shown)
}

/// Terms of use that the person accepted.
pub(crate) type Accepted = BTreeSet<cardea_policy::id::TermsId>;

pub(crate) fn hash(secret: &Secret) -> SecretHash {
    SecretHash::of(secret.expose().as_bytes())
}

pub(crate) fn encode(sign_in: &SignIn) -> Result<String, Failure> {
    serde_json::to_string(sign_in).map_err(Failure::unreadable("a sign-in in progress"))
}

pub(crate) fn decode(state: &str) -> Result<SignIn, Failure> {
    serde_json::from_str(state).map_err(Failure::unreadable("a sign-in in progress"))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
