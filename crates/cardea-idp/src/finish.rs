//! The end of a sign-in: the browser gets a session, the application its code, the log a record.

use cardea_oidc::answer::{self, Carried};
use cardea_oidc::authorize::{ClientInfo, Request};
use cardea_oidc::secret::Secret;
use cardea_policy::control::PersistentBrowser;
use cardea_store as store;
use cardea_store::{
    Change, OneTime, OneTimeKind, Persistence, Replaced, SecretHash, SessionStanding, Transaction,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::authorize::Browser;
use crate::decision::{Case, Next};
use crate::failure::Failure;
use crate::grant::{Flow, From, Grant, ends};
use crate::idp::Idp;
use crate::log;
use crate::random;
use crate::shown::Shown;
use crate::sign_in::{Progress, Purpose, SignIn, Stage, encode, hash, hex};
use crate::visitor::Visitor;

/// How long a session lasts that the browser forgets when it is closed.
const BROWSER: SignedDuration = SignedDuration::from_hours(24);
/// How long one lasts that it keeps (Entra: ninety days).
const PERSISTENT: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How long a code can be redeemed. RFC 6749 section 4.1.2 recommends ten minutes at most.
const CODE: SignedDuration = SignedDuration::from_mins(2);

/// Whether the browser keeps the session when it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stay {
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// Whether the person is asked if the browser shall stay signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StayQuestion {
    /// They are.
    Open,
    /// They are not: it is settled already.
    Settled,
}

/// A sign-in that ended well.
#[derive(Debug)]
pub struct Finished {
    /// The secret of the session, for the cookie.
    pub session: Secret,
    /// Until when the cookie is kept; `None` until the browser is closed.
    pub kept_until: Option<Timestamp>,
    /// Where the browser goes.
    pub destination: Destination,
}

/// Where a browser goes after a sign-in.
#[derive(Debug)]
pub enum Destination {
    /// Back to the application, with its code.
    Application(Carried),
    /// To the page that was opened, or on in Authenticator.
    Page(Purpose),
}

impl Idp {
    /// Ends a sign-in whose stage is "granted". `None` where it is not, or where another request
    /// was first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn finish(
        &self,
        progress: &Progress,
        browser: &Browser<'_>,
        stay: Stay,
    ) -> Result<Option<Finished>, Failure> {
        let (Stage::Known(Next::Granted), Some(subject)) = (&progress.stage, &progress.subject)
        else {
            return Ok(None);
        };
        let mut transaction = self.store().write().await?;
        let (session, row) =
            keep_session(&mut transaction, (progress, browser), (&subject.row.id, stay)).await?;
        if !moved_on(&mut transaction, progress, &row).await? {
            return Ok(None);
        }
        for shown in &progress.sign_in.shown {
            if let crate::shown::Method::Passkey { id } = &shown.method {
                transaction.passkey_let_in(id, shown.at).await?;
            }
        }
        transaction.add_sign_in(&log::granted(progress, browser.visitor)?).await?;
        let destination = match &progress.sign_in.purpose {
            Purpose::Application { request } => {
                let from = From::of(browser.visitor);
                let (code, value) = code(progress, request, (&row, from))?;
                transaction.put_one_time(&value).await?;
                // A step-up in another tab gives the session a new id, and the code stays good.
                transaction.tie_one_time((value.kind, &value.hash), &row.hash).await?;
                let sid = state_of(&row)?.sid;
                Destination::Application(answered(progress, request, &code, (&row, &sid)))
            }
            purpose @ (Purpose::SecurityInfo
            | Purpose::Activity
            | Purpose::Admin { .. }
            | Purpose::Device
            | Purpose::Authenticator) => Destination::Page(purpose.clone()),
        };
        transaction.commit().await?;
        let kept_until = (row.persistence == Persistence::Persistent).then_some(row.ends);
        Ok(Some(Finished { session, kept_until, destination }))
    }

    /// Whether the person is asked if the browser shall stay signed in. They are not where a policy
    /// decides that (Entra: *Persistent browser session* hides the question), where the browser's
    /// session of theirs is kept already, or where they prove nothing and only go on with a session.
    ///
    /// # Errors
    /// The database failed.
    pub async fn stay_question(
        &self,
        progress: &Progress,
        browser: &Browser<'_>,
    ) -> Result<StayQuestion, Failure> {
        let case = progress.case();
        let decided = case.as_ref().and_then(Case::persistence).is_some();
        if decided || (progress.sign_in.session.is_some() && !progress.shows_anew()) {
            return Ok(StayQuestion::Settled);
        }
        let Some(subject) = &progress.subject else { return Ok(StayQuestion::Open) };
        let mut reader = self.store().read().await?;
        for hash in sessions(progress, browser) {
            if let Some((session, SessionStanding::Live)) =
                reader.session(&hash, progress.now).await?
                && session.person == subject.row.id
                && session.persistence == Persistence::Persistent
            {
                return Ok(StayQuestion::Settled);
            }
        }
        Ok(StayQuestion::Open)
    }

    /// Writes the record of a sign-in that came to a wall.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn log_wall(
        &self,
        progress: &Progress,
        (visitor, laps): (&Visitor, u32),
    ) -> Result<(), Failure> {
        let record = log::stopped(progress, (visitor, laps))?;
        let mut transaction = self.store().write().await?;
        transaction.add_sign_in(&record).await?;
        Ok(transaction.commit().await?)
    }
}

/// The browser's session and its secret. Where something was shown it has a new id, so that whoever
/// knew one before knows nothing afterwards; where nothing was, it is what it was. The session that the
/// browser had goes on if it is the same person's, with the refresh tokens that came of it, and ends
/// if it is somebody else's.
async fn keep_session(
    transaction: &mut Transaction,
    (progress, browser): (&Progress, &Browser<'_>),
    (person, stay): (&str, Stay),
) -> Result<(Secret, store::Session), Failure> {
    let now = progress.now;
    let held = browser.session.as_ref();
    let mut goes_on: Option<store::Session> = None;
    for hash in sessions(progress, browser) {
        match transaction.session(&hash, now).await? {
            Some((found, SessionStanding::Live)) if found.person == person => {
                goes_on.get_or_insert(found);
            }
            Some((found, SessionStanding::Live)) => {
                transaction.revoke_session(&found.hash, now).await?;
            }
            Some((_, SessionStanding::Ended | SessionStanding::Revoked)) | None => {}
        }
    }
    let Some(found) = goes_on else {
        let secret = random::secret()?;
        let row = session_row(progress, person, (&secret, persistence(progress, stay, None)))?;
        transaction.create_session(&row).await?;
        return Ok((secret, row));
    };
    let persistence = persistence(progress, stay, Some(found.persistence));
    let State { sid, shown } = state_of(&found)?;
    if let Some(secret) = held.filter(|it| hash(it) == found.hash)
        && progress.sign_in.session.is_some()
        && shown == progress.sign_in.shown
        && (persistence == found.persistence || persistence == Persistence::Browser)
    {
        return Ok((secret.clone(), store::Session { persistence, ..found }));
    }
    let secret = random::secret()?;
    let row = session_row(progress, person, (&secret, persistence))?;
    let state = state(sid, &progress.sign_in.shown)?;
    let row = store::Session { state, created: found.created, ..row };
    transaction.renew_session(&found.hash, &row.hash).await?;
    transaction.touch_session(&row.hash, &row.state, now).await?;
    transaction.prolong_session(&row.hash, (row.persistence, row.ends)).await?;
    Ok((secret, row))
}

/// Ends the sign-in. One to a page of ours, or of Authenticator, goes on there, which may ask for more.
async fn moved_on(
    transaction: &mut Transaction,
    progress: &Progress,
    session: &store::Session,
) -> Result<bool, Failure> {
    let Progress { hash, version, sign_in, .. } = progress;
    Ok(match sign_in.purpose {
        Purpose::Application { .. } => {
            transaction.end_interaction(hash, *version).await? == Change::Done
        }
        Purpose::SecurityInfo
        | Purpose::Activity
        | Purpose::Admin { .. }
        | Purpose::Device
        | Purpose::Authenticator => {
            let session = Some(hex(session.hash.as_bytes()));
            let state = encode(&SignIn { session, ..sign_in.clone() })?;
            let replaced = transaction.replace_interaction(hash, *version, &state).await?;
            matches!(replaced, Replaced::Done { .. })
        }
    })
}

/// Policies decide before the person does; `never` beats everything. What the person said before
/// counts on.
fn persistence(progress: &Progress, stay: Stay, before: Option<Persistence>) -> Persistence {
    let wish = progress.case().and_then(|case| case.persistence());
    match (wish, stay) {
        (Some(PersistentBrowser::Always), _) | (None, Stay::Yes) => Persistence::Persistent,
        (Some(PersistentBrowser::Never), _) => Persistence::Browser,
        (None, Stay::No) => before.unwrap_or(Persistence::Browser),
    }
}

fn session_row(
    progress: &Progress,
    person: &str,
    (secret, persistence): (&Secret, Persistence),
) -> Result<store::Session, Failure> {
    let (now, shown) = (progress.now, &progress.sign_in.shown);
    let lifetime = match persistence {
        Persistence::Browser => BROWSER,
        Persistence::Persistent => PERSISTENT,
    };
    let longest = now.saturating_add(lifetime).unwrap_or(now);
    Ok(store::Session {
        hash: hash(secret),
        person: person.to_owned(),
        created: now,
        last_seen: now,
        ends: ends(shown).map_or(longest, |pass| pass.min(longest)),
        persistence,
        state: state(sid_of(&hash(secret)), shown)?,
    })
}

/// What the database keeps of a session.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State {
    /// Its name in tokens, which stays while its id changes.
    pub(crate) sid: String,
    /// What was shown in it.
    pub(crate) shown: Vec<Shown>,
}

/// What the database keeps of a session.
pub(crate) fn state_of(session: &store::Session) -> Result<State, Failure> {
    serde_json::from_str(&session.state).map_err(Failure::unreadable("a session"))
}

fn state(sid: String, shown: &[Shown]) -> Result<String, Failure> {
    serde_json::to_string(&State { sid, shown: shown.to_vec() })
        .map_err(Failure::unreadable("a session"))
}

/// The sessions that a sign-in may go on with: the one that it began with, and the browser's.
fn sessions(progress: &Progress, browser: &Browser<'_>) -> impl Iterator<Item = SecretHash> {
    let begun = before(progress.sign_in.session.as_ref());
    begun.into_iter().chain(browser.session.as_ref().map(hash))
}

/// The hash of the session that a sign-in goes on with.
fn before(text: Option<&String>) -> Option<SecretHash> {
    SecretHash::from_hex(text?)
}

fn code(
    progress: &Progress,
    request: &Request,
    (session, from): (&store::Session, From),
) -> Result<(Secret, OneTime), Failure> {
    let sid = state_of(session)?.sid;
    let grant = Grant {
        family: random::guid()?,
        client: request.address.client().clone(),
        platform: request.address.platform(),
        scopes: request.scopes.clone(),
        person: session.person.clone(),
        shown: progress.sign_in.shown.clone(),
        sid,
        session: hex(session.hash.as_bytes()),
        correlation: progress.sign_in.correlation.clone(),
        flow: Flow::Ordinary,
        from,
        challenge: request.challenge.clone(),
        redirect_uri: request.address.uri().to_owned(),
        nonce: request.nonce.clone(),
        claims: request.claims.clone(),
        client_info: request.client_info,
    };
    let code = random::secret()?;
    let value = OneTime {
        kind: OneTimeKind::AuthorizationCode,
        hash: hash(&code),
        payload: serde_json::to_string(&grant).map_err(Failure::unreadable("a grant"))?,
        ends: progress.now.saturating_add(CODE).unwrap_or(progress.now),
    };
    Ok((code, value))
}

/// A name for a session: part of its first hash, from which nobody gets back to a secret.
fn sid_of(hash: &SecretHash) -> String {
    hex(hash.as_bytes()).chars().take(32).collect()
}

fn answered(
    progress: &Progress,
    request: &Request,
    code: &Secret,
    (session, sid): (&store::Session, &str),
) -> Carried {
    let issuer = &progress.snapshot.issuer;
    let client_info = (request.client_info == ClientInfo::Wanted)
        .then(|| answer::client_info(&session.person, issuer));
    let granted = answer::Granted { code, session_state: sid, client_info };
    answer::granted(&request.address, issuer, granted)
}
