//! `$expand`: related objects inside of the objects of an answer.
//!
//! Graph gives at most twenty of them, and the address of the others.

use cardea_idp::admin::change::ROLE_ASSIGNMENT;
use cardea_idp::admin::right::Right;
use cardea_odata::problem::Code;
use cardea_odata::query::{Expansion, Query};
use cardea_store::Snapshot;
use serde_json::{Value, json};

use super::members::{self, groups_of, kind_of};
use super::objects::json_of;
use super::roles::{self, definition};
use crate::call::Call;
use crate::problem::{Problem, Result};
use crate::reply::Reply;
use crate::route::{
    Action, Collection, GROUPS, MethodsPolicy, Objects, ROLE_ASSIGNMENTS, Reach, STRENGTHS,
    Strengths, Users,
};

/// The most related objects of one object (Graph, *Use query parameters*).
const MOST: usize = 20;

/// What leads from one object to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    /// Who is in a group.
    Members,
    /// Groups that somebody or something is in.
    MemberOf(Reach),
    /// Who has a role by an assignment.
    Principal,
    /// Which role an assignment gives.
    RoleDefinition,
    /// It is in the object without being asked for.
    Always,
}

/// The relations of what an action answers with, and where they are found below.
fn relations(action: Action) -> (&'static str, &'static [(&'static str, Relation)]) {
    use Relation::{Always, MemberOf, Principal, RoleDefinition};
    const GROUP: &[(&str, Relation)] = &[
        ("members", Relation::Members),
        ("memberOf", MemberOf(Reach::Direct)),
        ("transitiveMemberOf", MemberOf(Reach::Transitive)),
    ];
    const USER: &[(&str, Relation)] = &[
        ("memberOf", MemberOf(Reach::Direct)),
        ("transitiveMemberOf", MemberOf(Reach::Transitive)),
    ];
    const ASSIGNMENT: &[(&str, Relation)] =
        &[("principal", Principal), ("roleDefinition", RoleDefinition)];
    const STRENGTH: &[(&str, Relation)] = &[("combinationConfigurations", Always)];
    const METHODS: &[(&str, Relation)] = &[("authenticationMethodConfigurations", Always)];
    let is = |one: &'static Collection, other: &'static Collection| std::ptr::eq(one, other);
    match action {
        Action::Objects(Objects::List | Objects::Get, of) if is(of, &GROUPS) => ("groups", GROUP),
        Action::Objects(Objects::List | Objects::Get, of) if is(of, &ROLE_ASSIGNMENTS) => {
            ("roleManagement/directory/roleAssignments", ASSIGNMENT)
        }
        Action::Objects(Objects::List | Objects::Get, of) if is(of, &STRENGTHS) => ("", STRENGTH),
        Action::Strengths(Strengths::List | Strengths::Get) => ("", STRENGTH),
        Action::Users(Users::List | Users::Get | Users::Me) => ("users", USER),
        Action::MethodsPolicy(MethodsPolicy::Get) => ("", METHODS),
        Action::Objects(..)
        | Action::Users(_)
        | Action::Members(_)
        | Action::Methods(_)
        | Action::MethodsPolicy(_)
        | Action::Strengths(_)
        | Action::Roles(_)
        | Action::Logs(_)
        | Action::Applications(_)
        | Action::Templates(_)
        | Action::Organization
        | Action::DirectoryObject
        | Action::WhatIf => ("", &[]),
    }
}

/// Related objects that a request asks for.
#[derive(Debug)]
pub(super) struct Asked {
    right: Right,
    base: &'static str,
    relations: Vec<(Relation, Expansion)>,
}

/// What a request asks for.
///
/// # Errors
/// The objects have no such relation.
pub(super) fn asked(call: &Call<'_>, action: Action) -> Result<Asked> {
    let (base, known) = relations(action);
    // Whoever handles the request says what is wrong with its other options.
    let expand = call.list().map(|query| query.expand).unwrap_or_default();
    let relation = |it: Expansion| {
        let found = known.iter().find(|(name, _)| *name == it.property);
        let (_, relation) = found.ok_or_else(|| {
            let message =
                format!("Could not find a relation named '{}' to expand here.", it.property);
            Problem::new(Code::BadRequest, message)
        })?;
        Ok((*relation, it))
    };
    // Of themselves people read what others need a role for.
    let is_own = matches!(action, Action::Users(Users::Me));
    let right = if is_own { Right::ReadSelf } else { Right::ReadDirectory };
    Ok(Asked { right, base, relations: expand.into_iter().map(relation).collect::<Result<_>>()? })
}

impl Asked {
    /// An answer with the related objects in its objects.
    ///
    /// # Errors
    /// The database failed.
    pub(super) async fn inside(&self, call: &Call<'_>, mut reply: Reply) -> Result<Reply> {
        if self.relations.is_empty() {
            return Ok(reply);
        }
        let mut reader = call.reader(self.right).await?;
        let objects: Vec<&mut Value> = match &mut reply.body {
            Some(Value::Object(body)) if body.get("value").is_some_and(Value::is_array) => {
                let list = body.get_mut("value").and_then(Value::as_array_mut);
                list.into_iter().flatten().collect()
            }
            Some(one) => vec![one],
            None => Vec::new(),
        };
        for object in objects {
            for (relation, expansion) in &self.relations {
                self.put(call, &mut reader, (object, *relation, expansion)).await?;
            }
        }
        Ok(reply)
    }

    async fn put(
        &self,
        call: &Call<'_>,
        reader: &mut Snapshot,
        (object, relation, expansion): (&mut Value, Relation, &Expansion),
    ) -> Result<()> {
        let id = object.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let name = expansion.property.as_str();
        let found = match relation {
            Relation::Always => return Ok(()),
            Relation::Principal => {
                let principal = assigned(reader, (&id, "principalId")).await?;
                self::principal(reader, &principal).await?
            }
            Relation::RoleDefinition => {
                let role = assigned(reader, (&id, "roleDefinitionId")).await?;
                roles::named(&role).map_or(Value::Null, definition)
            }
            Relation::Members => {
                let all = members::of(reader, (&id, Reach::Direct)).await?;
                put_list(object, (call, self.base), (name, &expansion.query, all));
                return Ok(());
            }
            Relation::MemberOf(reach) => {
                let mut all = Vec::new();
                for group in groups_of(reader, (&id, reach)).await? {
                    all.extend(members::group(reader, &group).await?);
                }
                put_list(object, (call, self.base), (name, &expansion.query, all));
                return Ok(());
            }
        };
        let found = if found.is_null() { found } else { expansion.query.project(&found) };
        if let Value::Object(members) = object {
            members.insert(name.to_owned(), found);
        }
        Ok(())
    }
}

fn put_list(
    object: &mut Value,
    (call, base): (&Call<'_>, &str),
    (name, query, all): (&str, &Query, Vec<Value>),
) {
    let Value::Object(members) = object else { return };
    let id = members.get("id").and_then(Value::as_str).unwrap_or_default();
    let rest = format!("{}/{base}/{id}/{name}?$skip={MOST}", call.api.base(call.version));
    let found: Vec<Value> = all.into_iter().filter(|it| query.matches(it)).collect();
    let more = found.len() > MOST && query.filter.is_none();
    let shown = found.iter().take(MOST).map(|it| query.project(it)).collect();
    members.insert(name.to_owned(), Value::Array(shown));
    if more {
        members.insert(format!("{name}@odata.nextLink"), json!(rest));
    }
}

/// What an assignment says, whether or not the request selects it.
async fn assigned(reader: &mut Snapshot, (id, name): (&str, &str)) -> Result<String> {
    let object = reader.object(ROLE_ASSIGNMENT, id).await?;
    let body = object.as_ref().map(json_of).transpose()?.unwrap_or_default();
    Ok(body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned())
}

/// Who has a role by an assignment; nothing where they are gone.
async fn principal(reader: &mut Snapshot, id: &str) -> Result<Value> {
    let Ok(kind) = kind_of(reader, id).await else { return Ok(Value::Null) };
    Ok(members::object(reader, (id, kind)).await?.unwrap_or_default())
}
