//! Changes that somebody asks for: whether they may, and what the gate says.

use std::collections::BTreeSet;
use std::sync::Arc;

use cardea_check::fix::Effort;
use cardea_oidc::client::ClientId;
use cardea_policy::id::RoleId;
use cardea_store::{self as store, Object, Password};
use jiff::Timestamp;
use serde_json::Value;
use zeroize::Zeroizing;

use super::caller::{Caller, Denied};
use super::edit::{Edit, Edits};
use super::right::Right;
use crate::client::Declared;
use crate::failure::Failure;
use crate::gate::{self, Acceptance, Change, Draft, Outcome, Proof, Proposal, Stop};
use crate::idp::Idp;
use crate::import::{GROUP, USER};
use crate::snapshot::Snapshot;

/// The kind of applications.
pub const APPLICATION: &str = "application";
/// The kind of what of an application is in the tenant.
pub const SERVICE_PRINCIPAL: &str = "servicePrincipal";
/// The kind of role assignments.
pub const ROLE_ASSIGNMENT: &str = "unifiedRoleAssignment";

/// What somebody must be allowed to do who changes objects of a kind; `None` for kinds that nobody
/// changes one by one.
pub fn right_to_write(kind: &str) -> Option<Right> {
    Some(match kind {
        "conditionalAccessPolicy"
        | "ipNamedLocation"
        | "countryNamedLocation"
        | "compliantNetworkNamedLocation"
        | "authenticationContextClassReference"
        | "crossTenantAccessPolicyConfiguration"
        | "deviceRegistrationPolicy"
        | "agreement" => Right::WritePolicies,
        "authenticationStrengthPolicy" => Right::WriteStrengths,
        "authenticationMethodsPolicy" | "authenticationMethodConfiguration" => {
            Right::WriteMethodsPolicy
        }
        GROUP => Right::WriteGroups,
        USER => Right::WriteUsers,
        APPLICATION | SERVICE_PRINCIPAL => Right::WriteApps,
        "device" => Right::WriteDevices,
        ROLE_ASSIGNMENT | "directoryRole" | "unifiedRoleDefinition" => Right::WriteRoles,
        "attributeSet" | "customSecurityAttributeDefinition" => Right::DefineAttributes,
        _ => return None,
    })
}

impl Idp {
    /// Makes changes, if whoever asks may make them and the gate lets them through.
    ///
    /// # Errors
    /// The database failed, or the tenant in it cannot be read. Refusals are answers.
    pub async fn change(
        &self,
        caller: &Caller,
        (edits, accepted): (&Edits, &[Acceptance]),
        now: Timestamp,
    ) -> Result<Result<Outcome, Denied>, Failure> {
        if let Err(denied) = self.allowed(caller, &edits.edits).await? {
            return Ok(Err(denied));
        }
        let change = Change::Edits(edits);
        let proposal = Proposal { change, accepted, actor: caller.actor() };
        Ok(Ok(gate::admit(self.store(), &proposal, now).await?))
    }

    /// Proves what changes would do, without making them.
    ///
    /// # Errors
    /// The database failed, or the tenant in it cannot be read.
    pub async fn draft(
        &self,
        caller: &Caller,
        (edits, effort): (&Edits, Effort),
        now: Timestamp,
    ) -> Result<Result<Result<Draft, Stop>, Denied>, Failure> {
        if let Err(denied) = caller.may(Right::ReadPolicies) {
            return Ok(Err(denied));
        }
        let proposal =
            Proposal { change: Change::Edits(edits), accepted: &[], actor: caller.actor() };
        Ok(Ok(gate::draft(self.store(), &proposal, (effort, now)).await?))
    }

    /// What is proved of the tenant as it is, with fixes. Proved once for each revision and day.
    ///
    /// # Errors
    /// The database failed, or the tenant in it cannot be read.
    pub async fn proof(&self, now: Timestamp) -> Result<Arc<Proof>, Failure> {
        let mut latest = self.latest_proof().lock().await;
        let mut reader = self.store().read().await?;
        let key = (reader.revision().await?, crate::settings::day(now));
        if let Some((known, proof)) = &*latest
            && *known == key
        {
            return Ok(proof.clone());
        }
        let proof = Arc::new(Proof::of(&mut reader, (Effort::default(), now)).await?);
        *latest = Some((key, proof.clone()));
        Ok(proof)
    }

    /// A password as it is kept.
    ///
    /// # Errors
    /// The work was lost.
    pub async fn hashed(
        &self,
        password: Zeroizing<String>,
        now: Timestamp,
    ) -> Result<Password, Failure> {
        Ok(Password { phc: self.hasher().hash(password).await?, changed: now })
    }

    /// Whether somebody may make these changes.
    async fn allowed(
        &self,
        caller: &Caller,
        edits: &[Edit],
    ) -> Result<Result<(), Denied>, Failure> {
        let snapshot = self.snapshot().await?;
        let mut reader = self.store().read().await?;
        for edit in edits {
            if let Err(denied) = may_edit(caller, edit, (&snapshot, &mut reader)).await? {
                return Ok(Err(denied));
            }
        }
        Ok(Ok(()))
    }
}

async fn may_edit(
    caller: &Caller,
    edit: &Edit,
    (snapshot, reader): (&Snapshot, &mut store::Snapshot),
) -> Result<Result<(), Denied>, Failure> {
    Ok(match edit {
        Edit::PutPerson(person) => {
            caller.may_to(Right::WriteUsers, &person.id, &roles_of(snapshot, &person.id))
        }
        Edit::DeletePerson(id) if caller.is(id) => Err(Denied::Self_(Right::WriteUsers)),
        Edit::DeletePerson(id) | Edit::PutPassword { person: id, .. } => {
            caller.may_to(Right::WriteUsers, id, &roles_of(snapshot, id))
        }
        Edit::PutClientSecret(secret) => may_act_as(caller, snapshot, &secret.client),
        Edit::DeleteClientSecret { client, .. } => may_act_as(caller, snapshot, client),
        Edit::AddMember(membership) => {
            may_fill(caller, snapshot, &membership.group).and_then(|()| {
                let raises =
                    is_privileged(snapshot, &membership.group) && caller.is(&membership.member);
                if raises { Err(Denied::Self_(Right::WriteRoles)) } else { Ok(()) }
            })
        }
        Edit::RemoveMember { group, .. } => may_fill(caller, snapshot, group),
        // Whoever may get people in again with a pass may do it so; never for themselves, and never for
        // those who administer.
        Edit::Exempt(exemption) => {
            let person = &exemption.person;
            caller.may_to(Right::WriteMethods, person, &roles_of(snapshot, person))
        }
        Edit::Put(object) => {
            let before = reader.object(&object.kind, &object.id).await?;
            may_write(caller, &object.kind, (before.as_ref(), Some(object)))
        }
        Edit::Delete { kind, id } => {
            let before = reader.object(kind, id).await?;
            let of_group = if kind == GROUP { may_fill(caller, snapshot, id) } else { Ok(()) };
            of_group.and_then(|()| may_write(caller, kind, (before.as_ref(), None)))
        }
    })
}

/// Whoever gives an application a secret can act as it.
fn may_act_as(caller: &Caller, snapshot: &Snapshot, client: &str) -> Result<(), Denied> {
    caller.may(Right::WriteApps)?;
    let client = ClientId::parse(client);
    let may_do = client.map(|client| snapshot.permissions_of(&client).for_itself().count());
    if may_do.unwrap_or(0) > 0 { caller.may_elevate() } else { Ok(()) }
}

/// The members of a group that has roles, or can be given some, are as good as its roles (Entra,
/// *Use groups to manage role assignments*).
fn may_fill(caller: &Caller, snapshot: &Snapshot, group: &str) -> Result<(), Denied> {
    caller.may(Right::WriteGroups)?;
    if is_privileged(snapshot, group) { caller.may_elevate() } else { Ok(()) }
}

fn is_privileged(snapshot: &Snapshot, group: &str) -> bool {
    use cardea_tenant::directory::RoleAssignable;
    snapshot.tenant().directory.groups.iter().any(|it| {
        it.id.as_str().eq_ignore_ascii_case(group)
            && (it.role_assignable == RoleAssignable::Yes || !it.roles.is_empty())
    })
}

fn may_write(
    caller: &Caller,
    kind: &str,
    (before, after): (Option<&Object>, Option<&Object>),
) -> Result<(), Denied> {
    let right = right_to_write(kind).ok_or(Denied::Right(Right::WriteSettings))?;
    let attributes = |object: Option<&Object>| field(object, "customSecurityAttributes");
    if attributes(before) != attributes(after) && after.is_some() {
        caller.may(Right::AssignAttributes)?;
        let others = |object: Option<&Object>| without(object, "customSecurityAttributes");
        if others(before) == others(after) {
            return Ok(());
        }
    }
    caller.may(right)?;
    // Nobody raises themselves: somebody else with the role has to.
    let given_to = field(after, "principalId");
    let is_own = given_to.as_ref().and_then(Value::as_str).is_some_and(|id| caller.is(id));
    if kind == ROLE_ASSIGNMENT && is_own {
        return Err(Denied::Self_(right));
    }
    let own = |object: Option<&Object>| {
        let declared = object.map(|object| Declared::of(&object.json)).unwrap_or_default();
        declared.for_itself().map(|it| it.name).collect::<BTreeSet<_>>()
    };
    let elevates = match kind {
        // Whoever changes an application that may do much for itself can act as it.
        APPLICATION => !own(before).is_empty() || !own(after).is_empty(),
        GROUP => {
            let assignable =
                |object| field(object, "isAssignableToRole") == Some(Value::Bool(true));
            assignable(before) || assignable(after)
        }
        _ => false,
    };
    if elevates { caller.may_elevate() } else { Ok(()) }
}

fn field(object: Option<&Object>, name: &str) -> Option<Value> {
    let mut json: serde_json::Map<String, Value> = serde_json::from_str(&object?.json).ok()?;
    json.remove(name).filter(|it| !it.is_null())
}

fn without(object: Option<&Object>, name: &str) -> Option<serde_json::Map<String, Value>> {
    let mut json: serde_json::Map<String, Value> = serde_json::from_str(&object?.json).ok()?;
    json.remove(name);
    Some(json)
}

/// The roles of a person; of somebody who is not enabled, those that they would have.
pub(crate) fn roles_of(snapshot: &Snapshot, person: &str) -> BTreeSet<RoleId> {
    let directory = &snapshot.tenant().directory;
    match snapshot.person(person) {
        Some(at) => directory.person(at).roles,
        None => snapshot.roles_assigned_to(person),
    }
}
