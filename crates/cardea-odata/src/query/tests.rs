use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::order::Direction;
use crate::problem::Code;

fn parse(text: &str) -> Result<Query, Problem> {
    Query::parse(text, &Options::default())
}

#[track_caller]
fn refused(text: &str, message: &str) {
    let problem = parse(text).map(|it| it.written()).expect_err(text);
    assert!(problem.message().contains(message), "{text}: {problem}");
}

#[test]
fn every_option_is_read() {
    let query = parse(
        "$filter=displayName%20eq%20'a%26b'&$search=%22mail:x%22&$orderby=mail+desc,id&\
        $select=id,mail&$top=5&$skip=2&$count=true&$format=json&$skiptoken=a%2Bb&api-version=1",
    )
    .unwrap();
    assert_eq!(query.filter.unwrap().to_string(), "displayName eq 'a&b'");
    assert_eq!(query.search.unwrap().to_string(), "\"mail:x\"");
    assert_eq!(query.order.keys()[0].direction, Direction::Descending);
    assert_eq!(query.selection.properties().collect::<Vec<_>>(), ["id", "mail"]);
    assert_eq!((query.page, query.skip, query.count), (5, 2, Count::Wanted));
    assert_eq!(query.skip_token.as_deref(), Some("a+b"));
}

#[test]
fn names_come_without_dollar_and_in_any_case() {
    let one = parse("select=id&top=5&orderBy=id&FILTER=a%20eq%201").unwrap();
    assert_eq!(Ok(one), parse("%24select=id&$Top=5&$orderby=id&$filter=a eq 1"));
    assert_eq!(parse("").unwrap().page, 100);
    assert_eq!(parse("&&").unwrap(), parse("session=1&x").unwrap());
}

// GR-08
#[test]
fn numbers_out_of_bounds_are_refused() {
    for top in
        ["0", "-1", "1000000000", "1000", "", "1.0", "+1", "0x1", "a", "99999999999999999999"]
    {
        refused(
            &format!("$top={}", top.replace('+', "%2B")),
            "$top must be a whole number between 1 and 999",
        );
    }
    assert_eq!(parse("$top=999").unwrap().page, 999);
    for skip in ["-1", "9223372036854775808", "1000001", "x"] {
        refused(&format!("$skip={skip}"), "$skip must be a whole number");
    }
}

#[test]
fn what_is_not_an_option_or_comes_twice_is_refused() {
    refused("$foo=1", "'$foo' is not supported");
    refused("$apply=x", "not supported");
    refused("$deltatoken=x", "not supported");
    refused("$top=1&$top=1", "'$top' is there twice");
    refused("$top=1&top=2", "'$top' is there twice");
    refused("$filter=a eq 1&%24Filter=a eq 2", "'$filter' is there twice");
    refused("$count=yes", "$count must be");
    refused("$format=xml", "$format must be");
    refused("$filter=a%2", "hexadecimal");
    refused("$filter=%ff", "UTF-8");
    refused("%ff=1", "UTF-8");
    refused(&"a".repeat(MAX_LENGTH + 1), "longer than");
}

#[test]
fn one_object_has_no_pages() {
    let options = Options { target: Target::Object, ..Options::default() };
    assert!(Query::parse("$select=id&$expand=manager&$format=json", &options).is_ok());
    for option in
        ["$top=1", "$filter=a eq 1", "$orderby=a", "$count=true", "$skip=0", "$skiptoken=x"]
    {
        let problem = Query::parse(option, &options).expect_err(option);
        assert!(problem.message().contains("is for lists"), "{problem}");
    }
}

// GR-07
#[test]
fn a_property_that_is_not_listed_can_neither_be_read_nor_guessed() {
    let options = Options {
        properties: Properties::Listed(&["id", "displayName", "members"]),
        ..Options::default()
    };
    let secret = [
        "$select=id,secret",
        "$filter=startswith(secret,'a')",
        "$filter=id eq secret",
        "$filter=secret/a/any(x:x eq 'b')",
        "$filter=members/any(x:secret eq 'b')",
        "$orderby=secret/a",
        "$search=\"secret:a\"",
        "$expand=secret",
    ];
    for query in secret {
        let problem = Query::parse(query, &options).expect_err(query);
        assert!(problem.message().contains("a property named 'secret'"), "{problem}");
    }
    let query =
        Query::parse("$select=DISPLAYNAME&$expand=members&$filter=@odata.type eq 'x'", &options);
    assert_eq!(
        query.unwrap().project(&json!({"id": "1"})),
        json!({"id": "1", "DISPLAYNAME": null})
    );
}

#[test]
fn expansions_have_options_of_their_own() {
    let query = parse(
        "$expand=members($select=id,mail;$filter=a eq ';)' or b in ('x','y');$top=5;$orderby=a;\
        $search=\"a:\\\");\";$count=true;$skip=1;expand=manager($select=id)),owners",
    )
    .unwrap();
    let [members, owners] = &query.expand[..] else { panic!("{query:?}") };
    assert_eq!(members.property, "members");
    assert_eq!(
        members.query.filter.as_ref().unwrap().to_string(),
        "(a eq ';)') or (b in ('x','y'))"
    );
    assert_eq!((members.query.page, members.query.skip), (5, 1));
    assert_eq!(members.query.expand[0].query.selection.properties().collect::<String>(), "id");
    assert_eq!((owners.property.as_str(), &owners.query.filter), ("owners", &None));
}

#[test]
fn expansions_that_are_not_well_written_are_refused() {
    refused("$expand=", "not the name of a relation");
    refused("$expand=a,a", "names 'a' twice");
    refused("$expand=a(", "does not close");
    refused("$expand=a)", "closes more");
    refused("$expand=a($filter=b eq 'x)", "does not close");
    refused("$expand=a()b", "no closing parenthesis");
    refused("$expand=a($format=json)", "cannot stand inside");
    refused("$expand=a($levels=2)", "not supported");
    refused("$expand=a(b=1)", "cannot stand inside");
    refused("$expand=a($top=0)", "$top must be");
    refused("$expand=a/$ref", "not the name of a relation");
    refused("$expand=a($expand=b($expand=c($expand=d)))", "deeper than 3");
    refused(&format!("$expand={}", "a($expand=".repeat(5_000)), "close");
    let deep = format!("$expand={}a{}", "a($expand=".repeat(5_000), ")".repeat(5_000));
    refused(&deep, "deeper than 3");
    let many: Vec<String> = (0..30).map(|it| format!("a{it}")).collect();
    refused(&format!("$expand={}", many.join(",")), "more than 20");
}

fn people(count: usize) -> Vec<Value> {
    (0..count)
        .map(|it| json!({"id": format!("{it:03}"), "age": it % 3, "on": it % 2 == 0}))
        .collect()
}

#[test]
fn a_page_is_filtered_sorted_and_cut() {
    let query = parse("$filter=on&$orderby=age desc&$top=2&$skip=1&$count=true").unwrap();
    let people = people(7);
    let page = query.page(&people, None).unwrap();
    let ids: Vec<&str> = page.objects.iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!((ids, page.count), (vec!["004", "000"], Some(4)));
    let next = query.page(&people, page.next.as_ref()).unwrap();
    assert_eq!(next.objects, [&people[6]]);
    assert_eq!(next.next, None);
}

// GR-09
#[test]
fn a_cursor_is_of_one_query_only() {
    let query = parse("$orderby=age&$top=2").unwrap();
    let cursor = query.page(people(7), None).unwrap().next.unwrap();
    assert_eq!(Cursor::from_bytes(&cursor.to_bytes()), Ok(cursor.clone()));
    for other in
        ["$orderby=on&$top=2", "$orderby=age&$top=3", "$orderby=age&$top=2&$filter=on", "$top=2"]
    {
        let problem = parse(other).unwrap().page(people(7), Some(&cursor)).expect_err(other);
        assert_eq!(problem.code(), Code::BadRequest);
    }
    let same = parse("top=2&orderBy=age asc&$skiptoken=x&y=z").unwrap();
    assert!(same.page(people(7), Some(&cursor)).is_ok());
    for bytes in ["", "{}", "[]", "{\"q\":\"\",\"k\":[],\"i\":\"\",\"n\":0,\"x\":1}", "\u{ff}"] {
        assert!(Cursor::from_bytes(bytes.as_bytes()).is_err(), "{bytes}");
    }
}

#[test]
fn the_link_to_the_next_page_keeps_the_query() {
    assert_eq!(next_link("", "a+b/c="), "$skiptoken=a%2Bb%2Fc%3D");
    assert_eq!(
        next_link("$top=2&%24skipToken=old&skiptoken=old&x=1", "new"),
        "$top=2&x=1&$skiptoken=new"
    );
}

fn ages() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        (0..4_u8).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(json!(4e-81)),
        Just(json!([])),
        "[ab]{0,1}".prop_map(Value::from),
    ]
}

proptest! {
    #[test]
    fn pages_together_are_the_whole_sequence(
        ages in prop::collection::vec(ages(), 0..30),
        top in 1..6_u16,
        descending in any::<bool>(),
        has_ids in any::<bool>(),
    ) {
        let people: Vec<Value> = ages.iter().enumerate()
            .map(|(id, age)| {
                let name = if has_ids { "id" } else { "name" };
                json!({name: format!("{id:02}"), "age": age})
            })
            .collect();
        let order = if descending { "age desc" } else { "age" };
        let whole = parse(&format!("$orderby={order}&$top=999")).unwrap().page(&people, None).unwrap();
        let query = parse(&format!("$orderby={order}&$top={top}")).unwrap();
        let (mut found, mut begin) = (Vec::new(), None);
        for _ in 0..=people.len() {
            let page = query.page(&people, begin.as_ref()).unwrap();
            prop_assert!(page.objects.len() <= usize::from(top));
            found.extend(page.objects);
            begin = page.next.map(|it| Cursor::from_bytes(&it.to_bytes()).unwrap());
            if begin.is_none() {
                break;
            }
        }
        prop_assert_eq!(found, whole.objects);
    }

    #[test]
    fn as_many_objects_as_are_enough_make_the_same_pages_as_all(top in 1..5_u16, skip in 0..6_u32) {
        let mut people = people(10);
        let id = |it: &Value| it["id"].as_str().unwrap().to_owned();
        people.sort_by_key(id);
        let query = parse(&format!("$top={top}&$skip={skip}&$filter=age ge 1")).unwrap();
        let mut begin: Option<Cursor> = None;
        loop {
            let enough = query.enough(begin.as_ref()).unwrap();
            let after = begin.as_ref().map_or("", Cursor::id);
            let read = people.iter().filter(|it| id(it).as_str() > after && query.matches(it));
            let page = query.page(read.take(enough), begin.as_ref()).unwrap();
            prop_assert_eq!(&page, &query.page(&people, begin.as_ref()).unwrap());
            begin = page.next;
            if begin.is_none() {
                break;
            }
        }
        for option in ["$orderby=age", "$count=true"] {
            prop_assert_eq!(parse(option).unwrap().enough(None), None);
        }
    }

    #[test]
    fn somebody_who_goes_between_two_pages_hides_nobody(gone in 0..10_usize, top in 1..5_u16) {
        let mut people = people(10);
        let query = parse(&format!("$orderby=age&$top={top}")).unwrap();
        let first = query.page(people.clone(), None).unwrap();
        let first_ids: Vec<Value> = first.objects.iter().map(|it| it["id"].clone()).collect();
        people.remove(gone);
        let mut ids = first_ids;
        let mut begin = first.next;
        while let Some(cursor) = begin {
            let page = query.page(&people, Some(&cursor)).unwrap();
            ids.extend(page.objects.iter().map(|it| it["id"].clone()));
            begin = page.next;
        }
        let missing = people.iter().find(|it| !ids.contains(&it["id"]));
        prop_assert_eq!(missing, None);
    }

    #[test]
    fn any_options_are_read_or_refused(text in "([$&=%();,'\"/ ]|select|expand|filter|top|skip|orderby|a|eq|1|25|41){0,30}") {
        if let Ok(query) = parse(&text) {
            prop_assert_eq!(query.fingerprint(), parse(&text).unwrap().fingerprint());
            prop_assert!(query.page(people(3), None).is_ok());
        }
    }
}
