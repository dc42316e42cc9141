use serde_json::json;

use super::*;
use crate::list::Query;
use crate::schema::{ENTERPRISE, GROUP, USER};

fn body() -> Value {
    json!({
        "SCHEMAS": [USER],
        "id": "chosen by the client",
        "meta": { "version": "forged" },
        "groups": [{ "value": "admins" }],
        "USERNAME": "kim",
        "Active": "tRUE",
        "emails": { "VALUE": "kim@contoso.example", "Type": "work" },
        "title": null,
        "roles": [],
        "Own": { "A": null },
        ENTERPRISE.to_uppercase(): { "MANAGER": "m-1" },
    })
}

#[test]
fn names_kinds_and_what_only_the_service_writes() {
    let person = Resource::parse(ResourceKind::User, &body()).unwrap();
    assert_eq!(
        Value::Object(person.attributes().clone()),
        json!({
            "userName": "kim",
            "active": true,
            "emails": [{ "value": "kim@contoso.example", "type": "work" }],
            "Own": { "A": null },
            ENTERPRISE: { "manager": { "value": "m-1" } },
        })
    );
}

#[test]
fn what_is_no_resource_is_refused() {
    for (body, reason) in [
        (json!([]), Reason::InvalidSyntax),
        (json!({ "userName": "kim" }), Reason::InvalidSyntax),
        (json!({ "schemas": USER, "userName": "kim" }), Reason::InvalidSyntax),
        (json!({ "schemas": [GROUP], "userName": "kim" }), Reason::InvalidSyntax),
        (json!({ "schemas": [USER] }), Reason::InvalidValue),
        (json!({ "schemas": [USER], "userName": " " }), Reason::InvalidValue),
        (json!({ "schemas": [USER], "userName": 1 }), Reason::InvalidValue),
        (json!({ "schemas": [USER], "userName": "a", "USERNAME": "b" }), Reason::InvalidSyntax),
        (
            json!({ "schemas": [USER], "userName": "a", "name": { "givenName": "b", "GivenName": "c" } }),
            Reason::InvalidSyntax,
        ),
        (
            json!({ "schemas": [USER], "userName": "a", "emails": vec![json!({"value": "x"}); MAX_ELEMENTS + 1] }),
            Reason::InvalidValue,
        ),
    ] {
        let error = Resource::parse(ResourceKind::User, &body).expect_err(&body.to_string());
        assert_eq!(error.reason(), reason, "{body}: {error}");
    }
    let group = json!({ "schemas": [GROUP], "displayName": "" });
    assert!(Resource::parse(ResourceKind::Group, &group).is_err());
}

#[track_caller]
fn check(query: &str, expected: &str) {
    let body = json!({
        "schemas": [USER],
        "userName": "kim",
        "name": { "givenName": "Kim", "familyName": "B" },
        "emails": [{ "value": "a", "type": "work" }, { "value": "b" }],
        ENTERPRISE: { "department": "Ward", "division": "D" },
    });
    let query = Query::parse(ResourceKind::User, query).unwrap();
    let shown = Resource::parse(ResourceKind::User, &body)
        .unwrap()
        .rendered(&Meta::default(), &query.selection);
    let mut members = shown.as_object().unwrap().clone();
    assert!(members.remove("schemas").is_some(), "{shown}");
    members.remove("meta");
    let mut shown = Value::Object(members);
    shown.sort_all_objects();
    assert_eq!(shown.to_string(), expected);
}

#[test]
fn an_answer_has_what_is_asked_for() {
    check(
        "attributes=USERNAME,emails.value",
        r#"{"emails":[{"value":"a"},{"value":"b"}],"userName":"kim"}"#,
    );
    check(
        "attributes=name.givenName,name.familyName",
        r#"{"name":{"familyName":"B","givenName":"Kim"}}"#,
    );
    check("attributes=nothing", "{}");
    check(
        "attributes=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        r#"{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Ward"}}"#,
    );
    check(
        "excludedAttributes=emails,name.givenName,id,urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division",
        r#"{"name":{"familyName":"B"},"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Ward"},"userName":"kim"}"#,
    );
}

#[test]
fn lists_are_counted_from_one_and_cut() {
    let shown = |query: &str| {
        let query = Query::parse(ResourceKind::User, query).unwrap();
        let all: Vec<Value> = (1..=5).map(|it| json!(it)).collect();
        let places = query.places();
        let page: Vec<Value> = all
            .into_iter()
            .enumerate()
            .filter(|(at, _)| places.contains(at))
            .map(|it| it.1)
            .collect();
        let answer = query.answer(5, &page);
        assert_eq!(answer["totalResults"], 5);
        format!("{} {} {}", answer["startIndex"], answer["itemsPerPage"], answer["Resources"])
    };
    assert_eq!(shown(""), "1 5 [1,2,3,4,5]");
    assert_eq!(shown("startIndex=2&count=2"), "2 2 [2,3]");
    assert_eq!(shown("startIndex=0&count=-1"), "1 0 []");
    assert_eq!(shown("startIndex=-7&count=0"), "1 0 []");
    assert_eq!(shown("startIndex=9&count=99999999999999999999999"), "9 0 []");
    assert_eq!(Query::parse(ResourceKind::User, "count=10000").unwrap().count, crate::list::MOST);
}

#[test]
fn parameters_that_are_not_well_written_are_refused() {
    for query in [
        "count=x",
        "startIndex=",
        "count=1&count=1",
        "attributes=a&excludedAttributes=b",
        "filter=x",
        "attributes=a.b.c",
        "count=1.5",
        "filter=title pr&Filter=title pr",
    ] {
        assert!(Query::parse(ResourceKind::User, query).is_err(), "{query}");
    }
    let many = vec!["a"; 1000].join(",");
    assert!(Query::parse(ResourceKind::User, &format!("attributes={many}")).is_err());
    let query =
        Query::parse(ResourceKind::User, "sortBy=userName&filter=userName+eq+%22a%2Bb%22").unwrap();
    assert_eq!(query.filter.unwrap().to_string(), "userName eq \"a+b\"");
}
