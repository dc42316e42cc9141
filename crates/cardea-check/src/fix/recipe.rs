//! One description of a fix, from which the changed files are made. The changed tenant is read from
//! those files, so that what is proved and what is applied cannot differ.

use cardea_graph::document::Value;
use cardea_graph::edit::{Change, Edited, Edits, Json, ObjectId, Refusal};
use cardea_graph::export::{Found, ValueRef};
use cardea_graph::lower::Lowered;
use cardea_graph::recognise::ObjectKind;
use cardea_policy::place::{Field, Object, Place, PolicyIndex};

use super::notation::Notation;

/// A possible fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recipe {
    /// What it does, as an imperative.
    pub(super) title: String,
    /// Remarks for the person who applies it.
    pub(super) notes: Vec<String>,
    /// What is done, in this order.
    pub(super) steps: Vec<Step>,
}

/// One step of a fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Changes an object of the input.
    Change(Object, Vec<Change>),
    /// Adds a policy that is a copy of another one as it is now, with changes.
    CopyPolicy(PolicyIndex, Copied),
    /// Adds a strength with this name beside an object.
    AddStrength(Object, String, Json),
}

/// A copy of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Copied {
    /// What the file's name gets behind.
    pub(super) word: &'static str,
    /// The display name.
    pub(super) name: String,
    /// What differs from the original.
    pub(super) changes: Vec<Change>,
}

/// What Graph gives to a new policy by itself.
const OWN: [&str; 6] =
    ["id", "createdDateTime", "modifiedDateTime", "deletedDateTime", "templateId", "description"];

impl Recipe {
    /// The changed files.
    pub(super) fn edits(&self, lowered: &Lowered) -> Result<Vec<Edited>, Refusal> {
        let mut edits = Edits::new(&lowered.export);
        for step in &self.steps {
            match step {
                Step::Change(object, changes) => {
                    let id = object_id(&mut edits, lowered, *object)?;
                    for change in changes {
                        edits.change(id, &spelled(lowered, *object, change))?;
                    }
                }
                Step::CopyPolicy(policy, copied) => {
                    let id = object_id(&mut edits, lowered, Object::Policy(*policy))?;
                    let copy = edits.copy(id, copied.word)?;
                    for own in OWN {
                        edits.change(copy, &Change::drop(own))?;
                    }
                    let name = Json::text(copied.name.clone());
                    edits.change(copy, &Change::set("displayName", name))?;
                    for change in &copied.changes {
                        edits.change(copy, &Notation::of(lowered, *policy).spelled(change))?;
                    }
                }
                Step::AddStrength(beside, name, strength) => {
                    let neighbour = object_id(&mut edits, lowered, *beside)?;
                    edits.create(neighbour, name, strength)?;
                }
            }
        }
        edits.finish()
    }
}

fn object_id(
    edits: &mut Edits<'_>,
    lowered: &Lowered,
    object: Object,
) -> Result<ObjectId, Refusal> {
    edits.object(find(lowered, object).ok_or(Refusal::Gone)?)
}

/// Where an object stands in the export.
pub(super) fn find(lowered: &Lowered, object: Object) -> Option<ValueRef> {
    let kind = match object {
        Object::Policy(policy) => {
            return lowered.policies.get(policy.position()).map(|found| found.at);
        }
        Object::MethodsPolicy => return pass_configuration(lowered),
        Object::Strength(_) => ObjectKind::Strength,
        Object::Settings | Object::Input => return None,
    };
    let span = lowered.positions.exact(Place { object, field: Field::Whole })?;
    let objects = lowered.export.objects.iter().filter(|found| found.kind == kind);
    objects
        .map(|found| found.at)
        .find(|at| lowered.export.value(*at).is_some_and(|value| value.span() == *span))
}

const PASS: &str = "TemporaryAccessPass";

/// The methods policy that has the configuration of passes, or that configuration on its own.
fn pass_configuration(lowered: &Lowered) -> Option<ValueRef> {
    let is_pass = |value: Value<'_>| {
        let id = value.get("id").and_then(Value::as_text);
        id.is_some_and(|id| id.eq_ignore_ascii_case(PASS))
    };
    let has_it = |found: &&Found| {
        let Some(value) = lowered.export.value(found.at) else { return false };
        let list = value.get("authenticationMethodConfigurations");
        let listed = list.is_some_and(|list| list.items().any(is_pass));
        found.kind == ObjectKind::MethodsPolicy && listed
            || found.kind == ObjectKind::MethodConfiguration && is_pass(value)
    };
    lowered.export.objects.iter().rev().find(has_it).map(|found| found.at)
}

/// A change in the manner in which the object is written.
fn spelled(lowered: &Lowered, object: Object, change: &Change) -> Change {
    match object {
        Object::Policy(policy) => Notation::of(lowered, policy).spelled(change),
        Object::MethodsPolicy | Object::Strength(_) | Object::Settings | Object::Input => {
            inside(lowered, object, change)
        }
    }
}

/// A change of the pass configuration, at its place in the whole methods policy.
fn inside(lowered: &Lowered, object: Object, change: &Change) -> Change {
    let at = match object {
        Object::MethodsPolicy => pass_configuration(lowered),
        Object::Policy(_) | Object::Strength(_) | Object::Settings | Object::Input => None,
    };
    let whole = at.and_then(|at| {
        lowered.export.value(at)?.get("authenticationMethodConfigurations").map(|_| ())
    });
    match (whole, change) {
        (Some(()), Change::Set { path, value }) => Change::Set {
            path: format!("authenticationMethodConfigurations.{PASS}.{path}"),
            value: value.clone(),
        },
        _ => change.clone(),
    }
}
