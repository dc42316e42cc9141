//! Changes of what the tenant holds, one object at a time.
//!
//! Whoever makes an [`Edit`] has looked at the object as it was; what it was is part of the change,
//! by its [`tag`], so that of two people who change the same object the second is told instead of
//! undoing what the first did.

use aws_lc_rs::digest;
use cardea_store as store;
use cardea_store::{
    Audited, ClientSecret, Membership, Object, Password, Person, StoredPerson, Transaction,
};
use serde_json::{Value, json};

use super::change::{APPLICATION, ROLE_ASSIGNMENT};
use super::exemption::Exemption;
use crate::failure::Failure;
use crate::gate::{POLICY, Stop};
use crate::import::{GROUP, Imported, USER};
use crate::recover::is_enabled;

/// A change of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// An object is created or takes the place of the one with its id.
    Put(Object),
    /// An object is deleted.
    Delete {
        /// What it is.
        kind: String,
        /// Its id.
        id: String,
    },
    /// A person is created or takes the place of the one with their id.
    PutPerson(Box<Person>),
    /// A person gets this password in place of the one that they had.
    PutPassword {
        /// The person.
        person: String,
        /// The password, hashed.
        password: Password,
    },
    /// An application gets another secret.
    PutClientSecret(ClientSecret),
    /// A secret of an application is taken away.
    DeleteClientSecret {
        /// The application, by its client id.
        client: String,
        /// The id of the secret.
        id: String,
    },
    /// A person is deleted, with everything that is theirs.
    DeletePerson(String),
    /// Somebody or something comes into a group.
    AddMember(Membership),
    /// Somebody or something leaves a group.
    RemoveMember {
        /// The group.
        group: String,
        /// Who leaves it.
        member: String,
    },
    /// Somebody comes out of a policy for some hours.
    Exempt(Box<Exemption>),
}

/// Whether a change can make any difference to who gets in where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It can: it is proved.
    Decides,
    /// It cannot, as a telephone number: it is made without a proof.
    Describes,
}

/// Changes that are made together or not at all.
#[derive(Clone, Debug)]
pub struct Edits {
    /// The changes, in order.
    pub edits: Vec<Edit>,
    /// What the objects were when they were looked at, where somebody said so (`If-Match`).
    pub expected: Vec<Expected>,
    /// Whether they can make a difference.
    pub effect: Effect,
    /// What is done, as Graph's `activityDisplayName`.
    pub activity: &'static str,
    /// The id of what it is done to.
    pub target: String,
}

/// An object as somebody saw it before changing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// What it is.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its [`tag`].
    pub tag: String,
}

impl Edits {
    /// One change that is proved.
    pub fn one(edit: Edit, activity: &'static str) -> Self {
        let target = edit.target().to_owned();
        Self { edits: vec![edit], expected: Vec::new(), effect: Effect::Decides, activity, target }
    }

    /// Nothing yet, to be proved when there is something.
    pub(crate) fn none(activity: &'static str) -> Self {
        let (edits, expected) = (Vec::new(), Vec::new());
        let target = String::from("tenant");
        Self { edits, expected, effect: Effect::Decides, activity, target }
    }

    /// The same, if the object is still what it was.
    #[must_use]
    pub fn expecting(mut self, kind: &str, id: &str, tag: Option<&str>) -> Self {
        let expected = tag.map(|tag| Expected {
            kind: kind.to_owned(),
            id: id.to_owned(),
            tag: tag.to_owned(),
        });
        self.expected.extend(expected);
        self
    }

    /// Whether nothing but policies is changed.
    pub(crate) fn is_of_policies(&self) -> bool {
        self.edits.iter().all(|edit| edit.kind() == POLICY)
    }

    /// Whether somebody comes out of a policy for some hours, under another control.
    pub(crate) fn is_exemption(&self) -> bool {
        self.edits.iter().any(|edit| matches!(edit, Edit::Exempt(_)))
    }

    /// Whether they can only make policies ask less: policies are deleted, or are not on afterwards.
    pub(crate) fn is_easing(&self) -> bool {
        let is_on = |edit: &Edit| matches!(edit, Edit::Put(object) if is_enabled(&object.json));
        self.is_of_policies() && !self.edits.iter().any(is_on)
    }

    /// Writes the changes; or says why they cannot be made.
    pub(crate) async fn apply(
        &self,
        transaction: &mut Transaction,
        audited: &Audited,
    ) -> Result<Result<Imported, Stop>, Failure> {
        for expected in &self.expected {
            if let Some(stop) = expected.fault(transaction).await? {
                return Ok(Err(stop));
            }
        }
        let mut imported = Imported::default();
        for edit in &self.edits {
            if let Some(stop) = edit.apply(transaction, audited).await? {
                return Ok(Err(stop));
            }
            imported.replaced += 1;
        }
        Ok(Ok(imported))
    }

    /// Every object before and after, as the audit log keeps it. Asked before anything is written.
    pub(crate) async fn told(&self, store: &mut store::Snapshot) -> Result<Value, Failure> {
        let mut told = Vec::new();
        for edit in &self.edits {
            let before = edit.before(store).await?;
            told.push(json!({
                "kind": edit.kind(), "id": edit.target(),
                "before": before.as_deref().map(object), "after": edit.after(),
            }));
        }
        Ok(Value::Array(told))
    }
}

impl Edit {
    fn kind(&self) -> &str {
        match self {
            Self::Put(object) => &object.kind,
            Self::Delete { kind, .. } => kind,
            Self::PutPerson(_) | Self::PutPassword { .. } | Self::DeletePerson(_) => USER,
            Self::AddMember(_) | Self::RemoveMember { .. } | Self::Exempt(_) => GROUP,
            Self::PutClientSecret(_) | Self::DeleteClientSecret { .. } => APPLICATION,
        }
    }

    fn target(&self) -> &str {
        match self {
            Self::Put(object) => &object.id,
            Self::Delete { id, .. }
            | Self::DeletePerson(id)
            | Self::PutPassword { person: id, .. } => id,
            Self::PutPerson(person) => &person.id,
            Self::AddMember(membership) => &membership.group,
            Self::PutClientSecret(secret) => &secret.client,
            Self::DeleteClientSecret { client, .. } => client,
            Self::RemoveMember { group, .. } => group,
            Self::Exempt(exemption) => exemption.group(),
        }
    }

    async fn before(&self, store: &mut store::Snapshot) -> Result<Option<String>, Failure> {
        Ok(match self {
            Self::Put(Object { kind, id, .. }) | Self::Delete { kind, id } => {
                store.object(kind, id).await?.map(|object| object.json)
            }
            Self::PutPerson(person) => store.person(&person.id).await?.map(|it| it.json),
            Self::DeletePerson(id) => store.person(id).await?.map(|it| it.json),
            Self::AddMember(_)
            | Self::Exempt(_)
            | Self::PutPassword { .. }
            | Self::PutClientSecret(_)
            | Self::DeleteClientSecret { .. } => None,
            Self::RemoveMember { member, .. } => Some(json!({ "member": member }).to_string()),
        })
    }

    fn after(&self) -> Option<Value> {
        match self {
            Self::Put(new) => Some(object(&new.json)),
            Self::PutPerson(person) => Some(object(&person.json)),
            Self::AddMember(membership) => Some(json!({ "member": membership.member })),
            Self::Exempt(exemption) => Some(json!({ "exemption": exemption })),
            // Not even its hash goes into the log.
            Self::PutPassword { .. } => Some(json!({ "passwordProfile": "changed" })),
            Self::PutClientSecret(secret) => Some(json!({ "secret": secret.id })),
            Self::DeleteClientSecret { id, .. } => Some(json!({ "removed": id })),
            Self::Delete { .. } | Self::DeletePerson(_) | Self::RemoveMember { .. } => None,
        }
    }

    async fn apply(
        &self,
        transaction: &mut Transaction,
        audited: &Audited,
    ) -> Result<Option<Stop>, Failure> {
        match self {
            Self::Put(object) => put(transaction, audited, object).await?,
            Self::Delete { kind, id } => {
                if delete(transaction, audited, (kind, id)).await? == store::Change::Absent {
                    return Ok(Some(Stop::Absent { kind: kind.clone(), id: id.clone() }));
                }
            }
            Self::PutPerson(person) => {
                if transaction.put_person(audited, person).await? == StoredPerson::NameTaken {
                    return Ok(Some(Stop::NameTaken(person.upn.as_str().to_owned())));
                }
            }
            Self::PutPassword { person, password } => {
                transaction.put_password(audited, person, password).await?;
            }
            Self::DeletePerson(id) => {
                if transaction.delete_person(audited, id).await? == store::Change::Absent {
                    return Ok(Some(Stop::Absent { kind: USER.to_owned(), id: id.clone() }));
                }
            }
            Self::AddMember(membership) => transaction.add_member(audited, membership).await?,
            Self::Exempt(exemption) => exemption.begin(transaction, audited).await?,
            Self::PutClientSecret(secret) => transaction.add_client_secret(audited, secret).await?,
            Self::DeleteClientSecret { client, id } => {
                transaction.delete_client_secret(audited, client, id).await?;
            }
            Self::RemoveMember { group, member } => {
                let change = transaction.remove_member(audited, group, member).await?;
                if change == store::Change::Absent {
                    return Ok(Some(Stop::Absent { kind: GROUP.to_owned(), id: member.clone() }));
                }
            }
        }
        Ok(None)
    }
}

/// Writes an object, and what follows from it.
async fn put(
    transaction: &mut Transaction,
    audited: &Audited,
    object: &Object,
) -> Result<(), Failure> {
    transaction.put_object(audited, object).await?;
    // A pass was given to somebody without this role, by somebody who may not give one to whoever has
    // it.
    if let Some(person) = assigned_to(object) {
        transaction.delete_pass(audited, &person).await?;
    }
    Ok(())
}

impl Expected {
    async fn fault(&self, store: &mut store::Snapshot) -> Result<Option<Stop>, Failure> {
        let Self { kind, id, tag: expected } = self;
        let now = if kind == USER {
            store.person(id).await?.map(|person| person.json)
        } else {
            store.object(kind, id).await?.map(|object| object.json)
        };
        Ok(match now {
            None => Some(Stop::Absent { kind: kind.clone(), id: id.clone() }),
            Some(json) if tag(&json) != *expected => {
                Some(Stop::Conflict { kind: kind.clone(), id: id.clone(), current: json })
            }
            Some(_) => None,
        })
    }
}

/// Deletes an object, with who is in it and where it is a member.
async fn delete(
    transaction: &mut Transaction,
    audited: &Audited,
    (kind, id): (&str, &str),
) -> Result<store::Change, Failure> {
    let change = transaction.delete_object(audited, kind, id).await?;
    if change == store::Change::Done {
        if kind == GROUP {
            transaction.set_members(audited, id, &[]).await?;
        }
        // Groups, devices and service principals are members of groups.
        for membership in transaction.groups_of(id).await? {
            transaction.remove_member(audited, &membership.group, id).await?;
        }
    }
    Ok(change)
}

/// What tells an object from what it was before a change: part of the SHA-256 of its text.
pub fn tag(json: &str) -> String {
    let digest = digest::digest(&digest::SHA256, json.as_bytes());
    let bytes = digest.as_ref().iter().take(12);
    bytes.fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Whom a role assignment gives a role.
fn assigned_to(object: &Object) -> Option<String> {
    let is_assignment = object.kind == ROLE_ASSIGNMENT;
    let json: Value = serde_json::from_str(&object.json).ok().filter(|_| is_assignment)?;
    json.get("principalId").and_then(Value::as_str).map(str::to_owned)
}

/// The object of a text; the text itself where it is none, so that the log loses nothing.
fn object(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|_| Value::from(json))
}
