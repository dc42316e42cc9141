//! People, groups, roles and applications.

use serde_json::json;

use crate::tenant::{
    EXPLORER, GLOBAL_ADMINISTRATOR, ORIGIN, Tenant, Who, assignment, person, user,
};

const HELPDESK: &str = "729827e3-9c14-49f7-bb1b-9608f156bbb8";

#[tokio::test]
async fn a_person_is_created_changed_and_deleted() {
    let tenant = Tenant::new(&[]).await;
    let body = json!({
        "accountEnabled": true, "displayName": "Kim Duarte", "mailNickname": "kim",
        "userPrincipalName": "kim@contoso.example",
        "passwordProfile": { "password": "correct horse battery", "forceChangePasswordNextSignIn": true },
    });
    let made = tenant.post("users", &body).await.expect(201);
    assert!(!made.to_string().contains("correct horse"), "{made}");
    let id = made["id"].as_str().unwrap();
    let by_name = tenant.get("users/kim@contoso.example").await.expect(200);
    assert_eq!(by_name["id"], made["id"]);
    assert!(by_name.get("accountEnabled").is_none(), "only what is usual: {by_name}");
    let selected =
        tenant.get(&format!("users/{id}?$select=accountEnabled,userType")).await.expect(200);
    assert_eq!(
        (&selected["accountEnabled"], &selected["userType"]),
        (&json!(true), &json!("Member"))
    );
    tenant.patch(&format!("users/{id}"), &json!({ "jobTitle": "Clerk" })).await.expect(204);
    let twin = json!({
        "accountEnabled": true, "displayName": "Twin", "userPrincipalName": "KIM@contoso.example",
    });
    assert_eq!(tenant.post("users", &twin).await.status, 409);
    tenant.delete(&format!("users/{id}")).await.expect(204);
    tenant.get(&format!("users/{id}")).await.expect(404);
    let log = tenant.get("auditLogs/directoryAudits").await.expect(200);
    assert!(!log.to_string().contains("correct horse"));
    assert_eq!(log["value"][0]["activityDisplayName"], "Delete user");
}

#[tokio::test]
async fn groups_have_members_also_by_other_groups() {
    let group = |number: u32, members: serde_json::Value| {
        json!({
            "@odata.type": "#microsoft.graph.group",
            "id": format!("eeeeeeee-0000-4000-8000-{number:012}"),
            "displayName": format!("Group {number}"), "mailEnabled": false,
            "securityEnabled": true, "mailNickname": "g", "members": members,
        })
    };
    let inner = group(1, json!([{ "@odata.type": "#microsoft.graph.user", "id": person(1) }]));
    let outer = group(2, json!([{ "@odata.type": "#microsoft.graph.group", "id": inner["id"] }]));
    let tenant = Tenant::new(&[user(1, "Kim"), inner.clone(), outer.clone()]).await;
    let (inner, outer) = (inner["id"].as_str().unwrap(), outer["id"].as_str().unwrap());
    assert_eq!(tenant.ids(&format!("groups/{outer}/members")).await, [inner]);
    let mut all = tenant.ids(&format!("groups/{outer}/transitiveMembers")).await;
    all.sort();
    assert_eq!(all, [person(1), inner.to_owned()]);
    assert_eq!(tenant.ids(&format!("users/{}/memberOf", person(1))).await, [inner]);
    let mut groups = tenant.ids(&format!("users/{}/transitiveMemberOf", person(1))).await;
    groups.sort();
    assert_eq!(groups, [inner, outer]);
    assert_eq!(tenant.ids(&format!("groups/{inner}/memberOf")).await, [outer]);
    tenant.delete(&format!("groups/{inner}/members/{}/$ref", person(1))).await.expect(204);
    assert!(tenant.ids(&format!("groups/{inner}/members")).await.is_empty());
    // A group that is gone is in no group, whatever comes later with its id.
    tenant.delete(&format!("groups/{inner}")).await.expect(204);
    let members = tenant.store().await.read().await.unwrap().members(outer).await.unwrap();
    assert!(members.is_empty(), "{members:?}");
}

#[tokio::test]
async fn a_group_is_made_with_who_is_in_it() {
    let tenant = Tenant::new(&[user(1, "Kim"), user(2, "Lee")]).await;
    let reference = |number| format!("https://graph.microsoft.com/v1.0/users/{}", person(number));
    let mut ward = json!({
        "displayName": "Ward", "mailEnabled": false, "securityEnabled": true, "mailNickname": "w",
        "members@odata.bind": [reference(1)],
    });
    let made = tenant.post("groups", &ward).await.expect(201);
    assert!(!made.to_string().contains("odata.bind"), "{made}");
    let path = format!("groups/{}", made["id"].as_str().unwrap());
    assert_eq!(tenant.ids(&format!("{path}/members")).await, [person(1)]);
    let more = json!({ "members@odata.bind": [reference(1), reference(2)] });
    tenant.patch(&path, &more).await.expect(204);
    assert_eq!(tenant.ids(&format!("{path}/members")).await, [person(1), person(2)]);
    for (wrong, status) in
        [(json!([reference(9)]), 404), (json!("all"), 400), (json!(vec![reference(1); 21]), 400)]
    {
        ward["members@odata.bind"] = wrong;
        assert_eq!(tenant.post("groups", &ward).await.status, status, "{ward}");
    }
}

#[tokio::test]
async fn what_is_related_comes_with_an_object_where_it_is_asked_for() {
    let members: Vec<_> = (1..=23)
        .map(|number| json!({ "@odata.type": "#microsoft.graph.user", "id": person(number) }))
        .collect();
    let group = json!({
        "@odata.type": "#microsoft.graph.group", "id": "eeeeeeee-0000-4000-8000-000000000001",
        "displayName": "Ward", "mailEnabled": false, "securityEnabled": true, "mailNickname": "w",
        "members": members,
    });
    let mut kim = user(1, "Kim");
    kim["customSecurityAttributes"] = json!({ "Ward": { "level": "secret" } });
    let mut objects = vec![group, kim, assignment(1, HELPDESK)];
    objects.extend((2..=23).map(|number| user(number, &format!("P{number}"))));
    let tenant = Tenant::new(&objects).await;
    let path = "groups?$select=displayName&$expand=members($select=displayName)";
    let listed = tenant.get(path).await.expect(200);
    let ward = &listed["value"][0];
    assert_eq!(ward["members"].as_array().unwrap().len(), 20);
    assert_eq!(ward["members"][0]["displayName"], "Kim");
    assert!(ward["members"][0].get("jobTitle").is_none(), "{ward}");
    let rest = ward["members@odata.nextLink"].as_str().unwrap();
    assert_eq!(tenant.ids(rest.strip_prefix(ORIGIN).unwrap()).await.len(), 3);

    let one = tenant.get(&format!("users/{}?$expand=memberOf", person(1))).await.expect(200);
    assert_eq!(one["memberOf"][0]["displayName"], "Ward");
    let path = format!(
        "roleManagement/directory/roleAssignments?$filter=principalId%20eq%20'{}'\
         &$select=id&$expand=principal,roleDefinition($select=displayName)",
        person(1)
    );
    let assigned = tenant.get(&path).await.expect(200);
    let assigned = &assigned["value"][0];
    assert_eq!(assigned["principal"]["displayName"], "Kim");
    assert_eq!(assigned["roleDefinition"]["displayName"], "Helpdesk Administrator");
    for path in
        ["users?$expand=messages", "devices?$expand=memberOf", "auditLogs/signIns?$expand=x"]
    {
        assert_eq!(tenant.get(path).await.status, 400, "{path}");
    }
    // Nobody gets by a relation what they have no right to.
    for path in ["groups?$expand=members", "groups/eeeeeeee-0000-4000-8000-000000000001/members"] {
        let read = tenant.get(path).await.expect(200).to_string();
        assert!(read.contains("Kim") && !read.contains("secret"), "{path}");
    }
}

#[tokio::test]
async fn an_object_is_found_by_its_id_whatever_it_is() {
    let group = json!({
        "@odata.type": "#microsoft.graph.group", "id": "eeeeeeee-0000-4000-8000-000000000001",
        "displayName": "Ward", "mailEnabled": false, "securityEnabled": true, "mailNickname": "w",
        "members": [{ "@odata.type": "#microsoft.graph.user", "id": person(1) }],
    });
    let tenant = Tenant::new(&[user(1, "Kim"), group.clone()]).await;
    let application = EXPLORER.replace("cccc", "bbbb");
    for (id, kind) in [
        (person(1).as_str(), "user"),
        (group["id"].as_str().unwrap(), "group"),
        (application.as_str(), "application"),
    ] {
        let found =
            tenant.get(&format!("directoryObjects/{}", id.to_uppercase())).await.expect(200);
        assert_eq!(found["@odata.type"], json!(format!("#microsoft.graph.{kind}")));
        assert_eq!(found["id"], json!(id));
        assert!(found.get("members").is_none(), "{found}");
    }
    tenant.get("directoryObjects/nothing").await.expect(404);
}

#[tokio::test]
async fn roles_are_assigned_and_seen() {
    let tenant = Tenant::new(&[user(1, "Kim")]).await;
    let body = json!({
        "principalId": person(1), "directoryScopeId": "/",
        "roleDefinitionId": "c4e39bd9-1100-46d3-8c65-fb160da0071f",
    });
    tenant.post("roleManagement/directory/roleAssignments", &body).await.expect(201);
    let members = "directoryRoles/c4e39bd9-1100-46d3-8c65-fb160da0071f/members";
    assert_eq!(tenant.ids(members).await, [person(1)]);
    assert_eq!(
        tenant.ids(&format!("directoryRoles/{GLOBAL_ADMINISTRATOR}/members")).await,
        [person(0)]
    );
    let filter = format!(
        "roleManagement/directory/roleAssignments?$filter=principalId%20eq%20'{}'",
        person(1)
    );
    assert_eq!(tenant.ids(&filter).await.len(), 1);
}

// GR-03
#[tokio::test]
async fn an_application_that_may_do_much_for_itself_is_changed_by_those_who_assign_roles_only() {
    let apps = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3";
    let tenant = Tenant::new(&[user(1, "Kim"), assignment(1, apps)]).await;
    let kim = Who::of(&person(1));
    let explorer = EXPLORER.replace("cccc", "bbbb");
    let secret = json!({ "passwordCredential": { "displayName": "mine" } });
    let path = format!("applications/{explorer}/addPassword");
    assert_eq!(tenant.ask(&kim, "POST", &path, &secret).await.status, 403);
    let made = tenant
        .ask(&kim, "POST", "applications", &json!({ "displayName": "Own" }))
        .await
        .expect(201);
    let own = made["id"].as_str().unwrap();
    let answer =
        tenant.ask(&kim, "POST", &format!("applications/{own}/addPassword"), &secret).await;
    let secret = answer.expect(200)["secretText"].as_str().unwrap().to_owned();
    assert!(secret.len() >= 32);
    let read = tenant.get(&format!("applications/{own}")).await.expect(200);
    assert_eq!(read["passwordCredentials"][0]["displayName"], "mine");
    assert!(!read.to_string().contains(&secret));
    let wish = json!({ "requiredResourceAccess": [{
        "resourceAppId": "00000003-0000-0000-c000-000000000000",
        "resourceAccess": [{ "id": "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8", "type": "Role" }],
    }] });
    let path = format!("applications/{own}");
    assert_eq!(tenant.ask(&kim, "PATCH", &path, &wish).await.status, 403);
    tenant.patch(&path, &wish).await.expect(204);
}
