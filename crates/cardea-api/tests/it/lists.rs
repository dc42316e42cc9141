//! Options of lists, pages, and addresses.

use serde_json::{Value, json};

use crate::tenant::{Tenant, Who, admin, person, user};

async fn many() -> Tenant {
    let people: Vec<Value> =
        (1..=25).map(|number| user(number, &format!("P{number:02}"))).collect();
    Tenant::new(&people).await
}

#[tokio::test]
async fn a_list_comes_in_pages_and_every_object_once() {
    let tenant = many().await;
    let mut path = String::from("users?$top=7&$orderby=displayName%20desc&$count=true");
    let mut seen = Vec::new();
    for _ in 0..10 {
        let page = tenant.get(&path).await.expect(200);
        assert_eq!(page["@odata.count"], 26);
        let values = page["value"].as_array().unwrap();
        seen.extend(values.iter().map(|it| it["displayName"].as_str().unwrap().to_owned()));
        let Some(next) = page.get("@odata.nextLink") else { break };
        path = next
            .as_str()
            .unwrap()
            .strip_prefix("https://login.contoso.example")
            .unwrap()
            .to_owned();
    }
    let mut expected: Vec<String> = (1..=25).rev().map(|number| format!("P{number:02}")).collect();
    expected.push(String::from("Admin"));
    assert_eq!(seen, expected);
}

// GR-09
#[tokio::test]
async fn a_page_is_for_whoever_asked_for_it() {
    let role = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b";
    let tenant =
        Tenant::new(&[user(1, "Kim"), user(2, "Lee"), crate::tenant::assignment(1, role)]).await;
    let first = tenant.get("users?$top=1").await.expect(200);
    let next = first["@odata.nextLink"].as_str().unwrap();
    let next = next.strip_prefix("https://login.contoso.example").unwrap();
    tenant.get(next).await.expect(200);
    let other = tenant.ask(&Who::of(&person(1)), "GET", next, &Value::Null).await;
    assert_eq!(other.status, 400);
    assert_eq!(tenant.get(&next.replace("/users", "/groups")).await.status, 400);
    assert_eq!(tenant.get(&next.replace("$top=1", "$top=2")).await.status, 400);
}

#[tokio::test]
async fn lists_are_filtered_searched_and_selected() {
    let tenant = many().await;
    let filter = "users?$filter=startswith(displayName,'P0')%20and%20not(displayName%20eq%20'p01')&$select=displayName";
    let found = tenant.get(filter).await.expect(200);
    let found = found["value"].as_array().unwrap();
    assert_eq!(found.len(), 8);
    assert!(found.iter().all(|it| it.get("jobTitle").is_none()), "{found:?}");
    let found = tenant.get("users?$search=%22displayName:P17%22").await.expect(200);
    assert_eq!(found["value"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn how_long_a_list_is_can_be_asked_without_it() {
    let tenant = many().await;
    for (path, expected) in [
        ("users/$count", 26),
        ("/beta/users/$count?$filter=startswith(displayName,'P0')", 9),
        ("users/$count?$search=%22displayName:P17%22", 1),
        ("groups/$count", 0),
        ("identity/conditionalAccess/policies/$count", 0),
    ] {
        let answer = tenant.get(path).await;
        assert_eq!(answer.headers["content-type"], "text/plain", "{path}");
        assert_eq!(answer.expect(200), expected, "{path}");
    }
    let one = format!("users/{}/$count", admin());
    assert_eq!(tenant.get(&one).await.status, 404);
    assert_eq!(tenant.get("users('$count')").await.status, 404);
    assert_eq!(tenant.post("users/$count", &json!({})).await.status, 405);
    let reader = Who::Person(admin(), crate::tenant::EXPLORER, "User.Read");
    assert_eq!(tenant.ask(&reader, "GET", "users/$count", &Value::Null).await.status, 403);
    let requests = json!({ "requests": [{ "id": "1", "method": "GET", "url": "/users/$count" }] });
    let batch = tenant.post("$batch", &requests).await.expect(200);
    assert_eq!(batch["responses"][0]["body"], 26, "{batch}");
}

// GR-06, GR-08
#[tokio::test]
async fn odd_queries_are_refused_or_find_nothing() {
    let tenant = many().await;
    for query in [
        "$top=0",
        "$top=-1",
        "$top=1000000000",
        "$filter=displayName%20eq",
        "$nope=1",
        "$skiptoken=AAAA",
    ] {
        assert_eq!(tenant.get(&format!("users?{query}")).await.status, 400, "{query}");
    }
    for literal in ["''", "'%20or%20''1''%20eq%20''1'", "'%25'", "'_01'", "'--'"] {
        let answer = tenant.get(&format!("users?$filter=displayName%20eq%20{literal}")).await;
        let none = answer.body["value"].as_array().is_some_and(Vec::is_empty);
        assert!(answer.status == 400 || none, "{literal}: {}", answer.body);
    }
}

// GR-12
#[tokio::test]
async fn one_object_has_many_spellings_and_others_have_none() {
    let tenant = many().await;
    let id = admin();
    for path in [
        format!("users/{id}"),
        format!("users('{id}')"),
        format!("users/{}", id.to_uppercase()),
        format!("/beta/users/{id}"),
    ] {
        assert_eq!(tenant.get(&path).await.expect(200)["id"], json!(id), "{path}");
    }
    for path in [
        format!("users/{id}%2f..%2f"),
        format!("users//{id}"),
        format!("users/{id};x=1"),
        format!("../users/{id}"),
    ] {
        assert!((400..=404).contains(&tenant.get(&path).await.status), "{path}");
    }
}
