use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::schema::{ENTERPRISE, GROUP, USER};

fn kim() -> Value {
    json!({
        "schemas": [USER],
        "userName": "kim@contoso.example",
        "active": true,
        "title": "Nurse",
        "name": { "givenName": "Kim", "familyName": "Brien" },
        "emails": [
            { "value": "kim@contoso.example", "type": "work", "primary": true },
            { "value": "k@home.example", "type": "home" },
        ],
        "badge": 7,
        ENTERPRISE: { "department": "Ward 1", "manager": { "value": "m-1" } },
    })
}

fn team() -> Value {
    json!({
        "schemas": [GROUP],
        "displayName": "Team",
        "members": [{ "value": "a", "type": "User" }, { "value": "b" }, { "value": "c" }],
    })
}

fn changed(kind: ResourceKind, body: &Value, operations: &Value) -> Result<Value, Error> {
    let resource = Resource::parse(kind, body).unwrap();
    let patch = Patch::parse(kind, &json!({ "schemas": [SCHEMA], "Operations": operations }))?;
    patch.apply(&resource).map(|it| Value::Object(it.attributes().clone()))
}

/// The person after operations, as the members that they change.
#[track_caller]
fn check(operations: &Value, expected: &Value) {
    let found = changed(ResourceKind::User, &kim(), operations)
        .unwrap_or_else(|it| panic!("{operations}: {it}"));
    let mut whole = kim();
    for (name, value) in expected.as_object().unwrap() {
        whole[name] = value.clone();
    }
    let whole: Map<String, Value> = whole
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, value)| *name != "schemas" && !value.is_null())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    assert_eq!(found, Value::Object(whole), "{operations}");
}

#[track_caller]
fn refused(kind: ResourceKind, operations: &Value, reason: Reason) {
    let body = match kind {
        ResourceKind::User => kim(),
        ResourceKind::Group => team(),
    };
    let error = changed(kind, &body, operations).expect_err(&operations.to_string());
    assert_eq!(error.reason(), reason, "{operations}: {error}");
}

fn members(operations: &Value) -> String {
    let team = changed(ResourceKind::Group, &team(), operations).unwrap();
    let members = team.get("members").and_then(Value::as_array).cloned().unwrap_or_default();
    members.iter().map(|it| it["value"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_entra_sends_without_its_flag() {
    check(
        &json!([{ "op": "Replace", "path": "active", "value": "False" }]),
        &json!({ "active": false }),
    );
    check(
        &json!([{ "op": "Add", "path": "nickName", "value": "Babs" }]),
        &json!({ "nickName": "Babs" }),
    );
    check(
        &json!([
            { "op": "Replace", "path": "displayName", "value": "Pvlo" },
            { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "t@x.example" },
            { "op": "Replace", "path": "name.givenName", "value": "Gtfd" },
            { "op": "Replace", "path": "externalId", "value": "Eqpj" },
            { "op": "Replace", "path": format!("{ENTERPRISE}:employeeNumber"), "value": "Eqpj" },
        ]),
        &json!({
            "displayName": "Pvlo",
            "emails": [
                { "value": "t@x.example", "type": "work", "primary": true },
                { "value": "k@home.example", "type": "home" },
            ],
            "name": { "givenName": "Gtfd", "familyName": "Brien" },
            "externalId": "Eqpj",
            ENTERPRISE: { "department": "Ward 1", "manager": { "value": "m-1" }, "employeeNumber": "Eqpj" },
        }),
    );
    assert_eq!(
        members(&json!([{ "op": "Remove", "path": "members", "value": [{ "value": "b" }] }])),
        "a c"
    );
    assert_eq!(
        members(
            &json!([{ "op": "Add", "path": "members", "value": [{ "$ref": null, "value": "d" }] }])
        ),
        "a b c d"
    );
    check(
        &json!([{ "op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": "m-2" }]),
        &json!({ ENTERPRISE: { "department": "Ward 1", "manager": { "value": "m-2" } } }),
    );
}

#[test]
fn what_entra_sends_with_its_flag() {
    check(
        &json!([{ "op": "replace", "value": {
            "displayName": "Bjfe",
            "name.givenName": "Kkom",
            "name.familyName": "Unua",
            format!("{ENTERPRISE}:employeeNumber"): "Aklq",
        } }]),
        &json!({
            "displayName": "Bjfe",
            "name": { "givenName": "Kkom", "familyName": "Unua" },
            ENTERPRISE: { "department": "Ward 1", "manager": { "value": "m-1" }, "employeeNumber": "Aklq" },
        }),
    );
    assert_eq!(members(&json!([{ "op": "remove", "path": "members[value eq \"b\"]" }])), "a c");
}

#[test]
fn what_is_not_there_yet_is_made_like_the_filter() {
    check(
        &json!([{ "op": "Replace", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+49 1" }]),
        &json!({ "phoneNumbers": [{ "type": "mobile", "value": "+49 1" }] }),
    );
    check(
        &json!([{ "op": "Add", "path": "addresses[type eq \"work\" and primary eq true]", "value": { "locality": "Bonn" } }]),
        &json!({ "addresses": [{ "type": "work", "primary": true, "locality": "Bonn" }] }),
    );
    let operation =
        json!([{ "op": "replace", "path": "emails[type sw \"o\"].value", "value": "x" }]);
    refused(ResourceKind::User, &operation, Reason::NoTarget);
}

#[test]
fn add_appends_replace_replaces_and_remove_removes() {
    let emails = |operations: &Value| {
        let kim = changed(ResourceKind::User, &kim(), operations).unwrap();
        let emails = kim.get("emails").and_then(Value::as_array).cloned().unwrap_or_default();
        let shown = |it: &Value| {
            let primary = if it["primary"] == json!(true) { "!" } else { "" };
            format!("{}{primary}", it["value"].as_str().unwrap_or("-"))
        };
        emails.iter().map(shown).collect::<Vec<_>>().join(" ")
    };
    let new = json!({ "value": "new", "primary": true });
    assert_eq!(
        emails(&json!([{ "op": "add", "path": "emails", "value": [new] }])),
        "kim@contoso.example k@home.example new!"
    );
    assert_eq!(
        emails(&json!([{ "op": "add", "value": { "emails": new } }])),
        "kim@contoso.example k@home.example new!"
    );
    let same = json!({ "type": "home", "value": "k@home.example" });
    assert_eq!(
        emails(&json!([{ "op": "add", "path": "emails", "value": same }])),
        "kim@contoso.example! k@home.example"
    );
    assert_eq!(emails(&json!([{ "op": "replace", "path": "emails", "value": new }])), "new!");
    assert_eq!(emails(&json!([{ "op": "remove", "path": "emails" }])), "");
    assert_eq!(emails(&json!([{ "op": "replace", "path": "emails", "value": [] }])), "");
    assert_eq!(
        emails(&json!([{ "op": "remove", "path": "emails[type eq \"WORK\"]" }])),
        "k@home.example"
    );
    assert_eq!(
        emails(&json!([{ "op": "remove", "path": "emails[type eq \"other\"]" }])),
        "kim@contoso.example! k@home.example"
    );
    assert_eq!(emails(&json!([{ "op": "remove", "path": "emails.value" }])), "-! -");
    assert_eq!(
        emails(
            &json!([{ "op": "replace", "path": "emails[type eq \"home\"].primary", "value": "True" }])
        ),
        "kim@contoso.example k@home.example!"
    );
    assert_eq!(
        emails(&json!([{ "op": "replace", "path": "emails[type eq \"home\"]", "value": new }])),
        "kim@contoso.example new!"
    );
}

#[test]
fn complex_values_change_in_what_is_named() {
    check(
        &json!([{ "op": "replace", "path": "name", "value": { "familyName": "Li" } }]),
        &json!({ "name": { "givenName": "Kim", "familyName": "Li" } }),
    );
    check(
        &json!([{ "op": "remove", "path": "name.givenName" }]),
        &json!({ "name": { "familyName": "Brien" } }),
    );
    check(
        &json!([{ "op": "remove", "path": "name.givenName" }, { "op": "remove", "path": "name.familyName" }]),
        &json!({ "name": null }),
    );
    check(&json!([{ "op": "remove", "path": "title" }]), &json!({ "title": null }));
    check(&json!([{ "op": "replace", "path": "title", "value": null }]), &json!({ "title": null }));
    check(&json!([{ "op": "remove", "path": "nickName" }]), &json!({}));
    check(&json!([{ "op": "remove", "path": ENTERPRISE }]), &json!({ ENTERPRISE: null }));
    check(
        &json!([{ "op": "add", "value": { ENTERPRISE: { "Division": "D" } } }]),
        &json!({
            ENTERPRISE: { "department": "Ward 1", "manager": { "value": "m-1" }, "division": "D" },
        }),
    );
    check(
        &json!([
            { "op": "remove", "path": format!("{ENTERPRISE}:manager") },
            { "op": "remove", "path": format!("{ENTERPRISE}:department") },
        ]),
        &json!({ ENTERPRISE: null }),
    );
}

#[test]
fn what_no_schema_has_is_kept_as_it_is_sent() {
    check(
        &json!([{ "op": "replace", "path": "badge", "value": { "a": [1] } }]),
        &json!({ "badge": { "a": [1] } }),
    );
    check(
        &json!([{ "op": "add", "path": "urn:example:2.0:User:a.b", "value": 1 }]),
        &json!({ "urn:example:2.0:User": { "a": { "b": 1 } } }),
    );
    check(&json!([{ "op": "remove", "path": "badge" }]), &json!({ "badge": null }));
    let own = "urn:example:2.0:User";
    let add = json!({ "op": "add", "value": { own: { "a": 1 } } });
    check(&json!([add]), &json!({ own: { "a": 1 } }));
    check(
        &json!([add, { "op": "replace", "path": format!("{own}:b"), "value": 2 }]),
        &json!({ own: { "a": 1, "b": 2 } }),
    );
    check(&json!([add, { "op": "remove", "path": own }]), &json!({}));
}

#[test]
fn members_of_groups_are_told_apart_by_their_ids() {
    assert_eq!(
        members(
            &json!([{ "op": "add", "path": "members", "value": [{ "value": "a" }, { "value": "d" }, { "value": "d" }] }])
        ),
        "a b c d"
    );
    assert_eq!(
        members(&json!([{ "op": "remove", "path": "members[value eq \"a\" or value eq \"c\"]" }])),
        "b"
    );
    assert_eq!(members(&json!([{ "op": "remove", "path": "members[value eq \"A\"]" }])), "a b c");
    assert_eq!(
        members(&json!([{ "op": "remove", "path": "members", "value": { "value": "c" } }])),
        "a b"
    );
    assert_eq!(members(&json!([{ "op": "remove", "path": "members" }])), "");
    assert_eq!(
        members(&json!([{ "op": "replace", "path": "members", "value": [{ "value": "z" }] }])),
        "z"
    );
    assert_eq!(
        members(&json!([{ "op": "add", "value": { "members": [{ "value": "d" }] } }])),
        "a b c d"
    );
}

#[test]
fn what_cannot_be_changed_is_refused() {
    let operation = |path: &str| json!([{ "op": "replace", "path": path, "value": "x" }]);
    for path in [
        "id",
        "ID",
        "meta",
        "meta.version",
        "groups",
        "schemas",
        "urn:ietf:params:scim:schemas:core:2.0:User:id",
    ] {
        refused(ResourceKind::User, &operation(path), Reason::Mutability);
    }
    refused(ResourceKind::Group, &operation("members[value eq \"a\"].value"), Reason::Mutability);
    refused(ResourceKind::Group, &operation("members.display"), Reason::Mutability);
    refused(
        ResourceKind::User,
        &json!([{ "op": "remove", "path": "userName" }]),
        Reason::InvalidValue,
    );
    refused(
        ResourceKind::User,
        &json!([{ "op": "replace", "path": "userName", "value": " " }]),
        Reason::InvalidValue,
    );
    check(
        &json!([{ "op": "replace", "value": { "id": "x", "schemas": [USER], "title": "T" } }]),
        &json!({ "title": "T" }),
    );
}

#[test]
fn values_that_an_attribute_cannot_have_are_refused() {
    for (path, value) in [
        ("active", json!("maybe")),
        ("active", json!(1)),
        ("title", json!(1)),
        ("name", json!("Kim")),
        ("name.givenName", json!(["Kim"])),
        ("emails", json!(7)),
        ("emails", json!([{ "value": 7 }])),
        ("emails", json!([{ "value": "a", "primary": true }, { "value": "b", "primary": true }])),
        ("emails.primary", json!(true)),
        (ENTERPRISE, json!("x")),
    ] {
        refused(
            ResourceKind::User,
            &json!([{ "op": "replace", "path": path, "value": value }]),
            Reason::InvalidValue,
        );
    }
    refused(ResourceKind::User, &json!([{ "op": "add", "value": "x" }]), Reason::InvalidValue);
}

#[test]
fn what_is_no_change_is_refused() {
    refused(ResourceKind::User, &json!([]), Reason::InvalidSyntax);
    refused(ResourceKind::User, &json!({}), Reason::InvalidSyntax);
    refused(ResourceKind::User, &json!([1]), Reason::InvalidSyntax);
    refused(ResourceKind::User, &json!([{ "op": "move", "path": "title" }]), Reason::InvalidSyntax);
    refused(ResourceKind::User, &json!([{ "op": "add", "path": "title" }]), Reason::InvalidSyntax);
    refused(ResourceKind::User, &json!([{ "op": "remove" }]), Reason::NoTarget);
    refused(ResourceKind::User, &json!([{ "op": "remove", "path": "" }]), Reason::NoTarget);
    refused(ResourceKind::User, &json!([{ "op": "remove", "path": 1 }]), Reason::InvalidPath);
    for path in [
        "emails[",
        "emails[type eq \"work\"",
        "emails[type eq \"work\"]x",
        "emails[type eq \"work\"].a.b",
        "name.givenName[a pr]",
        "name[givenName pr]",
        "active[a eq \"b\"].value",
        "emails[type eq \"work\"].",
        "[a pr]",
        "a b",
    ] {
        refused(
            ResourceKind::User,
            &json!([{ "op": "remove", "path": path }]),
            Reason::InvalidPath,
        );
    }
    let body = json!({ "Operations": [{ "op": "remove", "path": "title" }] });
    assert!(Patch::parse(ResourceKind::User, &body).is_err());
}

#[test]
fn a_change_is_applied_as_a_whole_or_not_at_all() {
    let resource = Resource::parse(ResourceKind::User, &kim()).unwrap();
    let before = resource.clone();
    let patch = json!({ "schemas": [SCHEMA], "Operations": [
        { "op": "remove", "path": "title" },
        { "op": "replace", "path": "id", "value": "x" },
    ] });
    assert!(Patch::parse(ResourceKind::User, &patch).unwrap().apply(&resource).is_err());
    assert_eq!(resource, before);
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        Just(json!("True")),
        "[a-c]{0,2}".prop_map(Value::from),
        Just(json!(7)),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(
                "value|type|primary|givenName|emails|name[.:]familyName",
                inner,
                0..3
            )
            .prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

const PLAIN: &[&str] = &[
    "title",
    "active",
    "name",
    "name.givenName",
    "emails",
    "emails.value",
    "unknown",
    "unknown.a",
    "urn:example:User:a",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
];

const FILTERED: &[&str] = &[
    "emails[type eq \"a\"]",
    "emails[type eq \"a\"].value",
    "emails[primary eq true].type",
    "unknown[a eq \"b\"]",
];

fn paths() -> impl Strategy<Value = &'static str> {
    prop_oneof![prop::sample::select(PLAIN), prop::sample::select(FILTERED)]
}

proptest! {
    /// Whatever was changed is a resource as a body could make it: written again, nothing changes.
    #[test]
    fn what_changed_is_a_resource_again(
        operations in prop::collection::vec((prop::sample::select(&["add", "Replace", "REMOVE"][..]), prop::option::of(paths()), values()), 1..4)
    ) {
        let operations: Vec<Value> = operations.into_iter().map(|(op, path, value)| {
            json!({ "op": op, "path": path, "value": value })
        }).collect();
        if let Ok(found) = changed(ResourceKind::User, &kim(), &json!(operations)) {
            let mut body = found.clone();
            body["schemas"] = json!([USER]);
            let again = Resource::parse(ResourceKind::User, &body);
            prop_assert_eq!(again.map(|it| Value::Object(it.attributes().clone())), Ok(found));
        }
    }

    #[test]
    // What is added to elements may take them out of the reach of the filter, so there is none.
    fn adding_twice_is_adding_once(path in prop::sample::select(PLAIN), value in values()) {
        let once = json!([{ "op": "add", "path": path, "value": value }]);
        let twice = json!([once[0], once[0]]);
        prop_assert_eq!(changed(ResourceKind::User, &kim(), &twice), changed(ResourceKind::User, &kim(), &once));
    }

    #[test]
    fn any_path_is_read_or_refused(path in "(emails|type|\\[|\\]|\\.|\"a\"| |eq|urn:x:|value){0,12}") {
        let _ = changed(ResourceKind::User, &kim(), &json!([{ "op": "add", "path": path, "value": "x" }]));
    }
}
