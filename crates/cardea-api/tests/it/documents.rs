//! What the API says of itself.

use std::collections::BTreeSet;

use axum::body::to_bytes;
use cardea_api::route;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::tenant::{ORIGIN, Tenant, Who, request};

/// A path without the names of its keys.
fn nameless(path: &str) -> String {
    let part = |part: &str| match part.split_once('=') {
        // The argument of a function.
        Some((function, _)) => format!("{function})"),
        None if part.starts_with('{') => String::from("{}"),
        None => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn the_openapi_document_has_every_row_of_the_table_and_needs_no_token() {
    let tenant = Tenant::new(&[]).await;
    let answer = tenant.ask(&Who::Nobody, "GET", "/openapi.json", &Value::Null).await;
    let document = answer.expect(200);
    assert_eq!(
        (&document["openapi"], &document["servers"][0]["url"]),
        (&"3.1.0".into(), &ORIGIN.into())
    );
    let mut told = BTreeSet::new();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (verb, operation) in item.as_object().unwrap() {
            assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{path}");
            told.insert(format!("{verb} {}", nameless(path)));
            let declared: Vec<String> = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|it| it["in"] == "path")
                .map(|it| format!("{{{}}}", it["name"].as_str().unwrap()))
                .collect();
            let parts = path.split(['/', '=']).map(|it| it.trim_end_matches(')'));
            let wanted: Vec<&str> = parts.filter(|it| it.starts_with('{')).collect();
            assert_eq!(declared, wanted, "{path}");
            let different: BTreeSet<&str> = wanted.iter().copied().collect();
            assert_eq!(different.len(), wanted.len(), "{path}");
        }
    }
    let rows = route::all()
        .iter()
        .map(|it| format!("{} {}", format!("{:?}", it.method).to_lowercase(), it.path()));
    let rows: BTreeSet<String> = rows.chain(["post /v1.0/$batch".to_owned()]).collect();
    assert_eq!(told, rows);
    for reference in document.to_string().split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
    // What it says is answered is answered.
    for (path, status) in [("/v1.0/users", "200"), ("/scim/v2/Groups", "200"), ("/v1.0/me", "200")]
    {
        let responses = document["paths"][path]["get"]["responses"].as_object().unwrap();
        assert!(responses.contains_key(status));
        assert_eq!(tenant.get(path).await.status.to_string(), status);
    }
}

#[tokio::test]
async fn the_metadata_are_xml_and_need_no_token() {
    let tenant = Tenant::new(&[]).await;
    for path in ["/v1.0/$metadata", "/beta/$metadata"] {
        let answer =
            tenant.router.clone().oneshot(request("GET", path, &Value::Null)).await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["content-type"]),
            (200, &"application/xml".parse().unwrap())
        );
        let bytes = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(text.starts_with("<?xml"), "{text}");
        // Every element ends where it began.
        let mut open = Vec::new();
        for tag in text.split('<').skip(2) {
            let (tag, _) = tag.split_once('>').unwrap();
            let name = |it: &str| it.split([' ', '\n']).next().unwrap().to_owned();
            match tag.strip_prefix('/') {
                Some(end) => assert_eq!(open.pop(), Some(name(end))),
                None if tag.ends_with('/') => {}
                None => open.push(name(tag)),
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }
}
