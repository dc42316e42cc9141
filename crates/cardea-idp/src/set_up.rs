//! Administrators who make their first passkey with a link that works once.
//!
//! The link is the only thing that they show, so it is short-lived, is taken when it is opened, and
//! is good for those administrators only whom the tenant names: at its beginning, or in a recovery.

use cardea_oidc::secret::Secret;
use cardea_store as store;
use cardea_store::{AuditEntry, Interaction, OneTime, OneTimeKind, SecretHash, Store, Taken};
use cardea_webauthn::registration::{self, Selection};
use cardea_webauthn::{RegistrationAnswer, Start, UserEntity};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::ceremony::{Ceremony, challenge_in};
use crate::failure::Failure;
use crate::idp::Idp;
use crate::registration::{Registered, row};
use crate::settings::{Awaited, Settings};
use crate::sign_in::user_handle;
use crate::{gate, random};

/// How long a link can be opened.
pub const LINK: SignedDuration = SignedDuration::from_mins(15);
/// How long the set-up can take after that.
const LIFETIME: SignedDuration = SignedDuration::from_mins(30);

/// A link that works once.
#[derive(Debug)]
pub struct Link {
    /// What stands behind the `#`.
    pub code: Secret,
    /// From when on it works no more.
    pub ends: Timestamp,
}

/// Somebody who is to make a passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Administrator {
    /// The object id.
    pub id: String,
    /// The name that they will sign in with.
    pub upn: String,
    /// The name that others see.
    pub display_name: String,
}

/// Where a set-up stands.
#[derive(Clone, Debug)]
pub struct SetUp {
    hash: SecretHash,
    /// Who makes a passkey now; `None` when all have.
    pub next: Option<Administrator>,
    /// How many have made theirs.
    pub made: usize,
    /// How many are still to, the next one among them.
    pub left: usize,
    /// Where the sheet for emergencies lies on the server, if there is one.
    pub sheet: Option<String>,
}

/// What the database keeps of an opened link.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Opened {
    set_up: (),
}

/// A new link, if somebody is awaited.
///
/// # Errors
/// The database failed or holds no tenant.
pub async fn link(store: &Store, now: Timestamp) -> Result<Option<Link>, Failure> {
    let awaited = awaited(&mut store.read().await?).await?;
    if awaited.is_none_or(|awaited| awaited.administrators.is_empty()) {
        return Ok(None);
    }
    let (code, ends) = (random::secret()?, now.saturating_add(LINK).unwrap_or(now));
    let kept = OneTime {
        kind: OneTimeKind::SetupLink,
        hash: SecretHash::of(code.expose().as_bytes()),
        payload: String::from("{}"),
        ends,
    };
    let mut transaction = store.write().await?;
    transaction.put_one_time(&kept).await?;
    transaction.commit().await?;
    Ok(Some(Link { code, ends }))
}

async fn awaited(store: &mut store::Snapshot) -> Result<Option<Awaited>, Failure> {
    let tenant = store.tenant().await?.ok_or(Failure::NoTenant)?;
    Ok(Settings::of(&tenant)?.set_up)
}

impl Idp {
    /// Takes the link's code. The secret goes into the browser's cookie; `None` where the code is
    /// wrong, was used, or is over.
    ///
    /// # Errors
    /// The database failed.
    pub async fn open_set_up(&self, code: &str, now: Timestamp) -> Result<Option<Secret>, Failure> {
        let mut transaction = self.store().write().await?;
        let hash = SecretHash::of(code.trim().as_bytes());
        match transaction.take_one_time(OneTimeKind::SetupLink, &hash, now).await? {
            Taken::Now(_) => {}
            Taken::Before(_) | Taken::Expired | Taken::Unknown => return Ok(None),
        }
        let handle = random::secret()?;
        let state = serde_json::to_string(&Opened { set_up: () });
        let interaction = Interaction {
            hash: SecretHash::of(handle.expose().as_bytes()),
            version: 0,
            state: state.map_err(Failure::unreadable("a set-up"))?,
            created: now,
            ends: now.saturating_add(LIFETIME).unwrap_or(now),
        };
        transaction.create_interaction(&interaction).await?;
        transaction.commit().await?;
        Ok(Some(handle))
    }

    /// Where the set-up of a browser stands; `None` if it has none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_up(&self, handle: &Secret, now: Timestamp) -> Result<Option<SetUp>, Failure> {
        let hash = SecretHash::of(handle.expose().as_bytes());
        let mut reader = self.store().read().await?;
        let Some(interaction) = reader.interaction(&hash, now).await? else { return Ok(None) };
        if serde_json::from_str::<Opened>(&interaction.state).is_err() {
            return Ok(None);
        }
        let Some(awaited) = awaited(&mut reader).await? else { return Ok(None) };
        let next = match awaited.administrators.first() {
            Some(id) => reader.person(id).await?,
            None => None,
        };
        Ok(Some(SetUp {
            hash,
            next: next.map(|person| Administrator {
                id: person.id,
                upn: person.upn.as_str().to_owned(),
                display_name: person.display_name,
            }),
            made: awaited.made,
            left: awaited.administrators.len(),
            sheet: awaited.sheet,
        }))
    }

    /// Asks the browser to make the next administrator's passkey; `None` where all have theirs.
    ///
    /// # Errors
    /// The database failed, or there is no chance to be had.
    pub async fn ask_set_up_passkey(
        &self,
        set_up: &SetUp,
        now: Timestamp,
    ) -> Result<Option<Ceremony>, Failure> {
        let Some(next) = &set_up.next else { return Ok(None) };
        let start = Start::random(now).map_err(|_| Failure::NoRandom)?;
        let user = UserEntity {
            id: user_handle(&next.id)?,
            name: next.upn.clone(),
            display_name: next.display_name.clone(),
        };
        let (options, pending) =
            registration::options(self.relying_party(), user, &[], &Selection::default(), start);
        let hash = bound(set_up, &next.id, pending.challenge().as_bytes());
        let kept = (hash, pending.expires_at());
        Ok(Some(self.begin_ceremony(&options.public_key, &pending, kept).await?))
    }

    /// Keeps the passkey that the browser made for the next administrator. With the last one the
    /// set-up is over.
    ///
    /// # Errors
    /// The database failed.
    pub async fn make_set_up_passkey(
        &self,
        set_up: &SetUp,
        answer: &str,
        now: Timestamp,
    ) -> Result<Registered, Failure> {
        let Some(next) = &set_up.next else { return Ok(Registered::NotNow) };
        let answer = match RegistrationAnswer::parse(answer.as_bytes()) {
            Ok(answer) => answer,
            Err(error) => return Ok(Registered::Refused(error)),
        };
        let Some(challenge) = challenge_in(&answer.response.client_data_json) else {
            return Ok(Registered::ChallengeGone);
        };
        let hash = bound(set_up, &next.id, &challenge);
        let Some(pending) = self.take_ceremony(&hash, now).await? else {
            return Ok(Registered::ChallengeGone);
        };
        let party = self.relying_party();
        match registration::verify(party, pending, &answer, now, self.trust()) {
            Ok(made) => {
                let passkey = row(&next.id, (made.facts(), ""), now)?;
                self.keep_set_up_passkey(next, passkey, now).await
            }
            Err(error) => Ok(Registered::Refused(error)),
        }
    }

    async fn keep_set_up_passkey(
        &self,
        next: &Administrator,
        passkey: store::Passkey,
        now: Timestamp,
    ) -> Result<Registered, Failure> {
        let mut transaction = self.store().write().await?;
        // Whoever was faster, in another tab or with another link, has made it.
        let awaited = awaited(&mut transaction).await?;
        if awaited.is_none_or(|awaited| awaited.administrators.first() != Some(&next.id)) {
            return Ok(Registered::NotNow);
        }
        let entry = AuditEntry {
            actor: next.id.clone(),
            action: String::from("User registered security info"),
            target: next.id.clone(),
            json: json!({
                "method": "fido2", "id": passkey.id, "aaGuid": passkey.aaguid, "by": "setUpLink",
            })
            .to_string(),
        };
        let audited = transaction.audit(now, &entry).await?;
        if let Some(refused) =
            Registered::refusing(transaction.add_passkey(&audited, &passkey).await?)
        {
            return Ok(refused);
        }
        gate::change_settings(&mut transaction, &audited, |settings| {
            if let Some(awaited) = &mut settings.set_up {
                awaited.administrators.retain(|id| *id != next.id);
                awaited.made += 1;
            }
        })
        .await?;
        transaction.commit().await?;
        Ok(Registered::Done { id: passkey.id })
    }
}

/// Ties a challenge to the browser and to the administrator whom it is for.
fn bound(set_up: &SetUp, administrator: &str, challenge: &[u8]) -> SecretHash {
    SecretHash::of(&[set_up.hash.as_bytes(), administrator.as_bytes(), challenge].concat())
}

#[cfg(test)]
mod tests;
