//! The table of addresses as an `OpenAPI` 3.1 document.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::route::{self, Answers, Method, Protocol, Route};

/// The document of a tenant at this origin: every row of the table, and the batch.
pub(crate) fn document(origin: &str, issuer: &str) -> Value {
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for route in route::all() {
        let (path, keys) = address(route);
        let item = paths.entry(path).or_default();
        item.insert(verb(route.method).to_owned(), operation(route, &keys));
    }
    paths.entry("/v1.0/$batch".to_owned()).or_default().insert("post".to_owned(), batch());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Cardea",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Microsoft Graph's addresses that this tenant answers, and SCIM's. What is \
                            below /v1.0 is below /beta too, and behind a list /$count says how long \
                            it is. Objects have the properties that Graph \
                            documents; what is sent beyond those that are known is kept.",
            "license": { "name": "Apache License 2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": origin }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": {
                "type": "openIdConnect",
                "openIdConnectUrl": format!("{issuer}/.well-known/openid-configuration"),
                "description": "An access token for https://graph.microsoft.com.",
            } },
            "schemas": schemas(),
        },
    })
}

/// The path of a row with names for its keys, and those names.
fn address(route: &Route) -> (String, Vec<String>) {
    let (mut parts, mut keys): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for part in route.path().split('/') {
        if let Some((function, argument)) = argument(part) {
            parts.push(format!("{function}({argument}={{{argument}}})"));
            keys.push(argument.to_owned());
        } else if part == "{}" {
            let name = format!("{}-id", parts.last().map_or("key", String::as_str));
            parts.push(format!("{{{name}}}"));
            keys.push(name);
        } else {
            parts.push(part.to_owned());
        }
    }
    (parts.join("/"), keys)
}

/// The name of a function and of its argument, where a part of a path has one.
fn argument(part: &str) -> Option<(&str, &str)> {
    part.strip_suffix(')')?.split_once('(')
}

fn verb(method: Method) -> &'static str {
    match method {
        Method::Get => "get",
        Method::Post => "post",
        Method::Patch => "patch",
        Method::Put => "put",
        Method::Delete => "delete",
    }
}

fn operation(route: &Route, keys: &[String]) -> Value {
    let mut parameters: Vec<Value> = keys.iter().map(|name| in_path(name)).collect();
    let options: &[&str] = match (route.protocol(), route.answers()) {
        (Protocol::Graph, Answers::List) => {
            &["$count", "$filter", "$orderby", "$search", "$select", "$skip", "$skiptoken", "$top"]
        }
        (Protocol::Graph, Answers::One) if route.method == Method::Get => &["$select"],
        (Protocol::Scim, Answers::List) => {
            &["attributes", "count", "excludedAttributes", "filter", "startIndex"]
        }
        (Protocol::Scim, Answers::One | Answers::Created) => &["attributes", "excludedAttributes"],
        (
            Protocol::Graph | Protocol::Scim,
            Answers::One | Answers::Created | Answers::Accepted | Answers::Done,
        ) => &[],
    };
    parameters.extend(
        options
            .iter()
            .map(|name| json!({ "name": name, "in": "query", "schema": { "type": "string" } })),
    );
    if matches!(route.method, Method::Patch | Method::Put | Method::Delete) {
        parameters
            .push(json!({ "name": "If-Match", "in": "header", "schema": { "type": "string" } }));
    }
    let mut operation = json!({
        "operationId": name(route),
        "tags": [tag(route)],
        "summary": format!("For whoever may {}.", route.right.words()),
        "parameters": parameters,
        "responses": responses(route),
    });
    let takes = matches!(route.method, Method::Post | Method::Patch | Method::Put)
        && !route.shape.ends_with("/revokeSignInSessions");
    if let (true, Some(members)) = (takes, operation.as_object_mut()) {
        let body = json!({
            "required": route.answers() != Answers::Accepted,
            "content": { media(route.protocol()): { "schema": { "type": "object" } } },
        });
        members.insert("requestBody".to_owned(), body);
    }
    operation
}

fn in_path(name: &str) -> Value {
    json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
}

fn media(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Graph => "application/json",
        Protocol::Scim => "application/scim+json",
    }
}

/// What is answered, by its status.
fn responses(route: &Route) -> Value {
    let (list, error) = match route.protocol() {
        Protocol::Graph => ("Collection", "Error"),
        Protocol::Scim => ("ListResponse", "ScimError"),
    };
    let content = |schema: Value| json!({ media(route.protocol()): { "schema": schema } });
    let named = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let object = || json!({ "type": "object" });
    let (status, told) = match route.answers() {
        Answers::List => {
            ("200", json!({ "description": "A page.", "content": content(named(list)) }))
        }
        Answers::One => ("200", json!({ "description": "It.", "content": content(object()) })),
        Answers::Created => (
            "201",
            json!({
                "description": "What was made. 'Location' says where it is.",
                "content": content(object()),
            }),
        ),
        Answers::Accepted => (
            "202",
            json!({
                "description": "It is done. 'Location' says what became of it.",
                "content": content(object()),
            }),
        ),
        Answers::Done => ("204", json!({ "description": "It is done." })),
    };
    json!({
        status: told,
        "4XX": { "description": "A refusal.", "content": content(named(error)) },
    })
}

/// A name that no two rows share.
fn name(route: &Route) -> String {
    let names = route.path();
    let names = names.trim_start_matches("/v1.0/").trim_start_matches('/').replace("{}", "key");
    let names = names.replace(['/', '$', '('], "-").replace(')', "");
    format!("{}-{}", verb(route.method), names.replace("--", "-"))
}

fn tag(route: &Route) -> &'static str {
    match route.protocol() {
        Protocol::Graph => route.shape.split('/').next().unwrap_or_default(),
        Protocol::Scim => "SCIM",
    }
}

fn batch() -> Value {
    json!({
        "operationId": "post-batch",
        "tags": ["batch"],
        "summary": "Several requests in one.",
        "requestBody": {
            "required": true,
            "content": { "application/json": { "schema": {
                "type": "object", "required": ["requests"],
                "properties": { "requests": { "type": "array", "items": { "type": "object" } } },
            } } },
        },
        "responses": {
            "200": {
                "description": "An answer to each of them.",
                "content": { "application/json": { "schema": {
                    "type": "object",
                    "properties": { "responses": { "type": "array", "items": { "type": "object" } } },
                } } },
            },
            "4XX": {
                "description": "A refusal.",
                "content": { "application/json": { "schema": {
                    "$ref": "#/components/schemas/Error",
                } } },
            },
        },
    })
}

fn schemas() -> Value {
    let objects = json!({ "type": "array", "items": { "type": "object" } });
    json!({
        "Collection": {
            "type": "object", "required": ["value"],
            "properties": {
                "@odata.context": { "type": "string" }, "@odata.count": { "type": "integer" },
                "@odata.nextLink": { "type": "string" }, "value": objects,
            },
        },
        "Error": {
            "type": "object", "required": ["error"],
            "properties": { "error": {
                "type": "object", "required": ["code", "message"],
                "properties": {
                    "code": { "type": "string" }, "message": { "type": "string" },
                    "innerError": {
                        "type": "object",
                        "description": "What ties it to the log. Where a proof stands against a change, \
                                        'code' is cardeaProofRefuted and 'findings' says whom it \
                                        concerns and what mends it.",
                    },
                },
            } },
        },
        "ListResponse": {
            "type": "object", "required": ["totalResults"],
            "properties": {
                "totalResults": { "type": "integer" }, "startIndex": { "type": "integer" },
                "itemsPerPage": { "type": "integer" }, "Resources": objects,
            },
        },
        "ScimError": {
            "type": "object", "required": ["status"],
            "properties": {
                "status": { "type": "string" }, "scimType": { "type": "string" },
                "detail": { "type": "string" },
            },
        },
    })
}
