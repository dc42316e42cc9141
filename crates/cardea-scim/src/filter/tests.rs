use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::error::Reason;
use crate::schema::ENTERPRISE;

fn kim() -> Map<String, Value> {
    let kim = json!({
        "id": "Kim-1",
        "userName": "Kim@Contoso.example",
        "name": { "familyName": "O\"Brien" },
        "active": true,
        "emails": [
            { "value": "kim@contoso.example", "type": "work", "primary": true },
            { "value": "k@home.example", "type": "home" },
        ],
        "photos": [],
        "nickName": "",
        "meta": { "lastModified": "2026-11-30T09:15:00.000Z" },
        "favouriteColour": "Blue",
        "badges": [1, 2],
        ENTERPRISE: { "employeeNumber": "701", "manager": { "value": "m-1" } },
    });
    kim.as_object().unwrap().clone()
}

#[track_caller]
fn check(text: &str, expected: bool) {
    let filter = Filter::parse(ResourceKind::User, text).unwrap();
    assert_eq!(filter.matches(&kim()), expected, "{text}");
    let again = Filter::parse(ResourceKind::User, &filter.to_string());
    assert_eq!(again.as_ref(), Ok(&filter), "{filter}");
}

#[track_caller]
fn refused(text: &str, message: &str) {
    let error = Filter::parse(ResourceKind::User, text).map(|it| it.to_string()).expect_err(text);
    assert_eq!(error.reason(), Reason::InvalidFilter, "{text}: {error}");
    assert!(error.detail().contains(message), "{text}: {error}");
}

#[test]
fn what_entra_asks_for() {
    check("userName eq \"kim@contoso.example\"", true);
    check("USERNAME EQ \"KIM@CONTOSO.EXAMPLE\"", true);
    check("externalId eq \"kim\"", false);
    check("emails[type eq \"work\"].value eq \"kim@contoso.example\"", true);
    check("emails[type eq \"home\"].value eq \"kim@contoso.example\"", false);
    check("emails[type eq \"work\" and value ew \"contoso.example\"]", true);
    check("emails[type eq \"home\" and primary eq true]", false);
    check("emails[primary eq \"True\"]", true);
    check(&format!("{ENTERPRISE}:employeeNumber eq \"701\""), true);
    check(&format!("{ENTERPRISE}:manager eq \"m-1\""), true);
    check("urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"kim\"", true);
}

#[test]
fn case_counts_where_the_schema_says_so() {
    check("id eq \"Kim-1\"", true);
    check("id eq \"kim-1\"", false);
    check("favouriteColour eq \"BLUE\"", true);
    check("name.familyName co \"\\\"br\"", true);
}

#[test]
fn a_list_satisfies_what_one_of_its_values_does() {
    check("emails co \"home\"", true);
    check("emails.value ew \"home.example\"", true);
    check("emails.type eq \"other\"", false);
    check("emails.type ne \"work\"", false);
    check("emails.type ne \"other\"", true);
    check("badges gt 1", true);
    check("badges eq 3", false);
    check("badges eq 4e-81", false);
}

#[test]
fn what_is_not_there_is_null() {
    check("title pr", false);
    check("title eq null", true);
    check("title ne null", false);
    check("title ne \"x\"", true);
    check("title gt \"\"", false);
    check("userName pr and not (title pr)", true);
    check("photos pr or nickName pr", false);
    check("emails pr and name pr and active pr", true);
    check("active eq null", false);
}

#[test]
fn moments_are_compared_as_moments() {
    check("meta.lastModified eq \"2026-11-30T10:15:00+01:00\"", true);
    check("meta.lastModified gt \"2026-11-30T09:14:59Z\"", true);
    check("meta.lastModified lt \"2026-11-30T09:15:00Z\"", false);
    check("meta.lastModified sw \"2026-11\"", true);
    refused("meta.lastModified gt \"yesterday\"", "a moment such as");
}

#[test]
fn truth_values_have_no_order() {
    check("active eq true", true);
    check("active eq \"False\"", false);
    check("active ne false", true);
    check("active eq \"maybe\"", false);
    refused("active gt false", "only 'eq' and 'ne'");
    refused("active co \"t\"", "only 'eq' and 'ne'");
    refused("title gt null", "only 'eq' and 'ne'");
    refused("x509Certificates.value gt \"a\"", "only 'eq' and 'ne'");
}

#[test]
fn not_binds_closest_and_and_closer_than_or() {
    check("title pr and title pr or active eq true", true);
    check("title pr and (title pr or active eq true)", false);
    check("not (title pr) and active eq true", true);
}

#[test]
fn what_is_not_well_written_is_refused_with_its_place() {
    refused("", "Position 0 of '': expected the path of an attribute, found the end");
    refused("userName", "expected 'eq', 'ne'");
    refused("userName eq", "expected a text in double quotes");
    refused("userName eq kim", "expected a text in double quotes");
    refused("userName eq 'kim'", "the character ''' cannot stand here");
    refused("userName eq \"kim", "no closing double quote");
    refused("userName eq \"\\x\"", "no string of JSON");
    refused("userName eq \"kim\" title pr", "expected 'and', 'or' or the end");
    refused("not title pr", "expected '('");
    refused("emails[type eq \"work\"", "expected ']'");
    refused("emails[phones[type pr]]", "brackets cannot stand here");
    refused("emails[type.x pr]", "not the name of an attribute of the list");
    refused("a.b.c pr", "not the path of an attribute");
    refused("emails[type eq \"work\"].value", "expected 'eq', 'ne'");
}

#[test]
fn nesting_and_length_are_bounded() {
    for open in ["(", "not (", "emails["] {
        assert!(Filter::parse(ResourceKind::User, &open.repeat(100_000)).is_err(), "{open}");
        let deep = format!("{}title pr", open.repeat(1000));
        assert!(Filter::parse(ResourceKind::User, &deep).is_err(), "{open}");
    }
    let most = format!("{}title pr{}", "(".repeat(MAX_NESTING), ")".repeat(MAX_NESTING));
    assert!(Filter::parse(ResourceKind::User, &most).is_ok());
    refused(&format!("({most})"), "24 levels");
}

#[test]
fn a_single_equality_can_be_looked_up() {
    let equality = |text: &str| {
        let filter = Filter::parse(ResourceKind::User, text).unwrap();
        filter.equality().map(|(path, value)| format!("{path}={value}"))
    };
    assert_eq!(equality("userName eq \"Kim\"").as_deref(), Some("userName=Kim"));
    assert_eq!(equality("active eq true"), None);
    assert_eq!(equality("userName eq \"a\" or userName eq \"b\""), None);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "([()\\[\\]\" ]|and|or|not|eq|pr|co|title|emails|type|\"a\"|1|true){0,24}") {
        if let Ok(filter) = Filter::parse(ResourceKind::User, &text) {
            filter.matches(&kim());
            prop_assert_eq!(Filter::parse(ResourceKind::User, &filter.to_string()), Ok(filter));
        }
    }

    #[test]
    fn any_value_survives_its_quotes(value in "[ -~äß\\\\\"]{0,12}") {
        let text = format!("title eq {}", json!(value));
        let filter = Filter::parse(ResourceKind::User, &text).unwrap();
        let resource = json!({ "title": value });
        prop_assert!(filter.matches(resource.as_object().unwrap()));
    }
}

#[test]
fn a_filter_says_what_it_is_about() {
    let filter = |text: &str| Filter::parse(ResourceKind::Group, text).unwrap();
    let both = filter("id eq \"1\" and (displayName sw \"a\" or not (members.value eq \"2\"))");
    let about: Vec<bool> = both.conjuncts().iter().map(|it| it.is_about("members")).collect();
    assert_eq!(about, [false, true]);
    assert!(filter("members[value eq \"2\"]").is_about("members"));
    assert!(!filter("urn:x:y:members eq \"2\"").is_about("members"));
    assert_eq!(filter("members pr").conjuncts().len(), 1);
}
