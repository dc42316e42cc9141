//! Temporary exemptions: somebody is out of one policy for some hours, and under another control in
//! its place.
//!
//! It is a way out for people who cannot register under a policy that Authenticator itself cannot
//! meet: an end, a compensating policy, and a removal that nobody has to think of. Each pair of
//! policy and control has one group that the policy leaves out, and one policy for that group; both
//! stay when nobody is exempt, so that the help desk can exempt somebody without writing policies.
//!
//! Sources: Entra, *Register passkeys in Authenticator* (approved apps, compliance);
//! *Conditional Access: Users and groups* (exclusions are of groups).

mod slot;

use std::collections::BTreeSet;

use cardea_store as store;
use cardea_store::{AuditEntry, Audited, MemberKind, Membership, Object, Transaction};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use slot::Slot;

use super::caller::{Caller, Denied};
use super::change::roles_of;
use super::edit::{Edit, Edits};
use super::right::Right;
use crate::failure::Failure;
use crate::gate::{POLICY, change_settings};
use crate::idp::Idp;
use crate::random;
use crate::settings::Settings;

/// What the log calls the beginning of an exemption.
pub const BEGUN: &str = "Exempt from conditional access policy";
/// What the log calls its end.
pub const ENDED: &str = "End exemption from conditional access policy";
/// How many hours an exemption may last.
pub const HOURS: [u32; 6] = [1, 4, 8, 24, 72, 168];
/// Who ends what nobody ended before.
const CLOCK: &str = "cardea serve";

/// Somebody who is out of a policy for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exemption {
    /// Its id.
    pub id: String,
    /// The object id of the person.
    pub person: String,
    /// The id of the policy.
    pub policy: String,
    group: String,
    /// What holds in the policy's place.
    pub control: Control,
    /// When it began.
    pub begun: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
    /// The object id of whoever gave it.
    pub by: String,
}

/// What holds in the place of a policy that somebody is exempt from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "location")]
pub enum Control {
    /// The policy's apps are reached from this named location only.
    Within(String),
    /// They are reached with a compliant device only.
    CompliantDevice,
}

/// An exemption that somebody wants to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// The object id of the person.
    pub person: &'a str,
    /// The id of the policy.
    pub policy: &'a str,
    /// How many hours it lasts, one of [`HOURS`].
    pub hours: u32,
    /// What holds in the policy's place.
    pub control: Control,
}

/// Why an exemption cannot be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no such policy.
    #[error("there is no such policy any more")]
    NoPolicy,
    /// The policy is not on, so it stops nobody.
    #[error("this policy is not on, so it stops nobody")]
    NotOn,
    /// There is no such named location.
    #[error("there is no such named location any more")]
    NoLocation,
    /// It would last too short or too long.
    #[error("an exemption lasts 1, 4, 8, 24, 72 or 168 hours")]
    Hours,
}

/// What became of an exemption that was to end before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It ended.
    Done,
    /// It had ended.
    Absent,
}

impl Control {
    fn word(&self) -> &str {
        match self {
            Self::Within(location) => location,
            Self::CompliantDevice => "compliantDevice",
        }
    }
}

impl Exemption {
    /// The group that the policy leaves out.
    pub fn group(&self) -> &str {
        &self.group
    }

    /// The membership that it is made of.
    fn membership(&self) -> Membership {
        Membership {
            group: self.group.clone(),
            member: self.person.clone(),
            kind: MemberKind::Person,
        }
    }

    /// Begins it. Another one of the same person from the same policy ends with that, whatever held in
    /// the policy's place.
    pub(super) async fn begin(
        &self,
        transaction: &mut Transaction,
        audited: &Audited,
    ) -> Result<(), Failure> {
        let tenant = transaction.tenant().await?.ok_or(Failure::NoTenant)?;
        let mut before = Settings::of(&tenant)?.exemptions;
        before.retain(|it| it.policy == self.policy && it.person == self.person);
        for exemption in before {
            exemption.end(transaction, audited).await?;
        }
        transaction.add_member(audited, &self.membership()).await?;
        change_settings(transaction, audited, |settings| settings.exemptions.push(self.clone()))
            .await
    }

    /// Ends it. What is not there any more has ended.
    async fn end(&self, transaction: &mut Transaction, audited: &Audited) -> Result<(), Failure> {
        // Absent where somebody took the person out by hand, or deleted them.
        let _ = transaction.remove_member(audited, &self.group, &self.person).await?;
        change_settings(transaction, audited, |settings| {
            settings.exemptions.retain(|it| it.id != self.id);
        })
        .await
    }
}

fn is_on(policy: &Object) -> bool {
    crate::recover::is_enabled(&policy.json)
}

impl Idp {
    /// The changes that exempt somebody; who may make them is decided where they are made.
    ///
    /// # Errors
    /// The database failed. A refusal is an answer.
    pub async fn exempting(
        &self,
        caller: &Caller,
        wanted: &Wanted<'_>,
        now: Timestamp,
    ) -> Result<Result<Edits, Refused>, Failure> {
        if !HOURS.contains(&wanted.hours) {
            return Ok(Err(Refused::Hours));
        }
        let length = SignedDuration::from_hours(i64::from(wanted.hours));
        let Ok(ends) = now.checked_add(length) else { return Ok(Err(Refused::Hours)) };
        let mut reader = self.store().read().await?;
        let Some(policy) = reader.object(POLICY, wanted.policy).await? else {
            return Ok(Err(Refused::NoPolicy));
        };
        if !is_on(&policy) {
            return Ok(Err(Refused::NotOn));
        }
        let Some(words) = words_of(&mut reader, &wanted.control).await? else {
            return Ok(Err(Refused::NoLocation));
        };
        let slot = Slot { policy: &policy, control: &wanted.control, words };
        let mut edits = slot.missing(&mut reader, now).await?;
        edits.push(Edit::Exempt(Box::new(Exemption {
            id: random::guid()?,
            person: wanted.person.to_owned(),
            policy: policy.id.clone(),
            group: slot.group(),
            control: wanted.control.clone(),
            begun: now,
            ends,
            by: caller.actor().to_owned(),
        })));
        let mut all = Edits::none(BEGUN);
        all.edits = edits;
        wanted.person.clone_into(&mut all.target);
        Ok(Ok(all.expecting(POLICY, &policy.id, Some(&super::edit::tag(&policy.json)))))
    }

    /// Everybody who is exempt, the next to end first.
    ///
    /// # Errors
    /// The database failed. A refusal is an answer.
    pub async fn exemptions(
        &self,
        caller: &Caller,
    ) -> Result<Result<Vec<Exemption>, Denied>, Failure> {
        if let Err(denied) = caller.may(Right::ReadDirectory) {
            return Ok(Err(denied));
        }
        Ok(Ok(self.all_exemptions().await?))
    }

    /// What one person is exempt from, the next to end first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn exemptions_of(&self, person: &str) -> Result<Vec<Exemption>, Failure> {
        let mut all = self.all_exemptions().await?;
        all.retain(|it| it.person == person);
        Ok(all)
    }

    async fn all_exemptions(&self) -> Result<Vec<Exemption>, Failure> {
        let tenant = self.store().read().await?.tenant().await?.ok_or(Failure::NoTenant)?;
        let mut all = Settings::of(&tenant)?.exemptions;
        all.sort_by_key(|it| it.ends);
        Ok(all)
    }

    /// Ends an exemption before its time.
    ///
    /// # Errors
    /// The database failed. A refusal is an answer.
    pub async fn end_exemption(
        &self,
        caller: &Caller,
        id: &str,
        now: Timestamp,
    ) -> Result<Result<Ended, Denied>, Failure> {
        let all = self.all_exemptions().await?;
        let Some(exemption) = all.into_iter().find(|it| it.id == id) else {
            return Ok(Ok(Ended::Absent));
        };
        let roles = roles_of(&*self.snapshot().await?, &exemption.person);
        if let Err(denied) = caller.may_to(Right::WriteMethods, &exemption.person, &roles) {
            return Ok(Err(denied));
        }
        self.close(&[exemption], (caller.actor(), now)).await?;
        Ok(Ok(Ended::Done))
    }

    /// Ends every exemption whose time is over, and tells how many those were. Whoever asks twice
    /// ends nothing twice.
    ///
    /// # Errors
    /// The database failed.
    pub async fn end_exemptions(&self, now: Timestamp) -> Result<usize, Failure> {
        let Some(tenant) = self.store().read().await?.tenant().await? else { return Ok(0) };
        let mut over = Settings::of(&tenant)?.exemptions;
        over.retain(|it| it.ends <= now);
        if !over.is_empty() {
            self.close(&over, (CLOCK, now)).await?;
        }
        Ok(over.len())
    }

    /// Ends exemptions. Nothing is asked of the gate: the end was part of what it let through, and
    /// leads back to what the policies demand of everybody else.
    async fn close(
        &self,
        over: &[Exemption],
        (actor, now): (&str, Timestamp),
    ) -> Result<(), Failure> {
        let mut transaction = self.store().write().await?;
        for exemption in over {
            let entry = AuditEntry {
                actor: actor.to_owned(),
                action: ENDED.to_owned(),
                target: exemption.person.clone(),
                json: json!({ "exemption": exemption }).to_string(),
            };
            let audited = transaction.audit(now, &entry).await?;
            exemption.end(&mut transaction, &audited).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Of these policies those from which somebody can be exempt without another policy being
    /// written first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn prepared(&self, control: &Control) -> Result<BTreeSet<String>, Failure> {
        let mut reader = self.store().read().await?;
        let mut prepared = BTreeSet::new();
        let words = words_of(&mut reader, control).await?.unwrap_or_default();
        for policy in reader.objects(POLICY).await? {
            let slot = Slot { policy: &policy, control, words: words.clone() };
            if is_on(&policy) && slot.missing(&mut reader, Timestamp::UNIX_EPOCH).await?.is_empty()
            {
                prepared.insert(policy.id.clone());
            }
        }
        Ok(prepared)
    }
}

/// What a control is called: "only from Head office"; `None` where its named location is not there.
///
/// # Errors
/// The database failed.
pub async fn words_of(
    reader: &mut store::Snapshot,
    control: &Control,
) -> Result<Option<String>, Failure> {
    let Control::Within(location) = control else {
        return Ok(Some(String::from("only with a compliant device")));
    };
    for kind in ["ipNamedLocation", "countryNamedLocation", "compliantNetworkNamedLocation"] {
        if let Some(object) = reader.object(kind, location).await? {
            return Ok(Some(format!("only from {}", object.name)));
        }
    }
    Ok(None)
}
