//! Who gets in at all.

use serde_json::Value;

use crate::tenant::{EXPLORER, PLAIN, Tenant, Who, admin, person, user};

#[tokio::test]
async fn without_a_token_there_is_nothing_and_the_answer_says_where_to_get_one() {
    let tenant = Tenant::new(&[]).await;
    for path in ["me", "users", "no/such/address", "$batch"] {
        let answer = tenant.ask(&Who::Nobody, "GET", path, &Value::Null).await;
        assert_eq!((answer.status, answer.code()), (401, "InvalidAuthenticationToken"), "{path}");
        let challenge = answer.headers["www-authenticate"].to_str().unwrap();
        assert!(challenge.contains("/oauth2/v2.0/authorize"), "{challenge}");
    }
}

// GR-15
#[tokio::test]
async fn an_application_does_what_it_was_registered_for_and_its_person_may() {
    let tenant = Tenant::new(&[user(1, "Kim")]).await;
    let status =
        async |who: Who, path: &str| tenant.ask(&who, "GET", path, &Value::Null).await.status;
    let by = |person: &str, app, scopes| Who::Person(person.to_owned(), app, scopes);
    let policies = "identity/conditionalAccess/policies";
    assert_eq!(status(by(&admin(), EXPLORER, "Policy.Read.All"), policies).await, 200);
    assert_eq!(status(by(&admin(), EXPLORER, "User.Read"), policies).await, 403);
    assert_eq!(status(by(&admin(), PLAIN, "Policy.Read.All"), policies).await, 403, "not declared");
    assert_eq!(status(by(&admin(), PLAIN, "User.Read"), "me").await, 200, "always given");
    assert_eq!(status(by(&person(1), EXPLORER, "Policy.Read.All"), policies).await, 403, "no role");
    assert_eq!(status(by(&person(1), EXPLORER, "User.Read"), "me").await, 200);
    assert_eq!(status(Who::Application(EXPLORER), policies).await, 200);
    assert_eq!(status(Who::Application(EXPLORER), "me").await, 400, "who would it be");
    assert_eq!(status(Who::Application(PLAIN), policies).await, 403);
}
