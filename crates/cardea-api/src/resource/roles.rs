//! Built-in roles, in both of Graph's ways of saying them.

use cardea_idp::admin::person;
use cardea_idp::admin::right::Right;
use cardea_idp::admin::role::{self, Role};
use serde_json::{Value, json};

use super::users::typed;
use crate::call::Call;
use crate::problem::{Problem, Result};
use crate::reply::Reply;
use crate::route::Roles;

pub(super) async fn answer(call: &Call<'_>, action: Roles, key: &str) -> Result<Reply> {
    match action {
        Roles::Definitions => {
            let all = role::ALL.iter().map(definition);
            call.page("roleManagement/directory/roleDefinitions", &call.list()?, all)
        }
        Roles::Definition => {
            let role = named(key).ok_or_else(|| absent(key))?;
            let Value::Object(body) = definition(role) else { return Err(absent(key)) };
            call.item(("roleManagement/directory/roleDefinitions", role.id), body)
        }
        Roles::Directory => {
            call.page("directoryRoles", &call.list()?, role::ALL.iter().map(directory_role))
        }
        Roles::DirectoryRole => {
            let role = named(key).ok_or_else(|| absent(key))?;
            let Value::Object(body) = directory_role(role) else { return Err(absent(key)) };
            call.item(("directoryRoles", role.id), body)
        }
        Roles::Templates => {
            let all = role::ALL.iter().map(|role| {
                json!({
                    "id": role.id, "displayName": role.name, "description": role.description,
                })
            });
            call.page("directoryRoleTemplates", &call.list()?, all)
        }
        Roles::DirectoryMembers => members(call, named(key).ok_or_else(|| absent(key))?).await,
    }
}

async fn members(call: &Call<'_>, role: &'static Role) -> Result<Reply> {
    let query = call.list()?;
    let snapshot = call.api.idp().snapshot().await?;
    let mut reader = call.reader(Right::ReadDirectory).await?;
    let mut found = Vec::new();
    for principal in snapshot.holders_of(role.id) {
        if let Some(row) = reader.person(principal).await? {
            found.push(typed("user", person::shown(&row)?));
        } else if let Some(group) = reader.object("group", principal).await? {
            found.push(typed("group", super::objects::json_of(&group)?));
        }
    }
    call.page("directoryObjects", &query, found)
}

pub(super) fn named(id: &str) -> Option<&'static Role> {
    role::ALL.iter().find(|role| role.id.eq_ignore_ascii_case(id))
}

fn absent(id: &str) -> Problem {
    Problem::absent("role", id)
}

pub(super) fn definition(role: &Role) -> Value {
    json!({
        "id": role.id, "templateId": role.id, "displayName": role.name,
        "description": role.description, "isBuiltIn": true, "isEnabled": true, "version": "1",
        "resourceScopes": ["/"], "rolePermissions": [],
    })
}

/// A role as an object of the directory. Its id is that of its template.
pub(super) fn directory_role(role: &Role) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.directoryRole", "id": role.id,
        "roleTemplateId": role.id, "displayName": role.name, "description": role.description,
    })
}
