use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(path: &str, expected: &str) {
    let resource = Resource::parse(path).unwrap_or_else(|it| panic!("{path}: {it}"));
    assert_eq!(resource.to_string(), expected, "{path}");
    assert_eq!(Resource::parse(expected).as_ref(), Ok(&resource), "{path}");
}

// GR-12
#[test]
fn all_spellings_of_a_resource_have_the_same_keys() {
    for path in [
        "users/1",
        "/users/1",
        "users/1/",
        "users('1')",
        "users(1)",
        "/users/%31/",
        "%75sers('%31')",
        "users(%271%27)",
        "users( '1' )",
    ] {
        let resource = Resource::parse(path).unwrap();
        assert_eq!(resource.keys("users/{}"), Some(vec!["1"]), "{path}");
    }
}

#[test]
fn what_is_written_leads_to_the_same_resource() {
    check("/users/kim%40contoso.example/", "/users/kim@contoso.example");
    check("users/o'brien@x", "/users/o%27brien@x");
    check("users('o''brien@x')/memberOf", "/users('o''brien@x')/memberOf");
    check("users/$count", "/users/$count");
    check("users(%27$count%27)", "/users('%24count')");
    check("applications(appId='a-1')/owners/$ref", "/applications(appId='a-1')/owners/$ref");
    check("f(a='x,y', b=2026-11-30T00:00:00Z)", "/f(a='x%2Cy',b='2026-11-30T00%3A00%3A00Z')");
    check("users/delta()", "/users/delta()");
    check("users/microsoft.graph.delta()", "/users/microsoft.graph.delta()");
    check("", "");
    check("/", "");
}

#[test]
fn what_could_be_read_in_two_ways_is_refused() {
    for path in [
        "users//1",
        "//users",
        "users/./1",
        "users/../1",
        "users/%2e%2e/1",
        "users/a%2fb",
        "users/a%5Cb",
        "users\\1",
        "users/1;x=y",
        "users/a%00",
        "users/a%0d%0a",
        "users/%",
        "users/%ff",
        "users('a/b')",
        "users('a%2Fb')",
        "users/a?b",
        "users/a%23",
        "users/a%2525",
        "users(",
        "users(')",
        "users('a'",
        "users('')",
        "users('.')",
        "users(..)",
        "users(a='..')",
        "users('a')b",
        "users('a','b')",
        "users('a'b)",
        "users(a=)",
        "users(a=1,a=2)",
        "users(=1)",
        "('a')",
        "users('a')('b')",
        "users)",
        "users(a b)",
    ] {
        assert!(Resource::parse(path).is_err(), "{path}: {:?}", Resource::parse(path));
    }
    assert!(Resource::parse(&"a/".repeat(MAX_SEGMENTS + 1)).is_err());
    assert!(Resource::parse(&"a".repeat(MAX_LENGTH + 1)).is_err());
    assert!(Resource::parse(&"(".repeat(100_000)).is_err());
}

#[test]
fn a_shape_tells_keys_from_names() {
    let keys =
        |path: &str, shape: &str| Resource::parse(path).unwrap().keys(shape).map(|it| it.join(" "));
    assert_eq!(keys("users('a')/memberOf", "users/{}/memberOf").as_deref(), Some("a"));
    assert_eq!(keys("users/a/b/c", "users/{}/b/{}").as_deref(), Some("a c"));
    assert_eq!(keys("users/a", "users/b"), None);
    assert_eq!(keys("users/a", "users/{}/b"), None);
    assert_eq!(keys("users/$count", "users/$count").as_deref(), Some(""));
    assert_eq!(keys("users('$count')", "users/$count"), None);
    assert_eq!(keys("users('$count')", "users/{}").as_deref(), Some("$count"));
    assert_eq!(keys("applications(appId='a')", "applications/{}"), None);
}

#[test]
fn functions_are_asked_with_what_they_take() {
    let keys =
        |path: &str, shape: &str| Resource::parse(path).unwrap().keys(shape).map(|it| it.join(" "));
    for path in ["strengths/a/usage", "strengths('a')/usage()"] {
        assert_eq!(keys(path, "strengths/{}/usage").as_deref(), Some("a"), "{path}");
    }
    let due = "users/{}/due/(days)";
    assert_eq!(keys("users/a/due(days=7)", due).as_deref(), Some("a 7"));
    for path in ["users/a/due", "users/a/due()", "users/a/due(7)", "users/a/due(days=7,of='b')"] {
        assert_eq!(keys(path, due), None, "{path}");
    }
}

#[test]
fn a_list_is_told_from_its_length() {
    let counted = |path: &str| Resource::parse(path).unwrap().counted().map(|it| it.to_string());
    assert_eq!(counted("groups/a/members/$count").as_deref(), Some("/groups/a/members"));
    for path in ["users('$count')", "users", "$count", "$count/users"] {
        assert_eq!(counted(path), None, "{path}");
    }
}

proptest! {
    #[test]
    fn any_path_is_read_or_refused(path in "([/()',=;.%$@]|users|a|%2f|%27|25){0,20}") {
        if let Ok(resource) = Resource::parse(&path) {
            prop_assert_eq!(Resource::parse(&resource.to_string()), Ok(resource));
        }
    }

    #[test]
    fn any_key_survives_its_parentheses(key in "[ -.0-\\[\\]-~äß]{0,12}x") {
        let text = format!("users('{}')", key.replace('\'', "''").replace('%', "%25"));
        let resource = Resource::parse(&text).unwrap();
        prop_assert_eq!(resource.keys("users/{}"), Some(vec![key.as_str()]));
        prop_assert_eq!(Resource::parse(&resource.to_string()), Ok(resource));
    }
}
