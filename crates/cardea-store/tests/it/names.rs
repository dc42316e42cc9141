//! Names and passes as people type them.

use cardea_store::{Upn, UpnProblem};

#[test]
fn names_that_look_alike_are_one_or_are_refused() {
    let key = |text: &str| Upn::parse(text).map(|upn| upn.key().to_owned());
    let ada = Ok("ada+lab@example.com".to_owned());
    for same in [
        "ada+lab@example.com",
        "ADA+LAB@EXAMPLE.COM",
        "\u{FF41}da+lab@example.com",
        " ada+lab@example.com",
    ] {
        assert_eq!(key(same), ada, "{same:?}");
    }
    for (text, problem) in [
        ("\u{0430}da@example.com", UpnProblem::Character),
        ("a\u{200B}da@example.com", UpnProblem::Character),
        ("ada lab@example.com", UpnProblem::Character),
        ("ada@ex\u{0430}mple.com", UpnProblem::Character),
        ("ada\u{00AD}@example.com", UpnProblem::Character),
        ("ad\u{00E4}@example.com", UpnProblem::Character),
        ("ada@example.com.", UpnProblem::Dot),
        ("ada.@example.com", UpnProblem::Dot),
        ("ada@example..com", UpnProblem::Dot),
        ("ada", UpnProblem::Form),
        ("ada@b@example.com", UpnProblem::Form),
        ("@example.com", UpnProblem::Form),
        ("", UpnProblem::Form),
    ] {
        assert_eq!(key(text), Err(problem), "{text:?}");
    }
    assert_eq!(key(&format!("{}@example.com", "a".repeat(200))), Err(UpnProblem::Length));
    assert!(key(&format!("{}@example.com", "a".repeat(64))).is_ok());
}
