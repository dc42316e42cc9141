//! Signing in a device that cannot show pages (RFC 8628).

use cardea_oidc::answer::DeviceAnswer;
use cardea_oidc::authorize::ClientInfo;
use cardea_oidc::client::{GrantType, Platform};
use cardea_oidc::code::Code;
use cardea_oidc::error::Error;
use cardea_oidc::token_request::{DeviceRequest, Form};
use cardea_oidc::user_code::UserCode;
pub use cardea_store::Decided;
use cardea_store::{Claim, Decision, DeviceCode, Limit, NewDeviceCode, Put, SecretHash, Verdict};
use cardea_tenant::journey::gate::Passage;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::decision::{Case, Next};
use crate::failure::Failure;
use crate::grant::{Flow, From, Grant};
use crate::idp::Idp;
use crate::random;
use crate::request;
use crate::sign_in::{Progress, Purpose, Stage, hash, stage_client_app};
use crate::visitor::Visitor;

/// How long a code can be entered.
const LIFETIME: SignedDuration = SignedDuration::from_mins(15);
/// How many seconds a device waits between questions.
const INTERVAL: u32 = 5;
/// How many codes one person may try.
const TRIES: Limit = Limit {
    attempts: 5,
    window: SignedDuration::from_mins(15),
    lock: SignedDuration::from_mins(15),
};

/// What a device asked for, as it is kept until somebody decides.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    scopes: cardea_oidc::scope::Scopes,
    claims: cardea_oidc::claims_request::ClaimsRequest,
    from: From,
}

/// A device that waits for a person's decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The code, for the person to compare and for the form that decides.
    pub code: String,
    /// The application.
    pub app: String,
    /// The address of the device.
    pub address: Option<std::net::IpAddr>,
    /// When it asked.
    pub asked: Timestamp,
}

/// What became of a code that somebody typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entered {
    /// The person decides about this device.
    Waiting(Waiting),
    /// There is no such code, or somebody else has it.
    Unknown,
    /// Too many codes were tried.
    Locked,
    /// The policies do not let the person sign a device in.
    Refused(Next),
    /// The sign-in is not at this point.
    Stale,
}

impl Idp {
    /// Gives a device its codes.
    ///
    /// # Errors
    /// The database failed. A refusal is an answer.
    pub async fn device_code(
        &self,
        form: Form<'_>,
        sender: &Visitor,
        now: Timestamp,
    ) -> Result<Result<DeviceAnswer, Error>, Failure> {
        let request = match DeviceRequest::parse(form) {
            Ok(request) => request,
            Err(error) => return Ok(Err(error)),
        };
        let snapshot = self.snapshot().await?;
        let (client, _) = match self.client(&snapshot, &request.client, now).await? {
            Ok(client) => client,
            Err(error) => return Ok(Err(error)),
        };
        if !client.grants.contains(&GrantType::DeviceCode) {
            return Ok(Err(Error::new(Code::GRANT_NOT_ALLOWED)));
        }
        if let Err(error) = request::of(&snapshot, &client, &request.scopes, &request.claims) {
            return Ok(Err(error));
        }
        let asked =
            Asked { scopes: request.scopes, claims: request.claims, from: From::of(sender) };
        let payload =
            serde_json::to_string(&asked).map_err(Failure::unreadable("a device code"))?;
        loop {
            let (code, user_code) = (random::secret()?, UserCode::from_random(random::bytes()?));
            let new = NewDeviceCode {
                hash: hash(&code),
                user_code: user_code.to_string(),
                client: client.id.to_string(),
                payload: payload.clone(),
                created: now,
                ends: now.saturating_add(LIFETIME).unwrap_or(now),
                interval: INTERVAL,
            };
            let mut transaction = self.store().write().await?;
            let put = transaction.put_device_code(&new).await?;
            transaction.commit().await?;
            if put == Put::Stored {
                let (seconds, interval) = (LIFETIME.as_secs(), i64::from(INTERVAL));
                let issuer = &snapshot.issuer;
                return Ok(Ok(DeviceAnswer::new(issuer, &user_code, &code, seconds, interval)));
            }
        }
    }

    /// Takes the code that a person typed. It is theirs to decide from then on.
    ///
    /// # Errors
    /// The database failed.
    pub async fn enter_code(&self, progress: &Progress, typed: &str) -> Result<Entered, Failure> {
        let (_, code, found) = match self.claimed(progress, typed).await? {
            Ok(claimed) => claimed,
            Err(refused) => return Ok(refused),
        };
        let asked = read(&found.payload)?;
        let next = Self::judged(progress, &found.client, &asked);
        if next != Next::Granted {
            return Ok(Entered::Refused(next));
        }
        let app = progress.snapshot.clients.values().find(|it| it.id.as_str() == found.client);
        Ok(Entered::Waiting(Waiting {
            code: code.to_string(),
            app: app.map_or_else(|| found.client.clone(), |client| client.name.clone()),
            address: asked.from.address,
            asked: found.created,
        }))
    }

    /// Keeps what the person says to the device.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decide_device(
        &self,
        progress: &Progress,
        (typed, approve): (&str, Approval),
    ) -> Result<Decided, Failure> {
        // Only the session that typed the code has it again. Guesses count here as they do where it is typed.
        let Ok((by, _, found)) = self.claimed(progress, typed).await? else {
            return Ok(Decided::Refused);
        };
        let asked = read(&found.payload)?;
        let approved = approve == Approval::Approve
            && Self::judged(progress, &found.client, &asked) == Next::Granted;
        let payload = if approved { Some(granted(progress, &found.client, asked)?) } else { None };
        let decision = match &payload {
            Some(payload) => Decision::Approve { payload },
            None => Decision::Deny,
        };
        let mut transaction = self.store().write().await?;
        let decided =
            transaction.decide_device_code(&found.hash, &by, decision, progress.now).await?;
        transaction.commit().await?;
        Ok(decided)
    }

    /// What a typed code belongs to, and the session that has it from now on. Every try is counted until one is
    /// right, so that codes cannot be guessed.
    async fn claimed(
        &self,
        progress: &Progress,
        typed: &str,
    ) -> Result<Result<(SecretHash, UserCode, DeviceCode), Entered>, Failure> {
        let session = progress.sign_in.session.as_deref().filter(|_| is_open(progress));
        let Some(session) = session.and_then(SecretHash::from_hex) else {
            return Ok(Err(Entered::Stale));
        };
        let person = progress.sign_in.person.as_deref().unwrap_or_default();
        let key = format!("userCode:{person}");
        let mut transaction = self.store().write().await?;
        let verdict = transaction.count_attempt(&key, &TRIES, progress.now).await?;
        transaction.commit().await?;
        if let Verdict::Locked { .. } = verdict {
            return Ok(Err(Entered::Locked));
        }
        let Some(code) = UserCode::typed(typed) else { return Ok(Err(Entered::Unknown)) };
        let mut transaction = self.store().write().await?;
        let claim =
            transaction.claim_device_code(&code.to_string(), &session, progress.now).await?;
        if matches!(claim, Claim::Claimed(_)) {
            transaction.clear_attempts(&key).await?;
        }
        transaction.commit().await?;
        let Claim::Claimed(found) = claim else { return Ok(Err(Entered::Unknown)) };
        Ok(Ok((session, code, found)))
    }

    /// What the policies say to this person signing this application in on a device.
    fn judged(progress: &Progress, client: &str, asked: &Asked) -> Next {
        let snapshot = &progress.snapshot;
        let client = snapshot.clients.values().find(|known| known.id.as_str() == client);
        let (Some(case), Some(client)) = (progress.case(), client) else {
            return Next::Show(std::collections::BTreeSet::new());
        };
        let Ok(request) = request::of(snapshot, client, &asked.scopes, &asked.claims) else {
            return Next::Show(std::collections::BTreeSet::new());
        };
        let flow = Flow::DeviceCode.in_policies();
        let place = asked.from.visitor().at(snapshot, stage_client_app(Platform::Native), flow);
        Case { request: &request, place: &place, passage: Passage::Plain, ..case }.next()
    }
}

/// What a person says to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approval {
    /// It is theirs.
    Approve,
    /// It is not.
    Deny,
}

fn is_open(progress: &Progress) -> bool {
    matches!(progress.stage, Stage::Known(Next::Granted))
        && matches!(progress.sign_in.purpose, Purpose::Device)
}

fn granted(progress: &Progress, client: &str, asked: Asked) -> Result<String, Failure> {
    let grant = Grant {
        family: random::guid()?,
        client: cardea_oidc::client::ClientId::parse(client).ok_or(Failure::NoTenant)?,
        platform: Platform::Native,
        scopes: asked.scopes,
        person: progress.sign_in.person.clone().unwrap_or_default(),
        shown: progress.sign_in.shown.clone(),
        sid: random::guid()?,
        session: String::new(),
        correlation: progress.sign_in.correlation.clone(),
        flow: Flow::DeviceCode,
        from: asked.from,
        challenge: None,
        redirect_uri: String::new(),
        nonce: None,
        claims: asked.claims,
        client_info: ClientInfo::NotWanted,
    };
    serde_json::to_string(&grant).map_err(Failure::unreadable("a grant"))
}

fn read(payload: &str) -> Result<Asked, Failure> {
    serde_json::from_str(payload).map_err(Failure::unreadable("a device code"))
}
