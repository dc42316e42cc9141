use proptest::prelude::*;

use super::*;
use crate::samples::{native, web};

#[track_caller]
fn check(asked: &str, expected: Option<&str>) {
    let uris: Vec<RedirectUri> =
        [web().redirect_uris, native().redirect_uris].into_iter().flatten().collect();
    assert_eq!(registered(&uris, asked).map(RedirectUri::uri), expected, "{asked}");
}

#[test]
fn a_registered_address_matches_itself() {
    for client in [web(), native()] {
        for uri in &client.redirect_uris {
            check(uri.uri(), Some(uri.uri()));
        }
    }
}

// OA-01
#[test]
fn no_mutant_of_an_address_matches() {
    for asked in [
        "https://app.example/signin/",
        "https://app.example/signin/extra",
        "https://app.example",
        "https://app.example/signin/..;/",
        "https://app.example/signin/../signin",
        "https://app.example/%73ignin",
        "https://app.example/signin%2f",
        "https://app.example/./signin",
        "https://app.example/%2e%2e/signin",
        "https://app.example//signin",
        "https://app.example/SIGNIN",
        "HTTPS://app.example/signin",
        "https://APP.example/signin",
        "http://app.example/signin",
        "https://app.example./signin",
        "https://app.example:443/signin",
        "https://app.example:8443/signin",
        "https://app.example/signin?",
        "https://app.example/signin?a=1",
        "https://app.example/signin#",
        "https://app.example/signin#x",
        "https://u@app.example/signin",
        "https://u:p@app.example/signin",
        "https://app.example@evil.test/signin",
        "https://evil.test@@app.example/signin",
        "https://app.example\\@evil.test/signin",
        "https:\\\\app.example\\signin",
        "https:app.example/signin",
        "//app.example/signin",
        "/signin",
        "https://app.example.evil.test/signin",
        "https://evilapp.example/signin",
        "https://app.example/signin\r\nX: y",
        "https://app.example/signin%0d%0a",
        " https://app.example/signin",
        "https://app.example/signin ",
        "https://*.example/signin",
        "https://app.example/*",
        "https://app.example/q?a=2",
        "https://app.example/q?a=1&b=2",
        "https://app.example/q",
        "https://app.example/q?b=2&a=1",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://app.example/signin;x",
        "https://app.example/signin\u{0}",
        "https://app.example/sign\u{0131}n",
        "",
        "https://%61pp.example/signin",
        "https://app.example/signin,https://evil.test/",
    ] {
        check(asked, None);
    }
}

// OA-01
#[test]
fn a_native_app_on_the_same_machine_may_have_any_port_and_nothing_else() {
    check("http://localhost:49152", Some("http://localhost"));
    check("http://127.0.0.1:1/back?x=1", Some("http://127.0.0.1:8400/back?x=1"));
    check("http://127.0.0.1/back?x=1", Some("http://127.0.0.1:8400/back?x=1"));
    for asked in [
        "http://localhost/",
        "http://localhost:1/",
        "http://localhost:0",
        "http://localhost:",
        "http://localhost:65536",
        "http://localhost:080",
        "http://localhost:+80",
        "http://localhost:80:80",
        "http://localhost:80@evil.test",
        "http://localhost.evil.test",
        "http://localhost.evil.test:80",
        "http://localhostevil",
        "https://localhost:80",
        "http://127.0.0.1:80",
        "http://[::1]:80",
        "http://127.1:80/back?x=1",
        "http://127.0.0.2:80/back?x=1",
        "http://2130706433:80/back?x=1",
        "http://127.0.0.1:80/back",
        "http://127.0.0.1:80/back?x=2",
        "http://[::ffff:127.0.0.1]:80/back?x=1",
        "http://LOCALHOST:80",
        "http://localhost:80?x",
        "http://localhost:80#x",
        "http://localhost:٨٠",
    ] {
        check(asked, None);
    }
}

// OA-01
#[test]
fn the_port_of_a_server_on_the_same_machine_must_be_the_registered_one() {
    check("http://localhost/dev", Some("http://localhost/dev"));
    check("http://localhost:80/dev", None);
    check("http://localhost:3000/dev", None);
}

// OA-16
#[test]
fn a_path_of_ours_leads_nowhere_else() {
    for text in ["/", "/security-info", "/a/b?next=x&y=%2Fz", "/tenant/oauth2/v2.0/authorize?x=1#y"]
    {
        assert_eq!(LocalPath::parse(text).as_ref().map(LocalPath::as_str), Some(text));
    }
    for text in [
        "",
        "evil",
        "//evil",
        "/\\evil",
        "\\/evil",
        "https:evil",
        "https://evil",
        "javascript:alert(1)",
        "/%2fevil",
        "/%2Fevil",
        "/%5Cevil",
        "/\tevil",
        "/%09/evil",
        "/\n/evil",
        " /x",
        "/x y",
        "/../x",
        "/a/../b",
        "/./",
        "/%2e%2e/",
        "///evil",
        "/\u{0}",
        "/ä",
    ] {
        assert_eq!(LocalPath::parse(text), None, "{text:?}");
    }
}

proptest! {
    #[test]
    fn an_address_with_any_one_character_changed_does_not_match(
        place in 0usize..26, letter in any::<char>()
    ) {
        let uris = web().redirect_uris;
        let mut mutant: Vec<char> = "https://app.example/signin".chars().collect();
        prop_assume!(mutant[place] != letter);
        mutant[place] = letter;
        let mutant: String = mutant.into_iter().collect();
        prop_assert_eq!(registered(&uris, &mutant), None);
    }

    #[test]
    fn an_address_with_anything_put_in_does_not_match(
        place in 0usize..=26, more in ".{1,8}"
    ) {
        let uris = web().redirect_uris;
        let mut mutant = "https://app.example/signin".to_owned();
        mutant.insert_str(place, &more);
        prop_assert_eq!(registered(&uris, &mutant), None);
    }

    #[test]
    fn every_port_of_a_native_app_matches(port in 1u16..) {
        let uris = native().redirect_uris;
        let asked = format!("http://localhost:{port}");
        prop_assert_eq!(registered(&uris, &asked).map(RedirectUri::uri), Some("http://localhost"));
    }

    #[test]
    fn a_path_that_is_taken_stays_on_the_origin(text in "[/\\\\.a-z%0-9:@?#]{0,12}") {
        if LocalPath::parse(&text).is_some() {
            let base = url::Url::parse("https://login.example/here").unwrap();
            let target = base.join(&text).unwrap();
            prop_assert_eq!(target.origin(), base.origin());
        }
    }
}
