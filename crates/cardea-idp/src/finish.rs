//! The end of a sign-in: the browser gets a session, the application its code, the log a record.

use cardea_oidc::answer::{self, Carried};
use cardea_oidc::authorize::{ClientInfo, Request};
use cardea_oidc::secret::Secret;
use cardea_policy::control::PersistentBrowser;
use cardea_store as store;
use cardea_store::{Change, OneTime, OneTimeKind, Persistence, Replaced, SecretHash, Transaction};
use jiff::{SignedDuration, Timestamp};

use crate::decision::Next;
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
    /// To the page that was opened.
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
        visitor: &Visitor,
        stay: Stay,
    ) -> Result<Option<Finished>, Failure> {
        let (Stage::Known(Next::Granted), Some(subject)) = (&progress.stage, &progress.subject)
        else {
            return Ok(None);
        };
        let now = progress.now;
        let persistence = persistence(progress, stay);
        let session = random::secret()?;
        let row = session_row(progress, &subject.row.id, (&session, persistence))?;
        let until = row.ends;
        let mut transaction = self.store().write().await?;
        if !moved_on(&mut transaction, progress, &row).await? {
            return Ok(None);
        }
        // Whoever knew the session before this step knows nothing afterwards.
        if let Some(before) = before(&progress.sign_in.session) {
            transaction.renew_session(&before, &row.hash).await?;
            transaction.touch_session(&row.hash, &row.state, now).await?;
            if transaction.session(&row.hash, now).await?.is_none() {
                transaction.create_session(&row).await?;
            }
        } else {
            transaction.create_session(&row).await?;
        }
        for shown in &progress.sign_in.shown {
            if let crate::shown::Method::Passkey { id } = &shown.method {
                transaction.passkey_let_in(id, shown.at).await?;
            }
        }
        transaction.add_sign_in(&log::granted(progress, visitor)?).await?;
        let destination = match &progress.sign_in.purpose {
            Purpose::Application { request } => {
                let from = From::of(visitor);
                let (code, value) = code(progress, request, (&row, from))?;
                transaction.put_one_time(&value).await?;
                Destination::Application(answered(progress, request, &code, &row))
            }
            purpose @ (Purpose::SecurityInfo | Purpose::Activity | Purpose::Device) => {
                Destination::Page(purpose.clone())
            }
        };
        transaction.commit().await?;
        let kept_until = (persistence == Persistence::Persistent).then_some(until);
        Ok(Some(Finished { session, kept_until, destination }))
    }

    /// Writes the record of a sign-in that came to a wall.
    ///
    /// # Errors
    /// The database failed.
    pub async fn log_wall(&self, progress: &Progress, visitor: &Visitor) -> Result<(), Failure> {
        let record = log::stopped(progress, visitor)?;
        let mut transaction = self.store().write().await?;
        transaction.add_sign_in(&record).await?;
        Ok(transaction.commit().await?)
    }
}

/// Ends the sign-in. One to a page of ours goes on with the page, which may ask for more.
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
        Purpose::SecurityInfo | Purpose::Activity | Purpose::Device => {
            let session = Some(hex(session.hash.as_bytes()));
            let state = encode(&SignIn { session, ..sign_in.clone() })?;
            let replaced = transaction.replace_interaction(hash, *version, &state).await?;
            matches!(replaced, Replaced::Done { .. })
        }
    })
}

/// Policies decide before the person does; `never` beats everything.
fn persistence(progress: &Progress, stay: Stay) -> Persistence {
    let wish = progress.case().and_then(|case| case.persistence());
    match (wish, stay) {
        (Some(PersistentBrowser::Always), _) | (None, Stay::Yes) => Persistence::Persistent,
        (Some(PersistentBrowser::Never), _) | (None, Stay::No) => Persistence::Browser,
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
        state: state(shown)?,
    })
}

pub(crate) fn state(shown: &[Shown]) -> Result<String, Failure> {
    serde_json::to_string(shown).map_err(Failure::unreadable("a session"))
}

/// The hash of the session that a sign-in goes on with.
fn before(text: &Option<String>) -> Option<SecretHash> {
    SecretHash::from_hex(text.as_deref()?)
}

fn code(
    progress: &Progress,
    request: &Request,
    (session, from): (&store::Session, From),
) -> Result<(Secret, OneTime), Failure> {
    let grant = Grant {
        family: random::guid()?,
        client: request.address.client().clone(),
        platform: request.address.platform(),
        scopes: request.scopes.clone(),
        person: session.person.clone(),
        shown: progress.sign_in.shown.clone(),
        sid: sid(session),
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

/// The name of a session in tokens: part of a hash, from which nobody gets back to its secret.
pub(crate) fn sid(session: &store::Session) -> String {
    hex(session.hash.as_bytes()).chars().take(32).collect()
}

fn answered(
    progress: &Progress,
    request: &Request,
    code: &Secret,
    session: &store::Session,
) -> Carried {
    let issuer = &progress.snapshot.issuer;
    let client_info = (request.client_info == ClientInfo::Wanted)
        .then(|| answer::client_info(&session.person, issuer));
    let granted = answer::Granted { code, session_state: &sid(session), client_info };
    answer::granted(&request.address, issuer, granted)
}
