use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::problem::Trace;

fn trace() -> Trace {
    Trace {
        request_id: "r".into(),
        client_request_id: "c".into(),
        at: "2026-11-30T09:15:00Z".parse().unwrap(),
    }
}

fn get(id: &str, url: &str, depends_on: &[&str]) -> Value {
    json!({ "id": id, "method": "GET", "url": url, "dependsOn": depends_on })
}

#[track_caller]
fn refused(requests: &Value, message: &str) {
    let problem = Batch::parse(&json!({ "requests": requests })).expect_err(message);
    assert!(problem.message().contains(message), "{requests}: {problem}");
}

fn order(requests: &[Value]) -> String {
    let batch = Batch::parse(&json!({ "requests": requests })).unwrap();
    batch.requests().iter().map(|it| it.id.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn requests_come_after_what_they_depend_on_and_else_as_written() {
    let requests = [
        get("a", "/x", &["C"]),
        get("b", "x", &[]),
        get("c", "/x", &["d"]),
        get("d", "/x", &[]),
        get("e", "/x", &[]),
    ];
    assert_eq!(order(&requests), "b d c a e");
}

#[test]
fn a_request_is_read_as_it_is_written() {
    let batch = Batch::parse(&json!({ "requests": [{
        "id": "1",
        "method": "patch",
        "url": "users('kim')?$select=id&x=a?b",
        "headers": { "Content-Type": "application/json", "If-Match": "W/\"1\"" },
        "body": { "a": 1 },
    }] }))
    .unwrap();
    let [request] = batch.requests() else { panic!("{batch:?}") };
    assert_eq!((request.method, request.path.as_str()), (Method::Patch, "/users('kim')"));
    assert_eq!(request.query, "$select=id&x=a?b");
    assert_eq!(request.headers["if-match"], "W/\"1\"");
    assert_eq!(request.body, Some(json!({ "a": 1 })));
}

// GR-11
#[test]
fn what_is_no_plan_is_refused() {
    let many: Vec<Value> = (0..21).map(|it| get(&it.to_string(), "/x", &[])).collect();
    refused(&json!(many), "between 1 and 20 requests; found 21");
    refused(&json!([]), "between 1 and 20 requests; found 0");
    refused(&json!(1), "a list called 'requests'");
    refused(&json!([1]), "must be an object");
    refused(&json!([get("a", "/x", &[]), get("A", "/x", &[])]), "Two requests have the id 'A'");
    refused(&json!([get("a", "/x", &["b"])]), "'a' depends on 'b', which is not in the batch");
    refused(&json!([get("a", "/x", &["a"])]), "'a' wait for each other");
    refused(
        &json!([get("a", "/x", &["b"]), get("b", "/x", &["a"]), get("c", "/x", &[])]),
        "'a', 'b' wait",
    );
    refused(
        &json!([get("a", "/x", &[]), get("b", "$batch", &[])]),
        "Request 2: A '$batch' cannot be inside",
    );
    refused(&json!([get("", "/x", &[])]), "'id' must have");
    refused(&json!([{ "id": 1, "method": "GET", "url": "/x" }]), "'id' must be there");
    refused(&json!([{ "id": "1", "method": "TRACE", "url": "/x" }]), "'method' must be");
    refused(
        &json!([{ "id": "1", "method": "GET", "url": "/x", "dependsOn": "2" }]),
        "'dependsOn' must",
    );
    refused(
        &json!([{ "id": "1", "method": "GET", "url": "/x", "atomicityGroup": "g" }]),
        "not supported",
    );
    refused(&json!([{ "id": "1", "method": "POST", "url": "/x", "body": {} }]), "'Content-Type'");
}

#[test]
fn a_request_stays_in_this_service_and_brings_no_identity() {
    for url in [
        "https://evil.example/x",
        "//evil.example/x",
        "/\\evil.example",
        "http:/\\x",
        "/x#y",
        "/x\n",
        "",
        "/",
        "/users/../x",
        "/%24batch",
        "/$BATCH",
        "/$batch/",
        "/x/$batch",
        "/a%2fb",
        "?a=b",
    ] {
        assert!(Batch::parse(&json!({ "requests": [get("1", url, &[])] })).is_err(), "{url}");
    }
    for header in ["Authorization", "COOKIE", "Host", "a b", "", "x:y"] {
        let request =
            json!({ "id": "1", "method": "GET", "url": "/x", "headers": { header: "x" } });
        assert!(Batch::parse(&json!({ "requests": [request] })).is_err(), "{header}");
    }
    let split = json!({ "id": "1", "method": "GET", "url": "/x", "headers": { "a": "x\r\nb: y" } });
    refused(&json!([split]), "not well written");
    let twice =
        json!({ "id": "1", "method": "GET", "url": "/x", "headers": { "a": "x", "A": "y" } });
    refused(&json!([twice]), "twice");
}

#[test]
fn what_depends_on_a_failure_fails_and_the_rest_goes_on() {
    let requests =
        [get("1", "/x", &[]), get("2", "/x", &["1"]), get("3", "/x", &["2"]), get("4", "/x", &[])];
    let batch = Batch::parse(&json!({ "requests": requests })).unwrap();
    let mut run = batch.run();
    while let Some(request) = run.next(&trace()) {
        assert_eq!(run.next(&trace()), Some(request));
        let status = if request.id == "1" { 404 } else { 204 };
        run.answer(Response { status, headers: BTreeMap::new(), body: None });
    }
    let answer = run.finish();
    let shown: Vec<String> = answer["responses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {}", it["id"].as_str().unwrap(), it["status"]))
        .collect();
    assert_eq!(shown, ["1 404", "2 424", "3 424", "4 204"]);
    let failed = &answer["responses"][1]["body"]["error"];
    assert_eq!(failed["code"], "FailedDependency");
    assert_eq!(answer["responses"][0].get("body"), None);
}

proptest! {
    #[test]
    fn every_plan_keeps_its_promises(edges in prop::collection::vec((0..8_usize, 0..8_usize), 0..12)) {
        let requests: Vec<Value> = (0..8).map(|it| {
            let on: Vec<String> =
                edges.iter().filter(|(from, _)| *from == it).map(|(_, to)| to.to_string()).collect();
            json!({ "id": it.to_string(), "method": "GET", "url": "/x", "dependsOn": on })
        }).collect();
        let Ok(batch) = Batch::parse(&json!({ "requests": requests })) else {
            // Only circles are refused: an edge to a greater number is needed for one.
            prop_assert!(edges.iter().any(|(from, to)| from <= to));
            return Ok(());
        };
        let place = |id: usize| {
            batch.requests().iter().position(|it| it.id == id.to_string()).unwrap()
        };
        prop_assert_eq!(batch.requests().len(), 8);
        for (from, to) in edges {
            prop_assert!(place(to) < place(from));
        }
    }
}
