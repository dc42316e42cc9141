//! What administrators' programs send: whatever the text is, it is refused, or it is written again as what means the
//! same; pages together are the whole list, and whatever a change makes of a person is a person.

use std::collections::BTreeSet;

use cardea_odata::cursor::Cursor;
use cardea_odata::query::{Options, Query};
use cardea_odata::resource::Resource as Path;
use cardea_scim::filter::Filter;
use cardea_scim::graph::{Related, laid_over, resource};
use cardea_scim::patch::Patch;
use cardea_scim::resource::Resource;
use cardea_scim::schema::{ENTERPRISE, ResourceKind, USER};
use serde_json::{Map, Value, json};

/// The options behind the `?` of a list.
pub fn odata_query(bytes: &[u8]) {
    let Some(query) = asked_for(bytes) else { return };
    if let Some(filter) = &query.filter {
        let printed = filter.to_string();
        // What is printed may be longer than what is read, because it has all parentheses.
        if let Ok(again) = cardea_odata::filter::Filter::parse(&printed) {
            assert_eq!(&again, filter, "{printed}");
        }
    }
    let people = people();
    let Ok(first) = query.page(&people, None) else {
        panic!("a first page has no cursor to refuse")
    };
    let mut found: Vec<&Value> = first.objects;
    let mut next = first.next;
    while let Some(cursor) = next {
        let cursor = Cursor::from_bytes(&cursor.to_bytes()).expect("what was written");
        let page = query.page(&people, Some(&cursor)).expect("a cursor of this query");
        assert!(!page.objects.is_empty(), "a cursor leads to something");
        found.extend(page.objects);
        next = page.next;
    }
    let matching = people.iter().filter(|it| query.matches(it)).count();
    let skipped = usize::try_from(query.skip).unwrap_or(usize::MAX);
    assert_eq!(found.len(), matching.saturating_sub(skipped), "{query:?}");
    for person in found {
        query.project(person);
    }
}

/// The path of a resource.
pub fn odata_path(bytes: &[u8]) {
    let Some(path) = led(bytes) else { return };
    // What is written may be longer than what is read, because more of it is encoded.
    let written = path.to_string();
    if written.len() <= cardea_odata::resource::MAX_LENGTH {
        assert_eq!(Path::parse(&written).as_ref(), Ok(&path), "{path}");
    }
    for shape in ["users", "users/{}", "{}/{}", "users/$count"] {
        for key in path.keys(shape).into_iter().flatten() {
            let is_plain = !key.contains(['/', '\\']) && !key.contains(char::is_control);
            assert!(is_plain && key != "." && key != "..", "{key:?}");
        }
    }
}

/// A filter for people of another directory.
pub fn scim_filter(bytes: &[u8]) {
    let Some(filter) = sought(bytes) else { return };
    let printed = filter.to_string();
    if let Ok(again) = Filter::parse(ResourceKind::User, &printed) {
        assert_eq!(again, filter, "{printed}");
    }
    let opposite = Filter::Not(Box::new(filter.clone()));
    let whole = kim();
    for person in [&Map::new(), whole.attributes()] {
        assert_ne!(filter.matches(person), opposite.matches(person), "{printed}");
    }
}

/// A change of a person of another directory.
pub fn scim_patch(bytes: &[u8]) {
    let Some(changed) = after(bytes) else { return };
    let mut body = changed.attributes().clone();
    body.insert("schemas".to_owned(), json!([USER]));
    assert_eq!(Resource::parse(ResourceKind::User, &Value::Object(body)).as_ref(), Ok(&changed));
    let graph = laid_over(&changed, &Map::new());
    let back = resource(ResourceKind::User, &graph, Related::default());
    // A second time nothing moves any more.
    let again = resource(ResourceKind::User, &laid_over(&back, &graph), Related::default());
    assert_eq!(again, back);
}

/// A table of people.
pub fn roster(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let roster = cardea_roster::read(text);
    let lines = text.replace("\r\n", "\n").matches(['\n', '\r']).count() + 1;
    let is_in_text = |line: u64| usize::try_from(line).is_ok_and(|it| (1..=lines).contains(&it));
    let mut names = BTreeSet::new();
    for person in &roster.people {
        assert!(is_in_text(person.line), "{person:?}");
        let name = person.user["userPrincipalName"].as_str().expect("a name").to_lowercase();
        assert!(names.insert(name), "two people have one name: {person:?}");
    }
    for problem in &roster.problems {
        assert!(is_in_text(problem.line), "{problem}");
        let is_of_person = roster.people.iter().any(|it| it.line == problem.line);
        assert!(!is_of_person, "{problem}: the line counts nevertheless");
    }
    assert!(roster.people.len() < lines, "{} people of {lines} lines", roster.people.len());
}

/// Whether the table is one of people.
pub(crate) fn listed(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| !cardea_roster::read(text).people.is_empty())
}

fn asked_for(bytes: &[u8]) -> Option<Query> {
    Query::parse(std::str::from_utf8(bytes).ok()?, &Options::default()).ok()
}

fn led(bytes: &[u8]) -> Option<Path> {
    Path::parse(std::str::from_utf8(bytes).ok()?).ok()
}

fn sought(bytes: &[u8]) -> Option<Filter> {
    Filter::parse(ResourceKind::User, std::str::from_utf8(bytes).ok()?).ok()
}

fn after(bytes: &[u8]) -> Option<Resource> {
    let body: Value = serde_json::from_slice(bytes).ok()?;
    Patch::parse(ResourceKind::User, &body).ok()?.apply(&kim()).ok()
}

/// Whether the options are some.
pub(crate) fn queried(bytes: &[u8]) -> bool {
    asked_for(bytes).is_some()
}

/// Whether the path leads somewhere.
pub(crate) fn reached(bytes: &[u8]) -> bool {
    led(bytes).is_some()
}

/// Whether the filter is one.
pub(crate) fn filtered(bytes: &[u8]) -> bool {
    sought(bytes).is_some()
}

/// Whether the change is one that can be made.
pub(crate) fn changed(bytes: &[u8]) -> bool {
    after(bytes).is_some()
}

fn kim() -> Resource {
    let body = json!({
        "schemas": [USER],
        "userName": "kim@contoso.example",
        "active": true,
        "title": "Nurse",
        "name": { "givenName": "Kim" },
        "emails": [
            { "value": "kim@contoso.example", "type": "work", "primary": true },
            { "value": "k@home.example", "type": "home" },
        ],
        ENTERPRISE: { "department": "Ward", "manager": { "value": "m" } },
    });
    Resource::parse(ResourceKind::User, &body).expect("a person")
}

fn people() -> Vec<Value> {
    let one = |number: usize| {
        json!({
            "id": number.to_string(),
            "displayName": format!("Kim {}", number % 4),
            "accountEnabled": number % 2 == 0,
            "age": number % 3,
            "jobTitle": null,
            "createdDateTime": format!("2026-11-{:02}T12:00:00Z", 1 + number % 5),
            "imAddresses": ["kim@contoso.example", format!("k{number}@contoso.example")],
            "assignedLicenses": [{ "skuId": "a", "disabledPlans": ["b"] }],
        })
    };
    (0..12).map(one).collect()
}
