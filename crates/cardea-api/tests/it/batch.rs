//! Many requests in one.

use serde_json::json;

use crate::tenant::{Tenant, Who, person, user};

// GR-11
#[tokio::test]
async fn each_request_of_a_batch_is_judged_by_itself() {
    let tenant = Tenant::new(&[user(1, "Kim")]).await;
    let batch = json!({ "requests": [
        { "id": "1", "method": "GET", "url": "/me" },
        { "id": "2", "method": "GET", "url": "/users" },
        { "id": "3", "method": "GET", "url": "/me", "dependsOn": ["2"] },
    ] });
    let answer = tenant.ask(&Who::of(&person(1)), "POST", "$batch", &batch).await.expect(200);
    let status = |id: &str| {
        let all = answer["responses"].as_array().unwrap();
        all.iter().find(|it| it["id"] == id).unwrap()["status"].as_u64().unwrap()
    };
    assert_eq!((status("1"), status("2"), status("3")), (200, 403, 424));
}

#[tokio::test]
async fn a_batch_that_is_no_plan_is_refused_as_a_whole() {
    let tenant = Tenant::new(&[]).await;
    let one = |id: &str, url: &str| json!({ "id": id, "method": "GET", "url": url });
    let many: Vec<_> = (0..21).map(|number| one(&number.to_string(), "/me")).collect();
    for requests in [
        json!(many),
        json!([one("1", "/me"), one("1", "/me")]),
        json!([one("1", "https://evil.example/me")]),
        json!([one("1", "/$batch")]),
        json!([]),
    ] {
        let body = json!({ "requests": requests });
        assert_eq!(tenant.post("$batch", &body).await.status, 400, "{body}");
    }
}
