use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::list::Selection;
use crate::resource::Meta;
use crate::schema::{ENTERPRISE, GROUP, USER};

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn read(body: &Value) -> Resource {
    let kind = if body["schemas"][0] == GROUP { ResourceKind::Group } else { ResourceKind::User };
    Resource::parse(kind, body).unwrap()
}

fn kim() -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": "kim",
        "userName": "kim@contoso.example",
        "displayName": "Kim B",
        "active": "True",
        "title": "Nurse",
        "userType": "Contractor",
        "nickName": "K",
        "name": { "givenName": "Kim", "familyName": "B", "middleName": "Q" },
        "emails": [
            { "value": "k@home.example", "type": "home" },
            { "value": "kim@contoso.example", "type": "work", "primary": true },
        ],
        "phoneNumbers": [{ "value": "+49 1", "type": "mobile" }, { "value": "+49 2", "type": "work" }],
        "addresses": [{ "type": "work", "locality": "Bonn", "country": "DE", "floor": 3 }],
        "urn:example:2.0:User": { "badge": 7 },
        ENTERPRISE: {
            "employeeNumber": "701", "department": "Ward", "costCenter": "c1", "manager": { "value": "m" },
        },
    })
}

#[test]
fn a_person_is_graphs_user() {
    let graph = laid_over(&read(&kim()), &Map::new());
    let expected = json!({
        "userPrincipalName": "kim@contoso.example",
        "displayName": "Kim B",
        "accountEnabled": true,
        "jobTitle": "Nurse",
        "employeeType": "Contractor",
        "preferredLanguage": null,
        "givenName": "Kim",
        "surname": "B",
        "employeeId": "701",
        "department": "Ward",
        "companyName": null,
        "employeeOrgData": { "costCenter": "c1" },
        "mail": "kim@contoso.example",
        "businessPhones": ["+49 2"],
        "mobilePhone": "+49 1",
        "faxNumber": null,
        "officeLocation": null,
        "streetAddress": null,
        "city": "Bonn",
        "state": null,
        "postalCode": null,
        "country": "DE",
        KEPT: {
            "externalId": "kim",
            "nickName": "K",
            "name": { "middleName": "Q" },
            "emails": [{ "value": "k@home.example", "type": "home" }, { "type": "work", "primary": true }],
            "phoneNumbers": [{ "type": "mobile" }, { "type": "work" }],
            "addresses": [{ "type": "work", "floor": 3 }],
            "urn:example:2.0:User": { "badge": 7 },
        },
    });
    assert_eq!(Value::Object(graph), expected);
    assert_eq!(superior(&read(&kim())), Some("m"));
}

#[test]
fn what_changes_in_graph_changes_in_scim_and_keeps_its_place() {
    let mut graph = laid_over(&read(&kim()), &Map::new());
    graph.insert("mail".into(), json!("new@contoso.example"));
    graph.insert("mobilePhone".into(), Value::Null);
    graph.insert("faxNumber".into(), json!("+49 3"));
    let person = resource(ResourceKind::User, &graph, Related::default());
    assert_eq!(
        person.attributes()["emails"],
        json!([
            { "value": "k@home.example", "type": "home" },
            { "value": "new@contoso.example", "type": "work", "primary": true },
        ])
    );
    assert_eq!(
        person.attributes()["phoneNumbers"],
        json!([{ "value": "+49 2", "type": "work" }, { "value": "+49 3", "type": "fax" }])
    );
}

#[test]
fn what_no_attribute_is_for_stays_in_graph() {
    let before = json!({
        "id": "1",
        "userPrincipalName": "old@contoso.example",
        "jobTitle": "Doctor",
        "userType": "Member",
        "onPremisesSyncEnabled": true,
        KEPT: { "nickName": "old" },
    });
    let body = json!({ "schemas": [USER], "userName": "new@contoso.example", "active": false });
    let after = laid_over(&read(&body), &object(&before));
    assert_eq!(after["id"], "1");
    assert_eq!(after["userType"], "Member");
    assert_eq!(after["onPremisesSyncEnabled"], true);
    assert_eq!(after["jobTitle"], Value::Null);
    assert_eq!(after["accountEnabled"], false);
    assert_eq!(after.get(KEPT), None);
}

#[test]
fn somebody_who_is_blocked_stays_so_until_a_client_says_otherwise() {
    let blocked = object(&json!({ "userPrincipalName": "kim", "accountEnabled": false }));
    let silent = read(&json!({ "schemas": [USER], "userName": "kim" }));
    assert_eq!(laid_over(&silent, &blocked)["accountEnabled"], false);
    assert_eq!(laid_over(&silent, &Map::new())["accountEnabled"], true);
    let active = read(&json!({ "schemas": [USER], "userName": "kim", "active": true }));
    assert_eq!(laid_over(&active, &blocked)["accountEnabled"], true);
}

#[test]
fn a_password_goes_in_and_never_comes_out() {
    let mut body = kim();
    body["password"] = json!("correct horse");
    let person = read(&body);
    let graph = laid_over(&person, &Map::new());
    assert_eq!(graph["passwordProfile"]["password"], "correct horse");
    assert!(!graph[KEPT].to_string().contains("horse"));
    let shown = person.rendered(&Meta::default(), &Selection::Default).to_string();
    assert!(!shown.contains("horse"), "{shown}");
    let back = resource(ResourceKind::User, &graph, Related::default());
    assert!(!back.attributes().contains_key("password"));
}

#[test]
fn a_group_is_graphs_group_with_members_beside() {
    let body = json!({
        "schemas": [GROUP],
        "displayName": "Wärd 1!",
        "externalId": "g",
        "members": [
            { "value": "b", "type": "User" },
            { "value": "a", "type": "Group" },
            { "value": "b" },
            { "$ref": "https://login.example/scim/v2/Groups/c" },
        ],
    });
    let group = read(&body);
    assert_eq!(
        Value::Object(laid_over(&group, &Map::new())),
        json!({
            "displayName": "Wärd 1!",
            "mailNickname": "Wrd1",
            "securityEnabled": true,
            "mailEnabled": false,
            "groupTypes": [],
            KEPT: { "externalId": "g" },
        })
    );
    assert_eq!(
        members(&group),
        [Member::group("a", None), Member::user("b", None), Member::group("c", None)]
    );
    let before = read(
        &json!({ "schemas": [GROUP], "displayName": "x", "members": [{ "value": "a" }, { "value": "z" }] }),
    );
    let change = membership(&before, &group);
    assert_eq!(change.removed, ["z"]);
    assert_eq!(change.added.iter().map(|it| it.id.as_str()).collect::<String>(), "bc");
}

#[test]
fn relations_are_told_with_addresses() {
    let at = |kind: ResourceKind, id: &str| {
        format!("https://login.example/scim/v2{}/{id}", kind.endpoint())
    };
    let related = Related {
        manager: Some(Member::user("m", Some("Mo"))),
        groups: vec![Member::group("g", Some("Team"))],
        members: Vec::new(),
        base: "https://login.example/scim/v2".into(),
    };
    let person = resource(
        ResourceKind::User,
        &object(&json!({ "id": "1", "userPrincipalName": "a" })),
        related,
    );
    let meta = Meta {
        base: "https://login.example/scim/v2".into(),
        version: "W/\"1\"".into(),
        ..Meta::default()
    };
    assert_eq!(
        person.rendered(&meta, &Selection::Default),
        json!({
            "schemas": [USER, ENTERPRISE],
            "id": "1",
            "userName": "a",
            "groups": [{
                "value": "g", "display": "Team", "type": "direct",
                "$ref": at(ResourceKind::Group, "g"),
            }],
            ENTERPRISE: { "manager": {
                "value": "m", "displayName": "Mo", "$ref": at(ResourceKind::User, "m"),
            } },
            "meta": {
                "resourceType": "User", "version": "W/\"1\"",
                "location": at(ResourceKind::User, "1"),
            },
        })
    );
}

fn texts() -> impl Strategy<Value = Value> {
    "[a-z]{1,6}".prop_map(Value::from)
}

fn people() -> impl Strategy<Value = Value> {
    const NAMES: &[&str] =
        &["title", "nickName", "displayName", "externalId", "unknown", "locale", "userType"];
    let element = prop::collection::btree_map("value|display|locality|formatted", texts(), 1..3);
    let elements = (
        prop::sample::select(&["emails", "phoneNumbers", "addresses", "roles"][..]),
        prop::collection::vec(
            (element, prop::sample::select(&["work", "home", "mobile", "fax"][..])),
            0..3,
        ),
    );
    let inner = prop::collection::btree_map("givenName|familyName|middleName", texts(), 0..3);
    let extension =
        prop::collection::btree_map("department|costCenter|employeeNumber|own", texts(), 0..3);
    (
        prop::collection::btree_map(prop::sample::select(NAMES), texts(), 0..4),
        prop::collection::vec(elements, 0..4),
        inner,
        extension,
    )
        .prop_map(|(plain, lists, name, extension)| {
            let mut body = json!({ "schemas": [USER], "userName": "kim", "active": true, "name": name, ENTERPRISE: extension });
            for (name, value) in plain {
                body[name] = value;
            }
            for (list, elements) in lists {
                let elements = elements.into_iter().map(|(mut it, kind)| {
                    it.insert("type".into(), json!(kind));
                    // Something that is more than a description, so that it is a value.
                    it.insert("value".into(), json!("v"));
                    json!(it)
                });
                body[list] = elements.collect();
            }
            body
        })
}

proptest! {
    /// Through Graph and back nothing is lost and nothing is moved.
    #[test]
    fn what_goes_into_graph_comes_back(body in people()) {
        let person = read(&body);
        let graph = laid_over(&person, &Map::new());
        let back = resource(ResourceKind::User, &graph, Related::default());
        prop_assert_eq!(&back, &person);
        prop_assert_eq!(laid_over(&back, &graph), graph);
    }
}
