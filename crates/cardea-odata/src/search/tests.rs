use proptest::prelude::*;
use serde_json::json;

use super::*;

#[track_caller]
fn check(search: &str, expected: bool) {
    let object = json!({
        "displayName": "OneVideo Team (David Li)",
        "description": "hello-world",
        "mail": "onevideo@contoso.example",
        "proxyAddresses": ["SMTP:one@contoso.example"],
        "age": 1,
    });
    let read = Search::parse(search).unwrap();
    assert_eq!(read.finds(&object), expected, "{search}");
    assert_eq!(Search::parse(&read.to_string()).as_ref(), Ok(&read), "{read}");
}

#[test]
fn words_are_found_in_any_order_and_others_at_the_beginning() {
    check(r#""displayName:video one""#, true);
    check(r#""displayName:OneVideo""#, true);
    check(r#""displayName:onevid""#, true);
    check(r#""displayName:david)""#, true);
    check(r#""displayName:deo""#, false);
    check(r#""displayName:video two""#, false);
    check(r#""description:helloworld""#, true);
    check(r#""description:world""#, true);
    check(r#""mail:ONEVIDEO@""#, true);
    check(r#""mail:video""#, false);
    check(r#""proxyAddresses:smtp:one""#, true);
    check(r#""nothing:x""#, false);
    check(r#""age:1""#, false);
}

#[test]
fn and_binds_closer_than_or() {
    check(r#""mail:x" AND "mail:x" OR "mail:one""#, true);
    check(r#""mail:x" AND ("mail:x" OR "mail:one")"#, false);
    check(r#""mail:one" "displayName:one""#, true);
    check(r#""mail:one" "displayName:x""#, false);
    check(r#""displayName:a\"b\\c" OR "mail:one""#, true);
}

#[test]
fn what_is_not_well_written_is_refused() {
    for search in [
        "",
        "kim",
        "\"kim\"",
        "\"a:b",
        "\":b\"",
        "\"a b:c\"",
        "\"a:b\" or \"a:c\"",
        "\"a:b\" AND",
        "(\"a:b\"",
        "\"a:b\")",
        "NOT \"a:b\"",
        "\"a:b\"OR",
        "\"a:b\" ANDx",
    ] {
        let problem = Search::parse(search).expect_err(search);
        assert!(problem.message().contains("$search"), "{search}: {problem}");
    }
    assert!(Search::parse(&"(".repeat(MAX_LENGTH)).is_err());
    assert!(Search::parse(&"(".repeat(100_000)).is_err());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "([ ()\\\\\"a:]|AND|OR){0,30}") {
        if let Ok(search) = Search::parse(&text) {
            prop_assert_eq!(Search::parse(&search.to_string()), Ok(search));
        }
    }
}
