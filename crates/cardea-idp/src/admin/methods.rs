//! The methods of people, as administrators see and change them: Graph's `authenticationMethod`.
//!
//! No secret is ever among them: of a password that there is one, of an authenticator app its name.

use cardea_store::{self as store, AuditEntry, Change, Pass, Passkey, Usable};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::caller::{Caller, Denied};
use super::right::Right;
use super::shape::{Json, moment};
use crate::failure::Failure;
use crate::idp::Idp;
use crate::provider;

/// The id that Graph gives everybody's password.
pub const PASSWORD: &str = "28c10230-6103-485e-b985-444c60001490";

/// The kinds of methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Passkeys.
    Fido2,
    /// The Temporary Access Pass.
    TemporaryAccessPass,
    /// The password.
    Password,
    /// Authenticator apps that make codes.
    SoftwareOath,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::Fido2, Self::TemporaryAccessPass, Self::Password, Self::SoftwareOath];

    /// The name of the type in Graph, without its namespace.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Fido2 => "fido2AuthenticationMethod",
            Self::TemporaryAccessPass => "temporaryAccessPassAuthenticationMethod",
            Self::Password => "passwordAuthenticationMethod",
            Self::SoftwareOath => "softwareOathAuthenticationMethod",
        }
    }

    /// The name of the collection in Graph's addresses.
    pub fn collection(self) -> &'static str {
        match self {
            Self::Fido2 => "fido2Methods",
            Self::TemporaryAccessPass => "temporaryAccessPassMethods",
            Self::Password => "passwordMethods",
            Self::SoftwareOath => "softwareOathMethods",
        }
    }
}

/// A person's methods of one kind, or of all kinds.
///
/// # Errors
/// The database failed.
pub async fn of_person(
    store: &mut store::Snapshot,
    (person, kind): (&str, Option<Kind>),
    now: Timestamp,
) -> Result<Vec<Json>, Failure> {
    let wanted = |it: Kind| kind.is_none_or(|kind| kind == it);
    let mut methods = Vec::new();
    if wanted(Kind::Fido2) {
        methods.extend(store.passkeys(person).await?.iter().map(passkey));
    }
    if wanted(Kind::TemporaryAccessPass) {
        methods.extend(store.pass(person).await?.iter().map(|it| pass(it, now)));
    }
    if wanted(Kind::Password) {
        methods.extend(store.password(person).await?.map(|it| {
            json!({
                "id": PASSWORD, "password": null, "createdDateTime": moment(it.changed),
            })
        }));
    }
    if wanted(Kind::SoftwareOath) {
        methods.extend(store.totps(person).await?.iter().map(|it| {
            json!({
                "id": it.id, "secretKey": null, "displayName": it.name,
                "createdDateTime": moment(it.created),
            })
        }));
    }
    Ok(methods.into_iter().filter_map(object).collect())
}

fn object(value: Value) -> Option<Json> {
    match value {
        Value::Object(mut json) => {
            let kind = kind_of(&json)?;
            let name = format!("#microsoft.graph.{}", kind.type_name());
            json.insert("@odata.type".to_owned(), Value::from(name));
            Some(json)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            None
        }
    }
}

/// The kind of a method that this module made.
fn kind_of(json: &Json) -> Option<Kind> {
    let has = |name: &str| json.contains_key(name);
    Some(if has("aaGuid") {
        Kind::Fido2
    } else if has("isUsableOnce") {
        Kind::TemporaryAccessPass
    } else if has("password") {
        Kind::Password
    } else if has("secretKey") {
        Kind::SoftwareOath
    } else {
        return None;
    })
}

/// A passkey as Graph shows it.
pub fn passkey(passkey: &Passkey) -> Value {
    json!({
        "id": passkey.id, "displayName": passkey.name,
        "createdDateTime": moment(passkey.created), "aaGuid": passkey.aaguid,
        "model": provider(&passkey.aaguid), "attestationCertificates": [],
        "attestationLevel":
            if crate::is_proven(passkey) { "attested" } else { "notAttested" },
        "passkeyType": if crate::is_synced(passkey) { "synced" } else { "deviceBound" },
    })
}

/// A pass as Graph shows it. Its text is never known again.
pub fn pass(pass: &Pass, now: Timestamp) -> Value {
    let store::NewPass { id, starts, ends, usable, created, .. } = &pass.issued;
    let minutes = ends.duration_since(*starts).as_secs() / 60;
    let reason = if *usable == Usable::Once && pass.used_at.is_some() {
        "OneTimeUsed"
    } else if now < *starts {
        "NotYetValid"
    } else if pass.closed.is_some() || now >= *ends {
        "Expired"
    } else {
        "EnabledByPolicy"
    };
    json!({
        "id": id, "temporaryAccessPass": null, "createdDateTime": moment(*created),
        "startDateTime": moment(*starts), "lifetimeInMinutes": minutes,
        "isUsableOnce": *usable == Usable::Once, "isUsable": reason == "EnabledByPolicy",
        "methodUsabilityReason": reason,
    })
}

/// What became of a removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// It is gone.
    Done,
    /// The person has no such method.
    Absent,
}

impl Idp {
    /// Removes one of a person's methods.
    ///
    /// # Errors
    /// The database failed. A refusal is an answer.
    pub async fn remove_method(
        &self,
        caller: &Caller,
        (person, kind, id): (&str, Kind, &str),
        now: Timestamp,
    ) -> Result<Result<Removed, Denied>, Failure> {
        let snapshot = self.snapshot().await?;
        let roles = super::change::roles_of(&snapshot, person);
        if let Err(denied) = caller.may_to(Right::WriteMethods, person, &roles) {
            return Ok(Err(denied));
        }
        let mut transaction = self.store().write().await?;
        let entry = AuditEntry {
            actor: caller.actor().to_owned(),
            action: String::from("Admin deleted security info"),
            target: person.to_owned(),
            json: json!({ "method": kind.type_name(), "id": id }).to_string(),
        };
        let audited = transaction.audit(now, &entry).await?;
        let change = match kind {
            Kind::Fido2 => transaction.delete_passkey(&audited, person, id).await?,
            Kind::SoftwareOath => transaction.delete_totp(&audited, person, id).await?,
            Kind::Password if id == PASSWORD => {
                transaction.delete_password(&audited, person).await?
            }
            Kind::TemporaryAccessPass => {
                let known = transaction.pass(person).await?;
                if known.is_some_and(|pass| pass.issued.id == id) {
                    transaction.delete_pass(&audited, person).await?
                } else {
                    Change::Absent
                }
            }
            Kind::Password => Change::Absent,
        };
        Ok(Ok(match change {
            Change::Done => {
                transaction.commit().await?;
                Removed::Done
            }
            Change::Absent => Removed::Absent,
        }))
    }

    /// Ends every session of a person, and every token that came of one.
    ///
    /// # Errors
    /// The database failed. A refusal is an answer.
    pub async fn revoke_sessions(
        &self,
        caller: &Caller,
        person: &str,
        now: Timestamp,
    ) -> Result<Result<(), Denied>, Failure> {
        let snapshot = self.snapshot().await?;
        let roles = super::change::roles_of(&snapshot, person);
        if let Err(denied) = caller.may_to(Right::WriteUsers, person, &roles) {
            return Ok(Err(denied));
        }
        let mut transaction = self.store().write().await?;
        let entry = AuditEntry {
            actor: caller.actor().to_owned(),
            action: String::from("Revoke user sign-in sessions"),
            target: person.to_owned(),
            json: String::from("{}"),
        };
        let audited = transaction.audit(now, &entry).await?;
        transaction.revoke_sessions_of(&audited, person, now).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }
}
