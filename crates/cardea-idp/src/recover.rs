//! The way back in when no administrator has one: offline, with the server stopped.

use std::collections::BTreeSet;

use cardea_check::fix::Effort;
use cardea_policy::policy::State;
use cardea_store as store;
use cardea_store::{Account, AuditEntry, Object, Person, PersonKind, Store, StoredPerson, Upn};
use jiff::Timestamp;
use serde_json::json;

use crate::admin::role::GLOBAL_ADMINISTRATOR;
use crate::failure::Failure;
use crate::first_run::role;
use crate::gate::{self, Change, Outcome, POLICY, Proof, Proposal};
use crate::json::{self, Field, Spacing};
use crate::random;
use crate::settings::Awaited;

/// Who recovers, in the audit log.
const ACTOR: &str = "cardea recover";
/// How often policies are looked for that shut out whom the last ones did not.
const ROUNDS: usize = 50;

/// What stands between administrators and their tenant.
#[derive(Debug)]
pub struct Walls {
    /// Policies that lock out every administrator, to be set to report-only.
    pub policies: Vec<Wall>,
    /// What the prover says of the tenant as it is; its findings are those about administrators.
    pub proof: Proof,
}

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wall {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
}

/// Looks for the policies that lock out every administrator. Nothing is changed.
///
/// # Errors
/// The database failed or holds no tenant.
pub async fn walls(store: &Store, now: Timestamp) -> Result<Walls, Failure> {
    let mut trial = store.write().await?;
    let entry = entry("Look for policies that lock out every administrator", "tenant", "{}");
    let audited = trial.audit(now, &entry).await?;
    let mut policies = Vec::new();
    let mut first = None;
    for _ in 0..ROUNDS {
        let mut proof = Proof::of(&mut trial, (Effort::NONE, now)).await?;
        proof.report.findings = proof.last_admin();
        let places = proof.report.findings.iter().flat_map(|finding| &finding.places);
        let named: BTreeSet<String> = places.map(|label| label.object.clone()).collect();
        first.get_or_insert(proof);
        let mut found = false;
        for mut object in trial.objects(POLICY).await? {
            let is_named = named.contains(&object.name) || named.contains(&object.id);
            if !is_named || !is_enabled(&object.json) {
                continue;
            }
            found = true;
            let state = json::quoted(State::ReportOnly.name());
            let fields = [Field::With("state", &state)];
            object.json = json::rewritten(&object.json, &fields, Spacing::Compact)?;
            trial.put_object(&audited, &object).await?;
            policies.push(Wall { id: object.id, name: object.name });
        }
        if !found {
            break;
        }
    }
    drop(trial);
    Ok(Walls { policies, proof: first.ok_or(Failure::NoTenant)? })
}

/// Whether a policy is on.
pub(crate) fn is_enabled(json: &str) -> bool {
    let object: Result<serde_json::Value, _> = serde_json::from_str(json);
    object.is_ok_and(|object| {
        let state = object.get("state").or_else(|| object.get("State"));
        state.and_then(serde_json::Value::as_str) == Some(State::Enabled.name())
    })
}

/// Sets policies to report-only, each with a record of its own.
///
/// # Errors
/// The database failed.
pub async fn open(store: &Store, walls: &[Wall], now: Timestamp) -> Result<(), Failure> {
    for wall in walls {
        let change = Change::Policy { policy: &wall.id, state: State::ReportOnly };
        let proposal = Proposal { change, accepted: &[], actor: ACTOR };
        match gate::admit(store, &proposal, now).await? {
            Outcome::Done { .. } | Outcome::Stopped(_) => {}
            Outcome::Refused { .. } | Outcome::Unacceptable(_) | Outcome::Overtaken => {
                return Err(Failure::Proving);
            }
        }
    }
    Ok(())
}

/// Makes somebody a Global Administrator who may make a passkey with a set-up link: the person with
/// this name, or a new one.
///
/// # Errors
/// The database failed or holds no tenant.
pub async fn appoint(store: &Store, upn: &Upn, now: Timestamp) -> Result<Person, Failure> {
    let mut transaction = store.write().await?;
    let known = transaction.person_by_upn(upn).await?;
    let id = match &known {
        Some(person) => person.id.clone(),
        None => random::guid()?,
    };
    let details = json!({"upn": upn.as_str(), "isNew": known.is_none()}).to_string();
    let audited = transaction.audit(now, &entry("Recover tenant", &id, &details)).await?;
    let person = match known {
        Some(person) => enabled(person)?,
        None => newcomer(id, upn, now),
    };
    let person = Person { changed: now, ..person };
    if transaction.put_person(&audited, &person).await? == StoredPerson::NameTaken {
        return Err(Failure::Unreadable {
            what: "the administrator's name",
            reason: String::from("somebody else has one that looks the same"),
        });
    }
    let is_administrator = is_administrator(&mut transaction, &person.id).await?;
    if !is_administrator {
        let role = role(&person.id)?;
        let object = Object {
            kind: String::from("unifiedRoleAssignment"),
            id: role.get("id").and_then(|id| id.as_str()).unwrap_or_default().to_owned(),
            name: String::from("Global Administrator"),
            position: 0,
            json: role.to_string(),
            changed: now,
        };
        transaction.put_object(&audited, &object).await?;
    }
    gate::change_settings(&mut transaction, &audited, |settings| {
        let sheet = settings.set_up.take().and_then(|awaited| awaited.sheet);
        let administrators = Vec::from([person.id.clone()]);
        settings.set_up = Some(Awaited { administrators, made: 0, sheet });
    })
    .await?;
    transaction.commit().await?;
    Ok(person)
}

fn enabled(person: Person) -> Result<Person, Failure> {
    let fields = [Field::With("accountEnabled", "true")];
    let json = json::rewritten(&person.json, &fields, Spacing::Compact)?;
    Ok(Person { account: Account::Enabled, json, ..person })
}

fn newcomer(id: String, upn: &Upn, now: Timestamp) -> Person {
    let name = upn.as_str().split('@').next().unwrap_or_default().to_owned();
    let json = json!({
        "id": id, "displayName": name, "userPrincipalName": upn.as_str(),
        "userType": "Member", "accountEnabled": true,
    });
    Person {
        json: json.to_string(),
        id,
        upn: upn.clone(),
        display_name: name,
        account: Account::Enabled,
        kind: PersonKind::Member,
        changed: now,
        sessions_valid_from: None,
    }
}

async fn is_administrator(store: &mut store::Snapshot, person: &str) -> Result<bool, Failure> {
    for object in store.objects("unifiedRoleAssignment").await? {
        let role: serde_json::Value = serde_json::from_str(&object.json)
            .map_err(Failure::unreadable("a role assignment in the database"))?;
        let is =
            |field: &str, value: &str| role.get(field).and_then(|it| it.as_str()) == Some(value);
        let everywhere = role.get("directoryScopeId").is_none() || is("directoryScopeId", "/");
        if everywhere && is("principalId", person) && is("roleDefinitionId", GLOBAL_ADMINISTRATOR) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn entry(action: &str, target: &str, json: &str) -> AuditEntry {
    AuditEntry {
        actor: ACTOR.to_owned(),
        action: action.to_owned(),
        target: target.to_owned(),
        json: json.to_owned(),
    }
}

#[cfg(test)]
mod tests;
